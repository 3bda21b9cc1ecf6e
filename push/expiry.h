/*
 * expiry - sessions that run out while somebody waits by them.
 *
 * A session that is ended says so in the log.  One that nobody refreshes just
 * becomes too old, so it is asked for, by an index, twice a second: a connection
 * carries no deadline, which a refresh through another one would move anyway.
 */
#ifndef PUSH_EXPIRY_H
#define PUSH_EXPIRY_H

#include "push/hub.h"
#include "push/source.h"
#include "push/tick.h"

struct expiry;

/* All of it is borrowed.  NULL: out of memory. */
struct expiry	*expiry_new(struct ticks *, struct hub *, struct source *);
void		 expiry_free(struct expiry *);	/* NULL is fine */

#endif
