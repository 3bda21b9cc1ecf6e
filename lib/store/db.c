/*
 * db - what is the same for every driver.
 *
 * Prepares a statement when it is first used, keeps it until the connection
 * closes, and sees that it has one user at a time.  A failure is logged here,
 * with the statement's name and the driver's words; a hurt UNIQUE is not,
 * because callers expect it.  It knows no SQL dialect and decides nothing.
 */
#include "config.h"

#include "base/base.h"
#include "base/log.h"
#include "store/db.h"

static const struct {
	const char *name;
	const char *sql;
} statements[STMT_N] = {
#define X(stmt_name, stmt_sql) [stmt_name] = { #stmt_name, stmt_sql },
#include "store/stmt.def"
#undef X
};

static struct db_base *
base_of(const struct db *db)
{
	return (struct db_base *)db;
}

static const struct db_driver *
driver_of(const struct db *db)
{
	return base_of(db)->driver;
}

/* Log a failure of `what` unless it is an answer; pass it on. */
static enum err
complain(struct db *db, const char *what, enum err e)
{
	switch (e) {
	case ERR_OK:
	case ERR_DONE:
	case ERR_EXISTS:
		break;
	case ERR_BUSY:
		log_warn("database: %s: %s", what, driver_of(db)->message(db));
		break;
	default:
		log_error("database: %s: %s", what, driver_of(db)->message(db));
	}
	return e;
}

static const char *
name_of(const struct db *db, const struct db_query *query)
{
	int i;

	for (i = 0; i < STMT_N; i++)
		if (base_of(db)->query[i] == query)
			return statements[i].name;
	return "?";
}

enum err
db_open(const struct db_driver *driver, const struct db_options *options,
    struct db **db_out)
{
	enum err e = driver->open(driver, options, db_out);

	if (e == ERR_OK)
		base_of(*db_out)->driver = driver;
	return e;
}

void
db_close(struct db *db)
{
	int i;

	if (db == NULL)
		return;
	for (i = 0; i < STMT_N; i++)
		if (base_of(db)->query[i] != NULL)
			driver_of(db)->finalize(db, base_of(db)->query[i]);
	driver_of(db)->close(db);
}

enum err
db_query(struct db *db, enum stmt stmt, struct db_args args,
    struct db_query **query_out)
{
	struct db_base *b = base_of(db);
	enum err e = ERR_OK;

	if (b->in_use[stmt]) {
		log_error("database: %s is already in use",
		    statements[stmt].name);
		abort();
	}
	b->queries++;
	if (b->query[stmt] == NULL)
		e = b->driver->prepare(db, statements[stmt].sql,
		    &b->query[stmt]);
	if (e == ERR_OK)
		e = b->driver->bind(db, b->query[stmt], args);
	if (e != ERR_OK)
		return complain(db, statements[stmt].name, e);
	b->in_use[stmt] = true;
	*query_out = b->query[stmt];
	return ERR_OK;
}

enum err
db_step(struct db *db, struct db_query *query)
{
	enum err e = driver_of(db)->step(db, query);

	if (e == ERR_OK || e == ERR_DONE)
		return e;
	return complain(db, name_of(db, query), e);
}

void
db_done(struct db *db, enum stmt stmt)
{
	struct db_base *b = base_of(db);

	if (!b->in_use[stmt])
		return;
	b->driver->reset(db, b->query[stmt]);
	b->in_use[stmt] = false;
}

void
db_done_all(struct db *db)
{
	int i;

	for (i = 0; i < STMT_N; i++)
		db_done(db, (enum stmt)i);
}

int64_t
db_int(struct db *db, struct db_query *query, int col)
{
	return driver_of(db)->get_int(query, col);
}

const char *
db_text(struct db *db, struct db_query *query, int col)
{
	return driver_of(db)->get_text(query, col);
}

enum err
db_run(struct db *db, enum stmt stmt, struct db_args args)
{
	struct db_query *query;
	enum err e = db_query(db, stmt, args, &query);

	if (e != ERR_OK)
		return e;
	while ((e = db_step(db, query)) == ERR_OK)
		;
	db_done(db, stmt);
	return e == ERR_DONE ? ERR_OK : e;
}

enum err
db_get_int(struct db *db, enum stmt stmt, struct db_args args, int64_t *out)
{
	struct db_query *query;
	enum err e = db_query(db, stmt, args, &query);

	if (e != ERR_OK)
		return e;
	e = db_step(db, query);
	if (e == ERR_OK)
		*out = db_int(db, query, 0);
	db_done(db, stmt);
	return e;
}

int64_t
db_changes(struct db *db)
{
	return driver_of(db)->changes(db);
}

int64_t
db_last_id(struct db *db)
{
	return driver_of(db)->last_id(db);
}

bool
db_in_transaction(struct db *db)
{
	return driver_of(db)->in_transaction(db);
}

uint64_t
db_queries(const struct db *db)
{
	return base_of(db)->queries;
}

enum err
db_script(struct db *db, const char *sql)
{
	return complain(db, "script", driver_of(db)->script(db, sql));
}

enum err
db_sync(struct db *db)
{
	return complain(db, "sync", driver_of(db)->sync(db));
}

enum err
db_checkpoint(struct db *db, enum db_checkpoint how, int wait_ms,
    int *pages_left_out)
{
	enum err e = driver_of(db)->checkpoint(db, how, wait_ms,
	    pages_left_out);

	return e == ERR_BUSY ? e : complain(db, "checkpoint", e);
}

int
db_log_pages(struct db *db)
{
	return driver_of(db)->log_pages(db);
}

enum err
db_check_log(struct db *db, bool write_back)
{
	enum err e = driver_of(db)->check_log(db, write_back);

	return e == ERR_BUSY || e == ERR_CORRUPT ? e :
	    complain(db, "check of the log", e);
}

enum err
db_log_id(struct db *db, uint64_t *out)
{
	return complain(db, "log", driver_of(db)->log_id(db, out));
}

void
db_keep_log(struct db *db)
{
	driver_of(db)->keep_log(db);
}

enum err
db_version(struct db *db, int64_t *out)
{
	return complain(db, "version", driver_of(db)->version(db, out));
}
