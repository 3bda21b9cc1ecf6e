/*
 * dialects - what the clients of each dialect ask for and are told.
 *
 * A socket's address, and how a frame shows that it is a message, and which.
 * It knows no connection: reader.c has them.
 */
#ifndef BENCH_DIALECTS_H
#define BENCH_DIALECTS_H

#include "base/str.h"

/* Whoever reads, and what: all of it is borrowed. */
struct client {
	const char *token;
	int64_t	 user_id;
	const char *room;	/* its id in digits */
	int64_t	 since;		/* v1: it has been told so much; 0: begins now */
};

struct dialect {
	const char *name;
	void	 (*put_path)(struct str *, const struct client *);
	const char *mark;	/* what only a message's frame has */
	const char *id;		/* what is before its number */
	enum { DIGITS, UUID, HEX24 } form;
	bool	 is_sio, is_polling;
};

/*
 * The dialect of the socket numbered `i`: "mixed" is v1, chatapp, realtime and
 * rooms in turn, and "polls" chatroom by polls.  NULL: there is none of the name.
 */
const struct dialect	*dialect_find(const char *name, size_t i);

/* Is it a message?  Its id, then: they grow; -1: it has none. */
bool		 dialect_is_message(const struct dialect *, const char *text,
		    size_t len, int64_t *id_out);

/* The number behind `name` in a text; -1 when it is not there. */
int64_t		 number_after(const char *text, size_t len, const char *name);

#endif
