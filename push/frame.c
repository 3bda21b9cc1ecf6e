/*
 * frame - bytes on their way to many readers.
 *
 * Head and bytes are one allocation, so that a reader costs one cache line
 * less.  There is one thread: counting needs no atomics.
 */
#include "config.h"

#include "push/frame.h"
#include "push/hold.h"

struct frame *
frame_new(const void *bytes, size_t len)
{
	struct frame *f;

	if (len > UINT32_MAX / 2 || (f = malloc(sizeof(*f) + len)) == NULL)
		return NULL;
	hold_add(sizeof(*f) + len);
	f->refs = 1;
	f->len = (uint32_t)len;
	memcpy(f->bytes, bytes, len);
	return f;
}

struct frame *
frame_from(const struct str *s)
{
	return str_is_ok(s) ? frame_new(s->s, s->len) : NULL;
}

struct frame *
frame_ref(struct frame *f)
{
	f->refs++;
	return f;
}

void
frame_unref(struct frame *f)
{
	if (f == NULL || --f->refs > 0)
		return;
	hold_drop(sizeof(*f) + f->len);
	free(f);
}
