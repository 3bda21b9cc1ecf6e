/*
 * session - logging in, staying in, and logging out.
 *
 *	          refresh: spend, add
 *	            +-----------+
 *	            v           |
 *	begin --> alive --------+
 *	            |
 *	            |  end; a spent token; a new password; the account goes;
 *	            |  too many, and this one unused for longest
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
#include "core/guess.h"
#include "core/password.h"
#include "core/session.h"
#include "core/tell.h"

enum {
	REFRESH_LEN = 32,
	SWEEP_MAX = 200,	/* rows in one step */
	UNUSED_MAX = 100	/* sessions that one login ends */
};

#define GUEST_MS (INT64_C(10) * 366 * 24 * 60 * 60 * 1000)

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

/* The form that is meant. */
static struct token_form
form_of(const struct call *c, const struct token_form *form)
{
	if (form != NULL)
		return *form;
	return (struct token_form){
		.subject = SUBJECT_ID,
		.token_s = c->conf->auth_token_s,
		.refresh_s = c->conf->auth_refresh_s
	};
}

/* The tokens of a session of `t->user`. */
static enum err
issue(struct call *c, const struct token_form *form, struct tokens *t)
{
	struct token_draft draft = {
		.who.user_id = t->user.id,
		.who.session_id = t->session_id,
		.who.issued_at = c->now,
		.who.expires_at = c->now + form->token_s * 1000,
		.subject = form->subject,
		.username = t->user.username,
		.email = t->user.email
	};
	enum err e;

	t->expires_s = form->token_s;
	if (form->refresh_s > 0 && (e = add_refresh(c, t)) != ERR_OK)
		return e;
	return auth_token_issue(c->arena, c->conf, &draft, &t->access);
}

