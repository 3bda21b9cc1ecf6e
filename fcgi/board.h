/*
 * board - what every child is doing, in memory shared before the fork.
 *
 * One slot per child.  A child writes its own slot and the master reads them
 * all: to find a worker that is stuck, and to say which request a dead one was
 * serving.  Busy and idle are kept here and not sent over the status pipe,
 * because a message for each request would wake the master 20,000 times a
 * second to learn what it needs to know about once a minute.
 */
#ifndef FCGI_BOARD_H
#define FCGI_BOARD_H

#include <stdatomic.h>

#include "base/base.h"

enum {
	/* Both pools at their largest, twice, for a change of generations. */
	BOARD_SLOTS = 2 * (256 + 64) + 8,
	BOARD_ID_LEN = 63
};

/* On cache lines of its own, so that workers do not slow each other. */
struct board_slot {
	_Alignas(128) _Atomic int64_t busy_at;	/* clock_mono_ms(); 0: idle */
	_Atomic uint64_t requests;		/* since the child's start */
	_Atomic bool is_dismissed;		/* the master wants it to leave */
	char	 id[BOARD_ID_LEN + 1];		/* the present request's */
};

struct board {
	/* The master has seen every worker go: the keeper may close. */
	_Atomic bool workers_gone;
	struct board_slot slot[BOARD_SLOTS];
};

/* Map one, shared with every process forked later.  NULL: out of memory. */
struct board	*board_new(void);
void		 board_free(struct board *);

/* For a new child: idle, no request yet.  The master does this before it forks. */
void		 board_clear(struct board_slot *);

/* Around a request.  Its id becomes known after it has begun. */
void		 board_begin(struct board_slot *);
void		 board_name(struct board_slot *, const char *id);
void		 board_end(struct board_slot *);

/* Nothing came of it: somebody else was faster. */
void		 board_cancel(struct board_slot *);

/* How long the child has been at its request, in ms; -1 when it is idle. */
int64_t		 board_busy_ms(struct board_slot *);

/*
 * The id of the request it is at; "" when it is idle or the id is not known
 * yet.  Of a living child this may be a torn copy: it is for people to read.
 */
void		 board_get_id(struct board_slot *, char id[BOARD_ID_LEN + 1]);

#endif
