/*
 * commit - one writer at a time, one sync for many commits.
 *
 * The workers of one master share a struct commit in memory that was mapped
 * before the fork.  A writer holds the write lock from BEGIN IMMEDIATE to
 * COMMIT, so SQLite is never busy; then it waits until a sync of the
 * write-ahead log that began after its commit has ended.  One waiter leads and
 * syncs for all.
 *
 *	   commit_lock          write lock (robust: a dead owner is replaced)
 *	   BEGIN IMMEDIATE … 
 *	   commit_announce      ticket = ++announced: readers may see it soon
 *	   COMMIT
 *	   commit_done          committed = ticket
 *	   commit_unlock
 *	   commit_wait(ticket)  leader: target = committed; sync; synced = target
 *	                        others: sleep on a futex until synced >= ticket
 *
 * Whoever is killed at any step leaves the counters right for the next: see
 * commit.c.  A failed sync is not tried again: every waiter and every later
 * caller gets ERR_IO, because the kernel may have dropped the pages that it could
 * not write, until somebody has found another way to bring them to the disk
 * (store_mend()) and says so with commit_recover().
 */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "base/base.h"

struct commit;

/* Map one, shared with every process forked later.  NULL: out of memory. */
struct commit	*commit_new(void);
void		 commit_free(struct commit *);

/* The write lock, waited for at most `wait_ms`: ERR_BUSY after that. */
enum err	 commit_lock(struct commit *, int64_t wait_ms) MUST_CHECK;
void		 commit_unlock(struct commit *);

/*
 * With the lock held, around COMMIT; commit_done() also after a COMMIT that
 * failed.
 */
uint64_t	 commit_announce(struct commit *);
void		 commit_done(struct commit *, uint64_t ticket);

/* What a read up to now may have seen: wait for it before showing that. */
uint64_t	 commit_seen(const struct commit *);

/*
 * Wait until `ticket` is on disk.  `sync` is called by the one who leads, and
 * blocks as the disk does.  ERR_IO when a sync has failed.
 */
enum err	 commit_wait(struct commit *, uint64_t ticket,
		    enum err (*sync)(void *arg), void *arg) MUST_CHECK;

/* A sync has failed, and the group has not recovered. */
bool		 commit_has_failed(const struct commit *);

/* Something outside the group's own sync has met a disk that fails. */
void		 commit_fail(struct commit *);

/*
 * With the write lock held: all that was announced is on disk now, and the group
 * goes on.  Waits for a sync that is under way.
 */
void		 commit_recover(struct commit *);

/* How often it has. */
uint32_t	 commit_recoveries(const struct commit *);

/*
 * What the storage last said to anybody who asked it for something, for the
 * health check: ERR_FULL, ERR_READONLY, ERR_IO, ERR_CORRUPT; ERR_OK after a
 * write.  That the database is damaged is told for as long as it is noticed, and
 * a while longer.
 */
void		 commit_set_fault(struct commit *, enum err);
enum err	 commit_fault(const struct commit *);

/*
 * The newest seq for which a hint has been sent.  True for exactly one caller
 * per advance: it is the one to send the hint for `seq`.
 */
bool		 commit_take_hint(struct commit *, int64_t seq);

/*
 * How long the write-ahead log is, in pages: the writers say it, the
 * checkpointer asks.
 */
void		 commit_set_log_pages(struct commit *, int pages);
int		 commit_log_pages(const struct commit *);

/* Counters, for tests and the curious. */
struct commit_stats {
	uint64_t announced, committed, synced, syncs, takeovers;
};
void		 commit_get_stats(const struct commit *, struct commit_stats *out);

#endif
