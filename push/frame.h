/*
 * frame - bytes on their way to many readers.
 *
 * A frame is built once and never changes; every queue that holds it has a
 * reference, and the last one frees it.
 */
#ifndef PUSH_FRAME_H
#define PUSH_FRAME_H

#include "base/str.h"

struct frame {
	uint32_t refs;
	uint32_t len;
	char	 bytes[];
};

/* A copy of `len` bytes with one reference; NULL: out of memory, or too long. */
struct frame	*frame_new(const void *bytes, size_t len);

/* The same from a str; NULL also when it has gone bad. */
struct frame	*frame_from(const struct str *);

struct frame	*frame_ref(struct frame *);
void		 frame_unref(struct frame *);	/* NULL is fine */

#endif
