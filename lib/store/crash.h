/*
 * crash - dies at a chosen step of a write, for tests.
 *
 * NATTERJACK_CRASH_AT=<step>[:<n>] in the environment makes the process kill
 * itself, as kill -9 would, when it passes that step for the n-th time (1).
 * Without it a step costs one branch.  Not for use in service.
 */
#ifndef STORE_CRASH_H
#define STORE_CRASH_H

#include "base/base.h"

/* X(NAME, "name in the environment"), in the order of a write. */
#define CRASH_STEPS(X)					\
	X(CRASH_AFTER_LOCK,	"after-lock")		\
	X(CRASH_AFTER_BEGIN,	"after-begin")		\
	X(CRASH_BEFORE_ANNOUNCE, "before-announce")	\
	X(CRASH_AFTER_ANNOUNCE,	"after-announce")	\
	X(CRASH_AFTER_COMMIT,	"after-commit")		\
	X(CRASH_AFTER_DONE,	"after-done")		\
	X(CRASH_AFTER_UNLOCK,	"after-unlock")		\
	X(CRASH_BEFORE_SYNC,	"before-sync")		\
	X(CRASH_AFTER_SYNC,	"after-sync")		\
	X(CRASH_AFTER_WAIT,	"after-wait")

enum crash_step {
#define CRASH_NAME(name, text) name,
	CRASH_STEPS(CRASH_NAME)
#undef CRASH_NAME
	CRASH_STEP_N
};

/* Read the environment.  An unknown step is a mistake of the test: it aborts. */
void	 crash_init(void);

/* The process is at `step`. */
void	 crash_at(enum crash_step step);

#endif
