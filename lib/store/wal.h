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

enum { WAL_INDEX_LEN = 96 };	/* of its head in shared memory, twice */

/* Reads `len` bytes at `at` of the log; false: they cannot be read. */
struct wal_file {
	bool	 (*read)(void *arg, void *bytes, int len, int64_t at);
	void	*arg;
};

/*
 * Are all frames that `index` tells readers of in the log, as they were written?
 * ERR_CORRUPT: they are not.  ERR_BUSY: the index is being changed.  Reads
 * all of the log.
 */
enum err	 wal_check(const struct wal_file *,
		    const uint8_t index[WAL_INDEX_LEN]) MUST_CHECK;

/* A number that is another one when the log has begun anew; 0: it is empty. */
uint64_t	 wal_id(const struct wal_file *);

#endif
