/*
 * room - rooms of the three kinds.
 *
 * A direct room is for two and there is one for each pair; a private room is
 * for those who were let in; a public room is for all accounts.  To everybody
 * else a room does not exist: ERR_NOT_FOUND.
 */
#ifndef CORE_ROOM_H
#define CORE_ROOM_H

#include "core/call.h"
#include "store/message.h"
#include "store/room.h"

enum { ROOM_MEMBERS_MAX = 1000 };	/* that a room is made with */

/* A room as the caller sees it in a list. */
struct room_entry {
	struct room_view view;
	const struct message *last_message;	/* NULL: none */
	const struct member *members;	/* of a direct room; NULL: another */
	int	 members_n;
};

struct room_draft {
	enum room_kind kind;	/* private or public */
	const char *name;	/* NULL: none */
	const int64_t *members;	/* besides the caller, who is named for nothing */
	int	 members_n;
	const char *extra;	/* a JSON object of the dialect; NULL: none */
	/*
	 * Look for a room of the caller's that will do instead, within the write,
	 * so that two who want the same make it once; ERR_NOT_FOUND: there is
	 * none.  NULL: a new one is wanted.
	 */
	enum err (*find)(struct call *, void *arg, int64_t *room_id_out);
	void	*arg;
};

/* Make a room that the caller owns.  ERR_BAD_VALUE for a member who is none. */
enum err	 core_room_create(struct call *, const struct room_draft *,
		    struct room_entry *out) MUST_CHECK;

/*
 * The direct room of the caller and `user_id`, made if need be; with oneself it
 * has one member.  ERR_NOT_FOUND when there is no such account.
 */
enum err	 core_room_direct(struct call *, int64_t user_id,
		    struct room_entry *out, bool *is_new_out) MUST_CHECK;

/* The same room's id, if it is there; ERR_NOT_FOUND.  A read. */
enum err	 core_room_direct_find(struct call *, int64_t user_id,
		    int64_t *room_id_out) MUST_CHECK;

/* As store_room_by_name().  A read. */
enum err	 core_room_by_name(struct call *, const struct room_name *,
		    struct room *out) MUST_CHECK;

/* The same, made if need be; the caller owns it then. */
enum err	 core_room_named(struct call *, const struct room_name *,
		    struct room *out, bool *is_new_out) MUST_CHECK;

/*
 * What a room that the caller may see is, and what the caller is in it: one
 * indexed read, where core_room_get() counts what is unread.
 */
struct room_look {
	enum room_kind kind;
	bool	 is_member;
};
enum err	 core_room_look(struct call *, int64_t room_id,
		    struct room_look *out) MUST_CHECK;

/* A read. */
enum err	 core_room_get(struct call *, int64_t room_id,
		    struct room_entry *out) MUST_CHECK;

/* As store_room_page(), for the caller: page->user_id is not looked at.  A read. */
enum err	 core_room_page(struct call *, const struct room_page *page,
		    struct room_entry **out, int *n_out) MUST_CHECK;

struct room_change {
	int64_t	 room_id;
	const char *name;	/* NULL: leave it */
	const char *extra;	/* a JSON object, in the place of the old; NULL:
				   leave it; "": none */
};

enum err	 core_room_update(struct call *, const struct room_change *,
		    struct room_entry *out) MUST_CHECK;

/* Its history is gone for everybody. */
enum err	 core_room_delete(struct call *, int64_t room_id) MUST_CHECK;

/* Parts of verbs: the room as the caller sees it, which it may; */
enum err	 room_load_entry(struct call *, int64_t room_id,
		    struct room_entry *out) MUST_CHECK;

/* and, within a write, its end. */
enum err	 room_end(struct call *, int64_t room_id) MUST_CHECK;

#endif
