/*
 * subscribe - a client begins to wait.
 */
#ifndef PUSH_SUBSCRIBE_H
#define PUSH_SUBSCRIBE_H

#include "push/push.h"
#include "push/sub.h"

/* Who it is, and what it wants to hear from where on. */
struct subscription {
	int64_t	 user_id;
	int64_t	 session_id;
	int64_t	 since;		/* a cursor, or SUB_NOW */
	const int64_t *rooms;
	int	 rooms_n;	/* 0: all rooms of the account */
};

/*
 * Add the subscriber to the hub; when its transport is open, give it to
 * catchup_add().  The database is read, on the loop, by few indexed reads:
 * source_is_ready() is needed.  ERR_RATE: the account has as many connections
 * as it may.
 */
enum err	 subscribe(struct push *, struct sub *, const struct subscription *)
		    MUST_CHECK;

#endif
