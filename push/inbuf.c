/*
 * inbuf - bytes that have come and cannot be used yet.
 */
#include "config.h"

#include "push/hold.h"
#include "push/inbuf.h"

enum { CAP_FIRST = 512 };

/* Make it so large; false: no memory, nothing has changed. */
static bool
grow(struct inbuf **in, size_t cap)
{
	size_t was = inbuf_size(*in);
	struct inbuf *b = realloc(*in, sizeof(*b) + cap);

	if (b == NULL)
		return false;
	if (was > 0)
		hold_drop(was);
	b->cap = (uint32_t)cap;
	hold_add(inbuf_size(b));
	*in = b;
	return true;
}

bool
inbuf_put(struct inbuf **in, const char *bytes, size_t len)
{
	size_t used = *in == NULL ? 0 : (*in)->len, cap = CAP_FIRST;
	struct inbuf *b;

	if (len > UINT32_MAX / 4 - used)
		return false;
	while (cap < used + len)
		cap *= 2;
	if ((*in == NULL || cap > (*in)->cap) && !grow(in, cap))
		return false;
	b = *in;
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
	if (*in != NULL)
		hold_drop(inbuf_size(*in));
	free(*in);
	*in = NULL;
}
