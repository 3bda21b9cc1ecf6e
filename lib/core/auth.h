/*
 * auth - access tokens.
 *
 * A token is a JWT, HS256 and nothing else, whose kid says which of our secrets
 * signed it, with the account (uid, or else sub, in digits), the session (sid),
 * iat and exp.  It says who somebody was when it was signed; auth_check() asks
 * the database whether that session still lives.  What else sub may be is for
 * clients that look into their tokens; it is not read here.  libjwt is seen by
 * this file only.
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

/* What a token says of its account for its clients, beside uid. */
enum token_subject {
	SUBJECT_ID,		/* sub: its id in digits, and no uid; v1's */
	SUBJECT_NAME,		/* sub: its username */
	SUBJECT_EMAIL,		/* sub: its e-mail address, or else its username */
	SUBJECT_UUID,		/* sub: its id as a UUID */
	SUBJECT_HEX24		/* user_id: its id in 24 hex digits; no sub */
};

struct token_draft {
	struct identity who;	/* its instants in whole seconds */
	enum token_subject subject;
	const char *username;	/* as the subject needs them */
	const char *email;
};

/* Sign a token. */
enum err	 auth_token_issue(struct arena *, const struct conf *,
		    const struct token_draft *, const char **token_out)
		    MUST_CHECK;

/*
 * ERR_BAD_TOKEN, ERR_TOKEN_EXPIRED, ERR_NOMEM; `*out` is set only by ERR_OK.
 * A token of ours, or of whoever has the secret or one of before: uid or else
 * sub, and sid as digits, exp; iat and nbf are not in the future.  auth.skew_s is
 * allowed for.  Of its header alg has to be HS256, and a kid the secret's; crit
 * is refused, and nothing else is looked at: no key is ever taken from a token,
 * or from where it says.  Names that stand twice in it, and base64 in another
 * spelling than ours, are refused, too.  Does not look into the database.
 */
enum err	 auth_token_verify(const struct conf *, const char *token,
		    int64_t now, struct identity *out) MUST_CHECK;

/*
 * The whole check, for workers and push alike: the token, then the session;
 * also ERR_SESSION_ENDED and ERR_ACCOUNT_GONE.  One indexed read.
 */
enum err	 auth_check(struct store *, const struct conf *,
		    const char *token, int64_t now, struct identity *out)
		    MUST_CHECK;

#endif
