/*
 * store - transactions, and when what was read or written is on disk.
 *
 * Three kinds of programs share this file.  A worker is in a commit group: it
 * writes under the group's lock and waits for the group's sync.  A program
 * alone (the operator's command) lets SQLite sync every commit.  A reader
 * (push) syncs the log itself before it believes in a commit.
 */
#include "config.h"

#include <time.h>

#include "base/base.h"
#include "base/log.h"
#include "store/crash.h"
#include "store/event.h"
#include "store/store.h"

/* How long somebody waits for writers that is to sync for all. */
enum { RECOVERY_WAIT_MS = 200 };

/* The number of a log that could not be read; no log has it. */
#define LOG_UNKNOWN	UINT64_MAX

static enum err
check_schema(struct db *db, const char *path)
{
	int64_t found;
	enum err e;

	e = db_get_int(db, SQL_SCHEMA_VERSION, DB_NONE, &found);
	if (e != ERR_OK)
		return e == ERR_DONE ? ERR_CORRUPT : e;
	if (found == store_schema_version())
		return ERR_OK;
	log_error("database: %s has schema %lld, this program needs %d: %s",
	    path, (long long)found, store_schema_version(),
	    found < store_schema_version() ? "run natterjack migrate" :
	    "it was made by a newer natterjack");
	return ERR_SCHEMA;
}

enum err
store_open(const struct store_options *o, struct store **store_out)
{
	struct db_options db_options = { .path = o->path, .mode = o->mode,
	    .busy_ms = (int)o->busy_ms };
	struct store *s;
	enum err e;

	*store_out = NULL;
	if ((o->mode == DB_WORKER) != (o->commit != NULL)) {
		log_error("store: a worker, and nobody else, has a commit group");
		abort();
	}
	crash_init();
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ERR_NOMEM;
	s->commit = o->commit;
	s->busy_ms = o->busy_ms;
	s->log_pages_max = o->log_pages_max;
	if (s->commit != NULL)
		s->recoveries = commit_recoveries(s->commit);
	e = db_open(o->driver, &db_options, &s->db);
	if (e == ERR_OK)
		e = check_schema(s->db, o->path);
	if (e != ERR_OK) {
		store_close(s);
		return e;
	}
	*store_out = s;
	return ERR_OK;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	/* What could not be synced is not to be copied unseen. */
	if (s->commit != NULL && s->db != NULL && commit_has_failed(s->commit))
		db_keep_log(s->db);
	db_close(s->db);
	free(s);
}

/* ---- transactions */

static void
claim(struct store *s, const char *file, int line)
{
	if (s->writing || s->reading) {
		log_error("store: a transaction begins at %s:%d inside the one"
		    " of %s:%d", file, line, s->outer_file, s->outer_line);
		abort();
	}
	s->outer_file = file;
	s->outer_line = line;
}

/*
 * SQLite has often rolled back by itself when something failed, and can hardly
 * fail to.  A connection that keeps its transaction would keep everybody from
 * writing: the process goes, and the lock with it.
 */
static void
roll_back(struct store *s)
{
	int tries;

	for (tries = 0; db_in_transaction(s->db); tries++) {
		if (tries == 2) {
			log_error("store: a transaction cannot be rolled back");
			abort();
		}
		if (db_run(s->db, SQL_ROLLBACK, DB_NONE) == ERR_OK)
			return;
	}
}

static void
unlock(struct store *s)
{
	s->writing = false;
	s->tx_seq = 0;
	if (s->commit != NULL)
		commit_unlock(s->commit);
}

/*
 * What the kernel could not write it may forget, and a later sync does not miss
 * it.  On the disk the log then has holes, though everybody still reads the right
 * bytes from memory.  To copy such a log into the database would be the end of it:
 * after a power cut its beginning, up to the first hole, would be laid over newer
 * pages.  So each frame is looked at and written once more, to where it is, and
 * then synced: whatever of this reaches the disk only fills holes.  Then the same
 * for the pages that were copied from it: SQLite counts them as copied before it
 * has synced them.  Within a write, so that nobody begins the log anew meanwhile.
 */
