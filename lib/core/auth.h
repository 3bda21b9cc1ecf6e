/*
 * auth - passwords and tokens.
 *
 * The only file that sees libjwt and crypt(3).  An access token is a JWT,
 * HS256 and nothing else, with the account (sub), the session (sid), iat and
 * exp.  It says who somebody was when it was signed; auth_check() asks the
 * database whether that session still lives.
 */
#ifndef CORE_AUTH_H
#define CORE_AUTH_H

#include "base/arena.h"
#include "base/conf.h"
#include "store/store.h"

struct identity {
	int64_t	 user_id;
	int64_t	 session_id;
	int64_t	 issued_at;	/* of the token, ms; 0: it does not say */
	int64_t	 expires_at;
};

/* The longest password that the configured method takes whole, in bytes. */
size_t		 auth_password_max(const struct conf *);

/*
 * Hash a new password by the configured method.  ERR_BAD_VALUE when the method
 * cannot take it.  Blocks for its cost.
 */
enum err	 auth_password_hash(struct arena *, const struct conf *,
		    const char *password, const char **hash_out) MUST_CHECK;

/*
 * Does `password` fit `hash` (any crypt(5) method)?  A NULL hash, for a name
 * that does not exist, takes as long as a real one and never fits.  ERR_OK or
 * ERR_CREDENTIALS.  Blocks for its cost.
 */
enum err	 auth_password_verify(const struct conf *, const char *password,
		    const char *hash) MUST_CHECK;

/* The method or cost of `hash` is not what new hashes get. */
bool		 auth_password_is_outdated(const struct conf *, const char *hash);

/* Sign a token for `identity`, with its instants in whole seconds. */
enum err	 auth_token_issue(struct arena *, const struct conf *,
		    const struct identity *, const char **token_out) MUST_CHECK;

/*
 * ERR_BAD_TOKEN, ERR_TOKEN_EXPIRED; `*out` is set only by ERR_OK.  A token of
 * ours, or of whoever has the secret: sub and sid as digits, exp; iat and nbf
 * are not in the future.  auth.skew_s is allowed for.  Does not look into the
 * database.
 */
enum err	 auth_token_verify(const struct conf *, const char *token,
		    int64_t now, struct identity *out) MUST_CHECK;

/*
 * The whole check, for workers and push alike: the token, then the session;
 * also ERR_SESSION_ENDED.  One indexed read.
 */
enum err	 auth_check(struct store *, const struct conf *,
		    const char *token, int64_t now, struct identity *out) MUST_CHECK;

#endif
