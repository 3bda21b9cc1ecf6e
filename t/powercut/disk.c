/*
 * disk - a preloaded library that keeps an account of a disk.
 *
 * POWERCUT_DIR names the folder whose files are watched (not those in folders
 * below it), POWERCUT_LOG the log, see oplog.h.  Whatever the process does to
 * those files also goes into the log.  Nothing is really synced: the test asks
 * the log, not the disk.  What is written through a shared mapping is not
 * seen, which suits SQLite: its -shm file need not survive.
 *
 *	POWERCUT_SYNC_US	a sync takes so many microseconds
 *	POWERCUT_LIE=1		syncs are claimed but not noted, as by a disk
 *				that lies: the test must find out
 *	POWERCUT_FAULTS		a folder: while it holds a file `full`, writes
 *				fail with ENOSPC, `readonly`: with EROFS; and
 *				while it holds `sync`, syncs fail with EIO.
 *				`sync-NAME`: those of the program NAME
 *
 * A write is noted before it is made: a process killed in between has written
 * less than the log says, as if the power cut had dropped it.
 */
#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "t/powercut/oplog.h"

enum { FD_MAX = 1024 };

enum watch { WATCH_NOT, WATCH_FILE, WATCH_FOLDER };

static struct {
	struct oplog *log;
	char	 dir[PATH_MAX];
	size_t	 dir_len;
	bool	 lies;
	long	 sync_us;
	const char *faults;
	/* By descriptor; one that came with the process is not watched. */
	unsigned char watch[FD_MAX];
	uint64_t file[FD_MAX];
	uint64_t failures[FD_MAX];	/* that it has been told of */
} self;

/* The next definition of a libc call, after ours. */
#define REAL(name)	((__typeof__(&name))real_of(#name))

static void *
real_of(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

static void
fail(const char *what)
{
	fprintf(stderr, "powercut: %s: %s\n", what, strerror(errno));
	abort();
}

/* ---- the log */

static void
init_log(struct oplog *log)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&log->lock, &attr);
	log->end = OPLOG_FIRST;
	log->magic = OPLOG_MAGIC;
}

