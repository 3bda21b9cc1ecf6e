/*
 * poster - one client that posts messages, one after the other.
 *
 * It speaks v1, whatever the readers do, over a connection that is kept.  What is
 * refused ends the program.
 */
#ifndef BENCH_POSTER_H
#define BENCH_POSTER_H

#include "contrib/bench/dialects.h"

struct poster {
	struct client who;
	int	 fd;
	bool	 busy;		/* a request is under way */
	struct str in;
};

/* Begin; `who` and `fd`, which is connected, are set. */
void		 poster_open(struct poster *);

/* Post a text, which needs no escapes in JSON; it must not be busy. */
void		 poster_post(struct poster *, const struct str *text);

/* Read; true: its message has been acknowledged. */
bool		 poster_on_readable(struct poster *);

#endif
