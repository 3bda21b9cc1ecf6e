/*
 * fuzz - what the targets share.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/arena.h"
#include "base/utf8.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold; libFuzzer takes an abort for a finding. */
static inline void
require(bool cond)
{
	if (!cond)
		abort();
}

/* A copy at the very end of a block of its own: a byte read beyond is found. */
static inline char *
fuzz_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size > 0 ? size : 1);

	require(copy != NULL);
	memcpy(copy, data, size);
	return copy;
}

/* The same with a NUL behind it; what comes after an earlier NUL is dropped. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *copy = strndup((const char *)data, size);

	require(copy != NULL);
	return copy;
}

static inline void
require_text(const char *s)
{
	require(s != NULL && utf8_is_valid(s, strlen(s)));
}

#endif
