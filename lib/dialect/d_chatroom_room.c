/*
 * d_chatroom_room - chatroom: rooms.
 *
 * A room that is made with a name is public: others join it.  One that is made
 * with members is private, and has a name only if it was given one; making it
 * again for the same members gives the same room.  Rooms without a name are not
 * listed before somebody has said something there.
 */
#include "config.h"

#include <stdlib.h>

#include "base/ids.h"
#include "core/member.h"
#include "dialect/d_chatroom.h"

enum { PAGE = 20 };

/* The room of the path, if the caller is a member of it; ERR_NOT_FOUND. */
static enum err
find_own(struct exchange *x, int64_t *id_out)
{
	struct room_look look = { .is_member = false };
	enum err e;

	if ((e = chatroom_path_id(x, "id", id_out)) == ERR_OK)
		e = core_room_look(&x->call, *id_out, &look);
	return e == ERR_OK && !look.is_member ? ERR_FORBIDDEN : e;
}

static enum err
put_room(struct exchange *x, struct jw *w, const struct room *room)
{
	struct chatroom_room r;
	enum err e = chatroom_load_members(x, room, 0, &r);

	if (e == ERR_OK)
		sh_chatroom_room(w, &r, x->call.user_id);
	return e;
}

static enum err
answer_room(struct exchange *x, const struct room *room)
{
	struct jw w;

	exchange_json(x, 200, &w);
	return put_room(x, &w, room);
}

static bool
is_listed(const struct room *room)
{
	return room->name != NULL || room->posted_seq != 0;
}

static enum err
put_rooms(struct exchange *x, struct jw *w, const struct room_entry *entries,
    int n)
{
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < n && e == ERR_OK && chatroom_goes_on(x); i++)
		if (is_listed(&entries[i].view.room))
			e = put_room(x, w, &entries[i].view.room);
	return e;
}

/* Of more than there is memory for, the newest are left out. */
enum err
chatroom_room_list(struct exchange *x)
{
	struct room_page page = { .max = PAGE };
	struct room_entry *entries;
	struct jw w;
	enum err e;
	int n;

	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	do {
		e = core_room_page(&x->call, &page, &entries, &n);
		if (e != ERR_OK ||
		    (e = put_rooms(x, &w, entries, n)) != ERR_OK)
			return e;
		if (n > 0)
			page.after = entries[n - 1].view.room.id;
	} while (n == PAGE && chatroom_goes_on(x));
	jw_array_end(&w);
	return ERR_OK;
}

enum err
chatroom_room_get(struct exchange *x)
{
	struct room_entry entry;
	int64_t id;
	enum err e;

	if ((e = find_own(x, &id)) == ERR_OK)
		e = core_room_get(&x->call, id, &entry);
	if (e == ERR_NOT_FOUND || e == ERR_FORBIDDEN)
		return fastapi_fail(x, 404,
		    "Chatroom not found or user is not a member.");
	return e == ERR_OK ? answer_room(x, &entry.view.room) : e;
}

/* ---- making one */

struct room_input {
	const char *name;
	const char *description;
	int64_t	*members;	/* the caller among them; ascending, each once */
	int	 members_n;	/* 0: it is made with a name alone */
};

static int
compare(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

	return (l > r) - (l < r);
}

/* Sort them, and keep each once. */
static int
tidy(int64_t *ids, int n)
{
	int i, kept = 1;

	qsort(ids, (size_t)n, sizeof(*ids), compare);
	for (i = 1; i < n; i++)
		if (ids[i] != ids[kept - 1])
			ids[kept++] = ids[i];
	return kept;
}

/* The members that are named; 0 is nobody's id. */
static enum err
read_members(struct fields *f, const struct texts *texts,
    struct room_input *out)
{
	struct call *c = &f->x->call;
	int i;

	if (texts->n > ROOM_MEMBERS_MAX)
		return call_fault(c, "members", ERR_TOO_LONG);
	out->members = arena_calloc(c->arena, (size_t)texts->n + 1,
	    sizeof(*out->members));
	if (out->members == NULL)
		return ERR_NOMEM;
	for (i = 0; i < texts->n; i++)
		if (chatroom_hex(texts->text[i], &out->members[i]) == HEX_BAD) {
			chatroom_bad_id(f, "members", texts->text[i]);
			return ERR_OK;
		}
	out->members[texts->n] = c->user_id;
	out->members_n = tidy(out->members, texts->n + 1);
	return ERR_OK;
}

/* An empty list beside a name is what a client sends that knows none. */
static enum err
read_room(struct exchange *x, struct room_input *out)
{
	const struct any_rule optional = { .is_optional = true };
	struct texts texts = { .text = NULL };
	struct fields f;
	bool has_members;
	enum err e = ERR_OK;

	*out = (struct room_input){ .name = NULL };
	fields_begin(&f, x);
	fields_body(&f);
	fields_texts(&f, "members", &optional, &texts);
	has_members = texts.text != NULL &&
	    (texts.n > 0 || !fields_has(&f, "name"));
	fields_text(&f, "name", &(struct text_rule){
	    .is_optional = has_members, .is_trimmed = true }, &out->name);
	fields_text(&f, "description", &(struct text_rule){
	    .is_optional = true }, &out->description);
	if (has_members)
		e = read_members(&f, &texts, out);
	return e == ERR_OK ? fields_end(&f) : e;
}

