/*
 * d_messaging - the dialect messaging: its words, accounts, and sending.
 *
 * Most of what goes wrong in it is no error: a 200 with another message.
 */
#include "config.h"

#include "base/ids.h"
#include "core/account.h"
#include "core/message.h"
#include "core/session.h"
#include "dialect/d_messaging.h"
#include "dialect/fastapi.h"
#include "dialect/sh_messaging.h"

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_messaging.def"
#undef X
};

static const struct fastapi_word words[] = {
	{ ERR_BAD_TOKEN, 401, "Invalid token", false },
	{ ERR_ACCOUNT_GONE, 401, "User not found", false },
	{ ERR_NOT_FOUND, 404, "Room does not exist", false },
	{ ERR_FORBIDDEN, 403, "You are not a member of this room", false },
	{ ERR_TAKEN, 400, "User already exists", false },
	{ ERR_CREDENTIALS, 400, "Invalid credentials", false },
	{ ERR_OK, 0, NULL, false }
};

static const struct fastapi_name names[] = {
	{ "text", "message" },
	{ "members", "group_members" },
	{ NULL, NULL }
};

static const struct fastapi_style style = { .words = words, .names = names };

static bool
owns(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(routes); i++)
		if (strcmp(path, routes[i].path) == 0)
			return true;
	return false;
}

static void
refuse(struct exchange *x, enum err e)
{
	fastapi_refuse(x, e, &style);
}

const struct dialect dialect_messaging = {
	.name = "messaging",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.owns = owns,
	.refuse = refuse,
	.token = exchange_bearer
};

static struct token_form
token_form(const struct exchange *x)
{
	return (struct token_form){
		.subject = SUBJECT_NAME,
		.token_s = x->call.conf->messaging_token_s
	};
}

enum err
messaging_signup(struct exchange *x)
{
	static const struct text_rule some = { .min = 1 };
	struct signup in = { .password_min = 1, .device = "", .is_only = true };
	struct tokens tokens;
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "username", &some, &in.username);
	fields_text(&f, "password", &some, &in.password);
	if ((e = fields_end(&f)) != ERR_OK ||
	    (e = core_account_register(&x->call, &in, &tokens)) != ERR_OK)
		return e;
	return fastapi_message(x, "User created successfully");
}

/* OAuth2's form, as far as anybody sends it. */
enum err
messaging_login(struct exchange *x)
{
	struct token_form form = token_form(x);
	struct login in = { .device = "", .form = &form };
	struct tokens tokens;
	struct fields f;
	struct jw w;
	enum err e;

	fields_begin(&f, x);
	fields_form(&f);
	fields_grant(&f);
	fields_text(&f, "username", NULL, &in.username);
	fields_text(&f, "password", NULL, &in.password);
	if ((e = fields_end(&f)) != ERR_OK ||
	    (e = core_session_begin(&x->call, &in, &tokens)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_messaging_token(&w, &tokens);
	return ERR_OK;
}

enum err
messaging_profile(struct exchange *x)
{
	struct user user;
	struct jw w;
	enum err e;

	e = core_account_get(&x->call, x->call.user_id, &user);
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_messaging_profile(&w, &user);
	return ERR_OK;
}

/* To a room of one of these kinds; another is none. */
static enum err
send_message(struct exchange *x, unsigned kinds)
{
	struct post in = { .kinds = kinds };
	struct message m;
	const char *room;
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "room_id", NULL, &room);
	fields_text(&f, "message", NULL, &in.text);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	if (!ids_parse_uuid(room, &in.room_id))
		return ERR_NOT_FOUND;
	x->call.tells_forbidden = x->call.conf->messaging_forbidden;
	e = core_message_post(&x->call, &in, &m);
	return e == ERR_OK ? fastapi_message(x, "Message sent successfully") :
	    e;
}

enum err
messaging_send(struct exchange *x)
{
	return send_message(x, MESSAGING_ROOM);
}

enum err
messaging_send_group(struct exchange *x)
{
	return send_message(x, MESSAGING_GROUP);
}
