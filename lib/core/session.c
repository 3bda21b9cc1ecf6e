/*
 * session - logging in, staying in, and logging out.
 *
 *	          refresh: spend, add
 *	            +-----------+
 *	            v           |
 *	begin --> alive --------+
 *	            |
 *	            |  end; a spent token; a new password; the account goes
 *	            v
 *	          ended, and EVENT_SESSION_ENDED cuts its connections
 *
 * A refresh token is 32 random bytes in hex.  Only its digest is kept, so that
 * nobody who reads the database can refresh anything.
 */
#include "config.h"

#include "base/num.h"
#include "core/auth.h"
#include "core/check.h"
#include "core/session.h"
#include "core/tell.h"

enum { REFRESH_LEN = 32 };

/* A new refresh token of the session. */
static enum err
add_refresh(struct call *c, struct tokens *t)
{
	uint8_t secret[REFRESH_LEN], hash[SHA256_LEN];
	char *text = arena_alloc(c->arena, 2 * REFRESH_LEN + 1);

	if (text == NULL)
		return ERR_NOMEM;
	num_random(secret, sizeof(secret));
	num_hex(secret, sizeof(secret), text);
	num_sha256(text, strlen(text), hash);
	t->refresh = text;
	return store_refresh_add(c->store, hash, t->session_id, c->now);
}

/* Both tokens of a session of `t->user`. */
static enum err
issue(struct call *c, struct tokens *t)
{
	struct identity who = {
		.user_id = t->user.id,
		.session_id = t->session_id,
		.issued_at = c->now,
		.expires_at = c->now + c->conf->auth_token_s * 1000
	};
	enum err e;

	t->expires_s = c->conf->auth_token_s;
	if ((e = add_refresh(c, t)) != ERR_OK)
		return e;
	return auth_token_issue(c->arena, c->conf, &who, &t->access);
}

static int64_t
expiry(const struct call *c)
{
	return c->now + c->conf->auth_refresh_s * 1000;
}

enum err
session_add(struct call *c, const struct user *user, const char *device,
    struct tokens *out)
{
	struct session session = {
		.user_id = user->id,
		.device = device,
		.created_at = c->now,
		.used_at = c->now,
		.expires_at = expiry(c)
	};
	enum err e;

	if ((e = store_session_add(c->store, &session)) != ERR_OK)
		return e;
	*out = (struct tokens){ .user = *user, .session_id = session.id };
	out->user.password = NULL;
	return issue(c, out);
}

/* End a session of the account; one that has ended is left as it is. */
static enum err
end(struct call *c, int64_t session_id, int64_t user_id)
{
	enum err e;

	e = store_session_end(c->store, session_id, c->now);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return tell(c, &(struct event){
		.kind = EVENT_SESSION_ENDED,
		.user_id = user_id,
		.subject_id = session_id
	});
}

enum err
session_end_all(struct call *c, int64_t except)
{
	int64_t *ids;
	enum err e;
	int i, n;

	e = store_session_ids(c->store, c->arena, c->user_id, except, &ids, &n);
	for (i = 0; e == ERR_OK && i < n; i++)
		e = end(c, ids[i], c->user_id);
	return e;
}

/* The hash that the account should have now; NULL: the one that it has. */
static enum err
renew_hash(struct call *c, const struct login *in, const char *hash,
    const char **new_out)
{
	*new_out = NULL;
	if (!auth_password_is_outdated(c->conf, hash) ||
	    strlen(in->password) > auth_password_max(c->conf))
		return ERR_OK;
	return auth_password_hash(c->arena, c->conf, in->password, new_out);
}

/*
 * The password was right when it was looked at, outside of any transaction; it
 * has to be the same still.
 */
static enum err
begin(struct call *c, const struct login *in, const struct user *user,
    struct tokens *out)
{
	const char *hash, *new_hash;
	enum err e;

