/*
 * base - what every file of this tree may rely on.
 *
 * The fixed-width types, the attributes we use, the error type, and the ban
 * on libc calls that cannot be used safely.  It knows nothing of chat.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* The caller has to look at the result; the compiler sees to it. */
#define MUST_CHECK	__attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NO_RETURN	__attribute__((noreturn))
#define UNUSED		__attribute__((unused))

#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* The struct that `p` points into, at its `member`. */
#define CONTAINER_OF(p, type, member) \
	((type *)(void *)((char *)(p) - offsetof(type, member)))

#include "base/err.h"
#include "base/banned.h"

#endif
