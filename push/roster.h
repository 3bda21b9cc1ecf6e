/*
 * roster - which accounts are online, and in which rooms.
 *
 * The memory of the hub, which alone includes this; what subscribers and watchers
 * are is its affair.  A room is here as long as an account that is online is in
 * it, or somebody watches it.
 */
#ifndef PUSH_ROSTER_H
#define PUSH_ROSTER_H

#ifndef HASH_NONFATAL_OOM
#define HASH_NONFATAL_OOM 1
#endif
#include <uthash.h>

#include "push/hub.h"

struct hub_room {
	int64_t	 id;
	struct hub_user **users;
	uint32_t users_n, users_cap;
	bool	 is_public;
	bool	 is_kind_known;
	struct watch *watches;
	UT_hash_handle hh;
};

/* An account is in a room. */
struct place {
	struct hub_room *room;
	uint32_t at;		/* room->users[at] is the account */
};

struct hub_user {
	int64_t	 id;
	int64_t	 loaded_seq;
	struct sub *subs;
	struct place *rooms;	/* by the room's id, ascending */
	uint32_t rooms_n, rooms_cap;
	int	 subs_n;
	UT_hash_handle hh;
};

/* Empty when it is all zeroes. */
struct roster {
	struct hub_user *users;
	struct hub_room *rooms;
};

/* NULL: it is not there. */
struct hub_user	*roster_find_user(const struct roster *, int64_t user_id);
struct hub_room	*roster_find_room(const struct roster *, int64_t id);

/*
 * The room, made if need be: roster_trim() is due unless somebody comes into it.
 * NULL: out of memory.
 */
struct hub_room	*roster_get_room(struct roster *, int64_t id);

/* Free the room unless somebody is in it or watches it. */
void		 roster_trim(struct roster *, struct hub_room *);

/* As hub_add_user(). */
struct hub_user	*roster_add_user(struct roster *, const struct hub_arrival *);

/* It has no subscribers any more. */
void		 roster_remove_user(struct roster *, struct hub_user *);

/* Borrowed until a room is entered or left; NULL: it is not in the room. */
struct place	*roster_find_place(const struct hub_user *,
		    const struct hub_room *);

/* The account is in the room from now on; false: out of memory. */
bool		 roster_enter(struct hub_user *, struct hub_room *) MUST_CHECK;

/* It is not any more; the room is freed if nobody else needs it. */
void		 roster_leave(struct roster *, struct hub_user *, struct place *);

#endif