	e = renew_hash(c, in, user->password, &new_hash);
	if (e != ERR_OK || (e = call_begin(c)) != ERR_OK)
		return e;
	e = store_user_password(c->store, c->arena, user->id, &hash);
	if (e == ERR_NOT_FOUND ||
	    (e == ERR_OK && strcmp(hash, user->password) != 0))
		e = ERR_CREDENTIALS;
	if (e == ERR_OK && new_hash != NULL)
		e = store_user_set_password(c->store, user->id, new_hash);
	if (e == ERR_OK)
		e = session_add(c, user, in->device, out);
	return store_end(c->store, e);
}

enum err
core_session_begin(struct call *c, const struct login *in, struct tokens *out)
{
	struct user user = { .password = NULL };
	enum err e;

	if ((e = check_device(c, in->device)) != ERR_OK)
		return e;
	e = store_user_by_name(c->store, c->arena, in->username, &user);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	e = auth_password_verify(c->conf, in->password, user.password);
	return e == ERR_OK ? begin(c, in, &user, out) : e;
}

/* An unspent token becomes the next one. */
static enum err
rotate(struct call *c, const uint8_t hash[SHA256_LEN], int64_t session_id,
    struct tokens *out)
{
	struct session s;
	enum err e;

	e = store_session_load(c->store, c->arena, session_id, &s);
	if (e != ERR_OK)
		return e;
	if (s.ended_at != 0 || s.expires_at <= c->now)
		return ERR_SESSION_ENDED;
	*out = (struct tokens){ .session_id = s.id };
	e = store_user_load(c->store, c->arena, s.user_id, &out->user);
	if (e == ERR_OK)
		e = store_refresh_spend(c->store, hash, c->now);
	if (e == ERR_OK)
		e = store_session_touch(c->store, s.id, c->now, expiry(c));
	return e == ERR_OK ? issue(c, out) : e;
}

/* A spent token has come back. */
static enum err
end_reused(struct call *c, int64_t session_id)
{
	struct session s;
	enum err e;

	e = store_session_load(c->store, c->arena, session_id, &s);
	return e == ERR_OK ? end(c, s.id, s.user_id) : e;
}

/* Within a write: what the token is good for. */
static enum err
refresh(struct call *c, const uint8_t hash[SHA256_LEN], struct tokens *out,
    bool *reused_out)
{
	struct refresh r;
	enum err e;

	if ((e = store_refresh_load(c->store, hash, &r)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_BAD_TOKEN : e;
	*reused_out = r.spent_at != 0;
	return *reused_out ? end_reused(c, r.session_id) :
	    rotate(c, hash, r.session_id, out);
}

/*
 * The end of a session whose token was stolen is committed, although the call
 * is refused.  A token that is nobody's is refused without the write lock.
 */
enum err
core_session_refresh(struct call *c, const char *refresh_token,
    struct tokens *out)
{
	uint8_t hash[SHA256_LEN];
	struct refresh r;
	bool reused = false;
	enum err e;

	num_sha256(refresh_token, strlen(refresh_token), hash);
	if ((e = store_refresh_load(c->store, hash, &r)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_BAD_TOKEN : e;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_end(c->store, refresh(c, hash, out, &reused));
	return e == ERR_OK && reused ? ERR_TOKEN_REUSED : e;
}

/* Those that have run out unused are still in the table. */
enum err
core_session_list(struct call *c, struct session **out, int *n_out)
{
	struct session *s;
	enum err e;
	int i, n, alive = 0;

	e = store_session_list(c->store, c->arena, c->user_id, &s, &n);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (s[i].expires_at > c->now)
			s[alive++] = s[i];
	*out = s;
	*n_out = alive;
	return ERR_OK;
}

static enum err
end_own(struct call *c, int64_t session_id)
{
	struct session s;
	enum err e;

	e = store_session_load(c->store, c->arena, session_id, &s);
	if (e != ERR_OK)
		return e;
	if (s.user_id != c->user_id || s.ended_at != 0)
		return ERR_NOT_FOUND;
	return end(c, s.id, s.user_id);
}

enum err
core_session_end(struct call *c, int64_t session_id)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, end_own(c, session_id));
}
