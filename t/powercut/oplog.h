/*
 * oplog - what a group of processes did to the files of one folder.
 *
 * The preloaded library (disk.c) appends every write, truncation, sync and
 * change of the folder to one file that all processes map; clients append what
 * they were told.  So everything has one order, and a record's position, its
 * offset in that file, says what came before what.  replay.c reads it.
 *
 * A record is complete before `end` moves over it, so that a process that is
 * killed in the middle leaves nothing behind.
 */
#ifndef T_POWERCUT_OPLOG_H
#define T_POWERCUT_OPLOG_H

#include <pthread.h>
#include <stdint.h>

enum { OPLOG_NAME_LEN = 32, OPLOG_FAILURES = 64 };

#define OPLOG_MAGIC	UINT64_C(0x31676f6c706f6a6e)
#define OPLOG_SIZE	(INT64_C(4) << 30)	/* a sparse file, mostly holes */

enum op_type {
	OP_CREATE,	/* file, data: its name */
	OP_UNLINK,	/* data: the name */
	OP_RENAME,	/* data: the old name, a NUL, the new one */
	OP_WRITE,	/* file, a: offset, data: the bytes */
	OP_TRUNCATE,	/* file, a: the new length */
	OP_SYNC,	/* file, a: the position at which the sync began */
	OP_SYNC_FOLDER,	/* a: the same */
	OP_SYNC_FAILED,	/* file, a: the same: what was written before it may be
			   forgotten, whatever is synced later */
	OP_SEEN,	/* a client was shown seq a; data: what it holds, or "" */
	OP_ACKED	/* a client was told that its write a is done; the same */
};

struct op {
	uint32_t type;
	uint32_t len;		/* bytes of data that follow */
	uint64_t file;		/* the inode's number */
	int64_t	 a;
	int64_t	 size;		/* of the whole record, a multiple of 8 */
};

struct oplog {
	uint64_t magic;
	int64_t	 end;		/* position of the next record */
	int64_t	 syncs;		/* how many of them are syncs of files */
	/* How many have failed, by the inode's number. */
	uint64_t failures[OPLOG_FAILURES];
	pthread_mutex_t lock;	/* robust, process-shared */
};

#define OPLOG_FIRST	((int64_t)((sizeof(struct oplog) + 7) & ~7UL))

static inline const struct op *
oplog_at(const struct oplog *log, int64_t position)
{
	return (const struct op *)((const char *)log + position);
}

static inline const char *
op_data(const struct op *op)
{
	return (const char *)(op + 1);
}

#endif
