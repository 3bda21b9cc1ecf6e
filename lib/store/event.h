/*
 * event - the log: append-only, numbered in commit order.
 */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "store/message.h"
#include "store/room.h"
#include "store/user.h"

enum event_kind {
#define X(name, number, wire, is_public) name = number,
#include "store/event.def"
#undef X
};

/* "message.posted"; NULL for an unknown number. */
const char	*event_kind_name(enum event_kind);
bool		 event_kind_is_public(enum event_kind);

struct event {
	int64_t	 seq;		/* 0: a cast */
	enum event_kind kind;
	int64_t	 room_id;	/* 0: the whole site */
	int64_t	 user_id;	/* who did it */
	int64_t	 subject_id;	/* message, account or session; 0: none */
	const char *arg;	/* emoji, role's number, read seq, notice; NULL: none */
	int64_t	 at;
	int64_t	 origin;	/* of a cast: the connection; 0: not known */
	/* Loaded with it, as the kind needs; NULL otherwise. */
	const struct user *user;	/* who did it */
	const struct message *message;	/* message.*, reaction.*: as it is now */
	const struct room *room;	/* room.* */
	const struct user *subject;	/* member.*: the account it is about */
};

/*
 * Append to the log within a write; sets `event->seq`.  For EVENT_MESSAGE_POSTED
 * subject_id stays 0: the message gets the event's seq as its id.  The account
 * that joins or leaves is the subject, also when it does so by itself.
 */
enum err	 store_event_append(struct store *, struct event *event)
		    MUST_CHECK;

/*
 * The newest seq ever, also when it has left the log, 0: none; the newest that
 * has left it, 0: none.
 */
enum err	 store_event_head(struct store *, int64_t *seq_out) MUST_CHECK;
enum err	 store_event_floor(struct store *, int64_t *seq_out) MUST_CHECK;

/* A stretch of the log: after < seq <= until, at most `max` events. */
struct event_range {
	int64_t	 after;
	int64_t	 until;
	int	 max;
};

/*
 * All events of the stretch, ascending, with what their kinds need.  This is
 * what push reads once for everybody.
 */
enum err	 store_event_range(struct store *, struct arena *,
		    const struct event_range *, struct event **out,
		    int *n_out) MUST_CHECK;

/*
 * Of the stretch, what `user_id` may see as of now, ascending: the events of
 * rooms that it is in, from its joining on; the site's; its own leaving of
 * rooms, whatever has become of them; of deleted rooms that it was in until
 * then, the deletion alone.  With `rooms_n` > 0 the site's and those rooms'
 * only, and public ones among them are seen whole, joined or not.  Events that
 * are not public are left out.  Fewer than `max`: there are no more.
 *
 * The work grows with the account's rooms (or `rooms_n`) and with what there is
 * to see in the stretch, which should be some thousands of seqs wide at most.
 * Several statements: within store_read_begin() if they must see one state.
 */
struct event_view {
	struct event_range range;
	int64_t	 user_id;
	const int64_t *rooms;
	int	 rooms_n;
};
enum err	 store_event_view(struct store *, struct arena *,
		    const struct event_view *, struct event **out,
		    int *n_out) MUST_CHECK;

/*
 * Remove at most `max` events older than `before_at` from the log's old end, up
 * to the first that is younger, and move the floor.  `*n_out` were removed.
 * Begins and ends the write itself.
 */
enum err	 store_event_prune(struct store *, int64_t before_at, int max,
		    int *n_out) MUST_CHECK;

#endif