static long
number_of(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *dir = getenv("POWERCUT_DIR");
	const char *path = getenv("POWERCUT_LOG");
	struct stat st;
	int fd;

	if (dir == NULL || path == NULL)
		return;
	if (realpath(dir, self.dir) == NULL)
		fail(dir);
	self.dir_len = strlen(self.dir);
	self.lies = number_of("POWERCUT_LIE") != 0;
	self.sync_us = number_of("POWERCUT_SYNC_US");
	self.faults = getenv("POWERCUT_FAULTS");
	fd = REAL(open)(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || flock(fd, LOCK_EX) == -1 || fstat(fd, &st) == -1 ||
	    (st.st_size == 0 && REAL(ftruncate)(fd, OPLOG_SIZE) == -1))
		fail(path);
	self.log = mmap(NULL, (size_t)OPLOG_SIZE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (self.log == MAP_FAILED)
		fail(path);
	if (self.log->magic != OPLOG_MAGIC)
		init_log(self.log);
	/* The mapping would keep the lock when the descriptor is closed. */
	flock(fd, LOCK_UN);
	REAL(close)(fd);
}

static void
lock_log(void)
{
	int rc = pthread_mutex_lock(&self.log->lock);

	if (rc == EOWNERDEAD)
		rc = pthread_mutex_consistent(&self.log->lock);
	if (rc != 0)
		abort();
}

static void
unlock_log(void)
{
	pthread_mutex_unlock(&self.log->lock);
}

struct note {
	enum op_type type;
	uint64_t file;
	int64_t	 a;
	const struct iovec *data;
	int	 data_n;
};

static size_t
length_of(const struct iovec *data, int n)
{
	size_t len = 0;

	while (n-- > 0)
		len += data++->iov_len;
	return len;
}

/* Append a record; the log is locked. */
static void
put(const struct note *n)
{
	size_t len = length_of(n->data, n->data_n);
	int64_t size = (int64_t)((sizeof(struct op) + len + 7) & ~7UL);
	struct op *op = (struct op *)((char *)self.log + self.log->end);
	char *to = (char *)(op + 1);
	int i;

	if (self.log->end + size > OPLOG_SIZE) {
		errno = ENOSPC;
		fail("the log is full");
	}
	*op = (struct op){ .type = n->type, .len = (uint32_t)len,
	    .file = n->file, .a = n->a, .size = size };
	for (i = 0; i < n->data_n; i++) {
		memcpy(to, n->data[i].iov_base, n->data[i].iov_len);
		to += n->data[i].iov_len;
	}
	if (n->type == OP_SYNC)
		self.log->syncs++;
	__atomic_store_n(&self.log->end, self.log->end + size,
	    __ATOMIC_RELEASE);
}

static void
put_name(enum op_type type, uint64_t file, const char *name)
{
	struct iovec data = { (void *)(uintptr_t)name, strlen(name) };

	put(&(struct note){ .type = type, .file = file, .data = &data,
	    .data_n = 1 });
}

/*
 * For clients, who find these with dlsym: their write became row `seq`, or
 * they were shown it; `text` is what the row holds, "" if they do not know.
 */
void	 powercut_acked(int64_t seq, const char *text);
void	 powercut_seen(int64_t seq, const char *text);

static void
put_promise(enum op_type type, int64_t seq, const char *text)
{
	struct iovec data = { (void *)(uintptr_t)text, strlen(text) };

	if (self.log == NULL)
		return;
	lock_log();
	put(&(struct note){ .type = type, .a = seq, .data = &data,
	    .data_n = 1 });
	unlock_log();
}

void
powercut_acked(int64_t seq, const char *text)
{
	put_promise(OP_ACKED, seq, text);
}

void
powercut_seen(int64_t seq, const char *text)
{
	put_promise(OP_SEEN, seq, text);
}

/* How many syncs of files there were so far, by all processes. */
int64_t	 powercut_syncs(void);

int64_t
powercut_syncs(void)
{
	return self.log == NULL ? 0 :
	    __atomic_load_n(&self.log->syncs, __ATOMIC_RELAXED);
}

/* ---- which files are watched */

/*
 * The name of a watched file, or NULL.  The memory that SQLite shares is none.
 */
static const char *
name_of(const char *path)
{
	const char *name;

	if (self.log == NULL || strncmp(path, self.dir, self.dir_len) != 0 ||
	    path[self.dir_len] != '/')
		return NULL;
	name = path + self.dir_len + 1;
	if (strchr(name, '/') != NULL || *name == '\0' ||
	    strlen(name) >= OPLOG_NAME_LEN)
		return NULL;
	if (strlen(name) > 4 && strcmp(name + strlen(name) - 4, "-shm") == 0)
		return NULL;
	return name;
}

static uint64_t *
failures_of(int fd)
{
	return &self.log->failures[self.file[fd] % OPLOG_FAILURES];
}

static void
remember(int fd, enum watch watch, uint64_t file)
{
	if (fd >= FD_MAX)
		fail("too many descriptors");
	self.watch[fd] = watch;
	self.file[fd] = file;
	self.failures[fd] = *failures_of(fd);
}

static bool
is_watched(int fd)
{
	return fd >= 0 && fd < FD_MAX && self.watch[fd] == WATCH_FILE;
}

static bool
has_fault(const char *name)
{
	char path[PATH_MAX];

	if (self.faults == NULL)
		return false;
	snprintf(path, sizeof(path), "%s/%s", self.faults, name);
	return access(path, F_OK) == 0;
}

/* ---- opening */

static int
open_watched(const char *path, const char *name, int flags, mode_t mode)
{
	bool existed;
	struct stat st;
	int fd;

	lock_log();
	existed = access(path, F_OK) == 0;
	fd = REAL(open)(path, flags, mode);
	if (fd != -1) {
		if (fstat(fd, &st) == -1)
			fail(path);
		remember(fd, WATCH_FILE, st.st_ino);
		if (!existed)
			put_name(OP_CREATE, st.st_ino, name);
		if (existed && (flags & O_TRUNC))
			put(&(struct note){ .type = OP_TRUNCATE,
			    .file = st.st_ino });
	}
	unlock_log();
	return fd;
}

static int
open_any(const char *path, int flags, mode_t mode)
{
	const char *name = name_of(path);
	int fd;

	if (name != NULL)
		return open_watched(path, name, flags, mode);
	fd = REAL(open)(path, flags, mode);
	if (fd != -1 && fd < FD_MAX)
		self.watch[fd] = self.log != NULL &&
		    strcmp(path, self.dir) == 0 ? WATCH_FOLDER : WATCH_NOT;
	return fd;
}

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_any(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_any(path, flags, mode);
}

int
close(int fd)
{
	if (fd >= 0 && fd < FD_MAX)
		self.watch[fd] = WATCH_NOT;
	return REAL(close)(fd);
}

/* ---- changing */

/* Note a write, unless it is to fail. */
static bool
note_write(int fd, const struct iovec *data, int n, off_t at)
{
	int errnum = has_fault("full") ? ENOSPC :
	    has_fault("readonly") ? EROFS : 0;

	if (errnum != 0) {
		errno = errnum;
		return false;
	}
	put(&(struct note){ .type = OP_WRITE, .file = self.file[fd], .a = at,
	    .data = data, .data_n = n });
	return true;
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	struct iovec data = { (void *)(uintptr_t)bytes, len };
	ssize_t n = -1;

	if (!is_watched(fd))
		return REAL(pwrite)(fd, bytes, len, at);
	lock_log();
	if (note_write(fd, &data, 1, at))
		n = REAL(pwrite)(fd, bytes, len, at);
	unlock_log();
	return n;
}

ssize_t
pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	return pwrite(fd, bytes, len, at);
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	struct iovec data = { (void *)(uintptr_t)bytes, len };
	ssize_t n = -1;

	if (!is_watched(fd))
		return REAL(write)(fd, bytes, len);
	lock_log();
	if (note_write(fd, &data, 1, lseek(fd, 0, SEEK_CUR)))
		n = REAL(write)(fd, bytes, len);
	unlock_log();
	return n;
}

