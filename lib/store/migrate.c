/*
 * migrate - brings a database to the schema that this program knows.
 *
 * The migrations are schema/NNN_*.sql, made part of the program when it is
 * built; number n leads from schema n-1 to n.  Each runs in a transaction of
 * its own, which also moves the schema's number, so an interrupted one has not
 * happened.  Processes that start at once take turns: whoever gets the write
 * lock looks again at what is left to do.  There is no way back.
 */
#include "config.h"

#include "base/base.h"
#include "base/log.h"
#include "store/db.h"
#include "store/store.h"

static const struct {
	int	 version;
	const char *name;
	const char *sql;	/* sets user_version at its end */
} migrations[] = {
#define X(version, name, sql) { version, name, sql },
#include "store/schema.def"
#undef X
};

int
store_schema_version(void)
{
	return migrations[ARRAY_LEN(migrations) - 1].version;
}

static enum err
get_version(struct db *db, int64_t *version_out)
{
	enum err e;

	e = db_get_int(db, SQL_SCHEMA_VERSION, DB_NONE, version_out);
	return e == ERR_DONE ? ERR_CORRUPT : e;
}

/* That `version` is one to go on from. */
static enum err
check_version(struct db *db, const char *path, int64_t version)
{
	int64_t tables;
	enum err e;

	if (version < 0 || version > store_schema_version()) {
		log_error("database: %s has schema %lld, newer than this"
		    " program's %d", path, (long long)version,
		    store_schema_version());
		return ERR_SCHEMA;
	}
	if (version > 0)
		return ERR_OK;
	e = db_get_int(db, SQL_SCHEMA_SIZE, DB_NONE, &tables);
	if (e == ERR_OK && tables > 0) {
		log_error("database: %s is another program's", path);
		return ERR_SCHEMA;
	}
	return e;
}

/* Within a transaction: the next step from where the database is now. */
static enum err
apply_next(struct db *db, const char *path)
{
	int64_t version;
	enum err e;

	e = get_version(db, &version);
	if (e == ERR_OK)
		e = check_version(db, path, version);
	if (e != ERR_OK || version == store_schema_version())
		return e;
	e = db_script(db, migrations[version].sql);
	if (e == ERR_OK)
		log_info("database: %s: applied %s", path,
		    migrations[version].name);
	return e;
}

static enum err
run_next(struct db *db, const char *path)
{
	enum err e;

	e = db_run(db, SQL_BEGIN_WRITE, DB_NONE);
	if (e != ERR_OK)
		return e;
	e = apply_next(db, path);
	if (e == ERR_OK)
		e = db_run(db, SQL_COMMIT, DB_NONE);
	if (e != ERR_OK && db_in_transaction(db) &&
	    db_run(db, SQL_ROLLBACK, DB_NONE) != ERR_OK)
		log_error("database: the migration is undone when this ends");
	return e;
}

enum err
store_migrate(const struct db_driver *driver, const char *path,
    int64_t busy_ms)
{
	struct db_options options = { .path = path, .mode = DB_ALONE,
	    .busy_ms = (int)busy_ms, .create = true };
	struct db *db;
	int64_t version;
	enum err e;

	e = db_open(driver, &options, &db);
	if (e != ERR_OK)
		return e;
	while ((e = get_version(db, &version)) == ERR_OK &&
	    version != store_schema_version())
		if ((e = run_next(db, path)) != ERR_OK)
			break;
	db_close(db);
	return e;
}
