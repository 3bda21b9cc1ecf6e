/*
 * token_cache - tokens whose signature was found right a moment ago.
 *
 * A client sends the same token with every request, and verifying it is a
 * quarter of what a send costs a worker.  The cache remembers whole tokens with
 * what they say; it is not asked whether a token has expired or its session
 * ended: those are checked each time.  One per process, of fixed size; a newer
 * token takes the place of an older one.
 */
#ifndef CORE_TOKEN_CACHE_H
#define CORE_TOKEN_CACHE_H

#include "core/auth.h"

/*
 * What `token` says, if it is remembered; with other secrets in `conf` than at
 * the last call, nothing is.  The comparison takes the same time wherever two
 * tokens of one length differ.
 */
bool	 token_cache_find(const struct conf *, const char *token,
	    struct identity *out);

/* Remember it, unless it is too long. */
void	 token_cache_add(const struct conf *, const char *token,
	    const struct identity *who);

#endif
