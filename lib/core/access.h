/*
 * access - may the caller do this in that room?
 *
 * The table is deed.def.  Within the verb's transaction, so that what it says
 * still holds at the end of the verb.  Internal to the core.
 */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include "core/call.h"
#include "store/message.h"
#include "store/room.h"

enum deed {
#define X(name, in_room, in_direct) name,
#include "core/deed.def"
#undef X
	DEED_N
};

/* The caller in a room that it may know of, or that all may see. */
struct access {
	enum room_kind kind;
	bool	 is_member;
	struct member member;	/* as of store_member_find(); if is_member */
};

/*
 * ERR_NOT_FOUND: there is no such room, or it is not the caller's to see; the
 * latter is ERR_FORBIDDEN in a call that tells it.
 */
enum err	 access_room(struct call *, int64_t room_id,
		    struct access *out) MUST_CHECK;

/* ERR_FORBIDDEN unless the caller may do it. */
enum err	 access_check(const struct access *, enum deed) MUST_CHECK;

/* Both of the above; in a call that sees all, DEED_SEE asks for nothing. */
enum err	 access_room_for(struct call *, int64_t room_id, enum deed,
		    struct access *out) MUST_CHECK;

/* A message in a room that the caller may see; a deleted one too. */
enum err	 access_message(struct call *, int64_t message_id,
		    struct message *message_out, struct access *out) MUST_CHECK;

#endif
