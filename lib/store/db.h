/*
 * db - one connection to a database, at SQL level.
 *
 * A driver is a table of functions.  There are two: SQLite, and one that wraps
 * another driver and fails the n-th call, for tests.  Everything above this
 * header names statements (stmt.def) and never sees SQL; nothing formats SQL.
 * Every statement is prepared once per connection, when it is first used.
 *
 * A query in use is a cursor: db_query() binds, db_step() fetches row by row,
 * db_done() ends it.  Text and blobs of a row are borrowed until the next step.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/base.h"

/* The statements: X(NAME, "SQL"). */
enum stmt {
#define X(name, sql) name,
#include "store/stmt.def"
#undef X
	STMT_N
};

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };

/* One bound value; text and blobs are borrowed until db_done(). */
struct db_value {
	enum db_type type;
	int64_t	 n;		/* DB_INT: the number; DB_BLOB: the length */
	const void *p;		/* DB_TEXT (NUL-terminated), DB_BLOB */
};

#define DB_I(x)		((struct db_value){ DB_INT, (x), NULL })
#define DB_T(x)		db_value_text(x)	/* NULL binds NULL */
#define DB_B(x, len)	((struct db_value){ DB_BLOB, (int64_t)(len), (x) })
#define DB_ID(x)	db_value_id(x)		/* 0 binds NULL */

static inline struct db_value
db_value_text(const char *s)
{
	return (struct db_value){ s == NULL ? DB_NULL : DB_TEXT, 0, s };
}

static inline struct db_value
db_value_id(int64_t id)
{
	return (struct db_value){ id == 0 ? DB_NULL : DB_INT, id, NULL };
}

/* The values of one query: DB_ARGS(DB_I(1), DB_T("x")), or DB_NONE. */
struct db_args {
	const struct db_value *v;
	int	 n;
};

#define DB_ARGS(...)	((struct db_args){ \
	(const struct db_value[]){ __VA_ARGS__ }, \
	(int)ARRAY_LEN(((const struct db_value[]){ __VA_ARGS__ })) })
#define DB_NONE		((struct db_args){ NULL, 0 })

enum db_mode {
	DB_READ,	/* query_only; the file must exist */
	DB_WORKER,	/* synchronous=NORMAL; commit.h makes it durable */
	DB_ALONE	/* synchronous=FULL: every commit is durable by itself */
};

struct db_options {
	const char *path;
	enum db_mode mode;
	int	 busy_ms;	/* how long to wait for other programs' locks */
	bool	 create;	/* make the file, 0660, if there is none */
};

enum db_checkpoint {
	DB_CKPT_PASSIVE,	/* waits for nobody */
	DB_CKPT_RESTART,	/* waits for readers; then the log starts anew */
	DB_CKPT_TRUNCATE	/* the same, and the log is left empty */
};

struct db;		/* a connection */
struct db_query;	/* a prepared statement of a connection */

struct db_driver {
	const char *name;
	/* Open; on failure `*db_out` is NULL and the cause has been logged. */
	enum err (*open)(const struct db_driver *, const struct db_options *,
	    struct db **db_out);
	void	 (*close)(struct db *);
	/* Run a script of statements without results (migrations). */
	enum err (*script)(struct db *, const char *sql);
	enum err (*prepare)(struct db *, const char *sql, struct db_query **);
	void	 (*finalize)(struct db *, struct db_query *);
	/* Bind and rewind. */
	enum err (*bind)(struct db *, struct db_query *, struct db_args);
	enum err (*step)(struct db *, struct db_query *);
	void	 (*reset)(struct db *, struct db_query *);
	int64_t	 (*get_int)(struct db_query *, int col);
	const char *(*get_text)(struct db_query *, int col);
	int64_t	 (*changes)(struct db *);
	int64_t	 (*last_id)(struct db *);
	/* A transaction is open. */
	bool	 (*in_transaction)(struct db *);
	/* What the last failure was, for people.  Borrowed until the next call. */
	const char *(*message)(struct db *);
	/* Sync the write-ahead log: all commits before the call are on disk. */
	enum err (*sync)(struct db *);
	/* See db_checkpoint(). */
	enum err (*checkpoint)(struct db *, enum db_checkpoint how,
	    int wait_ms, int *pages_left_out);
	/* Pages in the write-ahead log after this connection's last commit. */
	int	 (*log_pages)(struct db *);
	/* See db_check_log(), db_log_id() and db_keep_log(). */
	enum err (*check_log)(struct db *, bool write_back);
	enum err (*log_id)(struct db *, uint64_t *out);
	void	 (*keep_log)(struct db *);
	/* A number that changes when another connection has committed. */
	enum err (*version)(struct db *, int64_t *out);
};

