/*
 * room - rooms, and who is in them.
 */
#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include "store/store.h"
#include "store/user.h"

enum room_kind { ROOM_DIRECT, ROOM_PRIVATE, ROOM_PUBLIC, ROOM_KIND_N };
enum role { ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER, ROLE_N };

struct room {
	int64_t	 id;
	enum room_kind kind;
	const char *name;	/* NULL: none */
	int64_t	 created_by;
	int64_t	 created_at;
	int64_t	 updated_at;
	int64_t	 deleted_at;
	int64_t	 last_seq;	/* newest event of the room */
	int64_t	 posted_seq;	/* of these, newest message.posted; 0: none */
	const char *extra;	/* a JSON object of the dialects; NULL: none */
};

struct member {
	struct user user;
	int64_t	 room_id;
	enum role role;
	int64_t	 joined_seq;
	int64_t	 joined_at;
	int64_t	 read_seq;
	int64_t	 read_at;	/* when it was moved; 0: never */
};

/* A room as one member sees it. */
struct room_view {
	struct room room;
	bool	 is_member;
	enum role role;
	int64_t	 read_seq;
	int64_t	 unread_n;	/* others' messages after read_seq, not deleted;
				   0 for one who is not a member */
	int64_t	 last_message_id; /* 0: none; newest that is not deleted */
};

struct room_page {
	int64_t	 user_id;
	int64_t	 after;		/* rooms with a greater id */
	int	 max;
	bool	 public_too;	/* public rooms that the user is not in, too */
};

/*
 * Insert; sets `room->id`.  `pair`: "low:high" of a direct room, or NULL.
 * ERR_EXISTS when the pair has its room.  Within a write.
 */
enum err	 store_room_add(struct store *, struct room *room,
		    const char *pair) MUST_CHECK;

/* ERR_NOT_FOUND also when it is deleted. */
enum err	 store_room_load(struct store *, struct arena *, int64_t id,
		    struct room *out) MUST_CHECK;
/* Deleted ones too: what an event of the log speaks of. */
enum err	 store_room_load_any(struct store *, struct arena *, int64_t id,
		    struct room *out) MUST_CHECK;
enum err	 store_room_by_pair(struct store *, const char *pair,
		    int64_t *id_out) MUST_CHECK;		/* ERR_NOT_FOUND */

/*
 * The oldest public room of that name; `nocase`: ASCII case does not count.
 * ERR_NOT_FOUND.
 */
struct room_name {
	const char *name;
	bool	 nocase;
};
enum err	 store_room_by_name(struct store *, struct arena *,
		    const struct room_name *, struct room *out) MUST_CHECK;

/* Store the name, extra and updated_at of `room`, as the next. */
enum err	 store_room_change(struct store *, const struct room *room)
		    MUST_CHECK;
/* Within a write; ERR_NOT_FOUND also when it is deleted. */
enum err	 store_room_set_deleted(struct store *, int64_t id, int64_t now)
		    MUST_CHECK;

/*
 * The room with what `user_id` needs to list it, be it a member or not;
 * ERR_NOT_FOUND.
 */
enum err	 store_room_view(struct store *, struct arena *, int64_t room_id,
		    int64_t user_id, struct room_view *out) MUST_CHECK;
/* Rooms, not deleted, by id. */
enum err	 store_room_page(struct store *, struct arena *,
		    const struct room_page *, struct room_view **out,
		    int *n_out) MUST_CHECK;

/* Within a write.  ERR_EXISTS when already in. */
enum err	 store_member_add(struct store *, const struct member *)
		    MUST_CHECK;
enum err	 store_member_set_role(struct store *, int64_t room_id,
		    int64_t user_id, enum role role) MUST_CHECK;
/*
 * Store read_seq and read_at of `m`.  Moves forward only; ERR_DONE when it is
 * there or further, or no member.
 */
enum err	 store_member_set_read(struct store *, const struct member *m)
		    MUST_CHECK;
enum err	 store_member_remove(struct store *, int64_t room_id,
		    int64_t user_id) MUST_CHECK;		/* ERR_NOT_FOUND */

/*
 * Without its account but for user.id; ERR_NOT_FOUND.  The members of a deleted
 * room are still there.
 */
enum err	 store_member_find(struct store *, int64_t room_id,
		    int64_t user_id, struct member *out) MUST_CHECK;
/* With its account; ERR_NOT_FOUND. */
enum err	 store_member_load(struct store *, struct arena *, int64_t room_id,
		    int64_t user_id, struct member *out) MUST_CHECK;

struct member_page {
	int64_t	 room_id;
	int64_t	 after;		/* accounts with a greater id */
	int	 max;
};
enum err	 store_member_page(struct store *, struct arena *,
		    const struct member_page *, struct member **out,
		    int *n_out) MUST_CHECK;

/*
 * What decides who may do what: the room's kind, and of the account's
 * membership what store_member_find() gives; its room_id is 0 if it is no
 * member.  ERR_NOT_FOUND also when the room is deleted.
 */
enum err	 store_room_enter(struct store *, int64_t room_id,
		    int64_t user_id, enum room_kind *kind_out,
		    struct member *member_out) MUST_CHECK;

/*
 * Of the members besides `user_id`, the highest and of these the oldest, as of
 * store_member_find(); ERR_NOT_FOUND when there are no others.
 */
enum err	 store_member_heir(struct store *, int64_t room_id,
		    int64_t user_id, struct member *out) MUST_CHECK;

/* One room that an account is in, for push. */
struct membership {
	int64_t	 room_id;
	int64_t	 joined_seq;
};

/* All rooms, not deleted, that an account is in, by room id. */
enum err	 store_membership_list(struct store *, struct arena *,
		    int64_t user_id, struct membership **out, int *n_out)
		    MUST_CHECK;

#endif
