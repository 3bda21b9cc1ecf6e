/*
 * receipt - how far somebody has read, and that somebody is typing.
 */
#ifndef CORE_RECEIPT_H
#define CORE_RECEIPT_H

#include "core/call.h"
#include "store/user.h"

/*
 * Move the caller's receipt forward to `seq`, at most to the room's newest
 * message; never back.  `*seq_out` is where it stands.  ERR_FORBIDDEN in a
 * public room that the caller has not joined.
 */
enum err	 core_receipt_move(struct call *, int64_t room_id, int64_t seq,
		    int64_t *seq_out) MUST_CHECK;

/*
 * May the caller be seen typing in this room?  Nothing is written; `*who_out`
 * is what the cast tells of the caller.  A read.
 */
enum err	 core_typing_show(struct call *, int64_t room_id,
		    struct user *who_out) MUST_CHECK;

#endif
