/*
 * target - the address of a request: its path in segments, and its query.
 *
 * The path is cut at its slashes before it is decoded, so that %2F stays inside
 * the segment that it was written in.  The query stays as it came: who reads
 * a parameter decodes it.
 */
#ifndef FCGI_TARGET_H
#define FCGI_TARGET_H

#include "base/arena.h"

enum { TARGET_SEGMENTS_MAX = 16 };

struct target {
	const char *path;	/* decoded as a whole; begins with / */
	const char *query;	/* after the ?, raw; "" when there is none */
	const char *segment[TARGET_SEGMENTS_MAX];	/* decoded, one by one */
	int	 segments_n;	/* may be more than segment[] holds */
};

/*
 * Take apart what came as REQUEST_URI; everything in `out` is in the arena.
 * ERR_BAD_REQUEST when it does not begin with a slash, has a percent sign
 * without two hex digits, a NUL, or is not UTF-8.  ERR_NOMEM.
 */
enum err	 target_parse(struct arena *, const char *uri,
		    struct target *out) MUST_CHECK;

#endif
