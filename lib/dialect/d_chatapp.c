/*
 * d_chatapp - the dialect chatapp: its routes, its refusals, and its accounts.
 *
 * Registering gives no token; the form that gives one takes an e-mail address or
 * a username under the name `username`, and so does a JSON body.  Whether it was
 * the account or the password that was wrong is not told.
 */
#include "config.h"

#include <strings.h>

#include "core/account.h"
#include "dialect/d_chatapp.h"
#include "dialect/fastapi.h"
#include "dialect/sh_chatapp.h"

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_chatapp.def"
#undef X
};

static bool
owns(const char *path)
{
	static const char *const stems[] = { "/auth", "/websockets" };

	return fastapi_is_below(path, stems, ARRAY_LEN(stems));
}

static void
refuse(struct exchange *x, enum err e)
{
	static const struct fastapi_word words[] = {
		{ ERR_CREDENTIALS, 401, "Incorrect password or id", true },
		{ ERR_OK, 0, NULL, false }
	};
	static const struct fastapi_style style = { .words = words };

	fastapi_refuse(x, e, &style);
}

const struct dialect dialect_chatapp = {
	.name = "chatapp",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.owns = owns,
	.refuse = refuse,
	.token = exchange_bearer
};

/* ---- registering */

/* What an account cannot be without. */
static const struct text_rule some = { .min = 1 };

enum err
chatapp_register(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_TAKEN, 400, "Username already registered", false },
		{ ERR_EMAIL_TAKEN, 400, "Email already registered", false },
		{ ERR_OK, 0, NULL, false }
	};
	struct signup in = { .password_min = 1, .device = "",
	    .is_only = true };
	struct tokens made;
	struct fields f;
	struct jw w;
	bool has_name;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	has_name = !fields_has(&f, "username") && fields_has(&f, "name");
	fields_text(&f, has_name ? "name" : "username", &some, &in.username);
	fields_email(&f, "email", NULL, &in.email);
	fields_text(&f, "password", &some, &in.password);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	e = core_account_register(&x->call, &in, &made);
	if (e != ERR_OK)
		return fastapi_word(x, e, words);
	exchange_json(x, 200, &w);
	sh_chatapp_user(&w, &made.user);
	return ERR_OK;
}

enum err
chatapp_create_user(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_TAKEN, 226, "Name already used", false },
		{ ERR_EMAIL_TAKEN, 226, "E-mail already used", false },
		{ ERR_OK, 0, NULL, false }
	};
	struct signup in = { .password_min = 1, .device = "",
	    .is_only = true };
	struct tokens made;
	struct fields f;
	struct jw w;
	enum err e;

	fields_begin(&f, x);
	fields_query(&f);
	fields_text(&f, "name", &some, &in.username);
	fields_email(&f, "email", NULL, &in.email);
	fields_text(&f, "password", &some, &in.password);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	e = core_account_register(&x->call, &in, &made);
	if (e != ERR_OK)
		return fastapi_word(x, e, words);
	exchange_json(x, 200, &w);
	sh_chatapp_row(&w, &made.user);
	return ERR_OK;
}

/* ---- a token */

static bool
is_json(const struct exchange *x)
{
	static const char type[] = "application/json";

	return x->request.content_type != NULL &&
	    strncasecmp(x->request.content_type, type, sizeof(type) - 1) == 0;
}

/* Who wants a token: from a form, or from JSON. */
static enum err
read_login(struct exchange *x, struct login *out)
{
	struct fields f;
	bool has_email;

	fields_begin(&f, x);
	if (is_json(x))
		fields_body(&f);
	else
		fields_form(&f);
	has_email = !fields_has(&f, "username") && fields_has(&f, "email");
	fields_text(&f, has_email ? "email" : "username", NULL,
	    &out->username);
	fields_text(&f, "password", NULL, &out->password);
	return fields_end(&f);
}

enum err
chatapp_token(struct exchange *x)
{
	const struct token_form form = {
		.subject = SUBJECT_EMAIL,
		.token_s = x->call.conf->chatapp_token_s
	};
	struct login in = { .device = "", .by = LOGIN_EITHER, .form = &form };
	struct tokens tokens;
	struct jw w;
	enum err e;

	if ((e = read_login(x, &in)) != ERR_OK ||
	    (e = core_session_begin(&x->call, &in, &tokens)) != ERR_OK)
		return e;
	exchange_keep_token(x, tokens.access, form.token_s);
	exchange_json(x, 200, &w);
	sh_chatapp_tokens(&w, &tokens);
	return ERR_OK;
}
