/*
 * What outlives a process: the mark of a clean stop, the sequences, the log's
 * length; and what a reader outside the group may believe.
 */
#include "config.h"

#include <sys/stat.h>

#include "base/log.h"
#include "store/keep.h"
#include "t/unit/child.h"
#include "t/unit/store-fix.h"

static struct db_driver disk;
static int syncs;
static bool sync_fails;

static enum err
count_sync(struct db *db)
{
	syncs++;
	return sync_fails ? ERR_IO : db_sqlite.sync(db);
}

static struct store *
open_as(struct fix *f, enum db_mode mode, struct commit *c)
{
	struct store_options o = { .driver = &disk, .path = f->path,
	    .mode = mode, .busy_ms = 1000, .commit = c };
	struct store *s;

	must(store_open(&o, &s));
	return s;
}

static int64_t
post(struct store *s)
{
	struct event ev = { .kind = EVENT_READ_MOVED, .user_id = 1, .at = 1 };

	must(store_begin(s));
	must(store_end(s, store_event_append(s, &ev)));
	return ev.seq;
}

static void
test_marks(struct fix *f)
{
	int64_t seq, first;

	must(store_mark_running(f->s));
	is_int(post(f->s), 1, "a first start skips nothing");
	must(store_mark_clean(f->s));
	fix_reopen(f);
	must(store_mark_running(f->s));
	is_int(seq = post(f->s), 2, "nor does one after a clean stop");
	fix_reopen(f);
	must(store_mark_running(f->s));
	first = post(f->s);
	ok(first >= seq + 10000, "after an unclean stop seqs skip ahead");
	ok(fix_user(f, "somebody") >= 10000,
	    "and so do ids of which none was used");
	must(store_mark_clean(f->s));
	must(store_mark_running(f->s));
	is_int(post(f->s), first + 1, "once");
}

static void
mark_and_die(void *arg)
{
	struct fix *f = arg;

	f->s = NULL;			/* the parent's */
	fix_reopen(f);
	must(store_mark_running(f->s));
	post(f->s);
	raise(SIGKILL);
}

static void
test_death(struct fix *f)
{
	char said[CHILD_SAID_MAX], path[128];
	int64_t before;
	struct stat st;

	must(store_event_head(f->s, &before));
	store_close(f->s);
	f->s = NULL;
	is_int(child_run(mark_and_die, f, said), -SIGKILL, "a death");
	fix_reopen(f);
	must(store_mark_running(f->s));
	snprintf(path, sizeof(path), "%s-wal", f->path);
	ok(stat(path, &st) == 0 && st.st_size == 0,
	    "the next start empties the log");
	ok(post(f->s) > before + 20000, "each unclean stop counts");
	must(store_mark_clean(f->s));
}

static void
test_head(struct fix *f)
{
	struct commit *c = commit_new();
	struct store *push = open_as(f, DB_READ, NULL);
	struct store *worker = open_as(f, DB_WORKER, c);
	int64_t head, seq;

	seq = post(worker);
	syncs = 0;
	must(store_durable_head(push, &head));
	is_int(head, seq, "the newest seq");
	is_int(syncs, 1, "was synced by the reader itself");
	must(store_durable_head(push, &head));
	is_int(syncs, 1, "once");
	seq = post(worker);
	must(store_durable_head(push, &head));
	is_int(head, seq, "a newer one");
	is_err(store_settle(push), ERR_OK, "a reader has no group to wait for");
	post(worker);
	sync_fails = true;
	is_err(store_durable_head(push, &head), ERR_IO, "a sync that fails");
	sync_fails = false;
	is_err(store_durable_head(push, &head), ERR_IO, "has failed for ever");
	store_close(worker);
	store_close(push);
	commit_free(c);
}

static void
test_checkpoint(struct fix *f)
{
	struct commit *c = commit_new();
	struct store *worker = open_as(f, DB_WORKER, c);
	struct store *reader = open_as(f, DB_READ, NULL);
	int64_t seq;
	int pages;

	while (commit_log_pages(c) < 50)
		post(worker);
	must(store_checkpoint(worker, 1000));
	ok(commit_log_pages(c) >= 50, "a short log is left alone");
	must(store_checkpoint(worker, 50));
	is_int(commit_log_pages(c), 0, "a long one is copied");
	post(worker);
	ok(commit_log_pages(c) < 10, "and begins anew");
	must(store_read_begin(reader));
	must(store_event_head(reader, &seq));
	while (commit_log_pages(c) < 50)
		post(worker);
	is_err(store_checkpoint(worker, 50), ERR_BUSY,
	    "a reader is in the way");
	pages = commit_log_pages(c);
	post(worker);
	ok(commit_log_pages(c) > pages, "writers go on meanwhile");
	store_read_end(reader);
	is_err(store_checkpoint(worker, 50), ERR_OK, "until it has gone");
	is_int(commit_log_pages(c), 0, "the log is short again");
	store_close(reader);
	store_close(worker);
	commit_free(c);
}

int
main(void)
{
	struct fix f;

	disk = db_sqlite;
	disk.sync = count_sync;
	fix_open(&f);
	log_set_level(LOG_ERROR);
	test_marks(&f);
	test_death(&f);
	test_head(&f);
	test_checkpoint(&f);
	fix_close(&f);
	return tap_done();
}
