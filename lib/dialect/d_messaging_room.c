/*
 * d_messaging_room - messaging's rooms, groups, and what was said in them.
 *
 * A group remembers whom it was made with, in their order, by the ids in its
 * room's extra: {"group_members":[7,5,7]}.  Its list of members is these, as far
 * as they still are, and then those who came later; whoever made it is not among
 * them unless named.
 */
#include "config.h"

#include "base/ids.h"
#include "base/json.h"
#include "core/account.h"
#include "core/member.h"
#include "core/room.h"
#include "dialect/d_messaging.h"
#include "dialect/fastapi.h"
#include "dialect/history.h"
#include "dialect/sh_messaging.h"

enum { PAGE = 200, EXTRA_MAX = 16000 };

/* ---- rooms */

/* Names that are found one by one. */
struct name_list {
	const char **name;
	int	 n;
	int	 max;
};

static enum err
add_name(struct exchange *x, struct name_list *list, const char *name)
{
	int max = list->max > 0 ? 2 * list->max : 16;
	const char **more;

	if (list->n == list->max) {
		more = arena_calloc(x->call.arena, (size_t)max, sizeof(*more));
		if (more == NULL)
			return ERR_NOMEM;
		if (list->n > 0)
			memcpy(more, list->name, (size_t)list->n * sizeof(*more));
		list->name = more;
		list->max = max;
	}
	list->name[list->n++] = name;
	return ERR_OK;
}

/*
 * The other one of a direct room, or the caller in the room `own` that it has
 * with itself; NULL when the other's account is gone.
 */
static const char *
find_partner(const struct exchange *x, const struct room_entry *room,
    int64_t own)
{
	int i;

	for (i = 0; i < room->members_n; i++)
		if (room->members[i].user.id != x->call.user_id ||
		    room->view.room.id == own)
			return room->members[i].user.username;
	return NULL;
}

static enum err
add_partners(struct exchange *x, const struct room_entry *rooms, int n,
    struct name_list *list)
{
	int64_t own = 0;
	const char *name;
	enum err e;
	int i;

