/*
 * d_chatroom_user - chatroom: accounts.
 *
 * Clients of several generations register with different things; what the core
 * has no place for is kept and given back, but for what looks as if it were
 * secret: an account is seen by all others.  The name in a profile is the
 * account's display name.
 */
#include "config.h"

#include <strings.h>

#include "base/json.h"
#include "core/account.h"
#include "core/auth.h"
#include "dialect/d_chatroom.h"

enum { PAGE = 20, SEARCH_MAX = 10 };

static enum err
answer_user(struct exchange *x, const struct user *user)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_chatroom_user(&w, user);
	return ERR_OK;
}

/* ---- what is said of an account */

struct user_input {
	const char *username;	/* NULL: nothing, as the next */
	const char *password;
	const char *name;
	const char *about;
	const json_t *body;
};

/* A profile stands for the old one as a whole. */
static void
read_profile(struct fields *f, bool is_new, struct user_input *in)
{
	const struct any_rule optional = { .is_optional = true };
	const struct text_rule text = { .has_default = !is_new };
	const struct text_rule name = { .has_default = !is_new,
	    .is_trimmed = true };

	if (!fields_enter(f, "profile", &optional))
		return;
	in->name = in->about = "";
	fields_text(f, "name", &name, &in->name);
	fields_text(f, "about", &text, &in->about);
	fields_leave(f);
}

static enum err
read_user(struct exchange *x, bool is_new, struct user_input *in)
{
	const struct text_rule text = { .has_default = !is_new };
	struct fields f;

	*in = (struct user_input){ .username = NULL };
	fields_begin(&f, x);
	fields_body(&f);
	in->body = f.object;
	fields_text(&f, "username", &text, &in->username);
	fields_text(&f, "password", &text, &in->password);
	read_profile(&f, is_new, in);
	return fields_end(&f);
}

/* The name to be called by; NULL: none is said. */
static const char *
name_of(const struct user_input *in)
{
	return in->name != NULL && *in->name != '\0' ? in->name : NULL;
}

/* Keys that have a place of their own. */
static bool
is_known(const char *key)
{
	static const char *const known[] = { "_id", "id", "username",
	    "profile", "otpKeys" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(known[i], key) == 0)
			return true;
	return false;
}

/* Does a key's name tell of something that is not to be shown? */
static bool
is_secret(const char *key)
{
	static const char *const words[] = { "pass", "pwd", "secret", "salt",
	    "hash", "token", "private" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (strcasestr(key, words[i]) != NULL)
			return true;
	return false;
}

static bool
is_kept(const struct user_input *in, const char *key, const json_t *value)
{
	const char *text = json_string_value(value);

	return !is_known(key) && !is_secret(key) && (text == NULL ||
	    in->password == NULL || strcmp(text, in->password) != 0);
}

/* The object of a key, made if need be; borrowed. */
static json_t *
get_object(json_t *in, const char *key)
{
	json_t *object = json_object_get(in, key);

	if (json_is_object(object))
		return object;
	object = json_object();
	return json_object_set_new(in, key, object) == 0 ? object : NULL;
}

json_t *
chatroom_profile_open(const char *profile, json_t **own_out)
{
	json_t *all = NULL;

	if (profile == NULL ||
	    json_read(profile, strlen(profile), &all, NULL) != ERR_OK)
		all = json_object();
	*own_out = get_object(all, "chatroom");
	return all;
}

enum err
chatroom_profile_close(struct call *c, json_t *all, bool is_fine,
    const char **out)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, c->arena);
	jw_init(&w, &s);
	if (is_fine)
		json_put(&w, all);
	json_decref(all);
	*out = s.s;
	return is_fine && str_is_ok(&s) ? ERR_OK : ERR_NOMEM;
}

/* Put what is new into this dialect's part of a profile. */
static bool
merge(const struct user_input *in, json_t *own)
{
	json_t *fields = get_object(own, "fields"), *value;
	bool is_fine = fields != NULL;
	const char *key;

	if (in->about != NULL)
		is_fine &= json_object_set_new(own, "about",
		    json_string(in->about)) == 0;
	json_object_foreach((json_t *)in->body, key, value)
		if (is_fine && is_kept(in, key, value))
			is_fine = json_object_set(fields, key, value) == 0;
	return is_fine;
}

/* A profile_edit: the profile with what the input says. */
static enum err
edit(struct call *c, void *arg, const char *profile, const char **out)
{
	json_t *own, *all = chatroom_profile_open(profile, &own);
	bool is_fine = own != NULL && merge(arg, own);

	return chatroom_profile_close(c, all, is_fine, out);
}

/* ---- coming */

enum err
chatroom_register(struct exchange *x)
{
	struct signup in = { .password_min = 1, .device = "",
	    .is_only = true };
	struct user_input said;
	struct tokens made;
	enum err e;

	if ((e = read_user(x, true, &said)) != ERR_OK ||
	    (e = edit(&x->call, &said, NULL, &in.profile)) != ERR_OK)
		return e;
	in.display_name = name_of(&said);
	in.username = said.username;
	in.password = said.password;
	e = core_account_register(&x->call, &in, &made);
	if (e == ERR_TAKEN)
		return fastapi_fail(x, 400, "User already exists!");
	return e != ERR_OK ? e : answer_user(x, &made.user);
}

