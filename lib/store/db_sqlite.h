/*
 * db_sqlite - what the two files of the SQLite driver share.  Nobody else
 * includes this, and nothing else includes sqlite3.h.
 */
#ifndef STORE_DB_SQLITE_H
#define STORE_DB_SQLITE_H

#include <sqlite3.h>

#include "store/db.h"

struct sqlite {
	struct db_base base;		/* first: a struct db points here */
	sqlite3	*handle;
	sqlite3_stmt *version;		/* PRAGMA data_version */
	int	 busy_ms;
	int	 log_pages;
	int	 sync_errno;		/* of a failed sync, not yet told */
	bool	 is_damaged;		/* what the query in use has read */
};

static inline struct sqlite *
sqlite_of(struct db *db)
{
	return (struct sqlite *)db;
}

/* What an errno, and what an extended result code means to us. */
enum err	 sqlite_io_error(int errnum);
enum err	 sqlite_outcome(sqlite3 *, int rc);

/* Of struct db_driver: sync, checkpoint, check_log, log_id and keep_log. */
enum err	 sqlite_log_sync(struct db *);
enum err	 sqlite_log_checkpoint(struct db *, enum db_checkpoint how,
		    int wait_ms, int *pages_left_out);
enum err	 sqlite_log_check(struct db *, bool write_back);
enum err	 sqlite_log_id(struct db *, uint64_t *out);
void		 sqlite_log_keep(struct db *);

#endif
