/*
 * clock - the two clocks, and instants as text.
 *
 * An instant is an int64 of milliseconds since 1970 UTC.  As text it is
 * RFC 3339 with milliseconds and Z.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

enum { CLOCK_TEXT_LEN = 24 };	/* "2026-01-31T12:00:00.123Z" */

/* Now, on the wall; it may be set back. */
int64_t	 clock_now_ms(void);

/* Ticks on, from an arbitrary start. */
int64_t	 clock_mono_ms(void);

/* Write CLOCK_TEXT_LEN characters and a NUL.  Years 0000 to 9999. */
void	 clock_format(int64_t at, char text[CLOCK_TEXT_LEN + 1]);

#endif