enum err
store_rewrite_log(struct store *s)
{
	enum err e;

	if ((e = db_run(s->db, SQL_BEGIN_WRITE, DB_NONE)) != ERR_OK)
		return e;
	e = db_check_log(s->db, true);
	roll_back(s);
	return e == ERR_OK ? db_sync(s->db) : e;
}

/*
 * With the write lock.  The kernel tells of a failure each who had the file open,
 * once, when it syncs next: so after the group has recovered each of its
 * processes is told what is over, and cannot know that it is nothing new.  It
 * brings all to the disk as store_mend() does, which is little, because the log
 * has just been emptied.
 */
static enum err
hear_of_recovery(struct store *s)
{
	static const struct timespec pause = { 0, 5000000 };
	uint32_t recoveries = commit_recoveries(s->commit);
	enum err e = ERR_OK;
	int tries;

	if (recoveries == s->recoveries)
		return ERR_OK;
	/*
	 * The database and its log are two files that may have failed, and the
	 * keeper may be at it.
	 */
	for (tries = 0; tries < 20; tries++) {
		e = store_rewrite_log(s);
		if (e == ERR_OK || (e == ERR_IO && tries > 3))
			break;
		nanosleep(&pause, NULL);
	}
	if (e == ERR_OK)
		s->recoveries = recoveries;
	return e;
}

bool
store_log_is_full(const struct store *s)
{
	return s->commit != NULL && s->log_pages_max > 0 &&
	    commit_log_pages(s->commit) > s->log_pages_max;
}

enum err
store_begin_at(struct store *s, const char *file, int line)
{
	enum err e;

	claim(s, file, line);
	if (s->commit != NULL) {
		if (commit_has_failed(s->commit))
			return ERR_IO;
		if (store_log_is_full(s))
			return ERR_LOG_LONG;
		e = commit_lock(s->commit, s->busy_ms);
		if (e != ERR_OK)
			return e;
		if ((e = hear_of_recovery(s)) != ERR_OK) {
			commit_unlock(s->commit);
			return e;
		}
	}
	crash_at(CRASH_AFTER_LOCK);
	s->writing = true;
	s->tx_seq = 0;
	e = db_run(s->db, SQL_BEGIN_WRITE, DB_NONE);
	if (e != ERR_OK) {
		roll_back(s);
		unlock(s);
	}
	crash_at(CRASH_AFTER_BEGIN);
	return e;
}

/* What the group calls to sync for everybody. */
static enum err
sync_for_group(void *arg)
{
	struct store *s = arg;
	enum err e;

	crash_at(CRASH_BEFORE_SYNC);
	e = db_sync(s->db);
	if (e == ERR_IO && commit_recoveries(s->commit) != s->recoveries &&
	    commit_lock(s->commit, RECOVERY_WAIT_MS) == ERR_OK) {
		e = hear_of_recovery(s);
		commit_unlock(s->commit);
	}
	crash_at(CRASH_AFTER_SYNC);
	return e;
}

/* COMMIT between the two counters that readers and leaders go by. */
static enum err
commit_in_group(struct store *s, uint64_t *ticket_out)
{
	enum err e;

	crash_at(CRASH_BEFORE_ANNOUNCE);
	*ticket_out = commit_announce(s->commit);
	crash_at(CRASH_AFTER_ANNOUNCE);
	e = db_run(s->db, SQL_COMMIT, DB_NONE);
	crash_at(CRASH_AFTER_COMMIT);
	if (e == ERR_OK)
		commit_set_log_pages(s->commit, db_log_pages(s->db));
	else
		roll_back(s);
	commit_done(s->commit, *ticket_out);
	crash_at(CRASH_AFTER_DONE);
	if (e == ERR_IO)
		commit_fail(s->commit);
	return e;
}

static enum err
commit_alone(struct store *s)
{
	enum err e = db_run(s->db, SQL_COMMIT, DB_NONE);

	if (e != ERR_OK)
		roll_back(s);
	return e;
}

