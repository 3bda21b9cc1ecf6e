/*
 * entry - what is asked before a client of a dialect may come in, and the answer.
 *
 * The question is the handshake, as JSON; the answer says who the client is,
 * what it hears, and what it is told at once.  dialect/socket.h is the other
 * side.  Nothing here knows a socket.
 */
#ifndef PUSH_ENTRY_H
#define PUSH_ENTRY_H

#include <jansson.h>

#include "base/jw.h"
#include "push/sub.h"

/* Texts that are not there are NULL. */
struct entry_question {
	const char *path;
	const char *query;
	const char *authorization;
	const char *cookie;
	const char *protocol;	/* the subprotocols that are offered */
	const char *origin;
	const char *host;
	bool	 is_https;
};

/* A header that is not UTF-8 is as good as none. */
void		 entry_put_question(struct jw *, const struct entry_question *);

struct entry {
	int64_t	 user_id;
	int64_t	 session_id;
	int64_t	 room;		/* its frames go up with it; 0: none */
	int64_t	 rooms[SUB_ROOMS_MAX];
	int	 rooms_n;	/* 0: all rooms of the account */
	int64_t	 came_room;	/* whom to tell that it has come, or has gone; */
	int64_t	 went_room;	/* 0: nobody */
	const char *username;	/* "" unless one of these is set */
	const char *display_name;
	const char *protocol;	/* NULL: none */
	uint16_t close;		/* 0: it stays */
	const json_t *frames;	/* texts; NULL: none */
	json_t	*json;		/* what the others borrow from */
};

/* ERR_BAD_JSON: this is no answer.  Release what was read by ERR_OK. */
enum err	 entry_parse(const char *text, size_t len, struct entry *out)
		    MUST_CHECK;
void		 entry_release(struct entry *);

#endif
