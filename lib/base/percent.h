/*
 * percent - percent-encoding: what paths, queries and forms are written in.
 *
 * RFC 3986, 2.1; in forms and queries a plus is a space (WHATWG URL, 5.1).
 * It decodes bytes: whether these are text is for the caller to say.
 */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/arena.h"

/*
 * The first byte of the `len` > 0 at `s`, decoded, and how many it was written
 * in: 1 or 3.  -1 for a percent sign that begins no code.
 */
int	 percent_byte(const char *s, size_t len, size_t *used_out);

/*
 * Decode a name or a value of a form into the arena, with a NUL behind it.  A
 * percent sign that begins no code stands for itself, as in browsers.  NULL
 * when the arena is full.
 */
char	*percent_form(struct arena *, const char *s, size_t len,
	    size_t *len_out);

#endif
