/*
 * store - the database as this program sees it: transactions and nouns.
 *
 * One struct store per process: a connection, its prepared statements, and its
 * share in the commit group.  The nouns (user.h, room.h, …) take a store and
 * run named statements; the rules of chat are in lib/core.
 *
 * A write is announced at its beginning (store_begin), because a read that
 * turns into a write fails in WAL mode whatever the timeout.  Beginning a
 * transaction inside another is a programmer's mistake: it aborts and names
 * the place of the outer one.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "store/commit.h"
#include "store/db.h"

struct store {
	struct db *db;
	struct commit *commit;	/* NULL: alone, every COMMIT is durable */
	int64_t	 busy_ms;
	int64_t	 last_seq;	/* newest event appended since it was cleared */
	int64_t	 tx_seq;	/* newest event of the open transaction */
	uint64_t settled;	/* db_queries() up to which all is on disk */
	int64_t	 head_version;	/* db_version() of the last store_durable_head() */
	int64_t	 head;		/* the newest seq that was on disk then */
	bool	 head_known;
	bool	 sync_failed;	/* outside the group: a sync has failed, */
	uint64_t failed_log;	/* and this was db_log_id() then */
	int	 log_pages_max;
	bool	 must_empty;	/* the log, though it is short */
	uint32_t recoveries;	/* of the group, after which a sync was made */
	bool	 writing;
	bool	 reading;
	const char *outer_file;	/* where the open transaction began */
	int	 outer_line;
};

struct store_options {
	const struct db_driver *driver;
	const char *path;
	enum db_mode mode;
	int64_t	 busy_ms;
	struct commit *commit;	/* borrowed; DB_WORKER needs it, others NULL */
	int	 log_pages_max;	/* nobody writes while the log is longer; 0: any */
};

/*
 * Open the database and check that its schema is the one this program knows:
 * ERR_SCHEMA when it is older (run migrate) or newer (said in the log).  The
 * statements are prepared as they are used.  Blocks on the disk.
 */
enum err	 store_open(const struct store_options *,
		    struct store **store_out) MUST_CHECK;
void		 store_close(struct store *);	/* NULL is fine */

/*
 * Bring the database at `path` to the newest schema, creating it if need be,
 * under a lock that lets one process do it.  ERR_SCHEMA when it is newer than
 * this program.  Leaves the numbers of an unclean stop behind: see
 * store_mark_running().
 */
enum err	 store_migrate(const struct db_driver *, const char *path,
		    int64_t busy_ms) MUST_CHECK;

/* The schema's version that this program knows. */
int		 store_schema_version(void);

/*
 * Begin a write: the group's lock, then BEGIN IMMEDIATE.  ERR_BUSY when the
 * lock cannot be had in time; ERR_LOG_LONG.
 */
#define		 store_begin(s)	store_begin_at((s), __FILE__, __LINE__)
enum err	 store_begin_at(struct store *, const char *file, int line)
		    MUST_CHECK;

/* The log is longer than it may be: nobody may write. */
bool		 store_log_is_full(const struct store *);

/*
 * End it.  `result` ERR_OK: COMMIT, then wait until it is on disk, and only
 * then ERR_OK.  Anything else: ROLLBACK, and `result` comes back.  After an
 * error nothing of the transaction has happened, except ERR_IO from the sync:
 * then it is unknown.
 *
 * What was read inside the transaction is on disk when this returns ERR_OK.
 * Read there what the answer shows: a read afterwards sees others' newer
 * commits, and store_settle() would wait for one more sync.
 */
enum err	 store_end(struct store *, enum err result) MUST_CHECK;

/* A read of several statements that see one state; ends with store_read_end. */
#define		 store_read_begin(s) store_read_begin_at((s), __FILE__, __LINE__)
enum err	 store_read_begin_at(struct store *, const char *file, int line)
		    MUST_CHECK;
void		 store_read_end(struct store *);

/* Roll back whatever is open: the boundary of a request calls it. */
void		 store_abandon(struct store *);

/*
 * Write the log once more, frame by frame, and sync it: what the disk has lost of
 * it is there again.  ERR_CORRUPT: it is not what was written any more.  Holds off
 * the writers; for keep.c.
 */
enum err	 store_rewrite_log(struct store *) MUST_CHECK;

/*
 * Wait until everything that was read since the last call is on disk, so that
 * nobody is shown what a power cut could erase.  Returns at once when no write
 * is under way.  A worker calls it before it answers.
 */
enum err	 store_settle(struct store *) MUST_CHECK;

/*
 * For a reader outside the group (push): the newest seq that is on disk now.
 * Syncs the log if somebody has written since the last call; blocks as the
 * disk does.  Once a sync has failed, ERR_IO until the log is empty or has begun
 * anew: what it held has been copied into the database, and synced there.  A
 * second sync would prove nothing, because the kernel drops what it could not
 * write.
 */
enum err	 store_durable_head(struct store *, int64_t *seq_out) MUST_CHECK;

/* Its sync has failed, and it has not recovered. */
bool		 store_has_failed(const struct store *);

#endif
