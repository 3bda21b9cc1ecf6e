/*
 * writers DB WRITERS MS [MODE] - the write path without HTTP.
 *
 * A commit group as the worker pool has it: writers that post, readers that
 * look at the head, a checkpointer with a short log; and a watcher, as push is
 * one.  Under the preloaded library each notes what it may tell its client.
 *
 * With a mistake that a bug might make, the test must find out: in mode `hasty`
 * writers do not sync, in mode `peeping` readers do not wait for what they saw
 * to be synced.  In mode `unwatched` nobody else syncs, to count.
 *
 * In mode `failing` the disk fails again and again, which POWERCUT_FAULTS, a
 * folder, tells the library.  In mode `migrate` nobody posts: a database of the
 * first schema, with messages that have been acknowledged, is brought to the
 * newest one.
 *
 * POWERCUT_CRASH=<step>:<n> makes the first writers die at that step, one
 * after the other, again and again.
 */
#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "store/event.h"
#include "store/keep.h"

enum { BUSY_MS = 10000, LOG_PAGES = 100, READERS = 2, DYING = 2 };

typedef void note_fn(int64_t seq, const char *text);

static struct {
	note_fn	*acked, *seen;
	int64_t	 (*syncs)(void);
	struct store_options options;
	struct db_driver hasty;
	bool	 peeping;
	bool	 failing;
	int64_t	 until;		/* clock_mono_ms() */
} self;

static void
must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	log_error("writers: %s: %s", what, err_code(e));
	exit(1);
}

static enum err
no_sync(struct db *db)
{
	return ERR_OK;
}

/* Has it been done?  On a disk that fails it may not be. */
static bool
can(enum err e, const char *what)
{
	if (!self.failing || (e != ERR_IO && e != ERR_BUSY))
		must(e, what);
	if (e != ERR_OK)
		usleep(500);
	return e == ERR_OK;
}

static void
post(struct store *s, const char *text)
{
	struct event event = { .kind = EVENT_READ_MOVED, .user_id = 1,
	    .arg = text, .at = 1 };

	if (can(store_begin(s), "begin") &&
	    can(store_end(s, store_event_append(s, &event)), "end"))
		self.acked(event.seq, text);
}

static void
write_for_ever(struct store *s, int writer)
{
	char text[64];
	int n = 0;

	while (clock_mono_ms() < self.until) {
		snprintf(text, sizeof(text), "%d.%d.%d", writer,
		    (int)getpid(), ++n);
		post(s, text);
	}
}

/* What `head` says may be shown; `*shown` has been. */
static void
show(int64_t head, int64_t *shown)
{
	if (head != *shown)
		self.seen(head, "");
	*shown = head;
}

static void
read_for_ever(struct store *s, int reader)
{
	int64_t head, shown = 0;

	while (clock_mono_ms() < self.until) {
		must(store_event_head(s, &head), "head");
		if (self.peeping || can(store_settle(s), "settle"))
			show(head, &shown);
	}
}

/* As push does: no member of the group, and it never writes. */
static void
watch_for_ever(struct store *s, int n)
{
	int64_t head, shown = 0;

	while (clock_mono_ms() < self.until) {
		if (can(store_durable_head(s, &head), "durable head"))
			show(head, &shown);
	}
}

static void
keep_for_ever(struct store *s, int n)
{
	enum err e;

	while (clock_mono_ms() < self.until) {
		e = commit_has_failed(self.options.commit) ? store_mend(s) :
		    store_checkpoint(s, LOG_PAGES);
		if (e != ERR_BUSY)
			(void)can(e, "checkpoint");
		usleep(1000);
	}
}

/* A disk that fails now and then, for a moment. */
static void
fail_for_ever(struct store *s, int n)
{
	const char *dir = getenv("POWERCUT_FAULTS");
	char path[4096];
	int fd;

	if (dir == NULL)
		must(ERR_CONFIG, "POWERCUT_FAULTS");
	snprintf(path, sizeof(path), "%s/sync", dir);
	while (clock_mono_ms() < self.until) {
		usleep(150000);
		if ((fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) == -1)
			must(ERR_IO, path);
		close(fd);
		usleep(4000);
		unlink(path);
	}
}

typedef void work_fn(struct store *s, int n);

static pid_t
start(work_fn *work, int n, const struct store_options *o)
{
	struct store *s;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	must(store_open(o, &s), "open");
	work(s, n);
	store_close(s);
	exit(0);
}

/* One writer after the other, each of which dies at the chosen step. */
static void
die_for_ever(struct store *unused, int n)
{
	int status;

	store_close(unused);
	setenv("NATTERJACK_CRASH_AT", getenv("POWERCUT_CRASH"), 1);
	while (clock_mono_ms() < self.until) {
		if (start(write_for_ever, n, &self.options) == -1)
			must(ERR_NOMEM, "fork");
		wait(&status);
	}
	exit(0);
}

