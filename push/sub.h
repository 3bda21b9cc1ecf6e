/*
 * sub - one waiting client: a subscriber.
 *
 * Whatever transport it uses, it is a cursor into the log.  While it is behind
 * it reads the log by itself (catchup.c); once it has read all that has been
 * given to the others it is live, and the hub gives it each event as it comes.
 *
 *	            catchup_add                cursor == what the hub has given
 *	client ----------------------> behind --------------------------> live
 *	                               |    ^
 *	                               `----'  a window of the log at a time
 */
#ifndef PUSH_SUB_H
#define PUSH_SUB_H

#include "push/news.h"

enum { SUB_ROOMS_MAX = 100, SUB_NOW = -1 };

struct hub_user;
struct hub_filter;
struct sub_ops;

struct sub {
	const struct sub_ops *ops;
	struct hub_user *user;	/* NULL: not in the hub */
	struct sub *next, *prev;	/* of the same account; hub.c */
	struct sub *list_next, *list_prev;	/* catchup.c */
	struct hub_filter *filter;	/* NULL: all rooms of the account */
	int64_t	 session_id;
	int64_t	 cursor;	/* all up to it has been given; SUB_NOW */
	int64_t	 target;	/* not live before the hub is there */
	bool	 is_live;	/* takes events as they come */
	bool	 is_beyond;	/* its cursor is newer than the log */
	uint8_t	 list;		/* catchup.c */
};

enum sub_end {
	SUB_STOPPING,		/* the program ends */
	SUB_SESSION_ENDED,
	SUB_BEHIND,		/* it reads too slowly */
	SUB_BROKEN		/* we cannot serve it: let it come again */
};

enum sub_taken {
	SUB_REFUSED,		/* it cannot take it now */
	SUB_SKIPPED,		/* it is not for this one: go on */
	SUB_GIVEN
};

/*
 * What a subscriber is asked; its connection answers, or whatever it is part
 * of.  None of these may add subscribers to the hub or take them out.
 */
struct sub_ops {
	/* Take an event. */
	enum sub_taken (*deliver)(struct sub *, struct news *);
	/* It gets nothing any more. */
	void	 (*end)(struct sub *, enum sub_end);
	/* While it is behind: can it take another event now? */
	bool	 (*has_room)(struct sub *);
	/* Its cursor is known: tell where it stands. */
	void	 (*begin)(struct sub *);
	/* What it missed is gone from the log. */
	void	 (*reset)(struct sub *, const struct reset *);
	/* It has caught up. */
	void	 (*live)(struct sub *);
};

#endif