enum err
store_end(struct store *s, enum err result)
{
	int64_t seq = s->tx_seq;
	uint64_t ticket = 0, queries;
	enum err e;

	if (!s->writing) {
		log_error("store: a write ends that has not begun");
		abort();
	}
	if (result != ERR_OK) {
		roll_back(s);
		unlock(s);
		return result;
	}
	e = s->commit == NULL ? commit_alone(s) : commit_in_group(s, &ticket);
	queries = db_queries(s->db);
	unlock(s);
	crash_at(CRASH_AFTER_UNLOCK);
	if (e == ERR_OK && s->commit != NULL)
		e = commit_wait(s->commit, ticket, sync_for_group, s);
	crash_at(CRASH_AFTER_WAIT);
	if (e != ERR_OK)
		return e;
	if (s->commit != NULL)
		commit_set_fault(s->commit, ERR_OK);
	s->settled = queries;
	if (seq > s->last_seq)
		s->last_seq = seq;
	return ERR_OK;
}

enum err
store_read_begin_at(struct store *s, const char *file, int line)
{
	enum err e;

	claim(s, file, line);
	e = db_run(s->db, SQL_BEGIN_READ, DB_NONE);
	s->reading = e == ERR_OK;
	return e;
}

void
store_read_end(struct store *s)
{
	if (!s->reading) {
		log_error("store: a read ends that has not begun");
		abort();
	}
	if (db_run(s->db, SQL_COMMIT, DB_NONE) != ERR_OK)
		roll_back(s);
	s->reading = false;
}

void
store_abandon(struct store *s)
{
	db_done_all(s->db);
	if (!s->writing && !s->reading)
		return;
	roll_back(s);
	s->reading = false;
	if (s->writing)
		unlock(s);
}

/* ---- what is on disk */

enum err
store_settle(struct store *s)
{
	uint64_t queries = db_queries(s->db);
	enum err e;

	if (s->commit == NULL || queries == s->settled)
		return ERR_OK;
	e = commit_wait(s->commit, commit_seen(s->commit), sync_for_group, s);
	if (e == ERR_OK)
		s->settled = queries;
	return e;
}

/* Of this log nothing is believed any more. */
static enum err
note_failed_sync(struct store *s)
{
	s->sync_failed = true;
	if (db_log_id(s->db, &s->failed_log) != ERR_OK)
		s->failed_log = LOG_UNKNOWN;
	return ERR_IO;
}

/*
 * An empty log, whose number is 0, has nothing to lose: all of it is in the
 * database.  So the kernel may tell of an old failure when the log has just been
 * emptied, and it is looked at once more.
 */
static enum err
consider_recovery(struct store *s)
{
	uint64_t id;

	if (db_log_id(s->db, &id) != ERR_OK)
		return ERR_IO;
	if (s->failed_log == LOG_UNKNOWN)
		s->failed_log = id;
	if (id != 0 && id == s->failed_log)
		return ERR_IO;
	s->sync_failed = false;
	s->head_known = false;
	return ERR_OK;
}

/*
 * Read the version first: a commit after it makes the next call sync again.
 * Sync last: what the head counts has been written before.
 */
enum err
store_durable_head(struct store *s, int64_t *seq_out)
{
	int64_t version, head;
	enum err e;

	if (s->sync_failed && (e = consider_recovery(s)) != ERR_OK)
		return e;
	if ((e = db_version(s->db, &version)) != ERR_OK)
		return e;
	if (s->head_known && version == s->head_version) {
		*seq_out = s->head;
		return ERR_OK;
	}
	if ((e = store_event_head(s, &head)) != ERR_OK)
		return e;
	if (db_sync(s->db) != ERR_OK)
		return note_failed_sync(s);
	s->head_known = true;
	s->head_version = version;
	s->head = head;
	*seq_out = head;
	return ERR_OK;
}

bool
store_has_failed(const struct store *s)
{
	return s->sync_failed;
}