enum err
chatroom_login(struct exchange *x)
{
	const struct token_form form = {
		.subject = SUBJECT_HEX24,
		.token_s = x->call.conf->chatroom_token_s,
		.session_s = x->call.conf->chatroom_session_s
	};
	struct login in = { .by = LOGIN_NAME, .device = "", .form = &form };
	struct tokens tokens;
	struct fields f;
	struct jw w;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "username", NULL, &in.username);
	fields_text(&f, "password", NULL, &in.password);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	e = core_session_begin(&x->call, &in, &tokens);
	if (e == ERR_CREDENTIALS)
		return fastapi_fail(x, 401, "Email or Password is incorrect.");
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_chatroom_login(&w, &tokens);
	return ERR_OK;
}

/* The token was good a moment ago; now for what it says. */
enum err
chatroom_token_test(struct exchange *x)
{
	struct call *c = &x->call;
	struct identity who;
	struct jw w;
	enum err e;

	e = auth_token_verify(c->conf, dialect_chatroom.token(x), c->now, &who);
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_chatroom_token(&w, &who);
	return ERR_OK;
}

enum err
chatroom_set_password(struct exchange *x)
{
	struct password_change in = { .password_min = 1 };
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "currentPassword", NULL, &in.old_password);
	fields_text(&f, "newPassword", NULL, &in.new_password);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	if (*in.old_password == '\0' || *in.new_password == '\0')
		return fastapi_fail(x, 400,
		    "Both current and new passwords are required.");
	e = core_account_set_password(&x->call, &in);
	if (e == ERR_CREDENTIALS)
		return fastapi_fail(x, 401, "Current password is incorrect.");
	return e != ERR_OK ? e : chatroom_say(x, "Password changed.");
}

/* ---- who there is */

/* Of more accounts than there is memory for, the newest are left out. */
enum err
chatroom_user_list(struct exchange *x)
{
	struct user_search q = { .text = "", .max = PAGE };
	struct user *users;
	struct jw w;
	enum err e;
	int i, n;

	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	do {
		e = core_account_search(&x->call, &q, &users, &n);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < n && chatroom_goes_on(x); i++)
			sh_chatroom_user(&w, &users[i]);
		if (n > 0)
			q.after = users[n - 1].id;
	} while (n == PAGE && chatroom_goes_on(x));
	jw_array_end(&w);
	return ERR_OK;
}

enum err
chatroom_user_get(struct exchange *x)
{
	struct user user;
	int64_t id;
	enum err e;

	if ((e = chatroom_path_id(x, "id", &id)) == ERR_OK)
		e = core_account_get(&x->call, id, &user);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "User not found!");
	return e != ERR_OK ? e : answer_user(x, &user);
}

/* Is it another account, whose name begins so? */
static bool
is_match(const struct exchange *x, const struct user *user, const char *prefix)
{
	return user->id != x->call.user_id &&
	    strncasecmp(user->username, prefix, strlen(prefix)) == 0;
}

static int
put_match(struct exchange *x, struct jw *w, const struct user *user)
{
	if (!is_match(x, user, exchange_param(x, "prefix")))
		return 0;
	sh_chatroom_user(w, user);
	return 1;
}

/* The core finds a text anywhere; of that the beginnings count. */
enum err
chatroom_user_search(struct exchange *x)
{
	struct user_search q = { .max = PAGE };
	struct user *users;
	int i, n, found = 0;
	struct jw w;
	enum err e;

	q.text = exchange_param(x, "prefix");
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	do {
		e = core_account_search(&x->call, &q, &users, &n);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < n && found < SEARCH_MAX; i++)
			found += put_match(x, &w, &users[i]);
		if (n > 0)
			q.after = users[n - 1].id;
	} while (n == PAGE && found < SEARCH_MAX && chatroom_goes_on(x));
	jw_array_end(&w);
	return found > 0 ? ERR_OK : fastapi_fail(x, 404, "Username not found!");
}

/* ---- changing and going */

static enum err
update(struct exchange *x)
{
	struct account_change change = { .password_min = 1 };
	struct user_input said;
	struct user user;
	enum err e;

	if ((e = read_user(x, false, &said)) != ERR_OK ||
	    (e = core_account_get(&x->call, x->call.user_id, &user)) !=
	    ERR_OK)
		return e;
	change.display_name = name_of(&said);
	change.username = said.username;
	change.password = said.password;
	change.edit = (struct profile_edit){ edit, &said };
	/* Who has no name of another kind is called by the username. */
	if (change.display_name == NULL && (said.name != NULL ||
	    strcmp(user.display_name, user.username) == 0))
		change.display_name = said.username != NULL ? said.username :
		    user.username;
	e = core_account_update(&x->call, &change, &user);
	if (e == ERR_TAKEN)
		return fastapi_fail(x, 400, "User already exists!");
	return e != ERR_OK ? e : answer_user(x, &user);
}

enum err
chatroom_me_update(struct exchange *x)
{
	return update(x);
}

/* The account in the path is the caller's. */
static enum err
check_self(struct exchange *x, const char *refusal)
{
	int64_t id = 0;
	const char *text = exchange_param(x, "id");

	if (chatroom_hex(text, &id) == HEX_BAD)
		return fastapi_fail(x, 404, "User not found!");
	return id == x->call.user_id ? ERR_OK : fastapi_fail(x, 403, refusal);
}

enum err
chatroom_user_update(struct exchange *x)
{
	enum err e = check_self(x, "You are not authorized to update this "
	    "user.");

	return e == ERR_OK ? update(x) : e;
}

enum err
chatroom_user_delete(struct exchange *x)
{
	enum err e = check_self(x, "You are not authorized to delete this "
	    "user.");

	if (e == ERR_OK)
		e = core_account_delete_self(&x->call);
	return e == ERR_OK ? chatroom_say(x, "User deleted.") : e;
}
