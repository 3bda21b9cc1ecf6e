/*
 * guess - passwords that somebody sends, and how many may be wrong.
 *
 * A password is compared nowhere else.  Wrong ones count in the database, so
 * that neither a restart nor another worker forgets them, by three measures:
 *
 *	address and name	auth.tries in a row, then one every auth.tries_s
 *	address			auth.tries_address, whatever the names; one more
 *				every sixth part of auth.tries_s
 *	name			auth.tries_account, whatever the addresses; beyond
 *				that nobody is refused for what others did, but
 *				each address has one try, and the next after five
 *				times auth.tries_s
 *
 * The last is a slow-down and no lock: a stranger who sends wrong passwords for
 * an account can make its owner's mistakes cost more, but the owner's first try
 * from an address that has not been wrong is taken, always.  Names count as they
 * are typed, in lower case, whether there is such an account or not; two accounts
 * whose names differ in case alone count each for itself, because who comes in by
 * one is forgiven, and must not be for the other.  An IPv6 address counts by its
 * /64.
 *
 * The machine's own addresses do not count unless auth.limit_local says so:
 * behind another proxy everybody would have them, and share them.
 */
#ifndef CORE_GUESS_H
#define CORE_GUESS_H

#include "core/call.h"

struct guess {
	const char *name;	/* of the account, as it was typed; NULL: it is
				   the caller's own */
	int64_t	 user_id;	/* whose name that is; 0: nobody's */
	const char *password;
	const char *hash;	/* NULL: there is no such account */
};

/*
 * Compare a password: ERR_OK, ERR_CREDENTIALS after the same time whether there
 * is a hash or not, or ERR_RATE with the call's retry_s, and nothing is
 * compared.  A wrong one is counted, durably, before this returns.  Blocks for
 * the cost of hashing; not within a transaction.
 */
enum err	 guess_check(struct call *, const struct guess *) MUST_CHECK;

/* It was right: within the write that follows, forget that others were wrong. */
enum err	 guess_forgive(struct call *, const struct guess *) MUST_CHECK;

/* The keeper's step: bound what is counted.  `*n_out` says how much went. */
enum err	 guess_sweep(struct call *, int64_t *n_out) MUST_CHECK;

#endif