ssize_t
pwritev(int fd, const struct iovec *data, int n, off_t at)
{
	ssize_t done = -1;

	if (!is_watched(fd))
		return REAL(pwritev)(fd, data, n, at);
	lock_log();
	if (note_write(fd, data, n, at))
		done = REAL(pwritev)(fd, data, n, at);
	unlock_log();
	return done;
}

int
ftruncate(int fd, off_t len)
{
	int rc;

	if (!is_watched(fd))
		return REAL(ftruncate)(fd, len);
	if (has_fault("readonly")) {
		errno = EROFS;
		return -1;
	}
	lock_log();
	put(&(struct note){ .type = OP_TRUNCATE, .file = self.file[fd],
	    .a = len });
	rc = REAL(ftruncate)(fd, len);
	unlock_log();
	return rc;
}

int
ftruncate64(int fd, off64_t len)
{
	return ftruncate(fd, len);
}

int
unlink(const char *path)
{
	const char *name = name_of(path);
	int rc;

	if (name == NULL)
		return REAL(unlink)(path);
	lock_log();
	rc = REAL(unlink)(path);
	if (rc == 0)
		put_name(OP_UNLINK, 0, name);
	unlock_log();
	return rc;
}

int
rename(const char *from, const char *to)
{
	const char *names[] = { name_of(from), name_of(to) };
	struct iovec data[2];
	int rc;

	if (names[0] == NULL && names[1] == NULL)
		return REAL(rename)(from, to);
	if (names[0] == NULL || names[1] == NULL)
		fail("a file moves in or out of the folder");
	lock_log();
	rc = REAL(rename)(from, to);
	data[0] = (struct iovec){ (void *)(uintptr_t)names[0],
	    strlen(names[0]) + 1 };
	data[1] = (struct iovec){ (void *)(uintptr_t)names[1],
	    strlen(names[1]) };
	if (rc == 0)
		put(&(struct note){ .type = OP_RENAME, .data = data,
		    .data_n = 2 });
	unlock_log();
	return rc;
}

/* ---- syncing */

/* A sync that is to fail: the log is told, and everybody else by and by. */
static void
fail_sync(int fd, int64_t began)
{
	char name[64];

	snprintf(name, sizeof(name), "sync-%s", program_invocation_short_name);
	if (!has_fault("sync") && !has_fault(name))
		return;
	lock_log();
	put(&(struct note){ .type = OP_SYNC_FAILED, .file = self.file[fd],
	    .a = began });
	++*failures_of(fd);
	unlock_log();
}

/*
 * The log is locked.  A failure is told to each who had the file open then, once,
 * at the end of a sync of its own: so it is in Linux since 4.13.
 */
static bool
hear_of_failure(int fd)
{
	bool is_news = self.failures[fd] != *failures_of(fd);

	self.failures[fd] = *failures_of(fd);
	return is_news;
}

/*
 * Only what was written before the sync began is safe when it has ended.
 */
static int
sync_watched(int fd)
{
	enum op_type type = self.watch[fd] == WATCH_FILE ? OP_SYNC :
	    OP_SYNC_FOLDER;
	int64_t began = __atomic_load_n(&self.log->end, __ATOMIC_ACQUIRE);
	bool failed;

	if (type == OP_SYNC)
		fail_sync(fd, began);
	if (self.sync_us > 0)
		usleep((useconds_t)self.sync_us);
	if (self.lies)
		return 0;
	lock_log();
	failed = type == OP_SYNC && hear_of_failure(fd);
	if (!failed)
		put(&(struct note){ .type = type, .file = self.file[fd],
		    .a = began });
	unlock_log();
	if (failed)
		errno = EIO;
	return failed ? -1 : 0;
}

int
fsync(int fd)
{
	if (fd >= 0 && fd < FD_MAX && self.watch[fd] != WATCH_NOT)
		return sync_watched(fd);
	return REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	if (fd >= 0 && fd < FD_MAX && self.watch[fd] != WATCH_NOT)
		return sync_watched(fd);
	return REAL(fdatasync)(fd);
}
