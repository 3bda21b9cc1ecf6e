/*
 * inbuf - bytes that have come and cannot be used yet.
 */
#include "config.h"

#include "push/inbuf.h"

enum { CAP_FIRST = 512 };

bool
inbuf_put(struct inbuf **in, const char *bytes, size_t len)
{
	size_t used = *in == NULL ? 0 : (*in)->len, cap = CAP_FIRST;
	struct inbuf *b = *in;

	if (len > UINT32_MAX / 4 - used)
		return false;
	while (cap < used + len)
		cap *= 2;
	if (b == NULL || cap > b->cap) {
		if ((b = realloc(*in, sizeof(*b) + cap)) == NULL)
			return false;
		b->cap = (uint32_t)cap;
		*in = b;
	}
	memcpy(b->bytes + used, bytes, len);
	b->len = (uint32_t)(used + len);
	return true;
}

void
inbuf_drop(struct inbuf **in, size_t n)
{
	struct inbuf *b = *in;

	if (n == 0)
		return;
	if (n == b->len) {
		inbuf_free(in);
		return;
	}
	b->len -= (uint32_t)n;
	memmove(b->bytes, b->bytes + n, b->len);
}

void
inbuf_free(struct inbuf **in)
{
	free(*in);
	*in = NULL;
}
