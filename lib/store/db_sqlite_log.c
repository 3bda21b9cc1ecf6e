/*
 * db_sqlite_log - what the SQLite driver does with the write-ahead log.
 *
 * It reaches the files through the connection's own VFS.  What the bytes of the
 * log mean is in wal.c.
 */
#include "config.h"

#include <errno.h>

#include "store/db_sqlite.h"
#include "store/wal.h"

/* The index of the log is shared in pieces of this size. */
enum { INDEX_PIECE = 32 * 1024, CHECKPOINT_LOCK = 1 };

/*
 * The connection's own descriptor of the log is synced, through its VFS: no
 * second descriptor, whose closing would drop SQLite's locks, and the first
 * sync of a log that was made anew syncs its folder too (unixSync,
 * UNIXFILE_DIRSYNC).
 * SQLITE_FCNTL_JOURNAL_POINTER gives the log once the pager has opened it
 * (sqlite3PagerJrnlFile), which happens with the first read.
 */
static enum err
find_log(sqlite3 *handle, sqlite3_file **file_out)
{
	int rc;

	rc = sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER,
	    file_out);
	if (rc != SQLITE_OK || (*file_out)->pMethods != NULL)
		return sqlite_outcome(handle, rc);
	rc = sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", NULL,
	    NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_file_control(handle, "main",
		    SQLITE_FCNTL_JOURNAL_POINTER, file_out);
	if (rc == SQLITE_OK && (*file_out)->pMethods == NULL)
		return ERR_INTERNAL;
	return sqlite_outcome(handle, rc);
}

enum err
sqlite_log_sync(struct db *base)
{
	struct sqlite *db = sqlite_of(base);
	sqlite3_file *file = NULL;
	enum err e;

	e = find_log(db->handle, &file);
	if (e != ERR_OK)
		return e;
	if (file->pMethods->xSync(file, SQLITE_SYNC_NORMAL |
	    SQLITE_SYNC_DATAONLY) == SQLITE_OK)
		return ERR_OK;
	db->sync_errno = EIO;
	file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO,
	    &db->sync_errno);
	return sqlite_io_error(db->sync_errno);
}

enum err
sqlite_log_checkpoint(struct db *base, enum db_checkpoint how, int wait_ms,
    int *pages_left_out)
{
	static const int modes[] = {
		[DB_CKPT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
		[DB_CKPT_RESTART] = SQLITE_CHECKPOINT_RESTART,
		[DB_CKPT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE
	};
	struct sqlite *db = sqlite_of(base);
	int in_log = 0, copied = 0, rc;

	sqlite3_busy_timeout(db->handle, wait_ms);
	rc = sqlite3_wal_checkpoint_v2(db->handle, "main", modes[how], &in_log,
	    &copied);
	sqlite3_busy_timeout(db->handle, db->busy_ms);
	*pages_left_out = in_log - copied;
	return sqlite_outcome(db->handle, rc);
}

/* The log, and the database beside it. */
struct files {
	sqlite3_file *log, *main;
};

static bool
read_log(void *arg, void *bytes, int len, int64_t at)
{
	sqlite3_file *file = ((struct files *)arg)->log;

	return file->pMethods->xRead(file, bytes, len, at) == SQLITE_OK;
}

static bool
write_log(void *arg, const void *bytes, int len, int64_t at)
{
	sqlite3_file *file = ((struct files *)arg)->log;

	return file->pMethods->xWrite(file, bytes, len, at) == SQLITE_OK;
}

static bool
write_main(void *arg, const void *bytes, int len, int64_t at)
{
	sqlite3_file *file = ((struct files *)arg)->main;

	return file->pMethods->xWrite(file, bytes, len, at) == SQLITE_OK;
}

static enum err
find_files(sqlite3 *handle, struct files *f)
{
	enum err e = find_log(handle, &f->log);

	return e != ERR_OK ? e : sqlite_outcome(handle, sqlite3_file_control(handle,
	    "main", SQLITE_FCNTL_FILE_POINTER, &f->main));
}

static enum err
sync_file(struct sqlite *db, sqlite3_file *file)
{
	if (file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return ERR_OK;
	db->sync_errno = EIO;
	return ERR_IO;
}

/* First all of the log, so that what happens to the database is no matter. */
static enum err
write_all_back(struct sqlite *db, const struct files *files,
    const struct wal_file *wal, const uint8_t *head)
{
	enum err e;

	if ((e = wal_check(wal, head)) == ERR_OK &&
	    (e = sync_file(db, files->log)) == ERR_OK &&
	    (e = wal_put_pages(wal, head)) == ERR_OK)
		e = sync_file(db, files->main);
	return e;
}

/* The head of the index is at the beginning of the first piece of its memory. */
static enum err
read_index(sqlite3 *handle, sqlite3_file *file, uint8_t head[WAL_INDEX_LEN])
{
	volatile void *map = NULL;
	int rc = file->pMethods->xShmMap(file, 0, INDEX_PIECE, 0, &map);

	if (rc != SQLITE_OK || map == NULL)
		return rc == SQLITE_OK ? ERR_INTERNAL : sqlite_outcome(handle, rc);
	memcpy(head, (const void *)map, WAL_INDEX_LEN);
	return ERR_OK;
}

/* Nobody may copy newer pages meanwhile: SQLite's own lock for that is taken. */
enum err
sqlite_log_check(struct db *base, bool write_back)
{
	struct sqlite *db = sqlite_of(base);
	struct files files = { NULL, NULL };
	struct wal_file wal = { .read = read_log, .arg = &files,
	    .write = write_back ? write_log : NULL, .put = write_main };
	uint8_t head[WAL_INDEX_LEN];
	enum err e;
	int rc;

	if ((e = find_files(db->handle, &files)) != ERR_OK)
		return e;
	if (!write_back)
		return (e = read_index(db->handle, files.main, head)) ==
		    ERR_OK ? wal_check(&wal, head) : e;
	rc = files.main->pMethods->xShmLock(files.main, CHECKPOINT_LOCK, 1,
	    SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
	if (rc != SQLITE_OK)
		return sqlite_outcome(db->handle, rc);
	if ((e = read_index(db->handle, files.main, head)) == ERR_OK)
		e = write_all_back(db, &files, &wal, head);
	files.main->pMethods->xShmLock(files.main, CHECKPOINT_LOCK, 1,
	    SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
	return e;
}

enum err
sqlite_log_id(struct db *base, uint64_t *out)
{
	struct files files = { NULL, NULL };
	sqlite3_int64 size;
	enum err e;

	*out = 0;
	if ((e = find_log(sqlite_of(base)->handle, &files.log)) != ERR_OK)
		return e;
	if (files.log->pMethods->xFileSize(files.log, &size) != SQLITE_OK)
		return ERR_IO;
	if (size == 0)
		return ERR_OK;
	*out = wal_id(&(struct wal_file){ .read = read_log, .arg = &files });
	return *out == 0 ? ERR_IO : ERR_OK;
}

void
sqlite_log_keep(struct db *base)
{
	(void)sqlite3_db_config(sqlite_of(base)->handle,
	    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}