	e = core_room_direct_find(&x->call, x->call.user_id, &own);
	for (i = 0; i < n && (e == ERR_OK || e == ERR_NOT_FOUND); i++) {
		e = ERR_OK;
		if (rooms[i].view.room.kind == ROOM_DIRECT &&
		    (name = find_partner(x, &rooms[i], own)) != NULL)
			e = add_name(x, list, name);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
list_partners(struct exchange *x, struct name_list *list)
{
	struct room_page q = { .max = PAGE };
	struct room_entry *rooms;
	enum err e;
	int n;

	do {
		e = core_room_page(&x->call, &q, &rooms, &n);
		if (e == ERR_OK)
			e = add_partners(x, rooms, n, list);
		if (n > 0)
			q.after = rooms[n - 1].view.room.id;
	} while (e == ERR_OK && n == q.max);
	return e;
}

enum err
messaging_rooms(struct exchange *x)
{
	struct name_list list = { .n = 0 };
	struct jw w;
	enum err e;

	if ((e = list_partners(x, &list)) != ERR_OK)
		return e;
	if (list.n == 0)
		return fastapi_message(x, "User is not part of any room.");
	exchange_json(x, 200, &w);
	sh_messaging_names(&w, &(struct names){ list.name, list.n });
	return ERR_OK;
}

enum err
messaging_create_room(struct exchange *x)
{
	struct room_entry room;
	struct user partner = { .id = 0 };
	const char *name;
	struct fields f;
	struct jw w;
	bool is_new;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "username_2", NULL, &name);
	if ((e = fields_end(&f)) == ERR_OK)
		e = core_account_by_name(&x->call, name, &partner);
	if (e == ERR_OK)
		e = core_room_direct(&x->call, partner.id, &room, &is_new);
	if (e == ERR_NOT_FOUND)
		return fastapi_message(x, "User Does not exists");
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_messaging_room(&w, room.view.room.id, is_new);
	return ERR_OK;
}

/* ---- groups */

struct group_draft {
	struct texts members;
	const char *admin;	/* NULL: not said; it is the caller anyway */
	int64_t	*ids;		/* of the members */
	struct name_list unknown;
};

/* Look the account up; one that there is not is noted. */
static enum err
find_account(struct exchange *x, const char *name, struct group_draft *g,
    int64_t *id_out)
{
	struct user user;
	enum err e;

	e = core_account_by_name(&x->call, name, &user);
	if (e == ERR_NOT_FOUND)
		return add_name(x, &g->unknown, name);
	if (e == ERR_OK)
		*id_out = user.id;
	return e;
}

static enum err
find_accounts(struct exchange *x, struct group_draft *g)
{
	enum err e = ERR_OK;
	int64_t admin;
	int i;

	if (g->members.n > ROOM_MEMBERS_MAX)
		return call_fault(&x->call, "members", ERR_TOO_LONG);
	g->ids = arena_calloc(x->call.arena, (size_t)g->members.n + 1,
	    sizeof(*g->ids));
	if (g->ids == NULL)
		return ERR_NOMEM;
	for (i = 0; i < g->members.n && e == ERR_OK; i++)
		e = find_account(x, g->members.text[i], g, &g->ids[i]);
	if (e == ERR_OK && g->admin != NULL)
		e = find_account(x, g->admin, g, &admin);
	return e;
}

/* NULL when there are too many to be remembered. */
static const char *
make_extra(struct exchange *x, const struct group_draft *g)
{
	struct str s;
	struct jw w;
	int i;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key(&w, "group_members");
	jw_array_begin(&w);
	for (i = 0; i < g->members.n; i++)
		jw_int(&w, g->ids[i]);
	jw_array_end(&w);
	jw_object_end(&w);
	return s.len <= EXTRA_MAX ? s.s : NULL;
}

static enum err
create_group(struct exchange *x, const struct group_draft *g)
{
	struct room_draft draft = {
		.kind = ROOM_PRIVATE,
		.members = g->ids,
		.members_n = g->members.n,
		.extra = make_extra(x, g)
	};
	struct room_entry room;
	struct jw w;
	enum err e;

	if ((e = core_room_create(&x->call, &draft, &room)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_messaging_group(&w, room.view.room.id);
	return ERR_OK;
}

enum err
messaging_create_group(struct exchange *x)
{
	struct group_draft g = { .admin = NULL };
	struct fields f;
	struct jw w;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_texts(&f, "group_members", NULL, &g.members);
	fields_text(&f, "group_admin", &(struct text_rule){
	    .is_optional = true }, &g.admin);
	if ((e = fields_end(&f)) != ERR_OK ||
	    (e = find_accounts(x, &g)) != ERR_OK)
		return e;
	if (g.unknown.n == 0)
		return create_group(x, &g);
	exchange_json(x, 200, &w);
	sh_messaging_unknown(&w, &(struct names){ g.unknown.name,
	    g.unknown.n });
	return ERR_OK;
}

/* ---- histories */

/*
 * The room that a query names, if it is one of these kinds and the caller may
 * read it; ERR_NOT_FOUND.  Without a token nobody reads, unless the operator
 * has opened all histories.
 */
static enum err
find_room(struct exchange *x, const char *name, unsigned kinds,
    struct room *out)
{
	const struct conf *conf = x->call.conf;
	struct room_entry entry;
	const char *text;
	struct fields f;
	int64_t id;
	enum err e;

	if (x->call.user_id == 0 && !conf->messaging_open_history)
		return ERR_NO_TOKEN;
	x->call.sees_all = conf->messaging_open_history;
	x->call.tells_forbidden = conf->messaging_forbidden;
	fields_begin(&f, x);
	fields_query(&f);
	fields_text(&f, name, NULL, &text);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	if (!ids_parse_uuid(text, &id))
		return ERR_NOT_FOUND;
	if ((e = core_room_get(&x->call, id, &entry)) != ERR_OK)
		return e;
	*out = entry.view.room;
	return kinds & 1u << out->kind ? ERR_OK : ERR_NOT_FOUND;
}

enum err
messaging_chats(struct exchange *x)
{
	const struct message *m;
	struct history h;
	struct room room;
	struct jw w;
	enum err e;

	e = find_room(x, "room_id", MESSAGING_ROOM, &room);
	if (e == ERR_OK)
		e = history_load(x, &(struct history_query){
		    .room_id = room.id }, &h);
	if (e == ERR_NOT_FOUND)
		return fastapi_message(x, "No Chats Exists!");
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	while ((m = history_next(&h)) != NULL)
		sh_messaging_chat(&w, m);
	jw_array_end(&w);
	return ERR_OK;
}

struct member_list {
	struct member *member;
	int	 n;
	bool	 is_listed[ROOM_MEMBERS_MAX];
};

/* Add the member of this id, if it still is one, as often as it is named. */
static enum err
add_member(struct exchange *x, struct member_list *in, int64_t id,
    struct name_list *out)
{
	int i;

	for (i = 0; i < in->n; i++) {
		if (in->member[i].user.id != id)
			continue;
		in->is_listed[i] = true;
		return add_name(x, out, in->member[i].user.username);
	}
	return ERR_OK;
}

/* Those whom the group was made with. */
static enum err
add_first(struct exchange *x, struct member_list *in, const struct room *room,
    struct name_list *out)
{
	json_t *extra = NULL;
	const json_t *ids;
	enum err e = ERR_OK;
	size_t i;

	if (room->extra == NULL || json_read(room->extra, strlen(room->extra),
	    &extra, NULL) != ERR_OK)
		return ERR_OK;
	ids = json_object_get(extra, "group_members");
	for (i = 0; e == ERR_OK && i < json_array_size(ids); i++)
		e = add_member(x, in,
		    json_integer_value(json_array_get(ids, i)), out);
	json_decref(extra);
	return e;
}

/* A room of this many is a public one, and lists its oldest. */
static enum err
list_members(struct exchange *x, const struct room *room,
    struct name_list *out)
{
	const struct member_page q = {
		.room_id = room->id, .max = ROOM_MEMBERS_MAX
	};
	struct member_list *in = arena_calloc(x->call.arena, 1, sizeof(*in));
	enum err e;
	int i;

	if (in == NULL)
		return ERR_NOMEM;
	e = core_member_page(&x->call, &q, &in->member, &in->n);
	if (e == ERR_OK)
		e = add_first(x, in, room, out);
	for (i = 0; e == ERR_OK && i < in->n; i++)
		if (!in->is_listed[i] &&
		    in->member[i].user.id != room->created_by)
			e = add_name(x, out, in->member[i].user.username);
	return e;
}

/* The list stands in every message of the group, so fewer of these fit. */
static enum err
load_group(struct exchange *x, const struct room *room,
    struct name_list *list, struct history *out)
{
	struct history_query q = { .room_id = room->id };
	enum err e = list_members(x, room, list);
	int i;

	for (i = 0; e == ERR_OK && i < list->n; i++)
		q.each_len += history_text_len(list->name[i]) +
		    sizeof("\"\",") - 1;
	return e == ERR_OK ? history_load(x, &q, out) : e;
}

enum err
messaging_group_chats(struct exchange *x)
{
	struct name_list list = { .n = 0 };
	const struct message *m;
	struct history h;
	struct room room;
	struct names members;
	struct jw w;
	enum err e;

	e = find_room(x, "group_id", MESSAGING_GROUP, &room);
	if (e == ERR_OK)
		e = load_group(x, &room, &list, &h);
	if (e == ERR_NOT_FOUND)
		return fastapi_message(x, "Group not found!");
	if (e != ERR_OK)
		return e;
	members = (struct names){ list.name, list.n };
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	while ((m = history_next(&h)) != NULL)
		sh_messaging_group_chat(&w, m, &members);
	jw_array_end(&w);
	return ERR_OK;
}
