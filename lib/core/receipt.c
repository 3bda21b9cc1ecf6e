/*
 * receipt - how far somebody has read, and that somebody is typing.
 *
 * A receipt is an event like any other, so that all devices of an account see
 * it move.  It stops at the newest message, because it is an event: two clients
 * that mark whatever they are sent as read would otherwise move on each other's
 * receipts for ever.  Typing is not kept: it is checked here, and cast by
 * others.
 */
#include "config.h"

#include "core/access.h"
#include "core/receipt.h"
#include "core/tell.h"

static enum err
move(struct call *c, int64_t room_id, int64_t seq, int64_t *seq_out)
{
	struct event event = {
		.kind = EVENT_READ_MOVED, .room_id = room_id
	};
	struct member mark = {
		.room_id = room_id, .user.id = c->user_id, .read_at = c->now
	};
	struct access a;
	struct room room;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_MARK, &a)) != ERR_OK ||
	    (e = store_room_load(c->store, c->arena, room_id, &room)) != ERR_OK)
		return e;
	if (seq > room.posted_seq)
		seq = room.posted_seq;
	*seq_out = seq > a.member.read_seq ? seq : a.member.read_seq;
	mark.read_seq = seq;
	e = store_member_set_read(c->store, &mark);
	if (e != ERR_OK)
		return e == ERR_DONE ? ERR_OK : e;
	if ((event.arg = tell_number(c->arena, seq)) == NULL)
		return ERR_NOMEM;
	return tell(c, &event);
}

enum err
core_receipt_move(struct call *c, int64_t room_id, int64_t seq,
    int64_t *seq_out)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, move(c, room_id, seq, seq_out));
}

enum err
core_typing_show(struct call *c, int64_t room_id, struct user *who_out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_TYPE, &a)) != ERR_OK)
		return e;
	return store_user_load(c->store, c->arena, c->user_id, who_out);
}
