/*
 * loop - the daemon: everything in its place, and what is done when.
 */
#ifndef PUSH_LOOP_H
#define PUSH_LOOP_H

#include "base/conf.h"

/*
 * Serve until SIGTERM or SIGINT has come and everybody has been let go.  What
 * keeps it from starting is said in one line.  Returns the exit status.
 */
int	 loop_run(const struct conf *);

#endif
