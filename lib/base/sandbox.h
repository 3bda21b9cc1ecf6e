/*
 * sandbox - a process gives up what it will not ask of the kernel.
 *
 * Whoever finds a mistake in what reads strangers' bytes is left with the calls
 * of syscall.def: no program is started, no process made or looked into, no
 * memory becomes code, no network is reached.  Anything else ends the process
 * by SIGSYS, and a line of the log has the number of the call.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include "base/base.h"

/* A sanitizer asks the kernel for more: what is built with one is not confined. */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_IS_BUILT false
#elif defined(__has_feature)
#define SANDBOX_IS_BUILT (!__has_feature(address_sanitizer))
#else
#define SANDBOX_IS_BUILT true
#endif

/* A worker that hashes passwords is both, and makes threads of itself. */
enum sandbox_role { SANDBOX_WORKER = 1, SANDBOX_PUSH = 2, SANDBOX_HASHER = 4 };

/* Does the kernel have what this needs? */
bool	 sandbox_is_possible(void);

/*
 * From now on, and for good, this process has the calls of its roles.  False:
 * it cannot be done, and the log says why.  For a process of one thread that
 * has opened what it needs.
 */
bool	 sandbox_enter(int roles) MUST_CHECK;

#endif
