/*
 * source - the log, read once for everybody.
 *
 * It knows how far the log is on disk (the head) and how far it has been given
 * to the hub (the seq).  The head moves when a worker sends a hint, and when
 * the source looks by itself, every push.look_ms, so that a lost hint costs a
 * moment and nothing else.  Nothing beyond the head is ever shown.
 *
 * The database may come later than push, or have another schema: until it can
 * be used the source is not ready, says so once, and tries again.
 */
#ifndef PUSH_SOURCE_H
#define PUSH_SOURCE_H

#include "base/conf.h"
#include "push/counters.h"
#include "push/hub.h"
#include "push/tick.h"

struct source;

struct source_options {
	const struct conf *conf;
	struct hub *hub;
	struct ticks *ticks;
	struct counters *counters;
};

/* All of it is borrowed.  NULL: out of memory. */
struct source	*source_new(const struct source_options *);
void		 source_free(struct source *);		/* NULL is fine */

/* The database can be read, and what is read can be brought to the disk. */
bool		 source_is_ready(const struct source *);

/* The disk has failed: nothing is told until it has been mended. */
bool		 source_has_failed(const struct source *);

/* The database, to be read within one turn of the loop; ready is needed. */
struct store	*source_store(struct source *);

/*
 * Everything up to this seq has been given to the hub.  While nobody is online
 * nothing is read, and it stays behind.
 */
int64_t		 source_seq(const struct source *);

/*
 * Somebody is about to come online: if nobody is, go to the head without
 * reading.
 */
enum err	 source_skip(struct source *) MUST_CHECK;

/* A worker says that everything up to `seq` is on disk. */
void		 source_hint(struct source *, int64_t seq);

/*
 * Somebody waits for `seq`, which is in the log but not known to be on disk:
 * look soon, in case no hint comes.
 */
void		 source_want(struct source *, int64_t seq);

/* There is something new, and somebody to give it to. */
bool		 source_has_more(const struct source *);

/*
 * Give what is new to the hub: at most push.batch events and about `bytes_max`
 * bytes of frames.  True when there is more to be given at once.
 */
bool		 source_run(struct source *, size_t bytes_max);

/*
 * What these events show may be younger than they are (a message that has been
 * edited since): wait until that is on disk, too.  Blocks as the disk does.
 */
enum err	 source_settle(struct source *, const struct event *, int n)
		    MUST_CHECK;

/* A read went wrong: log it once and, if need be, open the database anew. */
void		 source_fault(struct source *, enum err);

#endif
