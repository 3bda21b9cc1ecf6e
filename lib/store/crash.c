/*
 * crash - dies at a chosen step of a write, for tests.
 */
#include "config.h"

#include <signal.h>

#include "base/base.h"
#include "base/log.h"
#include "base/num.h"
#include "store/crash.h"

static const char *const names[CRASH_STEP_N] = {
#define CRASH_TEXT(name, text) [name] = text,
	CRASH_STEPS(CRASH_TEXT)
#undef CRASH_TEXT
};

static struct {
	enum crash_step step;
	int64_t	 passes_left;	/* 0: no crash is wanted */
} self;

static bool
parse(const char *text)
{
	size_t len = strcspn(text, ":");
	int i;

	for (i = 0; i < CRASH_STEP_N; i++) {
		if (strlen(names[i]) != len || strncmp(names[i], text, len))
			continue;
		self.step = (enum crash_step)i;
		self.passes_left = 1;
		return text[len] == '\0' || num_parse(text + len + 1, 1,
		    INT64_MAX, &self.passes_left);
	}
	return false;
}

void
crash_init(void)
{
	const char *text = getenv("NATTERJACK_CRASH_AT");

	self.passes_left = 0;
	if (text == NULL || parse(text))
		return;
	log_error("NATTERJACK_CRASH_AT=%s: no such step", text);
	abort();
}

void
crash_at(enum crash_step step)
{
	if (self.passes_left == 0 || self.step != step)
		return;
	if (--self.passes_left == 0)
		raise(SIGKILL);
}
