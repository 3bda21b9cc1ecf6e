/*
 * db_sqlite - the SQLite driver.  What it does with the log is in
 * db_sqlite_log.c.
 *
 * Every connection is in WAL mode.  A worker's commits are not synced here:
 * the commit group does it with sync(), see commit.c for why that is enough.
 * Workers never checkpoint of themselves, a reader never at all, not even when
 * it is the last to leave.  Nothing is retried here but the change to WAL mode,
 * because several processes may make it at once in a new file.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/db_sqlite.h"

/* A log that has grown beyond this is cut when it starts anew. */
#define LOG_MAX		"67108864"
/*
 * Pages kept per connection, in KiB; the kernel keeps the rest for all.  They
 * are not mapped: that makes random reads a fifth faster at best, and turns an
 * error of the disk into a SIGBUS.
 */
#define CACHE_KIB	"1024"

static sqlite3_stmt *
stmt_of(struct db_query *query)
{
	return (sqlite3_stmt *)query;
}

enum err
sqlite_io_error(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EROFS:
	case EPERM:
	case EACCES:
		return ERR_READONLY;
	default:
		return ERR_IO;
	}
}

/* Of the last call that failed for the log, or else for the database. */
static int
last_errno(sqlite3 *handle)
{
	static const int ops[] = { SQLITE_FCNTL_JOURNAL_POINTER,
	    SQLITE_FCNTL_FILE_POINTER };
	sqlite3_file *file;
	int errnum = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ops) && errnum == 0; i++) {
		file = NULL;
		if (sqlite3_file_control(handle, "main", ops[i], &file) ==
		    SQLITE_OK && file != NULL && file->pMethods != NULL)
			file->pMethods->xFileControl(file,
			    SQLITE_FCNTL_LAST_ERRNO, &errnum);
	}
	return errnum != 0 ? errnum : sqlite3_system_errno(handle);
}

/* What an extended result code means to us. */
enum err
sqlite_outcome(sqlite3 *handle, int rc)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_EXISTS;
	}
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
		return ERR_OK;
	case SQLITE_DONE:
		return ERR_DONE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_FULL:
		return ERR_FULL;
	case SQLITE_NOMEM:
		return ERR_NOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_CORRUPT;
	case SQLITE_IOERR:
		return sqlite_io_error(last_errno(handle));
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return ERR_READONLY;
	case SQLITE_CANTOPEN:
	case SQLITE_AUTH:
	case SQLITE_PROTOCOL:
		return ERR_IO;
	default:
		return ERR_INTERNAL;
	}
}

/* ---- opening */

