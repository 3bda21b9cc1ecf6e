/*
 * wal - SQLite's write-ahead log as bytes, https://www.sqlite.org/walformat.html
 *
 * SQLite looks at the checksums in its log only when it recovers one.  After a
 * failed sync somebody has to look who does not trust the kernel: what it could
 * not write, it may forget.
 */
#ifndef STORE_WAL_H
#define STORE_WAL_H

#include "base/base.h"

enum { WAL_INDEX_LEN = 100 };	/* the beginning of its shared memory */

/* Reads or writes `len` bytes at `at` of the log; false: that cannot be done. */
struct wal_file {
	bool	 (*read)(void *arg, void *bytes, int len, int64_t at);
	bool	 (*write)(void *arg, const void *bytes, int len, int64_t at);
	/* Write into the database. */
	bool	 (*put)(void *arg, const void *bytes, int len, int64_t at);
	void	*arg;
};

/*
 * Are all frames that `index` tells readers of in the log, as they were written?
 * With `write` set, what is right is written back, where it is: what the kernel
 * has forgotten to write is then to be written again, and the bytes stay what
 * they are.  ERR_CORRUPT: not all is right.  ERR_BUSY: the index is being
 * changed.  ERR_IO: it cannot be written.
 */
enum err	 wal_check(const struct wal_file *,
		    const uint8_t index[WAL_INDEX_LEN]) MUST_CHECK;

/*
 * After wal_check() and a sync of the log: put the pages that were copied from it
 * into the database there once more, with `put`.  They may not have been synced
 * yet, and SQLite does not copy them again.  ERR_NOMEM, ERR_IO, ERR_CORRUPT.
 */
enum err	 wal_put_pages(const struct wal_file *,
		    const uint8_t index[WAL_INDEX_LEN]) MUST_CHECK;

/*
 * A number that is another one when the log has begun anew; 0: there is none to
 * be read.
 */
uint64_t	 wal_id(const struct wal_file *);

#endif
