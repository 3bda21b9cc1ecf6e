/*
 * No statement reads a whole table: SQLite's plan for each says SEARCH, not
 * SCAN, except where the rows are few by their nature.
 */
#include "config.h"

#include "t/unit/store-fix.h"

static const struct {
	const char *name;
	const char *sql;
} statements[] = {
#define X(stmt_name, stmt_sql) { #stmt_name, stmt_sql },
#include "store/stmt.def"
#undef X
};

/*
 * What may be scanned, and by which statement; NULL: any.  With RETURNING, an
 * INSERT has a plan to look for what refers to the new row, which runs only
 * while a foreign key is hurt.
 */
static const struct {
	const char *name;
	const char *line;
} allowed[] = {
	{ NULL, "SCAN CONSTANT ROW" },		/* no table at all */
	{ NULL, "SCAN v" },			/* what LIMIT has bounded */
	{ "SQL_EVENT_OLDEST", "SCAN event" },	/* LIMIT bounds it */
	{ "SQL_USER_ADD", NULL },
	/* Bounded, and the second by LIMIT besides. */
	{ "SQL_THROTTLE_COUNT", "SCAN throttle" },
	{ "SQL_THROTTLE_SWEEP", "SCAN throttle USING COVERING INDEX throttle_free" },
	{ NULL, "SCAN sqlite_schema" },		/* a dozen rows */
	{ NULL, "SCAN sqlite_master" },
	{ NULL, "SCAN sqlite_sequence" },
};

static bool
is_allowed(const char *name, const char *line)
{
	size_t i;

	if (strncmp(line, "SCAN", 4) != 0)
		return true;
	for (i = 0; i < ARRAY_LEN(allowed); i++)
		if ((allowed[i].line == NULL ||
		    strcmp(allowed[i].line, line) == 0) &&
		    (allowed[i].name == NULL ||
		    strcmp(allowed[i].name, name) == 0))
			return true;
	return false;
}

/* A statement that makes no plan (BEGIN, PRAGMA) has no lines. */
static void
test_plan(struct db *db, const char *name, const char *sql)
{
	enum { DETAIL = 3 };
	const struct db_driver *d = &db_sqlite;
	struct db_query *q;
	bool good = true;
	char text[4096];
	int n = snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql);

	if (n < 0 || (size_t)n >= sizeof(text) ||
	    d->prepare(db, text, &q) != ERR_OK) {
		ok(false, "%s can be explained", name);
		return;
	}
	while (d->step(db, q) == ERR_OK) {
		if (is_allowed(name, d->get_text(q, DETAIL)))
			continue;
		printf("# %s\n", d->get_text(q, DETAIL));
		good = false;
	}
	d->finalize(db, q);
	ok(good, "%s scans no table", name);
}

int
main(void)
{
	struct fix f;
	size_t i;

	fix_open(&f);
	for (i = 0; i < ARRAY_LEN(statements); i++)
		test_plan(f.s->db, statements[i].name, statements[i].sql);
	fix_close(&f);
	return tap_done();
}
