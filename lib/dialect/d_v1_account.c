/*
 * d_v1_account - v1's users, me, and sessions.
 */
#include "config.h"

#include "base/num.h"
#include "core/account.h"
#include "core/session.h"
#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"

enum { DEVICE_MAX = 128 };

/*
 * What a session calls its device: the field, or else as much of the
 * User-Agent header as is plain text.
 */
static enum err
read_device(struct exchange *x, const json_t *body, const char **out)
{
	const char *agent = x->request.user_agent;
	size_t n = 0;

	if (agent == NULL)
		agent = "";
	while (n < DEVICE_MAX && agent[n] >= ' ' && agent[n] <= '~')
		n++;
	*out = arena_strndup(x->call.arena, agent, n);
	if (*out == NULL)
		return ERR_NOMEM;
	return v1_text_if(x, body, "device", out);
}

static enum err
read_signup(struct exchange *x, const json_t *body, struct signup *out)
{
	enum err e;

	*out = (struct signup){ .password_min = x->call.conf->auth_password_min };
	if ((e = v1_text(x, body, "username", &out->username)) != ERR_OK ||
	    (e = v1_text(x, body, "password", &out->password)) != ERR_OK ||
	    (e = v1_text_if(x, body, "display_name", &out->display_name)) !=
	    ERR_OK)
		return e;
	return read_device(x, body, &out->device);
}

enum err
v1_account_register(struct exchange *x)
{
	const json_t *body;
	struct signup in;
	struct tokens tokens;
	struct jw w;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = read_signup(x, body, &in)) != ERR_OK ||
	    (e = core_account_register(&x->call, &in, &tokens)) != ERR_OK)
		return e;
	v1_created(x, "/v1/users/", tokens.user.id, &w);
	sh_v1_tokens(&w, &tokens);
	return ERR_OK;
}

/* One more than asked for is looked up, to know whether there are more. */
enum err
v1_account_search(struct exchange *x)
{
	struct user_search q = { .text = exchange_query(x, "q") };
	struct v1_page page;
	struct user *users;
	struct jw w;
	enum err e;
	int i, n;

	if ((e = v1_page_after(x, &page)) != ERR_OK)
		return e;
	if (q.text == NULL)
		q.text = "";
	q.after = page.after;
	q.max = page.limit + 1;
	e = core_account_search(&x->call, &q, &users, &n);
	if (e != ERR_OK)
		return e;
	v1_list_begin(x, &w);
	for (i = 0; i < n && i < page.limit; i++)
		sh_v1_user(&w, &users[i]);
	v1_list_end(&w, n > page.limit ? users[i - 1].id : 0);
	return ERR_OK;
}

static enum err
answer_user(struct exchange *x, const struct user *user)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_v1_user(&w, user);
	return ERR_OK;
}

enum err
v1_account_get(struct exchange *x)
{
	struct user user;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = core_account_get(&x->call, id, &user)) != ERR_OK)
		return e;
	return answer_user(x, &user);
}

enum err
v1_me_get(struct exchange *x)
{
	struct user user;
	enum err e;

	e = core_account_get(&x->call, x->call.user_id, &user);
	return e == ERR_OK ? answer_user(x, &user) : e;
}

enum err
v1_me_update(struct exchange *x)
{
	struct account_change in = { .display_name = NULL };
	const json_t *body;
	struct user user;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_text_if(x, body, "display_name", &in.display_name)) !=
	    ERR_OK ||
	    (e = core_account_update(&x->call, &in, &user)) != ERR_OK)
		return e;
	return answer_user(x, &user);
}

enum err
v1_me_delete(struct exchange *x)
{
	const char *password;
	const json_t *body;
	enum err e;

	if ((e = v1_body_if(x, &body)) != ERR_OK ||
	    (e = v1_text(x, body, "password", &password)) != ERR_OK)
		return e;
	return v1_done(x, core_account_delete(&x->call, password));
}

enum err
v1_me_set_password(struct exchange *x)
{
	struct password_change in = {
		.password_min = x->call.conf->auth_password_min
	};
	const json_t *body;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_text(x, body, "old_password", &in.old_password)) !=
	    ERR_OK ||
	    (e = v1_text(x, body, "new_password", &in.new_password)) != ERR_OK)
		return e;
	return v1_done(x, core_account_set_password(&x->call, &in));
}

enum err
v1_session_begin(struct exchange *x)
{
	const json_t *body;
	struct login in = { .by = LOGIN_NAME };
	struct tokens tokens;
	struct jw w;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_text(x, body, "username", &in.username)) != ERR_OK ||
	    (e = v1_text(x, body, "password", &in.password)) != ERR_OK ||
	    (e = read_device(x, body, &in.device)) != ERR_OK ||
	    (e = core_session_begin(&x->call, &in, &tokens)) != ERR_OK)
		return e;
	v1_created(x, "/v1/sessions/", tokens.session_id, &w);
	sh_v1_tokens(&w, &tokens);
	return ERR_OK;
}

enum err
v1_session_refresh(struct exchange *x)
{
	const char *token;
	const json_t *body;
	struct tokens tokens;
	struct jw w;
	enum err e;

	if ((e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_text(x, body, "refresh_token", &token)) != ERR_OK ||
	    (e = core_session_refresh(&x->call, token, NULL, &tokens)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_v1_tokens(&w, &tokens);
	return ERR_OK;
}

/* The newest first. */
enum err
v1_session_list(struct exchange *x)
{
	struct session_page q = { .before = 0 };
	struct session *sessions;
	struct v1_page page;
	struct jw w;
	enum err e;
	int i, n;

	if ((e = v1_page_before(x, &page)) != ERR_OK)
		return e;
	q.before = page.before;
	q.max = page.limit + 1;
	if ((e = core_session_list(&x->call, &q, &sessions, &n)) != ERR_OK)
		return e;
	v1_list_begin(x, &w);
	for (i = 0; i < n && i < page.limit; i++)
		sh_v1_session(&w, &sessions[i],
		    sessions[i].id == x->call.session_id);
	v1_list_end(&w, n > page.limit ? sessions[i - 1].id : 0);
	return ERR_OK;
}

enum err
v1_session_end(struct exchange *x)
{
	int64_t id = x->call.session_id;
	enum err e;

	if (strcmp(exchange_param(x, "id"), "current") != 0 &&
	    (e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_session_end(&x->call, id));
}
