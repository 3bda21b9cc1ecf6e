/*
 * cast - what passes through push without being kept.
 *
 * Somebody is typing, comes or goes: nothing is written, nothing is numbered,
 * and losing it hurts nobody.  A worker has checked that the sender may; push
 * gives it to whoever waits on the room, except the connection that it comes
 * from or, when that is not known, the sender's account.
 */
#ifndef DIALECT_CAST_H
#define DIALECT_CAST_H

#include "store/event.h"

struct cast {
	enum event_kind kind;	/* EVENT_TYPING, EVENT_CAME, EVENT_WENT */
	int64_t	 room_id;
	int64_t	 origin;	/* the connection; 0: all of the account's */
	struct user user;	/* who; id, username, display_name */
	bool	 on;		/* somebody types, or has stopped */
	bool	 is_begin;	/* and will say so when it stops */
	struct cast *next;	/* another of the same answer; NULL: none */
};

#endif
