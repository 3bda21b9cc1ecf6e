/*
 * The commit group: many writers, few syncs, and nobody waits for the dead.
 */
#include "config.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "store/crash.h"
#include "store/keep.h"
#include "t/unit/child.h"
#include "t/unit/store-fix.h"

enum { WRITERS = 16, WRITES = 300, BUSY_MS = 20000, SYNC_US = 1000 };

/* What the processes of a test share. */
static struct shared {
	struct commit *commit;
	const char *path;
	int64_t	 slow;		/* times are for a fast build; times this */
	_Atomic int64_t worst_ms;
	_Atomic int64_t acked;
	_Atomic int64_t hints;
	_Atomic int64_t syncs;
	_Atomic bool sync_fails;
} *self;

static struct db_driver disk;

/* A disk that takes its time, and may fail. */
static enum err
sync_slowly(struct db *db)
{
	atomic_fetch_add(&self->syncs, 1);
	usleep((useconds_t)(SYNC_US * self->slow));
	return atomic_load(&self->sync_fails) ? ERR_IO : db_sqlite.sync(db);
}

static struct store *
open_worker(void)
{
	struct store_options o = { .driver = &disk, .path = self->path,
	    .mode = DB_WORKER, .busy_ms = BUSY_MS, .commit = self->commit };
	struct store *s;

	must(store_open(&o, &s));
	return s;
}

static enum err
append(struct store *s)
{
	struct event ev = { .kind = EVENT_READ_MOVED, .user_id = 1, .at = 1 };
	enum err e = store_begin(s);

	if (e != ERR_OK)
		return e;
	return store_end(s, store_event_append(s, &ev));
}

static void
note_worst(int64_t ms)
{
	int64_t worst = atomic_load(&self->worst_ms);

	while (ms > worst &&
	    !atomic_compare_exchange_weak(&self->worst_ms, &worst, ms))
		;
}

/* Write as often as `arg` says; every write that is acknowledged counts. */
static void
write_many(void *arg)
{
	struct store *s = open_worker();
	int64_t start;
	int i;

	for (i = 0; i < *(int *)arg; i++) {
		start = clock_mono_ms();
		if (append(s) != ERR_OK)
			_exit(1);
		note_worst(clock_mono_ms() - start);
		atomic_fetch_add(&self->acked, 1);
		if (commit_take_hint(self->commit, s->last_seq))
			atomic_fetch_add(&self->hints, 1);
	}
	store_close(s);
}

static void
reset_group(void)
{
	commit_free(self->commit);
	self->commit = commit_new();
	atomic_store(&self->worst_ms, 0);
	atomic_store(&self->acked, 0);
	atomic_store(&self->hints, 0);
	atomic_store(&self->syncs, 0);
	atomic_store(&self->sync_fails, false);
}

static int64_t
head_of(struct store *s)
{
	int64_t seq;

	must(store_event_head(s, &seq));
	return seq;
}

static void
test_many(struct fix *f)
{
	struct commit_stats st;
	int64_t before = head_of(f->s);
	int i, n = WRITES;

	reset_group();
	for (i = 0; i < WRITERS; i++)
		child_start(write_many, &n);
	is_int(child_wait_all(), 0, "16 writers at once");
	commit_get_stats(self->commit, &st);
	is_int(head_of(f->s) - before, WRITERS * WRITES,
	    "each wrote all of its own");
	ok(st.announced == WRITERS * WRITES && st.announced == st.committed &&
	    st.committed == st.synced, "every commit is counted, and synced");
	ok(st.syncs * 3 < st.committed, "%lld syncs for %lld commits",
	    (long long)st.syncs, (long long)st.committed);
	is_int((int64_t)st.syncs, atomic_load(&self->syncs),
	    "there were no others");
	ok(atomic_load(&self->hints) <= atomic_load(&self->acked) &&
	    atomic_load(&self->hints) > 0, "hints are taken");
	ok(!commit_take_hint(self->commit, before + WRITERS * WRITES),
	    "the newest once");
	ok(commit_take_hint(self->commit, before + WRITERS * WRITES + 1),
	    "a newer one by one caller");
	ok(atomic_load(&self->worst_ms) < 2000 * self->slow, "nobody waited long: %lld ms",
	    (long long)atomic_load(&self->worst_ms));
}

/* A writer that the environment kills at its third write. */
static void
write_and_die(void *step)
{
	char text[64];
	int n = 100;

	snprintf(text, sizeof(text), "%s:3", (const char *)step);
	setenv("NATTERJACK_CRASH_AT", text, 1);
	write_many(&n);
}

