/*
 * upcall - frames of clients, on their way to the workers and back.
 *
 * A lane is what one connection has under way: its frames wait in the order in
 * which they came, and go up as one FastCGI request at a time, all that wait
 * together, or, of Socket.IO, one by one.  A lane outlives its connection until
 * its frames are done, so that what a client sent before it went is carried out.
 * Every frame is answered once: with what the worker says, or, when it says
 * nothing in time, with an error.
 *
 *	lane: frame frame frame ----> ask.c ----> "/upcall/<dialect>"
 *	lane: frame                   (others wait their turn)
 */
#ifndef PUSH_UPCALL_H
#define PUSH_UPCALL_H

#include "base/conf.h"
#include "push/counters.h"
#include "push/shape.h"

struct asks;
struct upcalls;
struct lane;

struct upcall_options {
	const struct conf *conf;
	struct asks *asks;
	struct counters *counters;
};

/* All of it is borrowed.  NULL: out of memory. */
struct upcalls	*upcalls_new(const struct upcall_options *);
void		 upcalls_free(struct upcalls *);	/* NULL is fine */

/* No frame is under way or waits. */
bool		 upcalls_is_idle(const struct upcalls *);

/* What came of a frame. */
struct lane_reply {
	const char *text;	/* NULL: there is no answer */
	size_t	 len;
	bool	 is_refusal;	/* it was not carried out */
	bool	 is_lost;	/* there is one, but no memory for it: close */
};

/* What the owner of a lane is told. */
struct lane_ops {
	/* Of one frame after the other, in their order. */
	void	 (*reply)(void *arg, const struct lane_reply *);
	/* It can take more answers; otherwise it calls upcall_resume() later. */
	bool	 (*has_room)(void *arg);
	/* An upcall is over.  A lane that `is_idle` is gone. */
	void	 (*answered)(void *arg, bool is_idle);
};

/*
 * A new lane, without frames.  `ops` and `shape` are borrowed for ever.  NULL:
 * out of memory.
 */
struct lane_options {
	const struct lane_ops *ops;
	void	*arg;
	const struct shape *shape;
	int64_t	 user_id;
	int64_t	 session_id;
	int64_t	 connection;	/* the socket's number; 0: it has none */
	int64_t	 room;		/* and its own room; 0: none */
	const char *id;		/* the request id; copied */
};
struct lane	*upcall_lane(struct upcalls *, const struct lane_options *);

/* Add a frame; it goes up when its turn comes.  False: no memory. */
bool		 upcall_put(struct lane *, const char *text, size_t len)
		    MUST_CHECK;

/* As many frames wait as may: read no more of them. */
bool		 upcall_is_full(const struct lane *);

/*
 * Answer all that waits in lanes that hold so many bytes or more with an error.
 * They are done with at their next turn.
 */
void		 upcalls_shed(struct upcalls *, size_t least);

/* The owner has room for answers again. */
void		 upcall_resume(struct lane *);

/* The owner is gone: the frames go up, their answers are thrown away. */
void		 upcall_forget(struct lane *);

#endif
