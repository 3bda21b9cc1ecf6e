/*
 * d_realtime_user - realtime's accounts: /users.
 *
 * Names and addresses are kept in lower case here.  What this dialect keeps of
 * an account besides is in its profile: "bio", "avatar_url", "status".
 */
#include "config.h"

#include <ctype.h>

#include "base/ids.h"
#include "core/account.h"
#include "dialect/d_realtime.h"
#include "dialect/sh_realtime.h"

enum {
	USERNAME_MIN = 3, USERNAME_MAX = 50, PASSWORD_MIN = 8,
	DISPLAY_NAME_MAX = 100, BIO_MAX = 500,
	LIST_MAX = 100, SEARCH_MAX = 50, SEARCH_DEFAULT = 20
};

static const struct text_rule name_if = {
	.is_optional = true, .max = DISPLAY_NAME_MAX, .is_trimmed = true
};
static const struct enum_rule status_rule = {
	.words = realtime_status, .words_n = REALTIME_STATUS_N
};
static const struct enum_rule status_if = {
	.is_optional = true,
	.words = realtime_status, .words_n = REALTIME_STATUS_N
};

/* In lower case, as far as it is ASCII; NULL when there is no memory. */
static const char *
lowered(struct exchange *x, const char *s)
{
	char *out = arena_strdup(x->call.arena, s), *p;

	for (p = out; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)tolower(*p);
	return out;
}

static enum err
answer_user(struct exchange *x, const struct user *user)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_realtime_user(&w, user);
	return ERR_OK;
}

/* The login's answer, and a cookie for those who send no token later. */
static enum err
answer_tokens(struct exchange *x, int status, const struct tokens *t)
{
	struct jw w;

	exchange_keep_token(x, t->access, t->expires_s);
	exchange_json(x, status, &w);
	sh_realtime_tokens(&w, t, status == 201 ?
	    "User registered successfully" : "Login successful");
	return ERR_OK;
}

static struct token_form
token_form(const struct exchange *x)
{
	return (struct token_form){
		.subject = SUBJECT_UUID,
		.token_s = x->call.conf->realtime_token_s
	};
}

static enum err
read_signup(struct exchange *x, struct signup *out)
{
	struct fields f;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "username", &(struct text_rule){ .min = USERNAME_MIN,
	    .max = USERNAME_MAX, .is_trimmed = true }, &out->username);
	fields_email(&f, "email", NULL, &out->email);
	fields_text(&f, "password", &(struct text_rule){ .min = PASSWORD_MIN },
	    &out->password);
	fields_text(&f, "display_name", &name_if, &out->display_name);
	return fields_end(&f);
}

/* The display name is the username as it was typed, unless there is one. */
static enum err
set_names(struct exchange *x, struct signup *in)
{
	if (in->display_name == NULL || *in->display_name == '\0')
		in->display_name = in->username;
	in->username = lowered(x, in->username);
	in->email = lowered(x, in->email);
	return in->username == NULL || in->email == NULL ? ERR_NOMEM : ERR_OK;
}

enum err
realtime_register(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_TAKEN, 400, "Username already exists", false },
		{ ERR_EMAIL_TAKEN, 400, "Email already exists", false },
		{ ERR_OK, 0, NULL, false }
	};
	const struct token_form form = token_form(x);
	struct signup in = { .password_min = 1, .device = "", .form = &form };
	struct tokens tokens;
	enum err e;

	if ((e = read_signup(x, &in)) != ERR_OK ||
	    (e = set_names(x, &in)) != ERR_OK)
		return e;
	e = fastapi_word(x, core_account_register(&x->call, &in, &tokens),
	    words);
	return e == ERR_OK ? answer_tokens(x, 201, &tokens) : e;
}

/* Clients of other dialects call it by other names; the first one counts. */
static enum err
read_login(struct exchange *x, struct login *out)
{
	static const char *const names[] = { "username_or_email", "username",
	    "email" };
	struct fields f;
	size_t i = 0;

	fields_begin(&f, x);
	fields_body(&f);
	while (i < ARRAY_LEN(names) && !fields_has(&f, names[i]))
		i++;
	fields_text(&f, names[i < ARRAY_LEN(names) ? i : 0],
	    &(struct text_rule){ .is_trimmed = true }, &out->username);
	fields_text(&f, "password", NULL, &out->password);
	return fields_end(&f);
}

