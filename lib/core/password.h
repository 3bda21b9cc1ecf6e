/*
 * password - hashing passwords.
 *
 * The only file that sees crypt(3).  What a password may be is decided elsewhere
 * (check.h), and how often somebody may guess (guess.h).
 */
#ifndef CORE_PASSWORD_H
#define CORE_PASSWORD_H

#include "base/arena.h"
#include "base/conf.h"

/* The longest password that the configured method takes whole, in bytes. */
size_t		 password_max(const struct conf *);

/*
 * Hash a new password by the configured method.  ERR_BAD_VALUE when the method
 * cannot take it.  Blocks for its cost.
 */
enum err	 password_hash(struct arena *, const struct conf *,
		    const char *password, const char **hash_out) MUST_CHECK;

/*
 * Does `password` fit `hash` (any crypt(5) method)?  A NULL hash, for a name
 * that does not exist, takes as long as a real one and never fits.  ERR_OK or
 * ERR_CREDENTIALS.  Blocks for its cost.
 */
enum err	 password_verify(const struct conf *, const char *password,
		    const char *hash) MUST_CHECK;

/*
 * From now on this process hashes passwords in threads, which keep aside as
 * auth.hash_nice says.  Others do it as everything else.
 */
void		 password_hash_aside(void);

/* How many passwords this process has hashed. */
int64_t		 password_hashed_n(void);

/* The method or cost of `hash` is not what new hashes get. */
bool		 password_is_outdated(const struct conf *, const char *hash);

#endif
