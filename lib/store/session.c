/*
 * session - logins, and the refresh tokens that keep them alive.
 *
 * It stores digests of refresh tokens, never a token.  What a spent token that
 * comes back means is decided in lib/core.
 */
#include "config.h"

#include "store/row.h"
#include "store/session.h"

static void
read_session(struct row *r, struct session *out)
{
	out->id = row_int(r);
	out->user_id = row_int(r);
	out->device = row_text(r);
	out->created_at = row_int(r);
	out->used_at = row_int(r);
	out->expires_at = row_int(r);
	out->ended_at = row_int(r);
}

enum err
store_session_add(struct store *s, struct session *session)
{
	return row_insert(s, SQL_SESSION_ADD, DB_ARGS(DB_I(session->user_id),
	    DB_T(session->device), DB_I(session->created_at),
	    DB_I(session->used_at), DB_I(session->expires_at)), &session->id);
}

enum err
store_session_load(struct store *s, struct arena *a, int64_t id,
    struct session *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	if ((e = row_first(&r, SQL_SESSION_LOAD, DB_ARGS(DB_I(id)))) != ERR_OK)
		return e;
	read_session(&r, out);
	return row_end(&r, ERR_OK);
}

enum err
store_session_check(struct store *s, int64_t session_id, int64_t user_id,
    int64_t now)
{
	struct row r = { .store = s };
	bool is_gone, has_ended;
	enum err e;

	e = row_first(&r, SQL_SESSION_CHECK,
	    DB_ARGS(DB_I(session_id), DB_I(user_id)));
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_SESSION_ENDED : e;
	is_gone = row_int(&r) != 0;
	has_ended = row_int(&r) != 0;
	has_ended |= row_int(&r) <= now;
	if ((e = row_end(&r, ERR_OK)) != ERR_OK)
		return e;
	if (is_gone)
		return ERR_ACCOUNT_GONE;
	return has_ended ? ERR_SESSION_ENDED : ERR_OK;
}

enum err
store_session_by_device(struct store *s, struct arena *a,
    const struct session *like, int64_t now, struct session *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_first(&r, SQL_SESSION_BY_DEVICE, DB_ARGS(DB_I(like->user_id),
	    DB_T(like->device), DB_I(now)));
	if (e != ERR_OK)
		return e;
	read_session(&r, out);
	return row_end(&r, ERR_OK);
}

/* All the sessions of a statement that has begun. */
static enum err
read_sessions(struct row *r, struct session **out, int *n_out)
{
	struct row_list l = { .arena = r->arena,
	    .size = sizeof(struct session) };
	struct session *session;
	enum err e;

	while ((e = row_next(r)) == ERR_OK &&
	    (session = row_list_add(&l)) != NULL)
		read_session(r, session);
	*out = l.items;
	*n_out = l.n;
	return row_end(r, e);
}

enum err
store_session_list(struct store *s, struct arena *a,
    const struct session_page *page, struct session **out, int *n_out)
{
	int64_t before = page->before > 0 ? page->before : INT64_MAX;
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_begin(&r, SQL_SESSION_LIST, DB_ARGS(DB_I(page->user_id),
	    DB_I(before), DB_I(page->alive_at), DB_I(page->max)));
	return e == ERR_OK ? read_sessions(&r, out, n_out) : e;
}

enum err
store_session_expired(struct store *s, struct arena *a,
    const struct session_expired *which, struct session **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_begin(&r, SQL_SESSION_EXPIRED,
	    DB_ARGS(DB_I(which->before_at), DB_I(which->max)));
	return e == ERR_OK ? read_sessions(&r, out, n_out) : e;
}

enum err
store_session_remove(struct store *s, int64_t id)
{
	return row_change(s, SQL_SESSION_REMOVE, DB_ARGS(DB_I(id)));
}

enum err
store_session_touch(struct store *s, int64_t id, int64_t now,
    int64_t expires_at)
{
	return row_change(s, SQL_SESSION_TOUCH,
	    DB_ARGS(DB_I(id), DB_I(now), DB_I(expires_at)));
}

enum err
store_session_end(struct store *s, int64_t id, int64_t now)
{
	return row_change(s, SQL_SESSION_END, DB_ARGS(DB_I(id), DB_I(now)));
}

/* The ids of a statement that has begun. */
static enum err
read_ids(struct row *r, int64_t **ids_out, int *n_out)
{
	struct row_list l = { .arena = r->arena, .size = sizeof(int64_t) };
	int64_t *id;
	enum err e;

	while ((e = row_next(r)) == ERR_OK && (id = row_list_add(&l)) != NULL)
		*id = row_int(r);
	*ids_out = l.items;
	*n_out = l.n;
	return row_end(r, e);
}

enum err
store_session_unused(struct store *s, struct arena *a,
    const struct session_unused *which, int64_t **ids_out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_begin(&r, SQL_SESSION_UNUSED, DB_ARGS(DB_I(which->user_id),
	    DB_I(which->except), DB_I(which->keep), DB_I(which->max)));
	return e == ERR_OK ? read_ids(&r, ids_out, n_out) : e;
}

enum err
store_session_ids(struct store *s, struct arena *a, int64_t user_id,
    int64_t except, int64_t **ids_out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_begin(&r, SQL_SESSION_IDS,
	    DB_ARGS(DB_I(user_id), DB_I(except)));
	return e == ERR_OK ? read_ids(&r, ids_out, n_out) : e;
}

enum err
store_session_ran_out(struct store *s, const struct session_span *span,
    void (*fn)(void *arg, const struct session_owner *), void *arg)
{
	struct row r = { .store = s };
	struct session_owner owner;
	enum err e;

	e = row_begin(&r, SQL_SESSION_RAN_OUT,
	    DB_ARGS(DB_I(span->after), DB_I(span->upto)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK) {
		owner.session_id = row_int(&r);
		owner.user_id = row_int(&r);
		fn(arg, &owner);
	}
	return row_end(&r, e);
}

enum err
store_refresh_add(struct store *s, const uint8_t hash[SHA256_LEN],
    int64_t session_id, int64_t now)
{
	return db_run(s->db, SQL_REFRESH_ADD,
	    DB_ARGS(DB_B(hash, SHA256_LEN), DB_I(session_id), DB_I(now)));
}

enum err
store_refresh_load(struct store *s, const uint8_t hash[SHA256_LEN],
    struct refresh *out)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_REFRESH_LOAD, DB_ARGS(DB_B(hash, SHA256_LEN)));
	if (e != ERR_OK)
		return e;
	out->session_id = row_int(&r);
	out->spent_at = row_int(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_refresh_spend(struct store *s, const uint8_t hash[SHA256_LEN],
    int64_t now)
{
	return row_change(s, SQL_REFRESH_SPEND,
	    DB_ARGS(DB_B(hash, SHA256_LEN), DB_I(now)));
}

enum err
store_refresh_forget(struct store *s, int64_t session_id)
{
	return db_run(s->db, SQL_REFRESH_FORGET, DB_ARGS(DB_I(session_id)));
}

enum err
store_refresh_trim(struct store *s, int64_t session_id, int max, int *n_out)
{
	enum err e = db_run(s->db, SQL_REFRESH_TRIM,
	    DB_ARGS(DB_I(session_id), DB_I(max)));

	*n_out = e == ERR_OK ? (int)db_changes(s->db) : 0;
	return e;
}
