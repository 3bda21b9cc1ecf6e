/*
 * commit - one writer at a time, one sync for many commits.
 *
 * It knows nothing of SQL: it counts tickets, and calls whoever leads back to
 * do the sync.
 *
 * The counters.  `announced` and `committed` are written by the owner of the
 * write lock only, `synced` by the owner of the sync lock only, and
 * synced <= committed <= announced at any time:
 *
 *	announced   commits that a reader may see already
 *	committed   commits that a sync which begins now will cover
 *	synced      commits that are on disk
 *
 * When a process is killed, the kernel marks the locks that it owned, after
 * its last write to any file.  So the next owner may take every announced
 * commit for committed: the dead one's has reached the log by now or never
 * will.  A leader that dies has not moved `synced`; the next one syncs again.
 * Between two owners committed = announced holds, hence a waiter whose ticket
 * is not committed either has a live owner to wait for, or can take the write
 * lock and thereby mend the counters itself.
 *
 * Why syncing the log after COMMIT is enough, in SQLite's terms.  At
 * synchronous=NORMAL sqlite3WalFrames() writes a commit's frames to the log
 * with pwrite and then publishes them in the shared index (walIndexWriteHdr),
 * so they are in the kernel when COMMIT returns, and an fdatasync of the log
 * by any process puts them on disk.  In between, a checkpoint may have moved
 * them and a writer may have begun the log anew over them.  Then they are on
 * disk already:
 *
 *  - walCheckpoint() syncs the log (sqlite3OsSync on pWalFd) after it has
 *    chosen how far to copy, mxSafeFrame, and before it copies the first page;
 *    and it syncs the database file after the last one, if mxSafeFrame is the
 *    whole log, before it publishes the progress in nBackfill.
 *  - walRestartLog() begins the log anew only for a writer that reads nothing
 *    from it (readLock 0), which walTryBeginRead() grants only if nBackfill is
 *    mxFrame: when all of the log, our commit included, has gone that way.
 *  - The last connection that closes (sqlite3WalClose) deletes the log after
 *    such a checkpoint only.
 *
 * All of this holds unless synchronous is OFF, which nobody sets.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/commit.h"

enum {
	CACHE_LINE = 64,
	/*
	 * How long a waiter sleeps before it looks for itself.  Only the
	 * death of the one who would have woken it makes it wait so long.
	 */
	NAP_MS = 10,
	CORRUPT_MS = 60000	/* so long a damage is told of */
};

/* What different processes write at the same time lies in different lines. */
struct commit {
	_Alignas(CACHE_LINE) pthread_mutex_t write_lock;
	_Atomic uint64_t announced;
	_Atomic uint64_t committed;
	_Atomic int log_pages;
	_Atomic int fault;		/* an enum err */
	_Atomic int64_t fault_at;	/* clock_mono_ms() */

	_Alignas(CACHE_LINE) pthread_mutex_t sync_lock;
	_Atomic uint64_t syncs;
	_Atomic uint64_t takeovers;

	_Alignas(CACHE_LINE) _Atomic uint64_t synced;
	_Atomic uint32_t generation;	/* futex: moves when a leader is done */
	_Atomic uint32_t recoveries;
	_Atomic bool failed;

	_Alignas(CACHE_LINE) _Atomic int64_t hinted;
};

static bool
init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;
	bool ok;

	if (pthread_mutexattr_init(&attr) != 0)
		return false;
	ok = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0 &&
	    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
	    pthread_mutex_init(lock, &attr) == 0;
	pthread_mutexattr_destroy(&attr);
	return ok;
}

struct commit *
commit_new(void)
{
	struct commit *c;

	c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		return NULL;
	if (!init_lock(&c->write_lock) || !init_lock(&c->sync_lock)) {
		munmap(c, sizeof(*c));
		return NULL;
	}
	return c;
}

void
commit_free(struct commit *c)
{
	if (c != NULL)
		munmap(c, sizeof(*c));
}

/* ---- the locks */

/*
 * The result of taking `lock`: true when we own it now, maybe after somebody
 * who died with it.  What the lock does not foresee is a mistake of ours.
 */
