/*
 * account - who there is.
 *
 * Passwords are hashed and compared before a write begins, because that takes
 * longer than a thousand writes.  Within the write the stored hash is compared
 * with the one that was looked at.
 */
#include "config.h"

#include "core/account.h"
#include "core/check.h"
#include "core/guess.h"
#include "core/member.h"
#include "core/password.h"
#include "core/tell.h"

static enum err
check_signup(struct call *c, const struct signup *in)
{
	enum err e;

	if ((e = check_username(c, in->username)) != ERR_OK)
		return e;
	if (in->display_name != NULL &&
	    (e = check_name(c, "display_name", in->display_name)) != ERR_OK)
		return e;
	if ((in->email != NULL &&
	    (e = check_email(c, in->email)) != ERR_OK) ||
	    (e = check_object(c, "profile", in->profile)) != ERR_OK)
		return e;
	if ((e = check_device(c, in->device)) != ERR_OK)
		return e;
	return check_password(c, in->password, in->password_min);
}

/*
 * Nobody but `user_id` (0: nobody at all) is known by `text`, be it as a name or
 * as an address: who logs in by either is thus one account.
 */
static enum err
check_unknown(struct call *c, const char *text, int64_t user_id)
{
	struct user user;
	enum err e;

	e = store_user_by_name(c->store, c->arena, text, &user);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && user.id == user_id))
		e = store_user_by_email(c->store, c->arena, text, &user);
	if (e == ERR_OK)
		return user.id == user_id ? ERR_OK : ERR_TAKEN;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
check_email_free(struct call *c, const char *email, int64_t user_id)
{
	enum err e = ERR_OK;

	if (email != NULL)
		e = check_unknown(c, email, user_id);
	/* A name is compared as it is, an address is not. */
	if (email != NULL && e == ERR_OK &&
	    (e = store_user_called(c->store, email, user_id)) == ERR_EXISTS)
		e = ERR_TAKEN;
	return e == ERR_TAKEN ? call_fault(c, "email", ERR_EMAIL_TAKEN) : e;
}

/* Its name, and its address, for who has this id (0: nobody yet). */
static enum err
check_free(struct call *c, const struct user *user, int64_t user_id)
{
	enum err e;

	e = check_unknown(c, user->username, user_id);
	if (e == ERR_TAKEN)
		return call_fault(c, "username", e);
	return e == ERR_OK ? check_email_free(c, user->email, user_id) : e;
}

/* Within a write: what was free has to be so still. */
static enum err
register_user(struct call *c, struct user *user, const struct signup *in,
    struct tokens *out)
{
	const struct session_draft draft = {
		.user = user, .device = in->device, .form = in->form
	};
	enum err e;

	if ((e = check_free(c, user, 0)) != ERR_OK)
		return e;
	if ((e = store_user_add(c->store, user)) != ERR_OK)
		return e == ERR_EXISTS ? ERR_INTERNAL : e;
	if (!in->is_only)
		return session_add(c, &draft, out);
	*out = (struct tokens){ .user = *user };
	out->user.password = NULL;
	return ERR_OK;
}

/* The hash of a new password, the input `field`. */
static enum err
hash_new(struct call *c, const char *field, const char *password,
    const char **hash_out)
{
	enum err e = password_hash(c->arena, c->conf, password, hash_out);

	return e == ERR_BAD_VALUE ? call_fault(c, field, e) : e;
}

enum err
core_account_register(struct call *c, const struct signup *in,
    struct tokens *out)
{
	struct user user = {
		.username = in->username,
		.display_name = in->display_name != NULL ? in->display_name :
		    in->username,
		.created_at = c->now,
		.email = in->email,
		.profile = in->profile
	};
	enum err e;

