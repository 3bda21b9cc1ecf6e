/*
 * d_rooms_auth - rooms: accounts and sessions.
 *
 * A token of this dialect names the account by its username.  Signing up gives
 * tokens beside the message: a client that looks for them there finds them.
 */
#include "config.h"

#include "core/account.h"
#include "dialect/d_rooms.h"
#include "dialect/sh_rooms.h"

static struct token_form
form_of(const struct exchange *x)
{
	const struct conf *conf = x->call.conf;

	return (struct token_form){
		.subject = SUBJECT_NAME,
		.token_s = conf->rooms_token_s,
		.refresh_s = conf->rooms_refresh_s
	};
}

/* Both of this many characters at least. */
static enum err
read_credentials(struct exchange *x, int64_t min, const char **username_out,
    const char **password_out)
{
	const struct text_rule rule = { .min = min };
	struct fields f;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "username", &rule, username_out);
	fields_text(&f, "password", &rule, password_out);
	return fields_end(&f);
}

static enum err
answer_tokens(struct exchange *x, const struct tokens *t, const char *message)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_rooms_tokens(&w, t, message);
	return ERR_OK;
}

enum err
rooms_signup(struct exchange *x)
{
	const struct token_form form = form_of(x);
	struct signup in = { .password_min = 1, .device = "", .form = &form };
	struct tokens tokens;
	enum err e;

	e = read_credentials(x, 1, &in.username, &in.password);
	if (e != ERR_OK)
		return e;
	e = core_account_register(&x->call, &in, &tokens);
	if (e == ERR_TAKEN)
		return fastapi_fail(x, 400, "Username already registered");
	return e != ERR_OK ? e :
	    answer_tokens(x, &tokens, "User registered successfully");
}

enum err
rooms_login(struct exchange *x)
{
	const struct token_form form = form_of(x);
	struct login in = { .by = LOGIN_NAME, .device = "", .form = &form };
	struct tokens tokens;
	enum err e;

	e = read_credentials(x, 0, &in.username, &in.password);
	if (e != ERR_OK)
		return e;
	e = core_session_begin(&x->call, &in, &tokens);
	if (e == ERR_CREDENTIALS)
		return fastapi_fail_bearer(x, 401,
		    "Incorrect username or password");
	return e != ERR_OK ? e : answer_tokens(x, &tokens, NULL);
}

/* Whatever is wrong with a refresh token, it is said in the same words. */
enum err
rooms_refresh(struct exchange *x)
{
	const struct token_form form = form_of(x);
	const char *token = NULL;
	struct tokens tokens;
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "refresh_token", NULL, &token);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	e = core_session_refresh(&x->call, token, &form, &tokens);
	if (e != ERR_OK && err_status(e) == 401)
		return fastapi_fail(x, 401, "Invalid or expired refresh token");
	return e != ERR_OK ? e : answer_tokens(x, &tokens, NULL);
}

/* As it was, the access token stayed good for the rest of its time. */
enum err
rooms_logout(struct exchange *x)
{
	struct call *c = &x->call;
	enum err e;

	e = c->conf->rooms_logout_keeps ? core_session_keep_short(c) :
	    core_session_end(c, c->session_id);

	return e != ERR_OK ? e :
	    fastapi_message(x, "Successfully logged out");
}

enum err
rooms_me(struct exchange *x)
{
	struct user user;
	struct jw w;
	enum err e;

	e = core_account_get(&x->call, x->call.user_id, &user);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_ACCOUNT_GONE : e;
	exchange_json(x, 200, &w);
	sh_rooms_user(&w, &user);
	return ERR_OK;
}