static bool
has_taken(struct commit *c, pthread_mutex_t *lock, int rc)
{
	switch (rc) {
	case 0:
		return true;
	case EBUSY:
	case ETIMEDOUT:
		return false;
	case EOWNERDEAD:
		atomic_fetch_add_explicit(&c->takeovers, 1,
		    memory_order_relaxed);
		if (pthread_mutex_consistent(lock) == 0)
			return true;
	}
	log_error("commit: lock: %s", strerror(rc));
	abort();
}

static void
release(pthread_mutex_t *lock)
{
	int rc = pthread_mutex_unlock(lock);

	if (rc == 0)
		return;
	log_error("commit: unlock: %s", strerror(rc));
	abort();
}

/* We own the write lock: whoever owned it before is through, or dead. */
static void
settle_counters(struct commit *c)
{
	uint64_t announced = atomic_load_explicit(&c->announced,
	    memory_order_relaxed);

	if (atomic_load_explicit(&c->committed, memory_order_relaxed) !=
	    announced)
		atomic_store_explicit(&c->committed, announced,
		    memory_order_release);
}

static struct timespec
deadline(int64_t wait_ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += wait_ms / 1000;
	ts.tv_nsec += wait_ms % 1000 * 1000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	return ts;
}

enum err
commit_lock(struct commit *c, int64_t wait_ms)
{
	struct timespec until;
	int rc;

	rc = pthread_mutex_trylock(&c->write_lock);
	if (rc == EBUSY) {
		until = deadline(wait_ms);
		rc = pthread_mutex_clocklock(&c->write_lock, CLOCK_MONOTONIC,
		    &until);
	}
	if (!has_taken(c, &c->write_lock, rc))
		return ERR_BUSY;
	settle_counters(c);
	return ERR_OK;
}

void
commit_unlock(struct commit *c)
{
	release(&c->write_lock);
}

/* ---- tickets */

/*
 * A reader must not find a commit in the database and miss it in `announced`.
 * The writer stores `announced` before COMMIT writes the shared index; the
 * fence keeps that order.  A reader reads the index and then `announced`,
 * with the other fence between.  So what it saw, it counts.
 */
uint64_t
commit_announce(struct commit *c)
{
	uint64_t ticket = atomic_load_explicit(&c->announced,
	    memory_order_relaxed) + 1;

	atomic_store_explicit(&c->announced, ticket, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	return ticket;
}

/*
 * Release: a leader that reads this ticket (acquire) begins its sync after the
 * commit's last pwrite has returned.
 */
void
commit_done(struct commit *c, uint64_t ticket)
{
	atomic_store_explicit(&c->committed, ticket, memory_order_release);
}

uint64_t
commit_seen(const struct commit *c)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(&c->announced, memory_order_relaxed);
}

/* ---- the shared sync */

static void
sleep_until_moved(struct commit *c, uint32_t generation)
{
	static const struct timespec nap = { 0, NAP_MS * 1000000L };

	syscall(SYS_futex, &c->generation, FUTEX_WAIT, generation, &nap, NULL,
	    0);
}

