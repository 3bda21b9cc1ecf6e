/*
 * session - logins, and the refresh tokens that keep them alive.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "base/num.h"
#include "store/store.h"

struct session {
	int64_t	 id;
	int64_t	 user_id;
	const char *device;
	int64_t	 created_at;
	int64_t	 used_at;
	int64_t	 expires_at;
	int64_t	 ended_at;	/* 0: alive */
};

/* A refresh token as it is known here. */
struct refresh {
	int64_t	 session_id;
	int64_t	 spent_at;	/* 0: it is the newest */
};

/* Insert; sets `session->id`.  Within a write. */
enum err	 store_session_add(struct store *, struct session *session)
		    MUST_CHECK;

/* Ended ones too; ERR_NOT_FOUND. */
enum err	 store_session_load(struct store *, struct arena *, int64_t id,
		    struct session *out) MUST_CHECK;

/*
 * The hot path of every request: is this session of this user alive at `now`,
 * and the account too?  ERR_OK, ERR_SESSION_ENDED, or ERR_ACCOUNT_GONE when the
 * account is deleted, and its sessions with it.  One indexed read.
 */
enum err	 store_session_check(struct store *, int64_t session_id,
		    int64_t user_id, int64_t now) MUST_CHECK;

/* A user's newest session of that device that is alive; ERR_NOT_FOUND. */
enum err	 store_session_by_device(struct store *, struct arena *,
		    const struct session *like, int64_t now,
		    struct session *out) MUST_CHECK;

/* A user's sessions that are not ended and have not expired, newest first. */
struct session_page {
	int64_t	 user_id;
	int64_t	 before;	/* only ids that are lower; 0: all */
	int64_t	 alive_at;
	int	 max;
};
enum err	 store_session_list(struct store *, struct arena *,
		    const struct session_page *, struct session **out,
		    int *n_out) MUST_CHECK;

/* Mark used and move the expiry; ERR_NOT_FOUND: ended.  Within a write. */
enum err	 store_session_touch(struct store *, int64_t id, int64_t now,
		    int64_t expires_at) MUST_CHECK;

/* End it; ERR_NOT_FOUND when it is not there or already ended.  Within a write. */
enum err	 store_session_end(struct store *, int64_t id, int64_t now)
		    MUST_CHECK;

/* The ids of the same sessions but `except` (0: none). */
enum err	 store_session_ids(struct store *, struct arena *, int64_t user_id,
		    int64_t except, int64_t **ids_out, int *n_out) MUST_CHECK;

/*
 * The ids of those, but `except`, that have been unused for longest, as many as
 * there are more than `keep`, at most `max`.  Looking is quick if there are none.
 */
struct session_unused {
	int64_t	 user_id;
	int64_t	 except;
	int64_t	 keep;
	int	 max;
};
enum err	 store_session_unused(struct store *, struct arena *,
		    const struct session_unused *, int64_t **ids_out,
		    int *n_out) MUST_CHECK;

/* Sessions that ran out before `before_at`, the oldest first, at most `max`. */
struct session_expired {
	int64_t	 before_at;
	int	 max;
};
enum err	 store_session_expired(struct store *, struct arena *,
		    const struct session_expired *which, struct session **out,
		    int *n_out) MUST_CHECK;

/* Its row, once it has no refresh tokens; ERR_NOT_FOUND.  Within a write. */
enum err	 store_session_remove(struct store *, int64_t id) MUST_CHECK;

/*
 * Those that ran out after one instant and up to another, and are not ended:
 * `fn` is called for each, and may not use the store.  One indexed read.
 */
struct session_span {
	int64_t	 after;
	int64_t	 upto;
};
struct session_owner {
	int64_t	 session_id;
	int64_t	 user_id;
};
enum err	 store_session_ran_out(struct store *,
		    const struct session_span *,
		    void (*fn)(void *arg, const struct session_owner *),
		    void *arg) MUST_CHECK;

/* Remember a new refresh token by its digest.  Within a write. */
enum err	 store_refresh_add(struct store *, const uint8_t hash[SHA256_LEN],
		    int64_t session_id, int64_t now) MUST_CHECK;
enum err	 store_refresh_load(struct store *, const uint8_t hash[SHA256_LEN],
		    struct refresh *out) MUST_CHECK;		/* ERR_NOT_FOUND */
/* ERR_NOT_FOUND also when it is spent already.  Within a write. */
enum err	 store_refresh_spend(struct store *, const uint8_t hash[SHA256_LEN],
		    int64_t now) MUST_CHECK;
/* All of a session, if it has any.  Within a write. */
enum err	 store_refresh_forget(struct store *, int64_t session_id)
		    MUST_CHECK;
/* At most `max` of them; `*n_out`: how many that were.  Within a write. */
enum err	 store_refresh_trim(struct store *, int64_t session_id, int max,
		    int *n_out) MUST_CHECK;

#endif