/* A key of the profile; NULL: it stays as it is. */
struct profile_key {
	const char *key;
	const char *value;
};

static json_t *
read_profile(const char *text)
{
	json_t *profile = NULL;

	if (text == NULL ||
	    json_read(text, strlen(text), &profile, NULL) != ERR_OK)
		return json_object();
	return profile;
}

/*
 * A profile_edit: the profile with other values; `arg` is a list of keys.  Within
 * the write, because other dialects keep theirs in the same profile.
 */
static enum err
edit_profile(struct call *c, void *arg, const char *text, const char **out)
{
	json_t *profile = read_profile(text);
	const struct profile_key *key;
	struct str s;
	struct jw w;
	bool is_changed = false;

	for (key = arg; key->key != NULL; key++) {
		if (key->value == NULL)
			continue;
		is_changed = true;
		(void)json_object_set_new(profile, key->key,
		    json_string(key->value));
	}
	str_init_arena(&s, c->arena);
	jw_init(&w, &s);
	if (is_changed)
		json_put(&w, profile);
	json_decref(profile);
	*out = is_changed ? s.s : NULL;
	return str_is_ok(&s) ? ERR_OK : ERR_NOMEM;
}

/* Note that the account is there, as what it says it is. */
static enum err
set_status(struct exchange *x, enum realtime_status status,
    struct user *out)
{
	struct profile_key keys[] = {
		{ "status", realtime_status[status] }, { NULL, NULL }
	};
	const struct account_change change = {
		.is_seen = true, .edit = { edit_profile, keys }
	};

	return core_account_update(&x->call, &change, out);
}

enum err
realtime_login(struct exchange *x)
{
	const struct token_form form = token_form(x);
	struct login in = { .by = LOGIN_EITHER, .nocase = true, .device = "",
	    .form = &form };
	struct tokens tokens;
	enum err e;

	if ((e = read_login(x, &in)) != ERR_OK)
		return e;
	e = core_session_begin(&x->call, &in, &tokens);
	if (e == ERR_CREDENTIALS)
		return fastapi_fail(x, 401, "Invalid credentials");
	if (e != ERR_OK)
		return e;
	x->call.user_id = tokens.user.id;
	x->call.session_id = tokens.session_id;
	e = set_status(x, REALTIME_ONLINE, &tokens.user);
	return e == ERR_OK ? answer_tokens(x, 200, &tokens) : e;
}

enum err
realtime_me_get(struct exchange *x)
{
	struct user user;
	enum err e = core_account_get(&x->call, x->call.user_id, &user);

	return e == ERR_OK ? answer_user(x, &user) : e;
}

/* What an account wants to be changed; NULL or < 0: nothing. */
struct me_change {
	const char *display_name;
	const char *bio;
	const char *avatar_url;
	int	 status;
};

static enum err
read_me(struct exchange *x, struct me_change *out)
{
	struct fields f;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "display_name", &name_if, &out->display_name);
	fields_text(&f, "bio", &(struct text_rule){
	    .is_optional = true, .max = BIO_MAX }, &out->bio);
	fields_text(&f, "avatar_url", &(struct text_rule){
	    .is_optional = true }, &out->avatar_url);
	fields_enum(&f, "status", &status_if, &out->status);
	return fields_end(&f);
}

static enum err
change_me(struct exchange *x, const struct me_change *in, struct user *user)
{
	struct profile_key keys[] = {
		{ "bio", in->bio },
		{ "avatar_url", in->avatar_url },
		{ "status", in->status < 0 ? NULL : realtime_status[in->status] },
		{ NULL, NULL }
	};
	struct account_change change = {
		.display_name = in->display_name,
		.edit = { edit_profile, keys }
	};

	/* An empty one is the username again. */
	if (in->display_name != NULL && *in->display_name == '\0')
		change.display_name = user->username;
	return core_account_update(&x->call, &change, user);
}

