/*
 * member - who is in a room, and as what.
 *
 * The question that comes up again and again is "who is there besides this
 * one?": the heir is its answer, the highest and oldest of the others.  No
 * heir: the room is empty without this one.  An heir that is no owner: this
 * one is the last owner, if it is one.  To find it all members are looked at,
 * so it is asked for owners alone: a room has one at all times, but for direct
 * ones, which have two members at most.
 */
#include "config.h"

#include "core/access.h"
#include "core/account.h"
#include "core/member.h"
#include "core/tell.h"

enum err
member_let_in(struct call *c, struct member *m)
{
	int64_t seq;
	enum err e;

	if ((e = core_account_get(c, m->user.id, &m->user)) != ERR_OK)
		return e;
	e = tell_member(c, EVENT_MEMBER_JOINED, m, &seq);
	if (e != ERR_OK)
		return e;
	if (m->joined_seq == 0)
		m->joined_seq = seq;
	m->joined_at = c->now;
	m->read_seq = m->joined_seq;
	return store_member_add(c->store, m);
}

static enum err
take_out(struct call *c, const struct member *m)
{
	enum err e;

	e = store_member_remove(c->store, m->room_id, m->user.id);
	return e == ERR_OK ? tell_member(c, EVENT_MEMBER_LEFT, m, NULL) : e;
}

static enum err
set_role(struct call *c, struct member *m, enum role role)
{
	enum err e;

	m->role = role;
	e = store_member_set_role(c->store, m->room_id, m->user.id, role);
	return e == ERR_OK ? tell_member(c, EVENT_MEMBER_CHANGED, m, NULL) : e;
}

/* ERR_NOT_FOUND: there is nobody else. */
static enum err
find_heir(struct call *c, const struct member *m, struct member *out)
{
	return store_member_heir(c->store, m->room_id, m->user.id, out);
}

static bool
is_last_owner(const struct member *m, const struct member *heir)
{
	return m->role == ROLE_OWNER && heir->role != ROLE_OWNER;
}

/* Is there an owner besides? */
static bool
has_other_owner(const struct access *a)
{
	return a->kind != ROOM_DIRECT && a->member.role != ROLE_OWNER;
}

enum err
member_withdraw(struct call *c, int64_t room_id)
{
	struct member heir;
	struct access a;
	enum err e;

	if ((e = access_room(c, room_id, &a)) != ERR_OK)
		return e;
	if (has_other_owner(&a))
		return take_out(c, &a.member);
	e = find_heir(c, &a.member, &heir);
	if (e == ERR_NOT_FOUND)
		return room_end(c, room_id);
	if (e == ERR_OK && is_last_owner(&a.member, &heir))
		e = set_role(c, &heir, ROLE_OWNER);
	return e == ERR_OK ? take_out(c, &a.member) : e;
}

static enum err
join(struct call *c, int64_t room_id)
{
	struct access a;
	enum err e;

	if ((e = access_room(c, room_id, &a)) != ERR_OK || a.is_member)
		return e;
	a.member = (struct member){
		.user.id = c->user_id, .room_id = room_id, .role = ROLE_MEMBER
	};
	return member_let_in(c, &a.member);
}

enum err
core_member_join(struct call *c, int64_t room_id, struct room_entry *out)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	if ((e = join(c, room_id)) == ERR_OK)
		e = room_load_entry(c, room_id, out);
	return store_end(c->store, e);
}

static enum err
leave(struct call *c, int64_t room_id)
{
	struct member heir;
	struct access a;
	enum err e;

	if ((e = access_room(c, room_id, &a)) != ERR_OK)
		return e;
	if (!a.is_member)
		return ERR_NOT_FOUND;
	if (access_check(&a, DEED_LEAVE) != ERR_OK)
		return ERR_CONFLICT;
	if (has_other_owner(&a))
		return take_out(c, &a.member);
	e = find_heir(c, &a.member, &heir);
	if (e == ERR_NOT_FOUND)
		return room_end(c, room_id);
	if (e == ERR_OK && is_last_owner(&a.member, &heir))
		e = ERR_LAST_OWNER;
	return e == ERR_OK ? take_out(c, &a.member) : e;
}

enum err
core_member_leave(struct call *c, int64_t room_id)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, leave(c, room_id));
}

enum err
core_member_page(struct call *c, const struct member_page *page,
    struct member **out, int *n_out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, page->room_id, DEED_SEE, &a)) != ERR_OK)
		return e;
	return store_member_page(c->store, c->arena, page, out, n_out);
}

/* A newcomer: a plain one by an admin, any by an owner. */
static enum err
put_new(struct call *c, const struct access *a, const struct member_put *in)
{
	struct member m = {
		.user.id = in->user_id,
		.room_id = in->room_id,
		.role = in->role < 0 ? ROLE_MEMBER : (enum role)in->role
	};
	enum err e;

	e = access_check(a, m.role == ROLE_MEMBER ? DEED_ADD : DEED_SET_ROLE);
	return e == ERR_OK ? member_let_in(c, &m) : e;
}

/* Somebody who is in already: another role, by an owner. */
static enum err
put_role(struct call *c, const struct access *a, struct member *m, int role)
{
	struct member heir;
	enum err e;

	if ((e = access_check(a, DEED_ADD)) != ERR_OK ||
	    role < 0 || m->role == (enum role)role)
		return e;
	if ((e = access_check(a, DEED_SET_ROLE)) != ERR_OK)
		return e;
	e = find_heir(c, m, &heir);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && is_last_owner(m, &heir)))
		e = ERR_LAST_OWNER;
	return e == ERR_OK ? set_role(c, m, (enum role)role) : e;
}

static enum err
put(struct call *c, const struct member_put *in, struct member *out,
    bool *is_new_out)
{
	struct access a;
	enum err e;

	if ((e = access_room(c, in->room_id, &a)) != ERR_OK)
		return e;
	e = store_member_find(c->store, in->room_id, in->user_id, out);
	*is_new_out = e == ERR_NOT_FOUND;
	if (*is_new_out)
		e = put_new(c, &a, in);
	else if (e == ERR_OK)
		e = put_role(c, &a, out, in->role);
	if (e != ERR_OK)
		return e;
	return store_member_load(c->store, c->arena, in->room_id, in->user_id,
	    out);
}

enum err
core_member_put(struct call *c, const struct member_put *in,
    struct member *out, bool *is_new_out)
{
	enum err e;

	if (in->role >= ROLE_N)
		return call_fault(c, "role", ERR_BAD_VALUE);
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, put(c, in, out, is_new_out));
}

static enum err
put_out(struct call *c, int64_t room_id, int64_t user_id)
{
	struct access a;
	struct member m;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_REMOVE, &a)) != ERR_OK)
		return e;
	e = store_member_find(c->store, room_id, user_id, &m);
	if (e == ERR_OK && m.role != ROLE_MEMBER)
		e = access_check(&a, DEED_SET_ROLE);
	return e == ERR_OK ? take_out(c, &m) : e;
}

enum err
core_member_remove(struct call *c, int64_t room_id, int64_t user_id)
{
	enum err e;

	if (user_id == c->user_id)
		return core_member_leave(c, room_id);
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, put_out(c, room_id, user_id));
}
