/*
 * The SQLite driver, and what db.c adds to every driver.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "t/unit/child.h"
#include "t/unit/store-fix.h"

static struct db *
open_db(const char *path, enum db_mode mode)
{
	struct db_options o = { .path = path, .mode = mode, .busy_ms = 30 };
	struct db *db;

	must(db_open(&db_sqlite, &o, &db));
	return db;
}

/* Run one statement with the driver's own functions, to its end. */
static enum err
run_sql(struct db *db, const char *sql)
{
	return db_sqlite.script(db, sql);
}

static void
test_open(struct fix *f)
{
	struct db_options o = { .path = "/nonexistent/a.db", .busy_ms = 30 };
	struct db *db = (struct db *)f;
	struct stat st;
	char path[128];
	int fd;

	is_err(db_open(&db_sqlite, &o, &db), ERR_IO, "no folder: an error");
	ok(db == NULL, "and no connection");
	snprintf(path, sizeof(path), "%s/none.db", f->dir);
	o.path = path;
	is_err(db_open(&db_sqlite, &o, &db), ERR_IO, "no file: an error");
	ok(access(path, F_OK) == -1, "and none is made");
	umask(0077);
	o.create = true;
	o.mode = DB_ALONE;
	is_err(db_open(&db_sqlite, &o, &db), ERR_OK, "one is made on request");
	is_int(stat(path, &st), 0, "it is there");
	is_int(st.st_mode & 0777, 0660, "for owner and group");
	must(run_sql(db, "CREATE TABLE t (a)"));
	db_close(db);
	fd = open(path, O_WRONLY | O_TRUNC);
	dprintf(fd, "This is no database, and it is long enough to tell.\n");
	close(fd);
	is_err(db_open(&db_sqlite, &o, &db), ERR_CORRUPT, "no database");
	unlink(path);
	db_close(NULL);
}

static void
test_values(struct db *db)
{
	const char blob[] = { 'a', '\0', 'b' };
	struct db_query *q;

	must(db_sqlite.prepare(db, "SELECT ?1, ?2, hex(?3), ?4, length(?5),"
	    " typeof(?5)", &q));
	must(db_sqlite.bind(db, q, DB_ARGS(DB_I(INT64_MIN), DB_T("text"),
	    DB_B(blob, sizeof(blob)), DB_ID(0), DB_B(NULL, 0))));
	is_err(db_sqlite.step(db, q), ERR_OK, "a row");
	ok(db_int(db, q, 0) == INT64_MIN, "an integer of 64 bits");
	is_str(db_text(db, q, 1), "text", "text");
	is_str(db_text(db, q, 2), "610062", "a blob with a NUL");
	ok(db_text(db, q, 3) == NULL, "an id of 0 is NULL");
	is_int(db_int(db, q, 3), 0, "NULL is 0");
	is_int(db_int(db, q, 4), 0, "an empty blob");
	is_str(db_text(db, q, 5), "blob", "is not NULL");
	is_err(db_sqlite.step(db, q), ERR_DONE, "no further row");
	db_sqlite.reset(db, q);
	db_sqlite.finalize(db, q);
}

static void
test_outcomes(struct db *db, const char *path)
{
	struct db *reader = open_db(path, DB_READ);
	struct db *other = open_db(path, DB_ALONE);

	is_err(run_sql(db, "INSERT INTO meta VALUES ('running', 1)"),
	    ERR_EXISTS, "a hurt UNIQUE");
	is_err(run_sql(db, "INSERT INTO session VALUES (1, 9, 'd', 1, 1, 1,"
	    " NULL)"), ERR_INTERNAL, "a hurt REFERENCES");
	is_err(run_sql(db, "SELECT nonsense"), ERR_INTERNAL, "bad SQL");
	is_err(run_sql(reader, "UPDATE meta SET value = 7"), ERR_READONLY,
	    "a reader does not write");
	must(run_sql(other, "BEGIN IMMEDIATE"));
	is_err(db_run(db, SQL_BEGIN_WRITE, DB_NONE), ERR_BUSY,
	    "a lock that is not to be had");
	ok(!db_in_transaction(db) && db_in_transaction(other),
	    "who is in a transaction");
	must(run_sql(other, "ROLLBACK"));
	must(run_sql(db, "PRAGMA max_page_count = 1"));
	is_err(run_sql(db, "CREATE TABLE big AS SELECT randomblob(1000000)"),
	    ERR_FULL, "no space");
	must(run_sql(db, "PRAGMA max_page_count = 1000000"));
	db_close(other);
	db_close(reader);
}

