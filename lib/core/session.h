/*
 * session - logging in, staying in, and logging out.
 *
 * A session is a login on one device.  It has an access token, which is short,
 * and a refresh token, which is good for one use: refreshing spends it and
 * gives the next.  A spent one that comes back was stolen, from the client or
 * by it, and ends the session.
 */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "core/call.h"
#include "store/session.h"
#include "store/user.h"

struct login {
	const char *username;
	const char *password;
	const char *device;	/* "" when it has no name */
};

/* What a client needs to go on with. */
struct tokens {
	struct user user;
	int64_t	 session_id;
	const char *access;
	const char *refresh;
	int64_t	 expires_s;	/* of the access token, from now on */
};

/*
 * Log in.  ERR_CREDENTIALS after the same time whether the name exists or not.
 * A password whose hash is not of the configured method is hashed anew.
 * Blocks for the cost of hashing.
 */
enum err	 core_session_begin(struct call *, const struct login *,
		    struct tokens *out) MUST_CHECK;

/*
 * Spend a refresh token.  ERR_BAD_TOKEN, ERR_SESSION_ENDED; ERR_TOKEN_REUSED:
 * it was spent before, and its session has been ended, for good.
 */
enum err	 core_session_refresh(struct call *, const char *refresh_token,
		    struct tokens *out) MUST_CHECK;

/* The caller's, newest first.  A read. */
enum err	 core_session_list(struct call *, struct session **out,
		    int *n_out) MUST_CHECK;

/* End one of the caller's; ERR_NOT_FOUND. */
enum err	 core_session_end(struct call *, int64_t session_id) MUST_CHECK;

/* Parts of verbs, within their write: begin a session of `user`; */
enum err	 session_add(struct call *, const struct user *user,
		    const char *device, struct tokens *out) MUST_CHECK;

/* and end all sessions of the caller but `except` (0: none). */
enum err	 session_end_all(struct call *, int64_t except) MUST_CHECK;

#endif