/* What every driver's struct db begins with; only db.c and drivers look. */
struct db_base {
	const struct db_driver *driver;
	struct db_query *query[STMT_N];
	bool	 in_use[STMT_N];
	uint64_t queries;	/* begun since the connection was opened */
};

extern const struct db_driver db_sqlite;

/*
 * A driver that passes everything on to `inner` and lets the `nth` call (from
 * 1; 0: none) fail with `fault`, and every later one too if `sticky`.  There
 * is one such driver per process; setting it again starts the count anew.
 */
const struct db_driver	*db_fault_driver(const struct db_driver *inner);
void		 db_fault_set(int64_t nth, enum err fault, bool sticky);
int64_t		 db_fault_calls(void);	/* calls since db_fault_set() */

enum err	 db_open(const struct db_driver *, const struct db_options *,
		    struct db **db_out) MUST_CHECK;
void		 db_close(struct db *);		/* NULL is fine */

/*
 * Begin a query.  ERR_OK: follow with db_step() and, always, db_done().  On
 * an error nothing has begun.  One use of a statement at a time: a second is a
 * programmer's mistake and aborts.
 */
enum err	 db_query(struct db *, enum stmt, struct db_args,
		    struct db_query **query_out) MUST_CHECK;

/* ERR_OK: there is a row; ERR_DONE: there is none left. */
enum err	 db_step(struct db *, struct db_query *) MUST_CHECK;

/* End the query of statement `stmt`; its row is gone. */
void		 db_done(struct db *, enum stmt);

int64_t		 db_int(struct db *, struct db_query *, int col);	/* NULL: 0 */
const char	*db_text(struct db *, struct db_query *, int col);	/* NULL: NULL */

/* A statement without rows: query, step, done.  ERR_EXISTS: a UNIQUE is hurt. */
enum err	 db_run(struct db *, enum stmt, struct db_args) MUST_CHECK;

/* A statement with one row of one integer; ERR_DONE when there is none. */
enum err	 db_get_int(struct db *, enum stmt, struct db_args,
		    int64_t *out) MUST_CHECK;

/* Rows that the last statement inserted, updated or deleted. */
int64_t		 db_changes(struct db *);

/* The number that the last INSERT has given to its row. */
int64_t		 db_last_id(struct db *);

/* A transaction is open. */
bool		 db_in_transaction(struct db *);

/* End every query that is still in use. */
void		 db_done_all(struct db *);

/*
 * How many queries were begun so far: two equal answers mean that nothing was
 * read in between.
 */
uint64_t	 db_queries(const struct db *);

enum err	 db_script(struct db *, const char *sql) MUST_CHECK;

/*
 * Sync the write-ahead log: what was committed before the call, by any
 * process, is on disk after it.
 */
enum err	 db_sync(struct db *) MUST_CHECK;

/*
 * Copy the log into the database, as far as readers and `how` allow;
 * `*pages_left_out` were not copied.  ERR_BUSY, not logged, when somebody else
 * is at it, or when those that are waited for do not go within `wait_ms`.
 */
enum err	 db_checkpoint(struct db *, enum db_checkpoint how, int wait_ms,
		    int *pages_left_out) MUST_CHECK;

/* Pages in the log after this connection's last commit; 0: no commit yet. */
int		 db_log_pages(struct db *);

/*
 * After a failed sync: are all commits that readers see in the log still as they
 * were written?  ERR_CORRUPT, not logged: they are not.  With `write_back`,
 * within a write, they are written once more, where they are, and synced, and so
 * are the pages that were copied from them into the database.  Reads all of the
 * log; nobody may write meanwhile, else ERR_BUSY.
 */
enum err	 db_check_log(struct db *, bool write_back) MUST_CHECK;

/*
 * A number that is another one when the log has begun anew; 0: it is empty.
 * ERR_IO: it cannot be read.
 */
enum err	 db_log_id(struct db *, uint64_t *out) MUST_CHECK;

/* Do not copy the log into the database when this is the last to close. */
void		 db_keep_log(struct db *);

/* A number that changes when another connection has committed. */
enum err	 db_version(struct db *, int64_t *out) MUST_CHECK;

#endif
