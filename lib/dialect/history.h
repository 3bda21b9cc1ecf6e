/*
 * history - a room's messages as a whole, for clients that know no pages.
 *
 * As many of the newest as dialects.history_max says and as fit into a share of
 * the request's memory, the oldest first, without deleted ones.
 */
#ifndef DIALECT_HISTORY_H
#define DIALECT_HISTORY_H

#include "core/message.h"
#include "dialect/exchange.h"

struct history_page;

struct history {
	int	 n;		/* messages in all */
	bool	 is_cut;	/* older ones were left out */
	struct history_page *page;	/* where history_next() is */
	int	 at;
};

/* What is wanted of which room. */
struct history_query {
	int64_t	 room_id;
	int64_t	 max;		/* the newest; 0: as many as may be */
	bool	 is_page;	/* dialects.history_max is none of its affair */
	int	 skip;		/* the newest that are left out */
	size_t	 each_len;	/* of what is written beside each */
	size_t	 reaction_len;	/* of a reaction; 0: a name is enough */
	int64_t	 reactions_max;	/* the first of each message; 0: all */
};

/*
 * Read the history of a room that the caller may see; ERR_NOT_FOUND and its kin.
 * A read.
 */
enum err	 history_load(struct exchange *, const struct history_query *,
		    struct history *out) MUST_CHECK;

/* The longest that JSON makes of a text. */
size_t		 history_text_len(const char *);

/* The next message, the oldest first; NULL at the end. */
const struct message	*history_next(struct history *);

#endif