static void
test_death(struct fix *f, const char *step)
{
	struct commit_stats st;
	int64_t before = head_of(f->s), grown;
	pid_t dying[4], living[4];
	int i, n = 40, killed = 0, well = 0;

	reset_group();
	for (i = 0; i < 4; i++) {
		dying[i] = child_start(write_and_die, (void *)(uintptr_t)step);
		living[i] = child_start(write_many, &n);
	}
	for (i = 0; i < 4; i++) {
		killed += child_wait(dying[i]) == -SIGKILL;
		well += child_wait(living[i]) == 0;
	}
	commit_get_stats(self->commit, &st);
	grown = head_of(f->s) - before;
	ok(killed >= 1 && well == 4, "%s: %d died, the others went on", step,
	    killed);
	ok(grown >= atomic_load(&self->acked) &&
	    grown <= atomic_load(&self->acked) + killed,
	    "%s: what was acknowledged is there", step);
	ok(st.synced <= st.committed && st.committed == st.announced,
	    "%s: the counters are right", step);
	ok(atomic_load(&self->worst_ms) < 5000 * self->slow, "%s: nobody waited for ever",
	    step);
}

/*
 * A writer has died with a ticket, before its COMMIT or after it: a reader
 * waits for neither longer than it must, but what it saw gets synced.
 */
static void
test_reader_and_dead_writer(const char *step)
{
	char said[CHILD_SAID_MAX];
	int64_t start, syncs;
	struct store *s;

	reset_group();
	s = open_worker();
	is_int(child_run(write_and_die, (void *)(uintptr_t)step, said),
	    -SIGKILL, "a writer dies with a ticket");
	head_of(s);
	syncs = atomic_load(&self->syncs);
	start = clock_mono_ms();
	is_err(store_settle(s), ERR_OK, "a reader that waits for it goes on");
	ok(clock_mono_ms() - start < 2000 * self->slow, "%s: soon", step);
	is_int(atomic_load(&self->syncs), syncs + 1, "after a sync");
	store_close(s);
}

static void
test_failed_sync(void)
{
	struct store *s, *other;
	int64_t syncs;

	reset_group();
	s = open_worker();
	other = open_worker();
	must(append(s));
	atomic_store(&self->sync_fails, true);
	is_err(append(s), ERR_IO, "a sync that fails fails the write");
	atomic_store(&self->sync_fails, false);
	syncs = atomic_load(&self->syncs);
	ok(commit_has_failed(self->commit), "and the group");
	is_err(append(s), ERR_IO, "so does every later one");
	is_err(append(other), ERR_IO, "of everybody");
	head_of(other);
	is_err(store_settle(other), ERR_IO, "what was read cannot be shown");
	is_err(store_checkpoint(other, 0), ERR_IO, "nor is it copied");
	is_int(atomic_load(&self->syncs), syncs, "nobody tries again");
	atomic_store(&self->sync_fails, true);
	ok(store_mend(other) != ERR_OK && commit_has_failed(self->commit),
	    "while it fails, nothing can be saved");
	atomic_store(&self->sync_fails, false);
	is_err(store_mend(other), ERR_OK, "then all is copied");
	ok(!commit_has_failed(self->commit), "and the group goes on");
	head_of(s);
	is_err(store_settle(s), ERR_OK, "what was read can be shown");
	is_err(append(s), ERR_OK, "one can write");
	store_close(other);
	store_close(s);
}

/* Reads wait for the writes that they may have seen, and for no others. */
static void
test_settle(void)
{
	struct store *s, *other;
	int64_t syncs;

	reset_group();
	s = open_worker();
	other = open_worker();
	head_of(s);
	must(store_settle(s));
	is_int(atomic_load(&self->syncs), 0, "no write, no sync");
	must(append(other));
	syncs = atomic_load(&self->syncs);
	is_int(syncs, 1, "a write, a sync");
	head_of(s);
	must(store_settle(s));
	is_int(atomic_load(&self->syncs), syncs, "which a reader need not repeat");
	commit_done(self->commit, commit_announce(self->commit));
	must(store_settle(s));
	is_int(atomic_load(&self->syncs), syncs,
	    "a write after the read does not matter");
	head_of(s);
	must(store_settle(s));
	is_int(atomic_load(&self->syncs), syncs + 1,
	    "one before it is waited for");
	store_close(other);
	store_close(s);
}

int
main(void)
{
#define CRASH_TEXT(name, text) text,
	static const char *const steps[] = { CRASH_STEPS(CRASH_TEXT) };
#undef CRASH_TEXT
	const char *slow;
	struct fix f;
	size_t i;

	fix_open(&f);
	log_set_level(LOG_ERROR);
	self = mmap(NULL, sizeof(*self), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	self->path = f.path;
	slow = getenv("NJ_SLOW");
	if (slow == NULL || !num_parse(slow, 1, 1000, &self->slow))
		self->slow = 1;
	disk = db_sqlite;
	disk.sync = sync_slowly;
	test_many(&f);
	for (i = 0; i < ARRAY_LEN(steps); i++)
		test_death(&f, steps[i]);
	test_reader_and_dead_writer("after-announce");
	test_reader_and_dead_writer("after-commit");
	test_settle();
	log_set_level(LOG_ERROR);
	test_failed_sync();
	commit_free(self->commit);
	munmap(self, sizeof(*self));
	fix_close(&f);
	return tap_done();
}
