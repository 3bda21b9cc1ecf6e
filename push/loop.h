/*
 * loop - the daemon: everything in its place, and what is done when.
 */
#ifndef PUSH_LOOP_H
#define PUSH_LOOP_H

#include "base/conf.h"

/*
 * Serve until SIGTERM or SIGINT has come and everybody has been let go.  SIGHUP
 * changes the secrets in `conf`, which stays the caller's, to those of
 * `conf_path` (NULL: of the environment).  What keeps it from starting is said in
 * one line.  Returns the exit status.
 */
int	 loop_run(struct conf *, const char *conf_path);

#endif
