/*
 * d_chatroom - the dialect chatroom: its routes and its refusals.
 *
 * Whoever wants to read or write in a room is a member of it, in public rooms,
 * too: those are rooms that everybody may join.  A token may stand in the header
 * without a word before it.
 */
#include "config.h"

#include "base/ids.h"
#include "base/num.h"
#include "core/member.h"
#include "dialect/d_chatroom.h"

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_chatroom.def"
#undef X
};

static bool
owns(const char *path)
{
	static const char *const stems[] = { "/api/user", "/api/chatroom",
	    "/api/message", "/test-db" };

	return fastapi_is_below(path, stems, ARRAY_LEN(stems));
}

static void
refuse(struct exchange *x, enum err e)
{
	static const struct fastapi_word words[] = {
		{ ERR_NO_TOKEN, 401, "You need to log in first.", false },
		{ ERR_BAD_TOKEN, 401, "Invalid or expired token.", false },
		{ ERR_OK, 0, NULL, false }
	};
	static const struct fastapi_name names[] = {
		{ "display_name", "profile" },
		{ "text", "content" },
		{ "extra", "message" },
		{ NULL, NULL }
	};
	static const struct fastapi_style style = {
		.words = words, .names = names
	};

	fastapi_refuse(x, e, &style);
}

const char *
chatroom_bare(const char *text)
{
	static const char scheme[] = "Bearer ";
	const char *next;

	while ((next = strstr(text, scheme)) != NULL)
		text = next + sizeof(scheme) - 1;
	return text;
}

/* An empty header is none. */
static const char *
token(struct exchange *x)
{
	const char *s = x->request.authorization;

	return s == NULL || *s == '\0' ? NULL : chatroom_bare(s);
}

const struct dialect dialect_chatroom = {
	.name = "chatroom",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.owns = owns,
	.refuse = refuse,
	.token = token
};

/* ---- what its files share */

enum hex
chatroom_hex(const char *text, int64_t *id_out)
{
	size_t i;

	for (i = 0; i < IDS_HEX24_LEN; i++)
		if (num_hex_digit(text[i]) < 0)
			return HEX_BAD;
	if (text[i] != '\0')
		return HEX_BAD;
	return ids_parse_hex24(text, id_out) ? HEX_ID : HEX_NOTHING;
}

enum err
chatroom_path_id(struct exchange *x, const char *name, int64_t *out)
{
	return chatroom_hex(exchange_param(x, name), out) == HEX_ID ? ERR_OK :
	    ERR_NOT_FOUND;
}

void
chatroom_bad_id(struct fields *f, const char *name, const char *value)
{
	struct str s;

	str_init_arena(&s, f->x->call.arena);
	str_puts(&s, "Value error, Invalid ObjectId: ");
	str_puts(&s, value);
	fields_fault(f, name, s.s);
}

enum err
chatroom_say(struct exchange *x, const char *text)
{
	struct jw w;

	exchange_json(x, 200, &w);
	jw_str(&w, text);
	return ERR_OK;
}

/* The text of an answer doubles as it grows, and leaves its old places behind. */
bool
chatroom_goes_on(const struct exchange *x)
{
	const struct arena *arena = x->call.arena;

	return arena->used < arena->max / 3;
}

/* Put a page behind those that there are already. */
static enum err
add_members(struct exchange *x, struct chatroom_room *r,
    const struct member *page, int n)
{
	struct member *all;

	if (r->members_n == 0) {
		r->members = page;
		r->members_n = n;
		return ERR_OK;
	}
	all = arena_calloc(x->call.arena, (size_t)r->members_n + (size_t)n,
	    sizeof(*all));
	if (all == NULL)
		return ERR_NOMEM;
	memcpy(all, r->members, (size_t)r->members_n * sizeof(*all));
	if (n > 0)
		memcpy(all + r->members_n, page, (size_t)n * sizeof(*all));
	r->members = all;
	r->members_n += n;
	return ERR_OK;
}

/* The pages grow, so that not much is copied. */
enum err
chatroom_load_members(struct exchange *x, const struct room *room, int max,
    struct chatroom_room *out)
{
	struct member_page q = { .room_id = room->id, .max = 200 };
	struct member *page;
	enum err e;
	int n;

	*out = (struct chatroom_room){ .room = room };
	do {
		if (out->members_n > 0) {
			q.after = out->members[out->members_n - 1].user.id;
			q.max = out->members_n;
		}
		if (max != 0 && q.max > max - out->members_n)
			q.max = max - out->members_n;
		e = core_member_page(&x->call, &q, &page, &n);
		if (e != ERR_OK || (e = add_members(x, out, page, n)) != ERR_OK)
			return e;
	} while (n == q.max && out->members_n != max && chatroom_goes_on(x));
	return ERR_OK;
}

/* ---- paths to try with */

/* What there would be in the database that such a server has. */
enum err
chatroom_test_db(struct exchange *x)
{
	static const char *const names[] = { "Users", "Chatrooms", "Messages" };
	struct jw w;
	size_t i;

	exchange_json(x, 200, &w);
	jw_object_begin(&w);
	jw_key(&w, "collections");
	jw_array_begin(&w);
	for (i = 0; i < ARRAY_LEN(names); i++)
		jw_str(&w, names[i]);
	jw_array_end(&w);
	jw_object_end(&w);
	return ERR_OK;
}

enum err
chatroom_user_test(struct exchange *x)
{
	return fastapi_message(x, "Users endpoint");
}

enum err
chatroom_room_test(struct exchange *x)
{
	return chatroom_say(x, "Chatroom route works.");
}

enum err
chatroom_message_test(struct exchange *x)
{
	return chatroom_say(x, "Messages route working.");
}
