/*
 * keep - what keeps the log short, and the numbers apart.
 */
#include "config.h"

#include "base/log.h"
#include "store/keep.h"

/* How far sequences skip after an unclean stop. */
enum { SEQUENCE_SKIP = 10000 };

/* How long a checkpoint keeps writers waiting for readers. */
enum { RESTART_WAIT_MS = 20 };

/* ---- the log */

/* With the writers held off: the rest of the log, and the next starts anew. */
static enum err
restart_log(struct store *s)
{
	int left;
	enum err e;

	if ((e = commit_lock(s->commit, s->busy_ms)) != ERR_OK)
		return e;
	e = db_checkpoint(s->db, s->must_empty ? DB_CKPT_TRUNCATE :
	    DB_CKPT_RESTART, RESTART_WAIT_MS, &left);
	if (e == ERR_OK) {
		commit_set_log_pages(s->commit, 0);
		s->must_empty = false;
	}
	commit_unlock(s->commit);
	return e;
}

enum err
store_checkpoint(struct store *s, int pages_max)
{
	int left;
	enum err e;

	if (commit_has_failed(s->commit))
		return ERR_IO;
	if (!s->must_empty && commit_log_pages(s->commit) < pages_max)
		return ERR_OK;
	e = db_checkpoint(s->db, DB_CKPT_PASSIVE, 0, &left);
	if (e == ERR_OK)
		e = restart_log(s);
	if (e == ERR_IO)
		commit_fail(s->commit);
	return e;
}

/*
 * The log is emptied at once, or by the next checkpoint if somebody reads it:
 * push waits for that, see store_durable_head(), and as long as it does it may
 * have the group fail again.
 */
enum err
store_mend(struct store *s)
{
	int left;
	enum err e;

	if ((e = commit_lock(s->commit, s->busy_ms)) != ERR_OK)
		return e;
	if (commit_has_failed(s->commit) && (e = store_rewrite_log(s)) == ERR_OK) {
		e = db_checkpoint(s->db, DB_CKPT_TRUNCATE, RESTART_WAIT_MS,
		    &left);
		s->must_empty = e != ERR_OK;
		if (e == ERR_OK)
			commit_set_log_pages(s->commit, 0);
		if (e == ERR_OK || e == ERR_BUSY)
			commit_recover(s->commit);
		if (e == ERR_BUSY)
			e = ERR_OK;
	}
	commit_unlock(s->commit);
	return e;
}

/* ---- clean and unclean stops */

static enum err
set_running(struct store *s, int64_t running)
{
	return db_run(s->db, SQL_META_SET, DB_ARGS(DB_T("running"),
	    DB_I(running)));
}

/*
 * Somebody may have seen what the disk has lost, and the log may have a hole
 * where the kernel could not write: begin with an empty one, and with numbers
 * that were never given.
 */
static enum err
recover(struct store *s)
{
	enum err e;

	log_warn("database: the last stop was not clean: numbers skip ahead"
	    " by %d", SEQUENCE_SKIP);
	e = db_run(s->db, SQL_SEQUENCE_ADD_MISSING, DB_NONE);
	if (e == ERR_OK)
		e = db_run(s->db, SQL_SEQUENCE_SKIP,
		    DB_ARGS(DB_I(SEQUENCE_SKIP)));
	return e;
}

static enum err
empty_log(struct store *s)
{
	int left;
	enum err e;

	if ((e = store_rewrite_log(s)) == ERR_CORRUPT)
		log_error("database: the write-ahead log has lost what the disk"
		    " did not take: stop all that has the database open");
	if (e != ERR_OK)
		return e;
	e = db_checkpoint(s->db, DB_CKPT_TRUNCATE, (int)s->busy_ms, &left);
	if (e != ERR_BUSY)
		return e;
	log_warn("database: a reader keeps the write-ahead log from being"
	    " emptied");
	return ERR_OK;
}

enum err
store_mark_running(struct store *s)
{
	int64_t running;
	enum err e;

	if ((e = store_begin(s)) != ERR_OK)
		return e;
	e = db_get_int(s->db, SQL_META_GET, DB_ARGS(DB_T("running")),
	    &running);
	if (e == ERR_DONE)
		e = ERR_CORRUPT;
	if (e == ERR_OK && running != 0)
		e = recover(s);
	if (e == ERR_OK)
		e = set_running(s, 1);
	e = store_end(s, e);
	return e == ERR_OK && running != 0 ? empty_log(s) : e;
}

enum err
store_mark_clean(struct store *s)
{
	enum err e;

	if ((e = store_begin(s)) != ERR_OK)
		return e;
	return store_end(s, set_running(s, 0));
}

/* One number and another one, by turns: equal bytes would not be written. */
enum err
store_probe(struct store *s)
{
	int64_t running = 1;
	enum err e;

	if ((e = store_begin(s)) != ERR_OK)
		return e;
	e = db_get_int(s->db, SQL_META_GET, DB_ARGS(DB_T("running")),
	    &running);
	if (e == ERR_OK)
		e = set_running(s, running == 1 ? 2 : 1);
	return store_end(s, e);
}
