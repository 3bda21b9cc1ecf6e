/*
 * Transactions: begin, end, abandon, and the mistakes that abort.
 */
#include "config.h"

#include "base/clock.h"
#include "base/log.h"
#include "t/unit/child.h"
#include "t/unit/store-fix.h"

static struct store *
open_worker(struct fix *f, struct commit *c)
{
	struct store_options o = { .driver = &db_sqlite, .path = f->path,
	    .mode = DB_WORKER, .busy_ms = 50, .commit = c };
	struct store *s;

	must(store_open(&o, &s));
	return s;
}

static int64_t
head_of(struct store *s)
{
	int64_t seq;

	must(store_event_head(s, &seq));
	return seq;
}

static enum err
append(struct store *s)
{
	struct event ev = { .kind = EVENT_READ_MOVED, .user_id = 1, .at = 1 };

	return store_event_append(s, &ev);
}

static void
test_ends(struct store *s)
{
	must(store_begin(s));
	must(append(s));
	must(append(s));
	is_int(s->last_seq, 0, "no seq before the end");
	is_err(store_end(s, ERR_OK), ERR_OK, "a write ends");
	is_int(s->last_seq, 2, "its newest seq is known");
	is_int(head_of(s), 2, "and in the log");
	must(store_begin(s));
	must(append(s));
	is_err(store_end(s, ERR_LAST_OWNER), ERR_LAST_OWNER,
	    "a refusal comes back");
	is_int(head_of(s), 2, "and nothing has happened");
	is_int(s->last_seq, 2, "nor was a seq given");
	must(store_begin(s));
	must(append(s));
	store_abandon(s);
	is_int(head_of(s), 2, "what is abandoned has not happened");
	store_abandon(s);
	must(store_read_begin(s));
	is_int(head_of(s), 2, "a read");
	store_read_end(s);
	must(store_read_begin(s));
	store_abandon(s);
	must(store_begin(s));
	is_err(store_end(s, append(s)), ERR_OK, "one can go on");
}

/* A read sees one state, whatever others do. */
static void
test_snapshot(struct store *s, struct store *other)
{
	int64_t head;

	must(store_read_begin(s));
	head = head_of(s);
	must(store_begin(other));
	must(store_end(other, append(other)));
	is_int(head_of(s), head, "a read sees one state");
	store_read_end(s);
	is_int(head_of(s), head + 1, "the next sees the newer one");
	is_err(store_settle(s), ERR_OK, "it is on disk");
}

static void
test_busy(struct store *s, struct store *other, struct fix *f)
{
	int64_t start;

	must(store_begin(s));
	start = clock_mono_ms();
	is_err(store_begin(other), ERR_BUSY, "the group's lock is not to be had");
	ok(clock_mono_ms() - start >= 50, "after the time that was given");
	must(store_end(s, ERR_OK));
	is_err(store_begin(other), ERR_OK, "then it is");
	must(store_end(other, ERR_OK));
	must(store_begin(f->s));
	is_err(store_begin(s), ERR_BUSY, "a program outside the group writes");
	must(store_end(f->s, ERR_OK));
	is_err(store_begin(s), ERR_OK, "it has gone");
	must(store_end(s, ERR_OK));
}

/* What one must not do; `arg` is a store. */
static void
begin_in_write(void *arg)
{
	must(store_begin(arg));
	must(store_begin(arg));
}

static void
begin_in_read(void *arg)
{
	must(store_read_begin(arg));
	must(store_begin(arg));
}

static void
end_nothing(void *arg)
{
	must(store_end(arg, ERR_OK));
}

static void
end_no_read(void *arg)
{
	store_read_end(arg);
}

static void
be_no_worker(void *arg)
{
	open_worker(arg, NULL);
}

static void
test_mistakes(struct store *s, struct fix *f)
{
	char outer[4200];

	snprintf(outer, sizeof(outer), "inside the one of %s:", __FILE__);
	aborts(begin_in_write, s, outer, "a write within a write");
	aborts(begin_in_read, s, outer, "a write within a read");
	aborts(end_nothing, s, "has not begun", "an end without a beginning");
	aborts(end_no_read, s, "has not begun", "nor of a read");
	aborts(be_no_worker, f, "commit group", "a worker without a group");
}

int
main(void)
{
	struct commit *c = commit_new();
	struct store *s, *other;
	struct fix f;

	fix_open(&f);
	s = open_worker(&f, c);
	other = open_worker(&f, c);
	test_ends(s);
	test_snapshot(s, other);
	log_set_level(LOG_ERROR);
	test_busy(s, other, &f);
	test_mistakes(s, &f);
	store_close(other);
	store_close(s);
	commit_free(c);
	fix_close(&f);
	return tap_done();
}
