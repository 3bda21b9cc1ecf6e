/*
 * worker - the life of one worker, after the fork.
 */
#ifndef FCGI_WORKER_H
#define FCGI_WORKER_H

#include "base/conf.h"
#include "base/peer.h"
#include "fcgi/family.h"
#include "fcgi/route.h"

struct worker_env {
	const struct conf *conf;
	const struct routes *routes;
	struct commit *commit;
	struct peers *peers;	/* who may connect */
	int	 listen_fd;
	bool	 is_auth;	/* of the pool that hashes passwords */
};

/*
 * Serve until told to leave, or until the master is dead.  Returns the exit
 * status: 0 when it left in order.
 */
int		 worker_run(const struct seat *, const struct worker_env *);

#endif