static void
wake_all(struct commit *c)
{
	atomic_fetch_add_explicit(&c->generation, 1, memory_order_release);
	syscall(SYS_futex, &c->generation, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static bool
is_synced(const struct commit *c, uint64_t ticket)
{
	return atomic_load_explicit(&c->synced, memory_order_acquire) >=
	    ticket;
}

/*
 * We own the sync lock: sync once, unless somebody has done it or nothing that
 * the ticket needs has been committed yet.  Who is ready to commit and waits for
 * a processor goes first: the sync is theirs, too, and a sync costs as much
 * as several commits.  With processors to spare that takes no time.
 */
static void
lead(struct commit *c, uint64_t ticket, enum err (*sync)(void *arg), void *arg)
{
	uint64_t target;

	sched_yield();
	target = atomic_load_explicit(&c->committed, memory_order_acquire);
	if (is_synced(c, ticket) || target < ticket || commit_has_failed(c))
		return;
	if (sync(arg) != ERR_OK) {
		atomic_store_explicit(&c->failed, true, memory_order_release);
		return;
	}
	atomic_fetch_add_explicit(&c->syncs, 1, memory_order_relaxed);
	atomic_store_explicit(&c->synced, target, memory_order_release);
}

/*
 * Whoever announced the ticket has not said that it is done.  If the write
 * lock is to be had, it is dead, or just through: either way the counters are
 * right afterwards.
 */
static void
mend(struct commit *c)
{
	int rc = pthread_mutex_trylock(&c->write_lock);

	if (!has_taken(c, &c->write_lock, rc))
		return;
	settle_counters(c);
	release(&c->write_lock);
}

/*
 * The generation is read before the sync lock is tried, and a leader moves it
 * after it has given the lock back.  Hence a waiter that found the lock taken
 * is woken when it is free, or does not fall asleep at all.
 */
enum err
commit_wait(struct commit *c, uint64_t ticket, enum err (*sync)(void *arg),
    void *arg)
{
	uint32_t generation;
	int rc;

	for (;;) {
		if (is_synced(c, ticket))
			return ERR_OK;
		if (commit_has_failed(c))
			return ERR_IO;
		generation = atomic_load_explicit(&c->generation,
		    memory_order_acquire);
		if (atomic_load_explicit(&c->committed,
		    memory_order_acquire) < ticket) {
			sleep_until_moved(c, generation);
			mend(c);
			continue;
		}
		rc = pthread_mutex_trylock(&c->sync_lock);
		if (!has_taken(c, &c->sync_lock, rc)) {
			sleep_until_moved(c, generation);
			continue;
		}
		lead(c, ticket, sync, arg);
		release(&c->sync_lock);
		wake_all(c);
	}
}

bool
commit_has_failed(const struct commit *c)
{
	return atomic_load_explicit(&c->failed, memory_order_acquire);
}

/* The sleepers find it out within a nap; waking them hastens it. */
void
commit_fail(struct commit *c)
{
	atomic_store_explicit(&c->failed, true, memory_order_release);
	wake_all(c);
}

static void
take_sync_lock(struct commit *c)
{
	if (!has_taken(c, &c->sync_lock, pthread_mutex_lock(&c->sync_lock)))
		abort();
}

void
commit_recover(struct commit *c)
{
	take_sync_lock(c);
	atomic_store_explicit(&c->synced, atomic_load(&c->announced),
	    memory_order_release);
	atomic_fetch_add(&c->recoveries, 1);
	atomic_store_explicit(&c->failed, false, memory_order_release);
	release(&c->sync_lock);
	commit_set_fault(c, ERR_OK);
	wake_all(c);
}

uint32_t
commit_recoveries(const struct commit *c)
{
	return atomic_load(&c->recoveries);
}

/* ---- what else the processes tell each other */

void
commit_set_fault(struct commit *c, enum err e)
{
	enum err before = (enum err)atomic_load_explicit(&c->fault,
	    memory_order_relaxed);

	/* To have written something mends no page that is damaged. */
	if (e == ERR_OK &&
	    (before == ERR_OK || commit_fault(c) == ERR_CORRUPT))
		return;
	atomic_store(&c->fault_at, clock_mono_ms());
	atomic_store(&c->fault, (int)e);
}

enum err
commit_fault(const struct commit *c)
{
	enum err e = (enum err)atomic_load_explicit(&c->fault,
	    memory_order_relaxed);

	if (e == ERR_CORRUPT &&
	    clock_mono_ms() - atomic_load(&c->fault_at) > CORRUPT_MS)
		return ERR_OK;
	return e;
}

bool
commit_take_hint(struct commit *c, int64_t seq)
{
	int64_t hinted = atomic_load_explicit(&c->hinted,
	    memory_order_relaxed);

	while (hinted < seq)
		if (atomic_compare_exchange_weak_explicit(&c->hinted, &hinted,
		    seq, memory_order_relaxed, memory_order_relaxed))
			return true;
	return false;
}

void
commit_set_log_pages(struct commit *c, int pages)
{
	atomic_store_explicit(&c->log_pages, pages, memory_order_relaxed);
}

int
commit_log_pages(const struct commit *c)
{
	return atomic_load_explicit(&c->log_pages, memory_order_relaxed);
}

void
commit_get_stats(const struct commit *c, struct commit_stats *out)
{
	out->announced = atomic_load(&c->announced);
	out->committed = atomic_load(&c->committed);
	out->synced = atomic_load(&c->synced);
	out->syncs = atomic_load(&c->syncs);
	out->takeovers = atomic_load(&c->takeovers);
}