static void
set_up(const char *path, const char *mode)
{
	struct store_options alone = { .driver = &db_sqlite, .path = path,
	    .mode = DB_ALONE, .busy_ms = BUSY_MS };
	struct store *s;

	must(store_migrate(&db_sqlite, path, BUSY_MS), "migrate");
	must(store_open(&alone, &s), "open");
	must(store_mark_running(s), "mark");
	store_close(s);
	self.hasty = db_sqlite;
	self.hasty.sync = no_sync;
	self.peeping = strcmp(mode, "peeping") == 0;
	self.failing = strcmp(mode, "failing") == 0;
	self.options = (struct store_options){ .driver = &db_sqlite,
	    .path = path, .mode = DB_WORKER, .busy_ms = BUSY_MS,
	    .commit = commit_new() };
	if (strcmp(mode, "hasty") == 0)
		self.options.driver = &self.hasty;
	if (self.options.commit == NULL)
		must(ERR_NOMEM, "commit group");
}

static void
start_all(int writers, bool watched)
{
	struct store_options watcher = self.options;
	int i;

	watcher.mode = DB_READ;
	watcher.commit = NULL;
	start(keep_for_ever, 0, &self.options);
	if (self.failing)
		start(fail_for_ever, 0, &self.options);
	if (watched)
		start(watch_for_ever, 0, &watcher);
	for (i = 0; i < READERS; i++)
		start(read_for_ever, i, &self.options);
	for (i = 0; i < writers; i++)
		start(i < DYING && getenv("POWERCUT_CRASH") != NULL ?
		    die_for_ever : write_for_ever, i, &self.options);
}

/* ---- an old database */

static const char *const first_sql =
#define X(version, name, sql) version == 1 ? sql :
#include "store/schema.def"
#undef X
	NULL;

/* MESSAGES is how many there are. */
enum { MESSAGES = 2000 };
static const char messages_sql[] =
    "INSERT INTO account (id, username, display_name, password, created_at)"
    " VALUES (1, 'ann', 'Ann', '*', 1);"
    "INSERT INTO room (id, kind, created_by, created_at) VALUES (1, 2, 1, 1);"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)"
    " INSERT INTO event (kind, room_id, user_id, arg, at)"
    " SELECT 1, 1, 1, '', i FROM n;"
    "INSERT INTO message (id, room_id, sender_id, kind, body, created_at)"
    " SELECT seq, 1, 1, 'text', 'm' || seq, at FROM event;";

static int
migrate(const char *path)
{
	struct db_options o = { .path = path, .mode = DB_ALONE,
	    .busy_ms = BUSY_MS, .create = true };
	char text[32];
	struct db *db;
	int64_t seq;

	must(db_open(&db_sqlite, &o, &db), "open");
	must(db_script(db, "BEGIN"), "begin");
	must(db_script(db, first_sql), "the first schema");
	must(db_script(db, "COMMIT"), "commit");
	must(db_script(db, messages_sql), "messages");
	for (seq = 1; seq <= MESSAGES; seq++) {
		snprintf(text, sizeof(text), "m%d", (int)seq);
		self.acked(seq, text);
	}
	db_close(db);
	must(store_migrate(&db_sqlite, path, BUSY_MS), "migrate");
	self.seen(MESSAGES, "");
	return 0;
}

int
main(int argc, char **argv)
{
	struct commit_stats stats;
	int64_t writers, ms, syncs;
	int status, bad = 0;
	const char *mode;

	log_init("writers");
	self.acked = (note_fn *)dlsym(RTLD_DEFAULT, "powercut_acked");
	self.seen = (note_fn *)dlsym(RTLD_DEFAULT, "powercut_seen");
	self.syncs = (int64_t (*)(void))dlsym(RTLD_DEFAULT, "powercut_syncs");
	if (self.acked == NULL || self.seen == NULL || self.syncs == NULL ||
	    argc < 4 || !num_parse(argv[2], 1, 64, &writers) ||
	    !num_parse(argv[3], 1, 3600000, &ms))
		die(2, "usage: LD_PRELOAD=powercut.so writers DB WRITERS"
		    " MS [hasty | peeping | unwatched | failing | migrate]");
	mode = argc > 4 ? argv[4] : "";
	if (strcmp(mode, "migrate") == 0)
		return migrate(argv[1]);
	set_up(argv[1], mode);
	syncs = self.syncs();
	self.until = clock_mono_ms() + ms;
	start_all((int)writers, strcmp(mode, "unwatched") != 0);
	while (wait(&status) != -1)
		bad += status != 0;
	commit_get_stats(self.options.commit, &stats);
	printf("# %lld commits, %lld syncs by the group, %lld in all, %lld locks"
	    " of the dead\n", (long long)stats.committed,
	    (long long)stats.syncs, (long long)(self.syncs() - syncs),
	    (long long)stats.takeovers);
	return bad > 0;
}
