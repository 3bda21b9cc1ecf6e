/*
 * hub - who is waiting for what.
 *
 * The hub knows the accounts that are online, the rooms that each of them is
 * in, and the subscribers (waiting clients) of each account.  A room therefore
 * has one entry per account that is online, however many devices it uses.  The
 * hub owns neither sockets nor the database: source.c feeds it, connections
 * drain it.  Everything runs on the loop; nothing here blocks.
 *
 *	room 7 ----> account 1 ----> subscriber (phone)
 *	        |               `--> subscriber (laptop)
 *	        `--> account 2 ----> subscriber
 *	        `--> watchers: subscribers that asked for certain rooms only
 *
 * What an account may see is its membership as of `loaded_seq`, when it was
 * read from the database, and from there on as the log changes it.
 */
#ifndef PUSH_HUB_H
#define PUSH_HUB_H

#include "push/sub.h"
#include "store/room.h"

struct hub;

struct hub	*hub_new(void);			/* NULL: out of memory */
void		 hub_free(struct hub *);	/* NULL is fine */

/* An account that is online; NULL when it is not. */
struct hub_user	*hub_find_user(struct hub *, int64_t user_id);
int64_t		 hub_user_id(const struct hub_user *);
int64_t		 hub_user_loaded_seq(const struct hub_user *);
/* How many subscribers it has. */
int		 hub_user_subs(const struct hub_user *);

/*
 * An account comes online, with the rooms that it is in as of `loaded_seq`.
 * It stays until its last subscriber leaves.  NULL: out of memory, and nothing
 * has changed.
 */
struct hub_arrival {
	int64_t	 user_id;
	int64_t	 loaded_seq;
	const struct membership *rooms;
	int	 rooms_n;
};
struct hub_user	*hub_add_user(struct hub *, const struct hub_arrival *);

/*
 * Add a subscriber, which has its ops, to its account; it is not live yet.  The
 * hub borrows it until hub_remove().  With `rooms_n` > 0 (up to SUB_ROOMS_MAX)
 * it wants those rooms only, public ones also when the account is not in them;
 * `is_public` is then asked for each whose kind is not known yet.  After an
 * error, its own or ERR_NOMEM, the subscriber is not added, and an account that
 * has no other one is offline again.
 */
struct hub_joining {
	struct hub_user *user;
	int64_t	 session_id;
	const int64_t *rooms;
	int	 rooms_n;
	enum err (*is_public)(void *arg, int64_t room_id, bool *out);
	void	*arg;
};
enum err	 hub_add(struct hub *, struct sub *, const struct hub_joining *)
		    MUST_CHECK;

/*
 * Take it out; an account without subscribers goes offline.  Fine when it is
 * not in the hub.  Not within hub_give() or hub_cast().
 */
void		 hub_remove(struct hub *, struct sub *);

/*
 * Apply an event of the log, and give it to all live subscribers that may see
 * it: those that come into a room see that, and so do those that leave it.
 * Returns how many frames were given; `size_out` the bytes that were built.
 */
int64_t		 hub_give(struct hub *, const struct event *, size_t *size_out);

/* A session has ended, or has run out: so have the subscribers by it. */
void		 hub_end_session(struct hub *, int64_t user_id,
		    int64_t session_id);

/* All subscribers are told the same. */
void		 hub_end_all(struct hub *, enum sub_end);

/* Of a room that was made with `seq`, `user_id` is a member from then on. */
void		 hub_join(struct hub *, int64_t room_id, int64_t user_id,
		    int64_t seq);

/*
 * Give a cast to everybody in its room but the account that did it; when it
 * names the connection it comes from, the subscribers leave that one out.
 */
int64_t		 hub_cast(struct hub *, const struct event *);

/* The rooms of its filter, and how many they are; 0: it has none. */
int		 hub_filter_rooms(const struct sub *,
		    int64_t rooms[SUB_ROOMS_MAX]);

/* How many accounts are online; and, for tests, how many rooms are in use. */
int64_t		 hub_users(const struct hub *);
int64_t		 hub_rooms(const struct hub *);

#endif
