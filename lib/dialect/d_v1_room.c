/*
 * d_v1_room - v1's rooms and their members.
 */
#include "config.h"

#include "base/json.h"
#include "core/member.h"
#include "core/room.h"
#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"

static const char *const role_names[] = { "member", "admin", "owner" };

/* The place of `text` in a list of names; -1: it has none. */
static int
find_name(const char *text, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(text, names[i]) == 0)
			return (int)i;
	return -1;
}

/* A yes or no in the query; no when it is absent. */
static enum err
query_bool(struct exchange *x, const char *name, bool *out)
{
	static const char *const names[] = { "0", "1", "false", "true" };
	const char *text = exchange_query(x, name);
	int found;

	*out = false;
	if (text == NULL)
		return ERR_OK;
	if ((found = find_name(text, names, ARRAY_LEN(names))) < 0)
		return call_fault(&x->call, name, ERR_BAD_VALUE);
	*out = found % 2 == 1;
	return ERR_OK;
}

enum err
v1_room_list(struct exchange *x)
{
	struct room_page q = { .after = -1 };
	struct v1_page page;
	struct room_entry *rooms;
	struct jw w;
	enum err e;
	int i, n;

	if ((e = v1_page_after(x, &page)) != ERR_OK ||
	    (e = query_bool(x, "public", &q.public_too)) != ERR_OK)
		return e;
	q.after = page.after;
	q.max = page.limit + 1;
	if ((e = core_room_page(&x->call, &q, &rooms, &n)) != ERR_OK)
		return e;
	v1_list_begin(x, &w);
	for (i = 0; i < n && i < page.limit; i++)
		sh_v1_room_entry(&w, &rooms[i]);
	v1_list_end(&w, n > page.limit ? rooms[i - 1].view.room.id : 0);
	return ERR_OK;
}

static enum err
answer_room(struct exchange *x, const struct room_entry *room)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_v1_room_entry(&w, room);
	return ERR_OK;
}

static enum err
answer_new_room(struct exchange *x, const struct room_entry *room)
{
	struct jw w;

	v1_created(x, "/v1/rooms/", room->view.room.id, &w);
	sh_v1_room_entry(&w, room);
	return ERR_OK;
}

/* "private", unless the field says something else. */
static enum err
read_kind(struct exchange *x, const json_t *body, enum room_kind *out)
{
	const char *kind = "private";
	enum err e;

	if ((e = v1_text_if(x, body, "kind", &kind)) != ERR_OK)
		return e;
	if (strcmp(kind, "private") == 0)
		*out = ROOM_PRIVATE;
	else if (strcmp(kind, "public") == 0)
		*out = ROOM_PUBLIC;
	else
		return call_fault(&x->call, "kind", ERR_BAD_VALUE);
	return ERR_OK;
}

/* An array of ids, each as an id may be written. */
static enum err
read_members(struct exchange *x, const json_t *body, struct room_draft *out)
{
	const json_t *list, *item;
	int64_t *ids;
	size_t i;
	enum err e;

	e = json_get_array(body, "members", &list);
	if (e != ERR_OK)
		return e == ERR_MISSING ? ERR_OK :
		    call_fault(&x->call, "members", e);
	ids = arena_calloc(x->call.arena, json_array_size(list), sizeof(*ids));
	if (ids == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, item)
		if (json_as_id(item, &ids[i]) != ERR_OK)
			return call_fault(&x->call, "members", ERR_WRONG_TYPE);
	out->members = ids;
	out->members_n = (int)json_array_size(list);
	return ERR_OK;
}

enum err
v1_room_create(struct exchange *x)
{
	struct room_draft in = { .name = NULL };
	const json_t *body;
	struct room_entry room;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = read_kind(x, body, &in.kind)) != ERR_OK ||
	    (e = v1_text_if(x, body, "name", &in.name)) != ERR_OK ||
	    (e = read_members(x, body, &in)) != ERR_OK ||
	    (e = core_room_create(&x->call, &in, &room)) != ERR_OK)
		return e;
	return answer_new_room(x, &room);
}