enum err
realtime_me_update(struct exchange *x)
{
	struct me_change in = { .status = -1 };
	struct user user;
	enum err e;

	if ((e = read_me(x, &in)) != ERR_OK ||
	    (e = core_account_get(&x->call, x->call.user_id, &user)) !=
	    ERR_OK ||
	    (e = change_me(x, &in, &user)) != ERR_OK)
		return e;
	return answer_user(x, &user);
}

/* The guest's account is all guests', so that none of them may end it. */
enum err
realtime_me_delete(struct exchange *x)
{
	enum err e;

	if (realtime_token(x) == NULL)
		return ERR_NO_TOKEN;
	e = core_account_delete_self(&x->call);
	return e == ERR_OK ?
	    fastapi_message(x, "User deleted successfully") : e;
}

/*
 * The name under which a body has the status; NULL: it has none.  A body that
 * is a text is the status itself.
 */
static const char *
status_name(struct exchange *x)
{
	const json_t *body;
	json_t *object;

	if (x->request.body_len == 0)
		return NULL;
	if (exchange_body(x, &body) == ERR_NOT_OBJECT &&
	    json_is_string(body)) {
		if ((object = json_object()) == NULL)
			return NULL;
		(void)json_object_set_new(object, "status", x->json);
		x->json = object;
	}
	if (json_object_get(x->json, "status") != NULL)
		return "status";
	return json_object_get(x->json, "status_data") != NULL ?
	    "status_data" : NULL;
}

enum err
realtime_status_set(struct exchange *x)
{
	const char *name = NULL;
	struct fields f;
	struct user user;
	int status = REALTIME_OFFLINE;
	enum err e;

	fields_begin(&f, x);
	fields_query(&f);
	if (!fields_has(&f, "status_data") && (name = status_name(x)) != NULL)
		fields_body(&f);
	fields_enum(&f, name != NULL ? name : "status_data", &status_rule,
	    &status);
	if ((e = fields_end(&f)) != ERR_OK ||
	    (e = set_status(x, (enum realtime_status)status, &user)) != ERR_OK)
		return e;
	return answer_user(x, &user);
}

enum err
realtime_user_get(struct exchange *x)
{
	struct user user;
	int64_t id;
	enum err e = ERR_NOT_FOUND;

	if (ids_parse_uuid(exchange_param(x, "user_id"), &id))
		e = core_account_get(&x->call, id, &user);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "User not found");
	return e == ERR_OK ? answer_user(x, &user) : e;
}

static enum err
answer_users(struct exchange *x, const struct user *users, int n)
{
	struct jw w;
	int i;

	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	for (i = 0; i < n; i++)
		sh_realtime_public(&w, &users[i]);
	jw_array_end(&w);
	return ERR_OK;
}

enum err
realtime_user_list(struct exchange *x)
{
	struct user_page page;
	struct user *users;
	struct fields f;
	int64_t skip = 0, limit = LIST_MAX;
	enum err e;
	int n;

	fields_begin(&f, x);
	fields_query(&f);
	fields_int(&f, "skip", &(struct int_rule){ .has_default = true,
	    .has_min = true, .min = 0 }, &skip);
	fields_int(&f, "limit", &(struct int_rule){ .has_default = true,
	    .has_min = true, .min = 1, .has_max = true, .max = LIST_MAX },
	    &limit);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	page.skip = skip < INT32_MAX ? (int)skip : INT32_MAX;
	page.max = (int)limit;
	e = core_account_page(&x->call, &page, &users, &n);
	return e == ERR_OK ? answer_users(x, users, n) : e;
}

enum err
realtime_user_search(struct exchange *x)
{
	struct user_search q = { .after = -1 };
	struct user *users;
	struct fields f;
	int64_t limit = SEARCH_DEFAULT;
	enum err e;
	int n;

	fields_begin(&f, x);
	fields_query(&f);
	fields_text(&f, "q", &(struct text_rule){ .min = 1 }, &q.text);
	fields_int(&f, "limit", &(struct int_rule){ .has_default = true,
	    .has_min = true, .min = 1, .has_max = true, .max = SEARCH_MAX },
	    &limit);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	q.max = (int)limit;
	e = core_account_search(&x->call, &q, &users, &n);
	return e == ERR_OK ? answer_users(x, users, n) : e;
}
