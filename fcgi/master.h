/*
 * master - the parent of all workers.
 *
 * It binds the sockets, forks, replaces what dies, and does as the signals say.
 * It never opens the database (a connection must not cross a fork), never
 * reads a request, and holds nothing that a child needs to finish its own: if
 * it is killed, the children end after what they are doing.
 *
 *	SIGTERM, SIGINT	stop: workers finish their request, then the keeper
 *			notes an orderly end
 *	SIGHUP		read the configuration again, and replace every child
 *			by one of the new generation, one by one
 */
#ifndef FCGI_MASTER_H
#define FCGI_MASTER_H

#include "base/conf.h"

/*
 * conf_load(), and everything else that has to be right before the pools can
 * run.  ERR_CONFIG, with one line in `fault`.
 */
enum err	 master_load_conf(const char *path, struct conf **conf_out,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;

/*
 * Run until told to stop.  `conf` is taken over; `conf_path` (NULL: none) is
 * what SIGHUP reads again.  Returns the exit status; does not return, but
 * says one line and exits with 1, when the sockets or the database cannot be
 * had at the start.
 */
int		 master_run(struct conf *conf, const char *conf_path);

#endif
