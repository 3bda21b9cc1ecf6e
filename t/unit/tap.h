/*
 * tap - the Test Anything Protocol for unit tests in C.
 *
 * A test program calls ok() and its kin, and returns tap_done() from main.
 * Without that call the output has no plan, and prove takes it for a crash.
 */
#ifndef T_UNIT_TAP_H
#define T_UNIT_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

static int tap_n, tap_failed;

/* One test; `what` says in words what holds.  Returns `cond`. */
static bool PRINTF_LIKE(2, 3) UNUSED
ok(bool cond, const char *what, ...)
{
	va_list ap;

	printf("%sok %d - ", cond ? "" : "not ", ++tap_n);
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	tap_failed += !cond;
	return cond;
}

static bool UNUSED
is_int(int64_t got, int64_t want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %lld, want %lld\n", (long long)got, (long long)want);
	return got == want;
}

static bool UNUSED
is_str(const char *got, const char *want, const char *what)
{
	bool same = got != NULL && want != NULL ? strcmp(got, want) == 0 :
	    got == want;

	if (!ok(same, "%s", what))
		printf("# got  %s\n# want %s\n", got ? got : "(null)",
		    want ? want : "(null)");
	return same;
}

static bool UNUSED
is_err(enum err got, enum err want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got %s, want %s\n", err_code(got), err_code(want));
	return got == want;
}

/* The plan, and main's return value. */
static int UNUSED
tap_done(void)
{
	printf("1..%d\n", tap_n);
	return tap_failed != 0;
}

#endif
