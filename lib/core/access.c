/*
 * access - may the caller do this in that room?
 *
 * It answers from the room's kind and the caller's row among its members alone.
 * What depends on more (whose message it is, who is the last owner) is in the
 * verbs.  What a call may open (tells_forbidden, sees_all) is opened here alone.
 */
#include "config.h"

#include "core/access.h"

/* What somebody is to a room, the least first. */
enum standing { SEEN, MEMBER, ADMIN, OWNER, NOBODY };

static const enum standing needed[DEED_N][2] = {
#define X(name, in_room, in_direct) [name] = { in_room, in_direct },
#include "core/deed.def"
#undef X
};

static enum standing
standing(const struct access *a)
{
	static const enum standing by_role[ROLE_N] = {
		[ROLE_MEMBER] = MEMBER,
		[ROLE_ADMIN] = ADMIN,
		[ROLE_OWNER] = OWNER
	};

	return a->is_member ? by_role[a->member.role] : SEEN;
}

enum err
access_check(const struct access *a, enum deed deed)
{
	bool is_direct = a->kind == ROOM_DIRECT;

	return standing(a) >= needed[deed][is_direct] ? ERR_OK : ERR_FORBIDDEN;
}

/* The room, be it the caller's to see or not. */
static enum err
enter(struct call *c, int64_t room_id, struct access *out)
{
	enum err e;

	e = store_room_enter(c->store, room_id, c->user_id, &out->kind,
	    &out->member);
	out->is_member = e == ERR_OK && out->member.room_id != 0;
	return e;
}

/* May the caller know of it? */
static enum err
check_known(const struct call *c, const struct access *a)
{
	if (a->is_member || a->kind == ROOM_PUBLIC)
		return ERR_OK;
	return c->tells_forbidden ? ERR_FORBIDDEN : ERR_NOT_FOUND;
}

enum err
access_room(struct call *c, int64_t room_id, struct access *out)
{
	enum err e;

	e = enter(c, room_id, out);
	return e == ERR_OK ? check_known(c, out) : e;
}

enum err
access_room_for(struct call *c, int64_t room_id, enum deed deed,
    struct access *out)
{
	enum err e;

	if ((e = enter(c, room_id, out)) != ERR_OK ||
	    (deed == DEED_SEE && c->sees_all) ||
	    (e = check_known(c, out)) != ERR_OK)
		return e;
	return access_check(out, deed);
}

enum err
access_message(struct call *c, int64_t message_id, struct message *message_out,
    struct access *out)
{
	enum err e;

	e = store_message_load(c->store, c->arena, message_id, message_out);
	if (e != ERR_OK)
		return e;
	return access_room(c, message_out->room_id, out);
}
