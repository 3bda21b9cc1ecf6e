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

#include "core/auth.h"
#include "core/call.h"
#include "store/session.h"
#include "store/user.h"

/* What kind of tokens a dialect gives. */
struct token_form {
	enum token_subject subject;
	int64_t	 token_s;	/* seconds that an access token is valid */
	int64_t	 refresh_s;	/* and an unused refresh token; 0: there is none */
	int64_t	 session_s;	/* and then the session; 0: it ends with its token */
};

/* By what an account is known at a login. */
enum login_by { LOGIN_NAME, LOGIN_EMAIL, LOGIN_EITHER };

struct login {
	const char *username;	/* or its e-mail address, as `by` says */
	const char *password;
	const char *device;	/* "" when it has no name */
	enum login_by by;	/* either: a name goes before an address */
	bool	 nocase;	/* also the name with its ASCII in lower case */
	bool	 is_seen;	/* the account is seen now */
	const struct token_form *form;	/* NULL: v1's */
};

/* What a client needs to go on with. */
struct tokens {
	struct user user;
	int64_t	 session_id;
	const char *access;
	const char *refresh;	/* NULL: there is none */
	int64_t	 expires_s;	/* of the access token, from now on */
};

/*
 * Log in.  ERR_CREDENTIALS after the same time whether the name exists or not;
 * ERR_RATE, with the call's retry_s, after too many of these (guess.h).
 * A password whose hash is not of the configured method is hashed anew.
 * Blocks for the cost of hashing.
 */
enum err	 core_session_begin(struct call *, const struct login *,
		    struct tokens *out) MUST_CHECK;

/*
 * Spend a refresh token and get the next ones of `form` (NULL: v1's), which has
 * one.  ERR_BAD_TOKEN, ERR_SESSION_ENDED; ERR_TOKEN_REUSED:
 * it was spent before, and its session has been ended, for good.
 */
enum err	 core_session_refresh(struct call *, const char *refresh_token,
		    const struct token_form *form, struct tokens *out) MUST_CHECK;

/*
 * A session for who comes without a credential and is to act as the account of
 * that name: one that is there, or else a new one of ten years.  ERR_NOT_FOUND
 * when there is no such account.  Not within a read.
 */
enum err	 core_session_guest(struct call *, const char *username,
		    struct identity *out) MUST_CHECK;

/* The caller's that are alive; of the page `before` and `max` count.  A read. */
enum err	 core_session_list(struct call *, const struct session_page *,
		    struct session **out, int *n_out) MUST_CHECK;

/*
 * Keep the caller's session from being refreshed: it ends when its access token
 * has run out.
 */
enum err	 core_session_keep_short(struct call *) MUST_CHECK;

/* End one of the caller's; ERR_NOT_FOUND. */
enum err	 core_session_end(struct call *, int64_t session_id) MUST_CHECK;

/*
 * One small step of removing the sessions that ran out auth.keep_s ago, with
 * their refresh tokens; `*n_out` is how many rows that were, 0 when none is
 * left.  Until then sockets that were opened in time live on, and are cut when
 * the session is ended; one that has not been ended is, with its removal.
 */
enum err	 core_session_sweep(struct call *, int *n_out) MUST_CHECK;

/* What a session is begun with. */
struct session_draft {
	const struct user *user;
	const char *device;
	const struct token_form *form;	/* NULL: v1's */
};

/*
 * Parts of verbs, within their write: begin a session, which ends those unused for
 * longest if the account has more than auth.sessions_max;
 */
enum err	 session_add(struct call *, const struct session_draft *,
		    struct tokens *out) MUST_CHECK;

/* and end all sessions of the caller but `except` (0: none). */
enum err	 session_end_all(struct call *, int64_t except) MUST_CHECK;

#endif
