/*
 * room - rooms of the three kinds.
 *
 * The members that a room begins with are let in by the event that made it, so
 * that they see the whole beginning: the room, and who else is in it.  Later
 * ones are let in by their own event; that is in member.c.
 */
#include "config.h"

#include "base/str.h"
#include "core/access.h"
#include "core/check.h"
#include "core/member.h"
#include "core/room.h"
#include "core/tell.h"
#include "store/file.h"

/* Both, or who is left, with their accounts. */
static enum err
load_pair(struct call *c, struct room_entry *entry)
{
	const struct member_page page = {
		.room_id = entry->view.room.id, .max = 2
	};
	struct member *members;
	enum err e;

	e = store_member_page(c->store, c->arena, &page, &members,
	    &entry->members_n);
	entry->members = members;
	return e;
}

static enum err
load_last(struct call *c, struct room_entry *entry)
{
	struct message *m = arena_alloc(c->arena, sizeof(*m));

	if (m == NULL)
		return ERR_NOMEM;
	entry->last_message = m;
	return store_message_load(c->store, c->arena,
	    entry->view.last_message_id, m);
}

/* What a view does not have. */
static enum err
load_rest(struct call *c, struct room_entry *entry)
{
	enum err e = ERR_OK;

	entry->last_message = NULL;
	entry->members = NULL;
	entry->members_n = 0;
	if (entry->view.last_message_id != 0)
		e = load_last(c, entry);
	if (e == ERR_OK && entry->view.room.kind == ROOM_DIRECT)
		e = load_pair(c, entry);
	return e;
}

enum err
room_load_entry(struct call *c, int64_t room_id, struct room_entry *out)
{
	enum err e;

	e = store_room_view(c->store, c->arena, room_id, c->user_id,
	    &out->view);
	return e == ERR_OK ? load_rest(c, out) : e;
}

enum err
room_end(struct call *c, int64_t room_id)
{
	enum err e;

	e = store_room_set_deleted(c->store, room_id, c->now);
	/* Nobody can delete their messages any more. */
	if (e == ERR_OK)
		e = store_file_detach(c->store, room_id);
	if (e != ERR_OK)
		return e;
	return tell(c, &(struct event){
		.kind = EVENT_ROOM_DELETED, .room_id = room_id
	});
}

/* Insert the room and tell of it; its last_seq is that event's. */
static enum err
add(struct call *c, struct room *room, const char *pair)
{
	struct event event = { .kind = EVENT_ROOM_CREATED };
	enum err e;

	room->created_by = c->user_id;
	room->created_at = c->now;
	if ((e = store_room_add(c->store, room, pair)) != ERR_OK)
		return e;
	event.room_id = room->id;
	e = tell(c, &event);
	room->last_seq = event.seq;
	return e;
}

/* One of those that the room begins with. */
static enum err
add_first(struct call *c, const struct room *room, int64_t user_id,
    enum role role)
{
	struct member m = {
		.user.id = user_id,
		.room_id = room->id,
		.role = role,
		.joined_seq = room->last_seq
	};

	return member_let_in(c, &m);
}

/* Somebody may be named twice, and the creator is in already. */
static enum err
add_named(struct call *c, const struct room *room, int64_t user_id)
{
	struct member m;
	enum err e;

	e = store_member_find(c->store, room->id, user_id, &m);
	if (e != ERR_NOT_FOUND)
		return e;
	e = add_first(c, room, user_id, ROLE_MEMBER);
	return e == ERR_NOT_FOUND ? call_fault(c, "members", ERR_BAD_VALUE) : e;
}

static enum err
create(struct call *c, const struct room_draft *in, struct room_entry *out)
{
	struct room room = {
		.kind = in->kind, .name = in->name, .extra = in->extra
	};
	enum err e = ERR_NOT_FOUND;
	int i;

	if (in->find != NULL)
		e = in->find(c, in->arg, &room.id);
	if (e != ERR_NOT_FOUND)
		return e == ERR_OK ? room_load_entry(c, room.id, out) : e;
	if ((e = add(c, &room, NULL)) == ERR_OK)
		e = add_first(c, &room, c->user_id, ROLE_OWNER);
	for (i = 0; e == ERR_OK && i < in->members_n; i++)
		e = add_named(c, &room, in->members[i]);
	return e == ERR_OK ? room_load_entry(c, room.id, out) : e;
}

enum err
core_room_create(struct call *c, const struct room_draft *in,
    struct room_entry *out)
{
	enum err e;

	if (in->kind != ROOM_PRIVATE && in->kind != ROOM_PUBLIC)
		return call_fault(c, "kind", ERR_BAD_VALUE);
	if (in->members_n > ROOM_MEMBERS_MAX)
		return call_fault(c, "members", ERR_TOO_LONG);
	if ((in->name != NULL &&
	    (e = check_name(c, "name", in->name)) != ERR_OK) ||
	    (e = check_object(c, "extra", in->extra)) != ERR_OK)
		return e;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, create(c, in, out));
}

/* "low:high", the same for both. */
static const char *
make_pair(struct arena *arena, int64_t a, int64_t b)
{
	struct str s;

	str_init_arena(&s, arena);
	str_put_int(&s, a < b ? a : b);
	str_putc(&s, ':');
	str_put_int(&s, a < b ? b : a);
	return str_is_ok(&s) ? s.s : NULL;
}