	/* What is taken is refused before the password is hashed. */
	if ((e = check_signup(c, in)) != ERR_OK ||
	    (e = check_free(c, &user, 0)) != ERR_OK)
		return e;
	e = hash_new(c, "password", in->password, &user.password);
	if (e != ERR_OK || (e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, register_user(c, &user, in, out));
}

enum err
core_account_get(struct call *c, int64_t user_id, struct user *out)
{
	enum err e;

	e = store_user_load(c->store, c->arena, user_id, out);
	return e == ERR_OK && out->deleted_at != 0 ? ERR_NOT_FOUND : e;
}

/* Of an account that a name has found. */
static enum err
hide_password(struct user *user, enum err e)
{
	if (e == ERR_OK)
		user->password = NULL;
	return e;
}

enum err
core_account_by_name(struct call *c, const char *username, struct user *out)
{
	return hide_password(out,
	    store_user_by_name(c->store, c->arena, username, out));
}

enum err
core_account_page(struct call *c, const struct user_page *page,
    struct user **out, int *n_out)
{
	return store_user_page(c->store, c->arena, page, out, n_out);
}

enum err
core_account_search(struct call *c, const struct user_search *q,
    struct user **out, int *n_out)
{
	return store_user_search(c->store, c->arena, q, out, n_out);
}

/* The account has changed: everybody may want to know. */
static enum err
tell_updated(struct call *c)
{
	return tell(c, &(struct event){ .kind = EVENT_USER_UPDATED });
}

/* What the edit makes of a profile; NULL: it is left as it is. */
static enum err
run_edit(struct call *c, const struct profile_edit *edit, const char *profile,
    const char **out)
{
	enum err e;

	*out = NULL;
	if (edit->run == NULL)
		return ERR_OK;
	e = edit->run(c, edit->arg, profile, out);
	if (e != ERR_OK || *out == NULL || **out == '\0')
		return e;
	return check_object(c, "profile", *out);
}

/* Within a write, as the next two: is anything another than it was? */
static enum err
replace(struct call *c, const struct account_change *in, struct user *out,
    bool *is_news_out)
{
	const char *profile;
	bool is_news;
	enum err e;

	e = run_edit(c, &in->edit, out->profile, &profile);
	if (e != ERR_OK)
		return e;
	is_news = check_replace(&out->username, in->username);
	is_news |= check_replace(&out->display_name, in->display_name);
	is_news |= check_replace(&out->email, in->email);
	is_news |= check_replace(&out->profile,
	    profile != NULL ? profile : in->profile);
	*is_news_out = is_news;
	return ERR_OK;
}

static enum err
set_password(struct call *c, const char *hash)
{
	enum err e = store_user_set_password(c->store, c->user_id, hash);

	return e == ERR_OK ? session_end_all(c, c->session_id) : e;
}

static enum err
update(struct call *c, const struct account_change *in, struct user *out)
{
	bool is_news;
	enum err e;

	if ((e = core_account_get(c, c->user_id, out)) != ERR_OK ||
	    (e = replace(c, in, out, &is_news)) != ERR_OK)
		return e;
	if (in->is_seen)
		out->seen_at = c->now;
	if (!is_news && !in->is_seen)
		return ERR_OK;
	e = in->username != NULL ? check_free(c, out, out->id) :
	    check_email_free(c, in->email != NULL ? out->email : NULL,
	    out->id);
	if (e != ERR_OK || (e = store_user_change(c->store, out)) != ERR_OK)
		return e;
	return is_news ? tell_updated(c) : ERR_OK;
}

static enum err
check_change(struct call *c, const struct account_change *in)
{
	enum err e;

	if ((in->username != NULL &&
	    (e = check_username(c, in->username)) != ERR_OK) ||
	    (in->display_name != NULL &&
	    (e = check_name(c, "display_name", in->display_name)) != ERR_OK) ||
	    (in->password != NULL &&
	    (e = check_password(c, in->password, in->password_min)) != ERR_OK))
		return e;
	if (in->email != NULL && *in->email != '\0' &&
	    (e = check_email(c, in->email)) != ERR_OK)
		return e;
	if (in->profile == NULL || *in->profile == '\0')
		return ERR_OK;
	return check_object(c, "profile", in->profile);
}

enum err
core_account_update(struct call *c, const struct account_change *in,
    struct user *out)
{
	const char *hash = NULL;
	enum err e;

	if ((e = check_change(c, in)) != ERR_OK ||
	    (in->password != NULL &&
	    (e = hash_new(c, "password", in->password, &hash)) != ERR_OK) ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	e = update(c, in, out);
	if (e == ERR_OK && hash != NULL)
		e = set_password(c, hash);
	return store_end(c->store, e);
}

/* Within a write. */
static enum err
take(struct call *c, int64_t user_id, const struct profile_edit *edit,
    struct user *out)
{
	const char *profile;
	enum err e;

	if ((e = core_account_get(c, user_id, out)) != ERR_OK ||
	    (e = run_edit(c, edit, out->profile, &profile)) != ERR_OK ||
	    !check_replace(&out->profile, profile))
		return e;
	return store_user_change(c->store, out);
}

enum err
core_account_take(struct call *c, int64_t user_id,
    const struct profile_edit *edit, struct user *out)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, take(c, user_id, edit, out));
}

/* The caller's hash, if `password`, the input `field`, fits it. */
static enum err
check_own(struct call *c, const char *field, const char *password,
    const char **hash_out)
{
	enum err e;

	e = store_user_password(c->store, c->arena, c->user_id, hash_out);
	if (e == ERR_OK)
		e = guess_check(c, &(struct guess){ .password = password,
		    .hash = *hash_out });
	return e == ERR_CREDENTIALS ? call_fault(c, field, e) : e;
}

/* Within a write: the hash is still the one that was looked at. */
static enum err
check_unchanged(struct call *c, const char *hash)
{
	const char *now;
	enum err e;

	e = store_user_password(c->store, c->arena, c->user_id, &now);
	if (e == ERR_OK && strcmp(hash, now) != 0)
		e = ERR_CREDENTIALS;
	return e;
}

enum err
core_account_set_password(struct call *c, const struct password_change *in)
{
	const char *old_hash, *new_hash;
	enum err e;

	e = check_password(c, in->new_password, in->password_min);
	if (e != ERR_OK)
		return call_fault(c, "new_password", e);
	e = check_own(c, "old_password", in->old_password, &old_hash);
	if (e != ERR_OK)
		return e;
	e = hash_new(c, "new_password", in->new_password, &new_hash);
	if (e != ERR_OK || (e = call_begin(c)) != ERR_OK)
		return e;
	e = check_unchanged(c, old_hash);
	if (e == ERR_OK)
		e = set_password(c, new_hash);
	return store_end(c->store, e);
}

static enum err
leave_rooms(struct call *c)
{
	struct membership *m;
	enum err e;
	int i, n;

	e = store_membership_list(c->store, c->arena, c->user_id, &m, &n);
	for (i = 0; e == ERR_OK && i < n; i++)
		e = member_withdraw(c, m[i].room_id);
	return e;
}

/* Within a write. */
static enum err
erase(struct call *c)
{
	enum err e;

	e = leave_rooms(c);
	if (e == ERR_OK)
		e = session_end_all(c, 0);
	if (e == ERR_OK)
		e = store_user_erase(c->store, c->user_id, c->now);
	return e == ERR_OK ? tell_updated(c) : e;
}

enum err
core_account_delete(struct call *c, const char *password)
{
	const char *hash;
	enum err e;

	if ((e = check_own(c, "password", password, &hash)) != ERR_OK ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	if ((e = check_unchanged(c, hash)) == ERR_OK)
		e = erase(c);
	return store_end(c->store, e);
}

enum err
core_account_delete_self(struct call *c)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, erase(c));
}
