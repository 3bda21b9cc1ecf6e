/*
 * Migrations: once, by one process, all of it or nothing.
 */
#include "config.h"

#include <sys/stat.h>

#include "base/log.h"
#include "t/unit/child.h"
#include "t/unit/store-fix.h"

enum { PROCESSES = 8, BUSY_MS = 10000 };

/* The statements of the first migration; those of the others are not needed. */
static const char *const first_sql =
#define X(version, name, sql) version == 1 ? sql :
#include "store/schema.def"
#undef X
	NULL;

static struct db_driver slow, deadly;

static int64_t
count_tables(struct fix *f)
{
	int64_t n;

	must(db_get_int(f->s->db, SQL_SCHEMA_SIZE, DB_NONE, &n));
	return n;
}

static void
run_sql(const char *path, const char *sql)
{
	struct db_options o = { .path = path, .mode = DB_ALONE,
	    .busy_ms = BUSY_MS, .create = true };
	struct db *db;

	must(db_open(&db_sqlite, &o, &db));
	must(db_script(db, sql));
	db_close(db);
}

/* With what a reader leaves beside it. */
static void
remove_db(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[160];
	size_t i;

	for (i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

static enum err
open_store(const char *path)
{
	struct store_options o = { .driver = &db_sqlite, .path = path,
	    .mode = DB_READ, .busy_ms = BUSY_MS };
	struct store *s;
	enum err e = store_open(&o, &s);

	store_close(s);
	return e;
}

/* The others have the time to come upon it. */
static enum err
run_slowly(struct db *db, const char *sql)
{
	enum err e = db_sqlite.script(db, sql);

	usleep(20000);
	return e;
}

static enum err
run_and_die(struct db *db, const char *sql)
{
	if (db_sqlite.script(db, sql) == ERR_OK)
		raise(SIGKILL);
	return ERR_INTERNAL;
}

static void
migrate_slowly(void *path)
{
	if (store_migrate(&slow, path, BUSY_MS) != ERR_OK)
		_exit(1);
}

static void
migrate_and_die(void *path)
{
	if (store_migrate(&deadly, path, BUSY_MS) != ERR_OK)
		_exit(1);
}

/* All at once, one does it; what the others say is the same. */
static void
test_race(struct fix *f, char *path)
{
	int64_t tables = count_tables(f);
	int i;

	for (i = 0; i < PROCESSES; i++)
		child_start(migrate_slowly, path);
	is_int(child_wait_all(), 0, "eight processes migrate one new file");
	is_err(open_store(path), ERR_OK, "it is usable");
	must(store_migrate(&db_sqlite, path, BUSY_MS));
	store_close(f->s);
	f->s = NULL;
	rename(path, f->path);
	fix_reopen(f);
	is_int(count_tables(f), tables, "each step was applied once");
}

static void
test_interrupted(struct fix *f, char *path)
{
	char said[CHILD_SAID_MAX];

	is_int(child_run(migrate_and_die, path, said), -SIGKILL,
	    "a process dies in the middle of a step");
	is_err(open_store(path), ERR_SCHEMA, "the step has not happened");
	is_err(store_migrate(&db_sqlite, path, BUSY_MS), ERR_OK,
	    "the next process takes it");
	is_err(open_store(path), ERR_OK, "to its end");
	remove_db(path);
}

static void
migrate_newer(void *path)
{
	if (store_migrate(&db_sqlite, path, BUSY_MS) == ERR_SCHEMA)
		_exit(7);
}

static void
open_newer(void *path)
{
	if (open_store(path) == ERR_SCHEMA)
		_exit(7);
}

static void
test_refusals(struct fix *f, char *path)
{
	char said[CHILD_SAID_MAX];

	run_sql(path, "CREATE TABLE recipe (name)");
	is_err(store_migrate(&db_sqlite, path, BUSY_MS), ERR_SCHEMA,
	    "another program's database");
	remove_db(path);
	must(store_migrate(&db_sqlite, path, BUSY_MS));
	run_sql(path, "PRAGMA user_version = 9999");
	is_int(child_run(migrate_newer, path, said), 7,
	    "a newer schema is not touched");
	ok(strstr(said, "9999") != NULL && strstr(said, "newer") != NULL &&
	    strchr(said, '\n') == said + strlen(said) - 1,
	    "one line says why");
	is_int(child_run(open_newer, path, said), 7, "nor used");
	ok(strstr(said, "newer natterjack") != NULL &&
	    strchr(said, '\n') == said + strlen(said) - 1,
	    "one line says why");
	remove_db(path);
	is_err(store_migrate(&db_sqlite, "/nonexistent/a.db", BUSY_MS),
	    ERR_IO, "the folder has to be there");
}

/* The first schema's own data, in the words that it had. */
static const char first_data[] =
	"INSERT INTO account (username, display_name, password, created_at)"
	" VALUES ('ann', 'Ann', '*', 1), ('bob', 'Bob', '*', 2);"
	"INSERT INTO room (kind, name, created_by, created_at)"
	" VALUES (2, 'General', 1, 3), (2, 'general', 1, 4), (1, 'X', 1, 5);"
	"INSERT INTO member VALUES (1, 1, 2, 1, 3, 1);"
	"INSERT INTO event (kind, room_id, user_id, subject_id, arg, at)"
	" VALUES (6, 1, 1, NULL, NULL, 3), (1, 1, 1, NULL, NULL, 6),"
	" (4, 1, 2, 2, '+1', 7);"
	"INSERT INTO message (id, room_id, sender_id, kind, body, send_key,"
	" created_at, reaction_n) VALUES (2, 1, 1, 'text', 'hi', 'k', 6, 1);"
	"INSERT INTO reaction VALUES (2, 2, '+1', 7);";

static void
check_first_data(struct fix *f)
{
	struct event_range all = { .until = INT64_MAX, .max = 10 };
	struct room_name name = { .name = "GENERAL", .nocase = true };
	struct message m;
	struct member mb;
	struct event *ev;
	struct user u;
	struct room room;
	int n;

	must(store_user_by_name(f->s, &f->a, "ann", &u));
	ok(u.email == NULL && u.profile == NULL && u.seen_at == 0,
	    "an account from before has no address");
	must(store_message_load(f->s, &f->a, 2, &m));
	ok(m.origin == 0 && m.extra == NULL && strcmp(m.body, "hi") == 0,
	    "a message has its text");
	is_int(m.reactions[0].users[0].created_at, 7, "a reaction its time");
	must(store_member_find(f->s, 1, 1, &mb));
	ok(mb.read_at == 0 && mb.read_seq == 1, "a member its receipt");
	must(store_room_by_name(f->s, &f->a, &name, &room));
	ok(room.id == 1 && room.extra == NULL, "a room is found by its name");
	must(store_event_range(f->s, &f->a, &all, &ev, &n));
	ok(n == 3 && ev[2].message != NULL && ev[2].message->id == 2,
	    "the log goes on");
}

/* What was written before is there still, and can be changed as if it were new. */
static void
test_from_first(struct fix *f, char *path)
{
	struct user u;

	run_sql(path, first_sql);
	run_sql(path, first_data);
	is_err(open_store(path), ERR_SCHEMA, "an older schema is not used");
	is_err(store_migrate(&db_sqlite, path, BUSY_MS), ERR_OK,
	    "a database of the first schema is taken on");
	store_close(f->s);
	f->s = NULL;
	rename(path, f->path);
	fix_reopen(f);
	check_first_data(f);
	must(store_user_load(f->s, &f->a, 1, &u));
	u.email = "ann@example.org";
	is_err(fix_write(f, store_user_change(f->s, &u)), ERR_OK,
	    "an account gets an address");
	must(store_user_load(f->s, &f->a, 2, &u));
	u.email = "ANN@example.org";
	ok(fix_write(f, store_user_change(f->s, &u)) != ERR_OK,
	    "nobody else does");
}

int
main(void)
{
	struct fix f;
	struct stat st;
	char path[128];

	fix_open(&f);
	log_set_level(LOG_ERROR);
	slow = deadly = db_sqlite;
	slow.script = run_slowly;
	deadly.script = run_and_die;
	is_int(stat(f.path, &st), 0, "a new database");
	is_int(st.st_mode & 0777, 0660, "is for owner and group");
	is_err(store_migrate(&db_sqlite, f.path, BUSY_MS), ERR_OK,
	    "a second time there is nothing to do");
	snprintf(path, sizeof(path), "%s/other.db", f.dir);
	test_race(&f, path);
	test_interrupted(&f, path);
	test_refusals(&f, path);
	test_from_first(&f, path);
	fix_close(&f);
	return tap_done();
}