/* The folder of the file, or -1. */
static int
open_folder(const char *path)
{
	char folder[4096];

	if ((size_t)snprintf(folder, sizeof(folder), "%s", path) >=
	    sizeof(folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * The file is there, and stays.  What root has made is for whom the folder
 * belongs to: the workers are not root.
 */
static bool
settle_file(int fd, int folder)
{
	struct stat st;

	if (geteuid() == 0 && (fstat(folder, &st) != 0 ||
	    fchown(fd, st.st_uid, st.st_gid) != 0))
		return false;
	return fchmod(fd, 0660) == 0 && fsync(fd) == 0 && fsync(folder) == 0;
}

/*
 * Make the file, empty, for its owner and group: SQLite gives its log and its
 * shared memory the same owner and permissions.  One that exists is left alone.
 */
static enum err
create_file(const char *path)
{
	int fd, folder;
	bool ok;

	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	if (fd == -1) {
		if (errno == EEXIST)
			return ERR_OK;
		log_error("database: cannot create %s: %s", path,
		    strerror(errno));
		return err_from_errno(errno);
	}
	folder = open_folder(path);
	ok = folder >= 0 && settle_file(fd, folder);
	if (!ok)
		log_error("database: cannot create %s: %s", path,
		    strerror(errno));
	close(fd);
	if (folder >= 0)
		close(folder);
	return ok ? ERR_OK : ERR_IO;
}

/* Whether the database is in WAL mode after `pragma`. */
static enum err
run_journal_mode(sqlite3 *handle, const char *pragma)
{
	sqlite3_stmt *stmt = NULL;
	enum err e;
	int rc;

	rc = sqlite3_prepare_v2(handle, pragma, -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	e = sqlite_outcome(handle, rc);
	if (rc == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") != 0) {
		log_error("database: no WAL mode on this file system");
		e = ERR_IO;
	}
	sqlite3_finalize(stmt);
	return e;
}

/*
 * Two processes that change a new file at once may refuse each other, which
 * the busy handler does not settle: the loser looks again.
 */
static enum err
enter_wal_mode(sqlite3 *handle, const struct db_options *o)
{
	static const struct timespec pause = { 0, 5000000 };
	int64_t until = clock_mono_ms() + o->busy_ms;
	enum err e;

	if (o->mode == DB_READ)
		return run_journal_mode(handle, "PRAGMA journal_mode");
	for (;;) {
		e = run_journal_mode(handle, "PRAGMA journal_mode = WAL");
		if (e != ERR_BUSY || clock_mono_ms() >= until)
			return e;
		nanosleep(&pause, NULL);
	}
}

static const char *
pragmas_of(enum db_mode mode)
{
#define PRAGMAS_OF_ALL				\
	"PRAGMA foreign_keys = ON;"		\
	"PRAGMA trusted_schema = OFF;"		\
	"PRAGMA temp_store = MEMORY;"		\
	"PRAGMA cache_size = -" CACHE_KIB ";"	\
	"PRAGMA journal_size_limit = " LOG_MAX ";"

	switch (mode) {
	case DB_READ:
		return PRAGMAS_OF_ALL "PRAGMA query_only = ON;"
		    "PRAGMA wal_autocheckpoint = 0;";
	case DB_WORKER:
		return PRAGMAS_OF_ALL "PRAGMA synchronous = NORMAL;"
		    "PRAGMA wal_autocheckpoint = 0;";
	case DB_ALONE:
		break;
	}
	return PRAGMAS_OF_ALL "PRAGMA synchronous = FULL;";
#undef PRAGMAS_OF_ALL
}

/* Every commit tells here how long the log has become. */
static int
on_commit(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct sqlite *db = arg;

	db->log_pages = pages;
	return SQLITE_OK;
}

/* A connection that is open becomes one of ours. */
static enum err
set_up(struct sqlite *db, const struct db_options *o)
{
	enum err e;
	int rc;

	sqlite3_extended_result_codes(db->handle, 1);
	sqlite3_busy_timeout(db->handle, o->busy_ms);
	db->busy_ms = o->busy_ms;
	e = enter_wal_mode(db->handle, o);
	if (e != ERR_OK)
		return e;
	rc = sqlite3_exec(db->handle, pragmas_of(o->mode), NULL, NULL, NULL);
	if (rc == SQLITE_OK && o->mode == DB_READ)
		rc = sqlite3_db_config(db->handle,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* The hook takes the place of the automatic checkpoint. */
	if (rc == SQLITE_OK && o->mode == DB_WORKER)
		sqlite3_wal_hook(db->handle, on_commit, db);
	return sqlite_outcome(db->handle, rc);
}

static void
close_sqlite(struct db *base)
{
	struct sqlite *db = sqlite_of(base);

	sqlite3_finalize(db->version);
	if (sqlite3_close(db->handle) != SQLITE_OK)
		log_error("database: close: %s", sqlite3_errmsg(db->handle));
	free(db);
}

/* SQLite's words, and the system's where it was the system's fault. */
static void
complain_of_open(sqlite3 *handle, const char *path)
{
	int errnum = sqlite3_system_errno(handle);

	switch (sqlite3_errcode(handle) & 0xff) {
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		log_error("database: cannot open %s: %s: %s", path,
		    sqlite3_errmsg(handle), strerror(errnum));
		break;
	default:
		log_error("database: cannot open %s: %s", path,
		    sqlite3_errmsg(handle));
	}
}

/*
 * Before its first use: SQLite would count its memory, under a lock, each time
 * that it takes or frees some, and nobody asks.
 */
static void
set_up_library(void)
{
	static bool is_set;

	if (!is_set)
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	is_set = true;
}

static enum err
open_sqlite(const struct db_driver *driver, const struct db_options *o,
    struct db **db_out)
{
	struct sqlite *db;
	enum err e = ERR_OK;
	int rc;

	*db_out = NULL;
	set_up_library();
	if (o->create && (e = create_file(o->path)) != ERR_OK)
		return e;
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		return ERR_NOMEM;
	rc = sqlite3_open_v2(o->path, &db->handle,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_PRIVATECACHE, NULL);
	e = rc == SQLITE_OK ? set_up(db, o) : sqlite_outcome(db->handle, rc);
	if (e != ERR_OK) {
		complain_of_open(db->handle, o->path);
		close_sqlite((struct db *)db);
		return e;
	}
	*db_out = (struct db *)db;
	return ERR_OK;
}

/* ---- statements */

static enum err
script(struct db *db, const char *sql)
{
	sqlite3 *handle = sqlite_of(db)->handle;

	return sqlite_outcome(handle, sqlite3_exec(handle, sql, NULL, NULL, NULL));
}

static enum err
prepare(struct db *db, const char *sql, struct db_query **query_out)
{
	sqlite3 *handle = sqlite_of(db)->handle;
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
	    &stmt, NULL);
	*query_out = (struct db_query *)stmt;
	return sqlite_outcome(handle, rc);
}

static void
finalize(struct db *db, struct db_query *query)
{
	sqlite3_finalize(stmt_of(query));
}

static int
bind_one(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	switch (v->type) {
	case DB_NULL:
		break;
	case DB_INT:
		return sqlite3_bind_int64(stmt, at, v->n);
	case DB_TEXT:
		return sqlite3_bind_text(stmt, at, v->p, -1, SQLITE_STATIC);
	case DB_BLOB:
		return sqlite3_bind_blob64(stmt, at, v->n == 0 ? "" : v->p,
		    (sqlite3_uint64)v->n, SQLITE_STATIC);
	}
	return sqlite3_bind_null(stmt, at);
}

static enum err
bind(struct db *db, struct db_query *query, struct db_args args)
{
	sqlite3_stmt *stmt = stmt_of(query);
	int i, rc = SQLITE_OK;

	if (sqlite3_bind_parameter_count(stmt) != args.n) {
		log_error("database: %d values for \"%s\"", args.n,
		    sqlite3_sql(stmt));
		abort();
	}
	for (i = 0; i < args.n && rc == SQLITE_OK; i++)
		rc = bind_one(stmt, i + 1, &args.v[i]);
	return sqlite_outcome(sqlite_of(db)->handle, rc);
}

static enum err
step(struct db *db, struct db_query *query)
{
	enum err e = sqlite_outcome(sqlite_of(db)->handle,
	    sqlite3_step(stmt_of(query)));

	sqlite_of(db)->is_damaged |= e == ERR_CORRUPT;
	return e;
}

/*
 * The result repeats what the last step has said.  A page that is damaged is not
 * kept: somebody may put it right.
 */
static void
reset(struct db *base, struct db_query *query)
{
	struct sqlite *db = sqlite_of(base);

	sqlite3_reset(stmt_of(query));
	if (db->is_damaged)
		sqlite3_db_release_memory(db->handle);
	db->is_damaged = false;
}

static int64_t
get_int(struct db_query *query, int col)
{
	return sqlite3_column_int64(stmt_of(query), col);
}

static const char *
get_text(struct db_query *query, int col)
{
	return (const char *)sqlite3_column_text(stmt_of(query), col);
}

static int64_t
changes(struct db *db)
{
	return sqlite3_changes64(sqlite_of(db)->handle);
}

static int64_t
last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(sqlite_of(db)->handle);
}

static bool
in_transaction(struct db *db)
{
	return !sqlite3_get_autocommit(sqlite_of(db)->handle);
}

/* A sync is made behind SQLite's back: its message is the system's. */
static const char *
message(struct db *base)
{
	struct sqlite *db = sqlite_of(base);
	int errnum = db->sync_errno;

	db->sync_errno = 0;
	return errnum != 0 ? strerror(errnum) : sqlite3_errmsg(db->handle);
}

static int
log_pages(struct db *db)
{
	return sqlite_of(db)->log_pages;
}

static enum err
version(struct db *base, int64_t *out)
{
	struct sqlite *db = sqlite_of(base);
	int rc = SQLITE_OK;

	if (db->version == NULL)
		rc = sqlite3_prepare_v3(db->handle, "PRAGMA data_version", -1,
		    SQLITE_PREPARE_PERSISTENT, &db->version, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(db->version);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(db->version, 0);
	sqlite3_reset(db->version);
	return rc == SQLITE_DONE ? ERR_INTERNAL : sqlite_outcome(db->handle, rc);
}

const struct db_driver db_sqlite = {
	.name = "sqlite",
	.open = open_sqlite,
	.close = close_sqlite,
	.script = script,
	.prepare = prepare,
	.finalize = finalize,
	.bind = bind,
	.step = step,
	.reset = reset,
	.get_int = get_int,
	.get_text = get_text,
	.changes = changes,
	.last_id = last_id,
	.in_transaction = in_transaction,
	.message = message,
	.sync = sqlite_log_sync,
	.checkpoint = sqlite_log_checkpoint,
	.log_pages = log_pages,
	.check_log = sqlite_log_check,
	.log_id = sqlite_log_id,
	.keep_log = sqlite_log_keep,
	.version = version,
};