static enum err
create_direct(struct call *c, int64_t user_id, const char *pair,
    int64_t *id_out)
{
	struct room room = { .kind = ROOM_DIRECT };
	enum err e;

	if ((e = add(c, &room, pair)) == ERR_OK)
		e = add_first(c, &room, c->user_id, ROLE_MEMBER);
	if (e == ERR_OK && user_id != c->user_id)
		e = add_first(c, &room, user_id, ROLE_MEMBER);
	if (e == ERR_NOT_FOUND)
		e = call_fault(c, "user_id", e);
	*id_out = room.id;
	return e;
}

enum err
core_room_direct(struct call *c, int64_t user_id, struct room_entry *out,
    bool *is_new_out)
{
	const char *pair = make_pair(c->arena, c->user_id, user_id);
	int64_t id;
	enum err e;

	if (pair == NULL)
		return ERR_NOMEM;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_room_by_pair(c->store, pair, &id);
	*is_new_out = e == ERR_NOT_FOUND;
	if (*is_new_out)
		e = create_direct(c, user_id, pair, &id);
	if (e == ERR_OK)
		e = room_load_entry(c, id, out);
	return store_end(c->store, e);
}

enum err
core_room_direct_find(struct call *c, int64_t user_id, int64_t *room_id_out)
{
	const char *pair = make_pair(c->arena, c->user_id, user_id);

	return pair == NULL ? ERR_NOMEM :
	    store_room_by_pair(c->store, pair, room_id_out);
}

enum err
core_room_by_name(struct call *c, const struct room_name *name,
    struct room *out)
{
	return store_room_by_name(c->store, c->arena, name, out);
}

/* Within a write. */
static enum err
create_named(struct call *c, const char *name, struct room *out)
{
	const struct room_draft draft = { .kind = ROOM_PUBLIC, .name = name };
	struct room_entry entry;
	enum err e;

	e = create(c, &draft, &entry);
	*out = entry.view.room;
	return e;
}

/* One that is there is found without the write lock. */
enum err
core_room_named(struct call *c, const struct room_name *name,
    struct room *out, bool *is_new_out)
{
	enum err e;

	*is_new_out = false;
	e = core_room_by_name(c, name, out);
	if (e != ERR_NOT_FOUND ||
	    (e = check_name(c, "name", name->name)) != ERR_OK ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	e = core_room_by_name(c, name, out);
	*is_new_out = e == ERR_NOT_FOUND;
	if (*is_new_out)
		e = create_named(c, name->name, out);
	return store_end(c->store, e);
}

enum err
core_room_look(struct call *c, int64_t room_id, struct room_look *out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_SEE, &a)) != ERR_OK)
		return e;
	out->kind = a.kind;
	out->is_member = a.is_member;
	return ERR_OK;
}

enum err
core_room_get(struct call *c, int64_t room_id, struct room_entry *out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_SEE, &a)) != ERR_OK)
		return e;
	return room_load_entry(c, room_id, out);
}

enum err
core_room_page(struct call *c, const struct room_page *page,
    struct room_entry **out, int *n_out)
{
	struct room_page mine = *page;
	struct room_view *views;
	struct room_entry *entries;
	enum err e;
	int i;

	mine.user_id = c->user_id;
	e = store_room_page(c->store, c->arena, &mine, &views, n_out);
	if (e != ERR_OK)
		return e;
	entries = arena_calloc(c->arena, (size_t)*n_out, sizeof(*entries));
	if (entries == NULL)
		return ERR_NOMEM;
	for (i = 0; e == ERR_OK && i < *n_out; i++) {
		entries[i].view = views[i];
		e = load_rest(c, &entries[i]);
	}
	*out = entries;
	return e;
}

/* Within a write. */
static enum err
change(struct call *c, const struct room_change *in)
{
	struct access a;
	struct room room;
	bool is_news;
	enum err e;

	if ((e = access_room_for(c, in->room_id, DEED_RENAME, &a)) != ERR_OK ||
	    (e = store_room_load(c->store, c->arena, in->room_id,
	    &room)) != ERR_OK)
		return e;
	is_news = check_replace(&room.name, in->name);
	is_news |= check_replace(&room.extra, in->extra);
	if (!is_news)
		return ERR_OK;
	room.updated_at = c->now;
	if ((e = store_room_change(c->store, &room)) != ERR_OK)
		return e;
	return tell(c, &(struct event){
		.kind = EVENT_ROOM_UPDATED, .room_id = room.id
	});
}

enum err
core_room_update(struct call *c, const struct room_change *in,
    struct room_entry *out)
{
	enum err e;

	if (in->name != NULL && (e = check_name(c, "name", in->name)) != ERR_OK)
		return e;
	if (in->extra != NULL && *in->extra != '\0' &&
	    (e = check_object(c, "extra", in->extra)) != ERR_OK)
		return e;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	if ((e = change(c, in)) == ERR_OK)
		e = room_load_entry(c, in->room_id, out);
	return store_end(c->store, e);
}

enum err
core_room_delete(struct call *c, int64_t room_id)
{
	struct access a;
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	if ((e = access_room_for(c, room_id, DEED_END, &a)) == ERR_OK)
		e = room_end(c, room_id);
	return store_end(c->store, e);
}