enum err
v1_room_direct(struct exchange *x)
{
	const json_t *body;
	struct room_entry room;
	int64_t user_id;
	bool is_new;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_id(x, body, "user_id", &user_id)) != ERR_OK)
		return e;
	if (user_id == x->call.user_id)
		return call_fault(&x->call, "user_id", ERR_BAD_VALUE);
	e = core_room_direct(&x->call, user_id, &room, &is_new);
	if (e != ERR_OK)
		return e;
	return is_new ? answer_new_room(x, &room) : answer_room(x, &room);
}

enum err
v1_room_get(struct exchange *x)
{
	struct room_entry room;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = core_room_get(&x->call, id, &room)) != ERR_OK)
		return e;
	return answer_room(x, &room);
}

enum err
v1_room_update(struct exchange *x)
{
	struct room_change in = { .name = NULL };
	const json_t *body;
	struct room_entry room;
	enum err e;

	if ((e = v1_path_id(x, "id", &in.room_id)) != ERR_OK ||
	    (e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_text_if(x, body, "name", &in.name)) != ERR_OK ||
	    (e = core_room_update(&x->call, &in, &room)) != ERR_OK)
		return e;
	return answer_room(x, &room);
}

enum err
v1_room_delete(struct exchange *x)
{
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_room_delete(&x->call, id));
}

enum err
v1_room_join(struct exchange *x)
{
	struct room_entry room;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = core_member_join(&x->call, id, &room)) != ERR_OK)
		return e;
	return answer_room(x, &room);
}

enum err
v1_room_leave(struct exchange *x)
{
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_member_leave(&x->call, id));
}

enum err
v1_member_list(struct exchange *x)
{
	struct member_page q = { .room_id = 0 };
	struct v1_page page;
	struct member *members;
	struct jw w;
	enum err e;
	int i, n;

	if ((e = v1_path_id(x, "id", &q.room_id)) != ERR_OK ||
	    (e = v1_page_after(x, &page)) != ERR_OK)
		return e;
	q.after = page.after;
	q.max = page.limit + 1;
	if ((e = core_member_page(&x->call, &q, &members, &n)) != ERR_OK)
		return e;
	v1_list_begin(x, &w);
	for (i = 0; i < n && i < page.limit; i++)
		sh_v1_member(&w, &members[i]);
	v1_list_end(&w, n > page.limit ? members[i - 1].user.id : 0);
	return ERR_OK;
}

/* -1: it is not said. */
static enum err
read_role(struct exchange *x, const json_t *body, int *out)
{
	const char *role = NULL;
	enum err e;

	*out = -1;
	if ((e = v1_text_if(x, body, "role", &role)) != ERR_OK || role == NULL)
		return e;
	*out = find_name(role, role_names, ARRAY_LEN(role_names));
	return *out < 0 ? call_fault(&x->call, "role", ERR_BAD_VALUE) : ERR_OK;
}

static enum err
read_member(struct exchange *x, int64_t *room_id_out, int64_t *user_id_out)
{
	enum err e;

	if ((e = v1_path_id(x, "id", room_id_out)) != ERR_OK)
		return e;
	return v1_path_id(x, "user_id", user_id_out);
}

enum err
v1_member_put(struct exchange *x)
{
	const json_t *body;
	struct member_put in;
	struct member member;
	struct jw w;
	bool is_new;
	enum err e;

	if ((e = read_member(x, &in.room_id, &in.user_id)) != ERR_OK ||
	    (e = v1_body_if(x, &body)) != ERR_OK ||
	    (e = read_role(x, body, &in.role)) != ERR_OK)
		return e;
	e = core_member_put(&x->call, &in, &member, &is_new);
	if (e != ERR_OK)
		return e;
	exchange_json(x, is_new ? 201 : 200, &w);
	sh_v1_member(&w, &member);
	return ERR_OK;
}

enum err
v1_member_remove(struct exchange *x)
{
	int64_t room_id, user_id;
	enum err e;

	if ((e = read_member(x, &room_id, &user_id)) != ERR_OK)
		return e;
	return v1_done(x, core_member_remove(&x->call, room_id, user_id));
}