/* Without a refresh token it is the access token that runs out first. */
static int64_t
expiry(const struct call *c, const struct token_form *form)
{
	int64_t s = form->token_s + c->conf->auth_skew_s;

	if (form->refresh_s > 0)
		s = form->refresh_s;
	else if (form->session_s > s)
		s = form->session_s;

	return c->now + s * 1000;
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

/* A new session of the account makes room for itself. */
static enum err
end_unused(struct call *c, const struct session *added)
{
	const struct session_unused which = {
		.user_id = added->user_id,
		.except = added->id,
		.keep = c->conf->auth_sessions_max,
		.max = UNUSED_MAX
	};
	int64_t *ids;
	enum err e;
	int i, n;

	if (which.keep == 0)
		return ERR_OK;
	e = store_session_unused(c->store, c->arena, &which, &ids, &n);
	for (i = 0; e == ERR_OK && i < n; i++)
		e = end(c, ids[i], added->user_id);
	return e;
}

enum err
session_add(struct call *c, const struct session_draft *in,
    struct tokens *out)
{
	const struct token_form form = form_of(c, in->form);
	struct session session = {
		.user_id = in->user->id,
		.device = in->device,
		.created_at = c->now,
		.used_at = c->now,
		.expires_at = expiry(c, &form)
	};
	enum err e;

	if ((e = store_session_add(c->store, &session)) != ERR_OK ||
	    (e = end_unused(c, &session)) != ERR_OK)
		return e;
	*out = (struct tokens){ .user = *in->user, .session_id = session.id };
	out->user.password = NULL;
	return issue(c, &form, out);
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
	if (!password_is_outdated(c->conf, hash) ||
	    strlen(in->password) > password_max(c->conf))
		return ERR_OK;
	return password_hash(c->arena, c->conf, in->password, new_out);
}

/*
 * The password was right when it was looked at, outside of any transaction; it
 * has to be the same still.
 */
static enum err
begin(struct call *c, const struct login *in, struct user *user,
    struct tokens *out)
{
	const struct guess guess = {
		.name = in->username, .user_id = user->id
	};
	const struct session_draft draft = {
		.user = user, .device = in->device, .form = in->form
	};
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
	if (e == ERR_OK && in->is_seen) {
		user->seen_at = c->now;
		e = store_user_set_seen(c->store, user->id, c->now);
	}
	if (e == ERR_OK)
		e = guess_forgive(c, &guess);
	if (e == ERR_OK)
		e = session_add(c, &draft, out);
	return store_end(c->store, e);
}

/* With its ASCII in lower case; NULL when the arena is full. */
static const char *
lower(struct arena *arena, const char *s)
{
	char *copy = arena_strdup(arena, s), *p;

	for (p = copy; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

static enum err
find_by_name(struct call *c, const struct login *in, struct user *out)
{
	const char *name;
	enum err e;

	e = store_user_by_name(c->store, c->arena, in->username, out);
	if (e != ERR_NOT_FOUND || !in->nocase)
		return e;
	if ((name = lower(c->arena, in->username)) == NULL)
		return ERR_NOMEM;
	return store_user_by_name(c->store, c->arena, name, out);
}

/* Who wants to log in; ERR_NOT_FOUND. */
static enum err
find_account(struct call *c, const struct login *in, struct user *out)
{
	enum err e = ERR_NOT_FOUND;

	if (in->by != LOGIN_EMAIL)
		e = find_by_name(c, in, out);
	if (e == ERR_NOT_FOUND && in->by != LOGIN_NAME)
		e = store_user_by_email(c->store, c->arena, in->username, out);
	return e;
}

enum err
core_session_begin(struct call *c, const struct login *in, struct tokens *out)
{
	struct user user = { .password = NULL };
	enum err e;

	if ((e = check_device(c, in->device)) != ERR_OK)
		return e;
	e = find_account(c, in, &user);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	e = guess_check(c, &(struct guess){ .name = in->username,
	    .user_id = user.id, .password = in->password,
	    .hash = user.password });
	return e == ERR_OK ? begin(c, in, &user, out) : e;
}

/* A refresh token that somebody has sent, and what is wanted for it. */
struct spending {
	uint8_t	 hash[SHA256_LEN];
	struct token_form form;
	bool	 is_reused;	/* out: it was spent before */
};

/* An unspent token becomes the next one. */
static enum err
rotate(struct call *c, const struct spending *sp, int64_t session_id,
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
		e = store_refresh_spend(c->store, sp->hash, c->now);
	if (e == ERR_OK)
		e = store_session_touch(c->store, s.id, c->now,
		    expiry(c, &sp->form));
	return e == ERR_OK ? issue(c, &sp->form, out) : e;
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
refresh(struct call *c, struct spending *sp, struct tokens *out)
{
	struct refresh r;
	enum err e;

	if ((e = store_refresh_load(c->store, sp->hash, &r)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_BAD_TOKEN : e;
	sp->is_reused = r.spent_at != 0;
	return sp->is_reused ? end_reused(c, r.session_id) :
	    rotate(c, sp, r.session_id, out);
}

/*
 * The end of a session whose token was stolen is committed, although the call
 * is refused.  A token that is nobody's is refused without the write lock.
 */
enum err
core_session_refresh(struct call *c, const char *refresh_token,
    const struct token_form *form, struct tokens *out)
{
	struct spending sp = { .form = form_of(c, form) };
	struct refresh r;
	enum err e;

	num_sha256(refresh_token, strlen(refresh_token), sp.hash);
	if ((e = store_refresh_load(c->store, sp.hash, &r)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_BAD_TOKEN : e;
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_end(c->store, refresh(c, &sp, out));
	return e == ERR_OK && sp.is_reused ? ERR_TOKEN_REUSED : e;
}

/* The guest's session, a new one if need be; within a write. */
static enum err
open_guest(struct call *c, struct session *guest)
{
	struct session found;
	enum err e;

	e = store_session_by_device(c->store, c->arena, guest, c->now, &found);
	if (e == ERR_OK)
		*guest = found;
	return e == ERR_NOT_FOUND ? store_session_add(c->store, guest) : e;
}

/* One that is there is found without the write lock. */
enum err
core_session_guest(struct call *c, const char *username, struct identity *out)
{
	struct session guest = {
		.device = "guest",
		.created_at = c->now,
		.used_at = c->now,
		.expires_at = c->now + GUEST_MS
	}, found;
	struct user user;
	enum err e;

	e = store_user_by_name(c->store, c->arena, username, &user);
	if (e != ERR_OK)
		return e;
	guest.user_id = user.id;
	e = store_session_by_device(c->store, c->arena, &guest, c->now, &found);
	if (e == ERR_OK)
		guest = found;
	else if (e == ERR_NOT_FOUND && (e = call_begin(c)) == ERR_OK)
		e = store_end(c->store, open_guest(c, &guest));
	if (e != ERR_OK)
		return e;
	*out = (struct identity){
		.user_id = guest.user_id,
		.session_id = guest.id,
		.issued_at = guest.created_at,
		.expires_at = guest.expires_at
	};
	return ERR_OK;
}

enum err
core_session_list(struct call *c, const struct session_page *page,
    struct session **out, int *n_out)
{
	struct session_page own = *page;

	own.user_id = c->user_id;
	own.alive_at = c->now;
	return store_session_list(c->store, c->arena, &own, out, n_out);
}

enum err
core_session_keep_short(struct call *c)
{
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_refresh_forget(c->store, c->session_id);
	return store_end(c->store, e);
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

/* ---- sweeping */

/*
 * Remove one with at most `*left` rows, which become fewer.  One that has more
 * tokens than that stays for the next step.
 */
static enum err
remove_expired(struct call *c, const struct session *s, int *left)
{
	enum err e = ERR_OK;
	int n;

	if ((e = store_refresh_trim(c->store, s->id, *left, &n)) != ERR_OK)
		return e;
	if ((*left -= n) == 0)
		return ERR_OK;
	if (s->ended_at == 0 && (e = end(c, s->id, s->user_id)) != ERR_OK)
		return e;
	--*left;
	return store_session_remove(c->store, s->id);
}

static enum err
remove_all_expired(struct call *c, const struct session_expired *which,
    int *left)
{
	struct session *s;
	enum err e;
	int i, n;

	e = store_session_expired(c->store, c->arena, which, &s, &n);
	for (i = 0; e == ERR_OK && i < n && *left > 0; i++)
		e = remove_expired(c, &s[i], left);
	return e;
}

/* A look that finds none takes no lock. */
enum err
core_session_sweep(struct call *c, int *n_out)
{
	struct session_expired which = {
		.before_at = c->now - c->conf->auth_keep_s * 1000, .max = 1
	};
	struct session *s;
	int left = SWEEP_MAX;
	enum err e;

	e = store_session_expired(c->store, c->arena, &which, &s, n_out);
	if (e != ERR_OK || *n_out == 0)
		return e;
	which.max = SWEEP_MAX;
	*n_out = 0;
	if ((e = store_begin(c->store)) != ERR_OK)
		return e;
	e = store_end(c->store, remove_all_expired(c, &which, &left));
	if (e == ERR_OK)
		*n_out = SWEEP_MAX - left;
	return e;
}
