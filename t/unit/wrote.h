/*
 * wrote - what a shape writes, compared to the byte.
 *
 * A test initializes `text` and `w` once; shapes write to `w`.
 */
#ifndef T_UNIT_WROTE_H
#define T_UNIT_WROTE_H

#include "base/jw.h"
#include "t/unit/tap.h"

static struct str text;
static struct jw w;

/* Whatever was written since the last call is `want`. */
static void
wrote(const char *want, const char *what)
{
	ok(jw_is_whole(&w) && str_is_ok(&text), "%s: whole", what);
	is_str(text.s, want, what);
	str_reset(&text);
	jw_init(&w, &text);
}

#endif
