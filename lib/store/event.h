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
	const char *arg;	/* emoji, role's number, read seq; NULL: none */
	int64_t	 at;
	/* Loaded with it, as the kind needs; NULL otherwise. */
	const struct user *user;	/* who did it */
	const struct message *message;	/* message.*: as it is now */
	const struct room *room;	/* room.* */
	const struct user *subject;	/* member.*: the account */
};

/*
 * Append to the log within a write; sets `event->seq`.  A room's event moves
 * the room's last_seq.
 */
enum err	 store_event_append(struct store *, struct event *event) MUST_CHECK;

/* The newest seq, 0 in an empty log; the newest that has left it, 0: none. */
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
 * Of the stretch, what `user_id` may see as of now: the events of rooms it is
 * in, from its joining on; the site's; its own leaving of rooms; the deletion
 * of rooms it was in.  With `rooms_n` > 0, room events of those rooms only, and
 * among them those of public rooms too that it has not joined.  Not public ones
 * are left out.  Bounded work: the stretch should be at most some thousands of
 * seqs wide.
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
 * Remove at most `max` events older than `before_at` from the log's old end and
 * move the floor, in one write.  `*n_out` were removed.
 */
enum err	 store_event_prune(struct store *, int64_t before_at, int max,
		    int *n_out) MUST_CHECK;

#endif
