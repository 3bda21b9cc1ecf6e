/*
 * inbuf - bytes that have come and cannot be used yet.
 *
 * Most of what a client sends is used as soon as it is read, and owns no
 * memory.  What remains is kept in an inbuf, which exists only as long as there
 * is something in it.  Whoever appends knows how much may ever come together.
 */
#ifndef PUSH_INBUF_H
#define PUSH_INBUF_H

#include "base/base.h"

struct inbuf {
	uint32_t len;
	uint32_t cap;
	char	 bytes[];
};

/* What it takes of memory. */
static inline size_t
inbuf_size(const struct inbuf *b)
{
	return b == NULL ? 0 : sizeof(*b) + b->cap;
}

/* Append to `*in`, which may be NULL.  False: no memory, nothing has changed. */
bool	 inbuf_put(struct inbuf **in, const char *bytes, size_t len) MUST_CHECK;

/* Drop the first `n` bytes; when none is left it is freed and becomes NULL. */
void	 inbuf_drop(struct inbuf **in, size_t n);

void	 inbuf_free(struct inbuf **in);

#endif
