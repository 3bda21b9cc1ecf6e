/*
 * keep - what keeps the log short, and the numbers apart.
 *
 * For the one process that serves nobody (fcgi/keeper.c): it notes whether the
 * database was left in order, empties the write-ahead log, and puts things right
 * after a sync has failed.
 */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "store/store.h"

/*
 * Note durably that the database is in use (store_mark_running) or was left
 * in order (store_mark_clean).  If it is found in use at the start, the last
 * stop was not clean, and every sequence skips ahead, so that no seq or id
 * that anyone may have seen is given out again; and the write-ahead log is
 * emptied, because it may have a hole where a sync has failed.  A stop after a
 * failed sync is not clean: the group refuses to note it.
 */
enum err	 store_mark_running(struct store *) MUST_CHECK;
enum err	 store_mark_clean(struct store *) MUST_CHECK;

/*
 * The checkpointer's one step, for a process of its own with a DB_WORKER
 * store: when the log has `pages_max` pages or more, copy it into the database
 * and make the next writer begin it anew.  Most is copied while others write;
 * the rest under the write lock, so that a log that never rests stays bounded.
 * ERR_BUSY when readers were in the way: the next step will do it.
 */
enum err	 store_checkpoint(struct store *, int pages_max) MUST_CHECK;

/*
 * And when a sync of the group has failed: bring all that was committed to the
 * disk once more, if it still is what was written, and empty the log if nobody
 * reads it; otherwise the next store_checkpoint() does.  ERR_OK: it is there, and
 * the group goes on.  ERR_BUSY, ERR_IO, ERR_FULL: not yet.
 * ERR_CORRUPT: the log is not what was written any more; only a recovery of the
 * database helps, when all have closed it.
 */
enum err	 store_mend(struct store *) MUST_CHECK;

/*
 * Within a running server, for whoever asks: write durably what changes nothing.
 * Can one?
 */
enum err	 store_probe(struct store *) MUST_CHECK;

#endif
