/*
 * account - who there is.
 *
 * Passwords are hashed and compared before a write begins, because that takes
 * longer than a thousand writes.  Within the write the stored hash is compared
 * with the one that was looked at.
 */
#include "config.h"

#include "core/account.h"
#include "core/auth.h"
#include "core/check.h"
#include "core/member.h"
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
	if ((e = check_device(c, in->device)) != ERR_OK)
		return e;
	return check_password(c, in->password, in->password_min);
}

/* A name that is taken is refused before its password is hashed. */
static enum err
check_free(struct call *c, const char *username)
{
	struct user user;
	enum err e;

	e = store_user_by_name(c->store, c->arena, username, &user);
	if (e == ERR_OK)
		return call_fault(c, "username", ERR_TAKEN);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
register_user(struct call *c, struct user *user, const char *device,
    struct tokens *out)
{
	enum err e;

	e = store_user_add(c->store, user);
	if (e == ERR_EXISTS)
		return call_fault(c, "username", ERR_TAKEN);
	return e == ERR_OK ? session_add(c, user, device, out) : e;
}

enum err
core_account_register(struct call *c, const struct signup *in,
    struct tokens *out)
{
	struct user user = {
		.username = in->username,
		.display_name = in->display_name != NULL ? in->display_name :
		    in->username,
		.created_at = c->now
	};
	enum err e;

	if ((e = check_signup(c, in)) != ERR_OK ||
	    (e = check_free(c, in->username)) != ERR_OK)
		return e;
	e = auth_password_hash(c->arena, c->conf, in->password, &user.password);
	if (e == ERR_BAD_VALUE)
		return call_fault(c, "password", e);
	if (e != ERR_OK || (e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, register_user(c, &user, in->device, out));
}

enum err
core_account_get(struct call *c, int64_t user_id, struct user *out)
{
	enum err e;

	e = store_user_load(c->store, c->arena, user_id, out);
	return e == ERR_OK && out->deleted_at != 0 ? ERR_NOT_FOUND : e;
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

static enum err
update(struct call *c, const char *display_name, struct user *out)
{
	enum err e;

	if ((e = core_account_get(c, c->user_id, out)) != ERR_OK ||
	    display_name == NULL ||
	    strcmp(display_name, out->display_name) == 0)
		return e;
	e = store_user_set_display_name(c->store, out->id, display_name);
	out->display_name = display_name;
	return e == ERR_OK ? tell_updated(c) : e;
}

enum err
core_account_update(struct call *c, const char *display_name, struct user *out)
{
	enum err e;

	if (display_name != NULL &&
	    (e = check_name(c, "display_name", display_name)) != ERR_OK)
		return e;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, update(c, display_name, out));
}

/* The caller's hash, if `password`, the input `field`, fits it. */
static enum err
check_own(struct call *c, const char *field, const char *password,
    const char **hash_out)
{
	enum err e;

	e = store_user_password(c->store, c->arena, c->user_id, hash_out);
	if (e == ERR_OK)
		e = auth_password_verify(c->conf, password, *hash_out);
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
	e = auth_password_hash(c->arena, c->conf, in->new_password, &new_hash);
	if (e == ERR_BAD_VALUE)
		return call_fault(c, "new_password", e);
	if (e != ERR_OK || (e = call_begin(c)) != ERR_OK)
		return e;
	e = check_unchanged(c, old_hash);
	if (e == ERR_OK)
		e = store_user_set_password(c->store, c->user_id, new_hash);
	if (e == ERR_OK)
		e = session_end_all(c, c->session_id);
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

enum err
core_account_delete(struct call *c, const char *password)
{
	const char *hash;
	enum err e;

	if ((e = check_own(c, "password", password, &hash)) != ERR_OK ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	if ((e = check_unchanged(c, hash)) == ERR_OK)
		e = leave_rooms(c);
	if (e == ERR_OK)
		e = session_end_all(c, 0);
	if (e == ERR_OK)
		e = store_user_erase(c->store, c->user_id, c->now);
	if (e == ERR_OK)
		e = tell_updated(c);
	return store_end(c->store, e);
}
