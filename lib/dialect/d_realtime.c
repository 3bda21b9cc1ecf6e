/*
 * d_realtime - the dialect realtime: its routes, its refusals, and which room
 * somebody means.
 *
 * Everything but registering and logging in needs a token.  The servers that
 * this dialect comes from asked for none, so there is a cookie, too, for
 * clients that send nothing else after a login.
 */
#include "config.h"

#include "base/ids.h"
#include "core/account.h"
#include "core/session.h"
#include "dialect/d_realtime.h"

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_realtime.def"
#undef X
};

static bool
owns(const char *path)
{
	static const char *const stems[] = { "/users", "/messages", "/ws" };

	return fastapi_is_below(path, stems, ARRAY_LEN(stems));
}

/* Who has a token of an account that is gone is told so, in two ways. */
static bool
is_sending(const struct request *r)
{
	return strcmp(r->method, "POST") == 0 &&
	    (strcmp(r->path, "/messages") == 0 ||
	    strcmp(r->path, "/messages/") == 0);
}

static void
refuse(struct exchange *x, enum err e)
{
	static const struct fastapi_word words[] = {
		{ ERR_BAD_TOKEN, 401, "Invalid authentication credentials",
		    true },
		{ ERR_ACCOUNT_GONE, 404, "User not found", false },
		{ ERR_OK, 0, NULL, false }
	};
	static const struct fastapi_word sending[] = {
		{ ERR_BAD_TOKEN, 401, "Invalid authentication credentials",
		    true },
		{ ERR_ACCOUNT_GONE, 404, "Sender not found", false },
		{ ERR_OK, 0, NULL, false }
	};
	static const struct fastapi_name names[] = {
		{ "text", "content" },
		{ "extra", "metadata" },
		/* What else is in it is short. */
		{ "profile", "avatar_url" },
		{ NULL, NULL }
	};
	struct fastapi_style style = {
		.has_url = true,
		.words = is_sending(&x->request) ? sending : words,
		.names = names,
		.other_scheme = { ERR_NO_TOKEN, 401,
		    "Invalid authentication credentials", true }
	};

	fastapi_refuse(x, e, &style);
}

const char *
realtime_token(struct exchange *x)
{
	const char *token;

	if ((token = exchange_bearer(x)) == NULL &&
	    (token = exchange_query(x, "token")) == NULL)
		token = exchange_cookie_token(x);
	return token;
}

enum err
realtime_guest(struct exchange *x)
{
	const char *name = x->call.conf->realtime_guest;
	struct identity who;
	enum err e;

	if (*name == '\0')
		return ERR_NO_TOKEN;
	if ((e = core_session_guest(&x->call, name, &who)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_NO_TOKEN : e;
	x->call.user_id = who.user_id;
	x->call.session_id = who.session_id;
	return ERR_OK;
}

const struct dialect dialect_realtime = {
	.name = "realtime",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.owns = owns,
	.refuse = refuse,
	.token = realtime_token,
	.guest = realtime_guest
};

/* ---- which room */

static bool
is_none(const char *id)
{
	return id == NULL || *id == '\0';
}

/*
 * A room's id, or the name of a public room: these clients have no way to make
 * a room, so that they agree on a name of their own.
 */
static enum err
find_chat(struct exchange *x, const char *name, int64_t *id_out)
{
	const struct room_name q = { .name = name };
	struct room room;
	enum err e;

	if (ids_parse_uuid(name, id_out))
		return ERR_OK;
	if ((e = core_room_by_name(&x->call, &q, &room)) == ERR_OK)
		*id_out = room.id;
	return e;
}

enum err
realtime_find(struct exchange *x, const struct realtime_target *t,
    int64_t *room_id_out)
{
	int64_t user_id;
	enum err e;

	*room_id_out = 0;
	if (is_none(t->recipient_id))
		e = find_chat(x, is_none(t->chat_id) ?
		    x->call.conf->realtime_room : t->chat_id, room_id_out);
	else if (!ids_parse_uuid(t->recipient_id, &user_id))
		e = ERR_NOT_FOUND;
	else
		e = core_room_direct_find(&x->call, user_id, room_id_out);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The room of two outlives one of them, who is then no recipient. */
static enum err
get_direct(struct exchange *x, const char *recipient_id, int64_t *id_out)
{
	struct room_entry room;
	struct user user;
	int64_t user_id;
	bool is_new;
	enum err e = ERR_NOT_FOUND;

	if (ids_parse_uuid(recipient_id, &user_id))
		e = core_account_get(&x->call, user_id, &user);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "Recipient not found");
	if (e == ERR_OK)
		e = core_room_direct_find(&x->call, user_id, id_out);
	if (e != ERR_NOT_FOUND)
		return e;
	e = core_room_direct(&x->call, user_id, &room, &is_new);
	if (e == ERR_OK)
		*id_out = room.view.room.id;
	return e;
}

static enum err
make_public(struct exchange *x, const char *name, int64_t *id_out)
{
	const struct room_name q = { .name = name };
	struct room room;
	bool is_new;
	enum err e = core_room_named(&x->call, &q, &room, &is_new);

	if (e == ERR_BAD_VALUE || e == ERR_TOO_LONG)
		return fastapi_fail(x, 404, "Chat not found");
	if (e == ERR_OK)
		*id_out = room.id;
	return e;
}

enum err
realtime_get(struct exchange *x, const struct realtime_target *t,
    int64_t *room_id_out)
{
	enum err e;

	if (!is_none(t->recipient_id))
		return get_direct(x, t->recipient_id, room_id_out);
	e = realtime_find(x, t, room_id_out);
	if (e != ERR_OK || *room_id_out != 0)
		return e;
	return make_public(x, is_none(t->chat_id) ?
	    x->call.conf->realtime_room : t->chat_id, room_id_out);
}
