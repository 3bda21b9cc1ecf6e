/*
 * filedir - the folder in which the bytes of files lie.
 *
 * Its buckets are made as they are needed.  Who finds one may be faster than
 * who has made it, so a file is not in its place before the folder of the
 * buckets was synced as well.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "store/filedir.h"

/* The group is nginx, which sends the files. */
enum { DIR_MODE = 0750, FILE_MODE = 0640, RANDOM_LEN = 16, BUCKET_LEN = 2 };

static const char incoming_name[] = "incoming";

/* What has failed, in the log, and as a refusal. */
static enum err
complain(const char *what, const char *dir, const char *name)
{
	bool is_full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;

	log_error("cannot %s %s/%s: %s", what, dir, name, strerror(errno));
	return is_full ? ERR_FULL : ERR_INTERNAL;
}

static int
open_dir(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Whatever the umask is, nginx can enter; it need not be ours to say so. */
static int
make_dir(int at, const char *name)
{
	int rc = mkdirat(at, name, DIR_MODE);

	if (rc == 0)
		rc = fchmodat(at, name, DIR_MODE, 0);
	else if (errno == EEXIST)
		rc = 0;
	return rc == 0 ? open_dir(at, name) : -1;
}

enum err
filedir_make(const char *dir)
{
	int fd, sub;

	if ((fd = make_dir(AT_FDCWD, dir)) < 0)
		return complain("make", dir, "");
	if ((sub = make_dir(fd, incoming_name)) >= 0 &&
	    faccessat(fd, incoming_name, W_OK | X_OK, AT_EACCESS) < 0) {
		close(sub);
		sub = -1;
	}
	close(fd);
	if (sub < 0)
		return complain("use", dir, incoming_name);
	close(sub);
	return ERR_OK;
}

/* The folder of the incoming bodies; -1, which has been logged. */
static int
open_incoming(const char *dir)
{
	int fd, sub;

	if ((fd = open_dir(AT_FDCWD, dir)) < 0)
		return -1;
	sub = open_dir(fd, incoming_name);
	close(fd);
	return sub;
}

enum err
filedir_create(const char *dir, struct incoming *out)
{
	unsigned char random[RANDOM_LEN];
	int folder;

	*out = (struct incoming){ .dir = dir, .fd = -1, .bytes = "" };
	num_random(random, sizeof(random));
	num_hex(random, sizeof(random), out->name);
	if ((folder = open_incoming(dir)) < 0)
		return complain("open", dir, incoming_name);
	out->fd = openat(folder, out->name, O_RDWR | O_CREAT | O_EXCL |
	    O_CLOEXEC, FILE_MODE);
	close(folder);
	return out->fd >= 0 ? ERR_OK :
	    complain("write in", dir, incoming_name);
}

enum err
filedir_write(struct incoming *in, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0; bytes += n, len -= (size_t)n) {
		n = write(in->fd, bytes, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return complain("write", in->dir, in->name);
	}
	return ERR_OK;
}

static enum err
map(struct incoming *in)
{
	struct stat st;
	void *bytes;

	if (fstat(in->fd, &st) < 0)
		return complain("read", in->dir, in->name);
	if (!S_ISREG(st.st_mode)) {
		log_error("%s/%s/%s is not a file", in->dir, incoming_name,
		    in->name);
		return ERR_INTERNAL;
	}
	if (st.st_size == 0)
		return ERR_OK;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, in->fd,
	    0);
	if (bytes == MAP_FAILED)
		return complain("read", in->dir, in->name);
	in->bytes = bytes;
	in->len = (size_t)st.st_size;
	return ERR_OK;
}

enum err
filedir_open(const char *dir, const char *path, struct incoming *out)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	int folder;

	*out = (struct incoming){ .dir = dir, .fd = -1, .bytes = "" };
	if (strlen(name) >= sizeof(out->name) || name[0] == '.')
		return ERR_BAD_REQUEST;
	snprintf(out->name, sizeof(out->name), "%s", name);
	if ((folder = open_incoming(dir)) < 0)
		return complain("open", dir, incoming_name);
	out->fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(folder);
	if (out->fd < 0)
		return complain("read", dir, path);
	return map(out);
}

/* Remove DIR/FOLDER/NAME, if it is there. */
static void
remove_from(const char *dir, const char *folder, const char *name)
{
	int fd, sub;

	if ((fd = open_dir(AT_FDCWD, dir)) < 0)
		return;
	if ((sub = open_dir(fd, folder)) >= 0) {
		if (unlinkat(sub, name, 0) < 0 && errno != ENOENT)
			(void)complain("remove", dir, name);
		close(sub);
	}
	close(fd);
}

void
filedir_close(struct incoming *in)
{
	if (in->len > 0)
		munmap((void *)(uintptr_t)in->bytes, in->len);
	if (in->fd >= 0) {
		close(in->fd);
		remove_from(in->dir, incoming_name, in->name);
	}
	*in = (struct incoming){ .fd = -1, .bytes = "" };
}