static void
test_log(struct db *db, const char *path)
{
	struct db *other = open_db(path, DB_ALONE);
	struct db *worker = open_db(path, DB_WORKER);
	struct db *fresh = open_db(path, DB_READ);
	int64_t before, after;
	int left;

	is_err(db_sync(fresh), ERR_OK, "a sync before the first read");
	must(db_version(db, &before));
	must(run_sql(db, "UPDATE meta SET value = value + 1"));
	must(db_version(db, &after));
	is_int(after, before, "the version stays after a commit of one's own");
	must(run_sql(other, "UPDATE meta SET value = value + 1"));
	must(db_version(db, &after));
	ok(after != before, "it changes when somebody else commits");
	is_int(db_log_pages(worker), 0, "no commit, no length of the log");
	must(run_sql(worker, "CREATE TABLE filler AS SELECT randomblob(40960)"));
	ok(db_log_pages(worker) >= 10, "a commit tells how long the log is");
	is_err(db_sync(worker), ERR_OK, "it is synced");
	is_err(db_checkpoint(worker, DB_CKPT_PASSIVE, 0, &left), ERR_OK,
	    "a checkpoint");
	is_int(left, 0, "leaves nothing");
	must(run_sql(fresh, "BEGIN; SELECT count(*) FROM meta"));
	must(run_sql(worker, "UPDATE meta SET value = value + 1"));
	is_err(db_checkpoint(worker, DB_CKPT_RESTART, 10, &left), ERR_BUSY,
	    "a reader is in the way of a new log");
	must(run_sql(fresh, "COMMIT"));
	is_err(db_checkpoint(worker, DB_CKPT_RESTART, 10, &left), ERR_OK,
	    "but not for ever");
	must(run_sql(worker, "UPDATE meta SET value = value + 1"));
	ok(db_log_pages(worker) < 3, "the log has begun anew");
	db_close(fresh);
	db_close(worker);
	db_close(other);
}

static void
use_twice(void *arg)
{
	struct db_query *q;

	must(db_query(arg, SQL_SCHEMA_VERSION, DB_NONE, &q));
	must(db_query(arg, SQL_SCHEMA_VERSION, DB_NONE, &q));
}

static void
bind_too_few(void *arg)
{
	must(db_run(arg, SQL_META_SET, DB_ARGS(DB_T("running"))));
}

static void
test_db(struct db *db)
{
	uint64_t queries = db_queries(db);
	struct db_query *q;
	int64_t n;

	must(db_get_int(db, SQL_SCHEMA_VERSION, DB_NONE, &n));
	is_int(n, store_schema_version(), "one number");
	is_int((int64_t)(db_queries(db) - queries), 1, "queries are counted");
	is_err(db_get_int(db, SQL_META_GET, DB_ARGS(DB_T("none")), &n),
	    ERR_DONE, "a row that is not there");
	is_err(db_run(db, SQL_META_SET, DB_ARGS(DB_T("running"), DB_I(1))),
	    ERR_OK, "a statement without rows");
	is_int(db_changes(db), 1, "changes one");
	must(db_query(db, SQL_META_GET, DB_ARGS(DB_T("running")), &q));
	db_done_all(db);
	is_err(db_query(db, SQL_META_GET, DB_ARGS(DB_T("running")), &q),
	    ERR_OK, "a query that was left can be used again");
	db_done(db, SQL_META_GET);
	db_done(db, SQL_META_GET);
	aborts(use_twice, db, "SQL_SCHEMA_VERSION is already in use",
	    "one use of a statement at a time");
	aborts(bind_too_few, db, "1 values for", "the number of values is right");
}

int
main(void)
{
	struct fix f;
	struct db *db;

	fix_open(&f);
	test_open(&f);
	db = open_db(f.path, DB_ALONE);
	test_values(db);
	test_outcomes(db, f.path);
	test_log(db, f.path);
	test_db(db);
	db_close(db);
	fix_close(&f);
	return tap_done();
}
