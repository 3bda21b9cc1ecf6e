/*
 * Every call of a small scenario fails in turn: nothing half-done is left,
 * nothing leaks, and the next attempt succeeds.
 */
#include "config.h"

#include "base/log.h"
#include "t/unit/store-fix.h"

static const struct db_driver *fault;

/* Open, read the head, post twice in one transaction, settle. */
static enum err
scenario(const struct fix *f, struct commit *c)
{
	struct store_options o = { .driver = fault, .path = f->path,
	    .mode = DB_WORKER, .busy_ms = 100, .commit = c };
	struct event ev = { .kind = EVENT_READ_MOVED, .user_id = 1, .at = 1 };
	struct store *s;
	int64_t seq;
	enum err e;

	if ((e = store_open(&o, &s)) != ERR_OK)
		return e;
	if ((e = store_event_head(s, &seq)) != ERR_OK)
		goto out;
	if ((e = store_begin(s)) != ERR_OK)
		goto out;
	e = store_event_append(s, &ev);
	if (e == ERR_OK)
		e = store_event_append(s, &ev);
	if ((e = store_end(s, e)) == ERR_OK)
		e = store_settle(s);
	if (e == ERR_OK && s->last_seq != ev.seq)
		e = ERR_INTERNAL;
out:
	store_close(s);
	return e;
}

static int64_t
count_events(struct fix *f)
{
	struct event_range all = { 0, INT64_MAX - 1, 100000 };
	struct event *events;
	int n;

	arena_reset(&f->a);
	must(store_event_range(f->s, &f->a, &all, &events, &n));
	return n;
}

/* The n-th call fails with `e`; how many calls there were. */
static int64_t
fail_at(struct fix *f, int64_t n, enum err e)
{
	struct commit *c = commit_new();
	int64_t before = count_events(f), calls, grown;
	enum err got;

	db_fault_set(n, e, false);
	got = scenario(f, c);
	calls = db_fault_calls();
	db_fault_set(0, ERR_OK, false);
	grown = count_events(f) - before;
	if (got == ERR_OK ? grown != 2 : grown != 0 && !commit_has_failed(c))
		ok(false, "call %lld: %s, and %lld events", (long long)n,
		    err_code(got), (long long)grown);
	if (got != ERR_OK && got != e && !commit_has_failed(c))
		ok(false, "call %lld: %s", (long long)n, err_code(got));
	if (!commit_has_failed(c) && scenario(f, c) != ERR_OK)
		ok(false, "call %lld: the next attempt fails", (long long)n);
	commit_free(c);
	return calls;
}

static void
test_each(struct fix *f, enum err e)
{
	int64_t n = 0, calls;

	do
		calls = fail_at(f, ++n, e);
	while (n <= calls);
	ok(n > 15, "%lld calls have failed with %s", (long long)n - 1,
	    err_code(e));
}

/* From the n-th call on, everything fails. */
static void
test_sticky(struct fix *f)
{
	struct commit *c = commit_new();
	int64_t before = count_events(f);

	db_fault_set(1, ERR_FULL, true);
	is_err(scenario(f, c), ERR_FULL, "nothing can be opened");
	db_fault_set(0, ERR_OK, false);
	is_int(count_events(f), before, "and nothing has changed");
	commit_free(c);
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	log_set_level(LOG_ERROR);
	fault = db_fault_driver(&db_sqlite);
	fix_user(&f, "somebody");
	test_each(&f, ERR_FULL);
	test_each(&f, ERR_IO);
	test_each(&f, ERR_BUSY);
	test_sticky(&f);
	fix_close(&f);
	return tap_done();
}