static void
bucket_of(const char *name, char out[BUCKET_LEN + 1])
{
	memcpy(out, name, BUCKET_LEN);
	out[BUCKET_LEN] = '\0';
}

/* What a move goes through. */
struct folders {
	int	 root;
	int	 incoming;
	int	 bucket;
};

static bool
open_folders(struct folders *f, const char *dir, const char *bucket)
{
	*f = (struct folders){ .root = -1, .incoming = -1, .bucket = -1 };
	return (f->root = open_dir(AT_FDCWD, dir)) >= 0 &&
	    (f->incoming = open_dir(f->root, incoming_name)) >= 0 &&
	    (f->bucket = make_dir(f->root, bucket)) >= 0;
}

static void
close_folders(struct folders *f)
{
	int fds[] = { f->root, f->incoming, f->bucket };
	size_t i;

	for (i = 0; i < ARRAY_LEN(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Rename it, and see that it stays so. */
static bool
rename_durably(const struct folders *f, const struct incoming *in,
    const char *name)
{
	if (fsync(in->fd) < 0 ||
	    renameat(f->incoming, in->name, f->bucket, name) < 0)
		return false;
	if (fsync(f->bucket) == 0 && fsync(f->root) == 0)
		return true;
	unlinkat(f->bucket, name, 0);
	return false;
}

/* Move a body that is whole to its name. */
static enum err
move(const struct incoming *in, const char *name)
{
	char bucket[BUCKET_LEN + 1];
	struct folders f;
	enum err e = ERR_OK;

	bucket_of(name, bucket);
	/* nginx's own is for nobody else; one that is not ours stays so. */
	(void)fchmod(in->fd, FILE_MODE);
	if (!open_folders(&f, in->dir, bucket) || !rename_durably(&f, in, name))
		e = complain("place", in->dir, name);
	close_folders(&f);
	return e;
}

static enum err
copy(const struct filedir_place *p)
{
	struct incoming part;
	enum err e;

	if ((e = filedir_create(p->from->dir, &part)) == ERR_OK)
		e = filedir_write(&part, p->from->bytes + p->at, p->len);
	if (e == ERR_OK)
		e = move(&part, p->name);
	filedir_close(&part);
	return e;
}

enum err
filedir_put(const struct filedir_place *p)
{
	return p->len == p->from->len ? move(p->from, p->name) : copy(p);
}

void
filedir_remove(const char *dir, const char *name)
{
	char bucket[BUCKET_LEN + 1];

	bucket_of(name, bucket);
	remove_from(dir, bucket, name);
}

/* One of the bucket's, and old enough to be nobody's. */
static bool
is_candidate(const struct filedir_sweep *s, int fd, const char *name)
{
	char bucket[BUCKET_LEN + 1];
	unsigned char number = (unsigned char)s->bucket;
	struct stat st;

	if (name[0] == '.')
		return false;
	num_hex(&number, 1, bucket);
	if (s->bucket != FILEDIR_INCOMING &&
	    strncmp(name, bucket, BUCKET_LEN) != 0)
		return false;
	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_mtim.tv_sec < s->before_s;
}

static enum err
sweep_entry(const struct filedir_sweep *s, int fd, const char *name, int *n)
{
	bool is_known = false;
	enum err e;

	if (!is_candidate(s, fd, name))
		return ERR_OK;
	if (s->bucket != FILEDIR_INCOMING &&
	    (e = s->is_known(s->arg, name, &is_known)) != ERR_OK)
		return e;
	if (is_known)
		return ERR_OK;
	if (unlinkat(fd, name, 0) == 0)
		++*n;
	else if (errno != ENOENT)
		return complain("remove", s->dir, name);
	return ERR_OK;
}

static DIR *
open_bucket(const struct filedir_sweep *s)
{
	char bucket[BUCKET_LEN + 1];
	unsigned char number = (unsigned char)s->bucket;
	int fd, sub;
	DIR *d;

	num_hex(&number, 1, bucket);
	if ((fd = open_dir(AT_FDCWD, s->dir)) < 0)
		return NULL;
	sub = open_dir(fd, s->bucket == FILEDIR_INCOMING ? incoming_name :
	    bucket);
	close(fd);
	if (sub < 0)
		return NULL;
	if ((d = fdopendir(sub)) == NULL)
		close(sub);
	return d;
}

enum err
filedir_sweep(const struct filedir_sweep *s, int *n_out)
{
	const struct dirent *entry;
	enum err e = ERR_OK;
	DIR *d = open_bucket(s);

	*n_out = 0;
	if (d == NULL)		/* most buckets are not there at first */
		return errno == ENOENT ? ERR_OK :
		    complain("look into", s->dir, "");
	while (e == ERR_OK && (entry = readdir(d)) != NULL)
		e = sweep_entry(s, dirfd(d), entry->d_name, n_out);
	closedir(d);
	return e;
}