/* NULL: nothing is kept. */
static const char *
make_extra(struct exchange *x, const struct room_input *in)
{
	struct str s;
	struct jw w;

	if (in->description == NULL)
		return NULL;
	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key_str(&w, "description", in->description);
	jw_object_end(&w);
	return s.s;
}

static bool
has_same(const struct chatroom_room *r, const struct room_input *in)
{
	int i;

	if (r->members_n != in->members_n)
		return false;
	for (i = 0; i < in->members_n; i++)
		if (r->members[i].user.id != in->members[i])
			return false;
	return true;
}

/* Is it the room of these members?  ERR_DONE: it is another. */
static enum err
check_same(struct exchange *x, const struct room *room,
    const struct room_input *in)
{
	struct chatroom_room r;
	enum err e;

	if (room->kind != ROOM_PRIVATE || room->name != NULL)
		return ERR_DONE;
	e = chatroom_load_members(x, room, in->members_n + 1, &r);
	return e == ERR_OK && !has_same(&r, in) ? ERR_DONE : e;
}

/* A room of the same members is looked for among those after the last one. */
struct same {
	struct exchange *x;
	const struct room_input *in;
	int64_t	 after;
};

/*
 * One of the caller's rooms without a name, of as many as there is memory for;
 * ERR_NOT_FOUND.
 */
static enum err
find_same(struct call *c, void *arg, int64_t *room_id_out)
{
	struct same *same = arg;
	struct room_page page = { .max = PAGE };
	struct room_entry *entries;
	enum err e;
	int i, n;

	do {
		page.after = same->after;
		e = core_room_page(c, &page, &entries, &n);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < n; i++) {
			same->after = *room_id_out = entries[i].view.room.id;
			e = check_same(same->x, &entries[i].view.room, same->in);
			if (e != ERR_DONE)
				return e;
		}
	} while (n == PAGE && chatroom_goes_on(same->x));
	return ERR_NOT_FOUND;
}

static enum err
create(struct exchange *x, const struct room_input *in, struct same *same,
    struct room_entry *out)
{
	const struct room_draft draft = {
		.kind = in->members_n > 0 ? ROOM_PRIVATE : ROOM_PUBLIC,
		.name = in->name,
		.members = in->members,
		.members_n = in->members_n,
		.extra = make_extra(x, in),
		.find = same != NULL ? find_same : NULL,
		.arg = same
	};

	return core_room_create(&x->call, &draft, out);
}

/* What there has been for long is found without the write lock. */
static enum err
get_same(struct exchange *x, const struct room_input *in,
    struct room_entry *out)
{
	struct same same = { .x = x, .in = in };
	int64_t id;
	enum err e = find_same(&x->call, &same, &id);

	if (e == ERR_NOT_FOUND)
		return create(x, in, &same, out);
	return e == ERR_OK ? core_room_get(&x->call, id, out) : e;
}

enum err
chatroom_room_create(struct exchange *x)
{
	struct room_input in;
	struct room_entry entry;
	enum err e;

	if ((e = read_room(x, &in)) != ERR_OK)
		return e;
	e = in.members_n > 0 && in.name == NULL ? get_same(x, &in, &entry) :
	    create(x, &in, NULL, &entry);
	if (e == ERR_BAD_VALUE && x->call.field != NULL &&
	    strcmp(x->call.field, "members") == 0)
		return fastapi_fail(x, 404, "User not found!");
	return e == ERR_OK ? answer_room(x, &entry.view.room) : e;
}

/* ---- joining, and the end */

static enum err
say_joined(struct exchange *x, int64_t room_id)
{
	char user[IDS_HEX24_LEN + 1], room[IDS_HEX24_LEN + 1];
	struct str s;

	ids_hex24(x->call.user_id, user);
	ids_hex24(room_id, room);
	str_init_arena(&s, x->call.arena);
	str_printf(&s, "User %s successfully added to chatroom %s!", user,
	    room);
	return chatroom_say(x, s.s);
}

enum err
chatroom_room_join(struct exchange *x)
{
	struct room_entry entry;
	int64_t id;
	enum err e = find_own(x, &id);

	if (e == ERR_OK)
		return fastapi_fail(x, 400,
		    "User already a member of the chatroom!");
	if (e == ERR_FORBIDDEN)
		e = core_member_join(&x->call, id, &entry);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "Chatroom not found!");
	return e == ERR_OK ? say_joined(x, id) : e;
}

static enum err
say_deleted(struct exchange *x, int64_t room_id)
{
	char room[IDS_HEX24_LEN + 1];
	struct str s;

	ids_hex24(room_id, room);
	str_init_arena(&s, x->call.arena);
	str_printf(&s, "Chatroom %s successfully deleted.", room);
	return chatroom_say(x, s.s);
}

/* It is its owner's to end. */
enum err
chatroom_room_delete(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_NOT_FOUND, 404, "Chatroom not found.", false },
		{ ERR_FORBIDDEN, 403,
		    "You are not authorized to delete this chatroom.", false },
		{ ERR_OK, 0, NULL, false }
	};
	int64_t id;
	enum err e;

	if ((e = find_own(x, &id)) == ERR_OK)
		e = core_room_delete(&x->call, id);
	return e == ERR_OK ? say_deleted(x, id) : fastapi_word(x, e, words);
}
