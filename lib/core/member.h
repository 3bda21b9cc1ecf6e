/*
 * member - who is in a room, and as what.
 *
 * A room that is not direct always has an owner.  Nobody is let into a direct
 * room or leaves it; only the end of an account takes one of the two away.
 */
#ifndef CORE_MEMBER_H
#define CORE_MEMBER_H

#include "core/call.h"
#include "core/room.h"

/* Join a public room; who is in already stays as it is. */
enum err	 core_member_join(struct call *, int64_t room_id,
		    struct room_entry *out) MUST_CHECK;

/*
 * Leave.  The last one to leave deletes the room.  ERR_LAST_OWNER;
 * ERR_CONFLICT for a direct room; ERR_NOT_FOUND for who is not in it.
 */
enum err	 core_member_leave(struct call *, int64_t room_id) MUST_CHECK;

/* As store_member_page().  A read. */
enum err	 core_member_page(struct call *, const struct member_page *,
		    struct member **out, int *n_out) MUST_CHECK;

struct member_put {
	int64_t	 room_id;
	int64_t	 user_id;
	int	 role;		/* enum role; < 0: as it is, or a plain member */
};

/*
 * Let somebody in, or give a member another role.  Admins let plain members
 * in; the rest is for owners.  ERR_NOT_FOUND for an account that there is not;
 * ERR_LAST_OWNER.
 */
enum err	 core_member_put(struct call *, const struct member_put *,
		    struct member *out, bool *is_new_out) MUST_CHECK;

/*
 * Put a member out: admins plain members, owners anybody.  Oneself: leave.
 * ERR_NOT_FOUND when that account is not in the room.
 */
enum err	 core_member_remove(struct call *, int64_t room_id,
		    int64_t user_id) MUST_CHECK;

/*
 * Parts of verbs, within their write.  Let in who is not in yet: room_id,
 * user.id, role and joined_seq (0: this event's) are set, the rest gets set.
 * ERR_NOT_FOUND when there is no such account.
 */
enum err	 member_let_in(struct call *, struct member *) MUST_CHECK;

/*
 * Take the caller out of a room, whatever its role: an heir becomes the owner,
 * and without one the room ends.
 */
enum err	 member_withdraw(struct call *, int64_t room_id) MUST_CHECK;

#endif
