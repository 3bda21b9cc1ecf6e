/*
 * keeper - the child that looks after the database.
 *
 * It is the first child and the last.  It brings the database to this
 * program's schema before any worker opens it; while they work it copies the
 * write-ahead log into the database, shortens the event log and removes files
 * that nobody needs, so that nobody's request has to; and after the last worker
 * is gone it notes that the database was left in order.
 */
#ifndef FCGI_KEEPER_H
#define FCGI_KEEPER_H

#include "base/conf.h"
#include "fcgi/family.h"
#include "store/commit.h"

struct keeper_env {
	const struct conf *conf;
	struct commit *commit;
	bool	 is_first;	/* prepare the database; workers wait for us */
};

/* Returns the exit status; why it could not start is told to the master. */
int		 keeper_run(const struct seat *, const struct keeper_env *);

#endif
