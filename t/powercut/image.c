/*
 * image - what a disk holds after the power has gone.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "t/powercut/image.h"

enum { FILES_MAX = 4096, NAMES_MAX = 16, SECTOR = 512 };

/* Positions of records, ascending. */
struct list {
	int64_t	*at;
	int	 n, cap;
};

struct file {
	uint64_t inode;
	char	*bytes;		/* what is safe */
	int64_t	 len, cap;
	struct list pending;	/* writes and truncations that are not */
};

struct folder {
	struct {
		char	 name[OPLOG_NAME_LEN];
		struct file *file;
	} entry[NAMES_MAX];
	int	 n;
};

struct image {
	const struct oplog *log;
	int64_t	 fed;			/* position of the newest record */
	uint64_t random;		/* for syncs that fail */
	struct file *files[FILES_MAX];	/* in the order of creation */
	int	 files_n;
	struct folder folder;		/* what is safe */
	struct list pending;		/* changes of it that are not */
};

static void
fail(const char *what)
{
	fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
list_add(struct list *l, int64_t position)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : l->cap * 2;
		l->at = realloc(l->at, (size_t)l->cap * sizeof(*l->at));
		if (l->at == NULL)
			fail("memory");
	}
	l->at[l->n++] = position;
}

static void
list_drop(struct list *l, int n)
{
	if (n == 0)
		return;
	memmove(l->at, l->at + n, (size_t)(l->n - n) * sizeof(*l->at));
	l->n -= n;
}

struct image *
image_new(const struct oplog *log, uint64_t seed)
{
	struct image *m = calloc(1, sizeof(*m));

	if (m == NULL)
		fail("memory");
	m->log = log;
	m->random = seed;
	return m;
}

void
image_free(struct image *m)
{
	int i;

	for (i = 0; i < m->files_n; i++) {
		free(m->files[i]->pending.at);
		free(m->files[i]->bytes);
		free(m->files[i]);
	}
	free(m->pending.at);
	free(m);
}

/* ---- files */

static void
file_resize(struct file *f, int64_t len)
{
	if (len > f->cap) {
		f->cap = len * 2;
		f->bytes = realloc(f->bytes, (size_t)f->cap);
		if (f->bytes == NULL)
			fail("memory");
	}
	if (len > f->len)
		memset(f->bytes + f->len, 0, (size_t)(len - f->len));
	f->len = len;
}

static void
file_put(struct file *f, int64_t at, const char *bytes, int64_t len)
{
	if (len == 0)
		return;
	if (at + len > f->len)
		file_resize(f, at + len);
	memcpy(f->bytes + at, bytes, (size_t)len);
}

static void
file_apply(struct file *f, const struct op *op)
{
	if (op->type == OP_TRUNCATE)
		file_resize(f, op->a);
	else
		file_put(f, op->a, op_data(op), op->len);
}

/* Of a write, some of the disk's sectors. */
static void
file_apply_torn(struct file *f, const struct op *op, uint64_t *random)
{
	int64_t at = op->a, end = op->a + op->len, next;

	for (; at < end; at = next) {
		next = (at / SECTOR + 1) * SECTOR;
		if (next > end)
			next = end;
		if (dice(random, 2) == 0)
			file_put(f, at, op_data(op) + (at - op->a), next - at);
	}
}

/* An inode's number may be given out again: the newest file has it. */
static struct file *
find_file(struct image *m, uint64_t inode)
{
	int i;

	for (i = m->files_n - 1; i >= 0; i--)
		if (m->files[i]->inode == inode)
			return m->files[i];
	fprintf(stderr, "replay: a file that nobody has made\n");
	exit(2);
}

static struct file *
add_file(struct image *m, uint64_t inode)
{
	struct file *f = calloc(1, sizeof(*f));

	if (f == NULL || m->files_n == FILES_MAX)
		fail("memory for files");
	f->inode = inode;
	m->files[m->files_n++] = f;
	return f;
}

/* A sync that began at `began` has ended: what was written before is safe. */
static void
sync_file(struct image *m, struct file *f, int64_t began)
{
	int i;

	for (i = 0; i < f->pending.n && f->pending.at[i] < began; i++)
		file_apply(f, oplog_at(m->log, f->pending.at[i]));
	list_drop(&f->pending, i);
}

/* A sync has failed: of each write it is decided whether it is there. */
static void
lose_some(struct image *m, struct file *f, int64_t began)
{
	const struct op *op;
	int i;

	for (i = 0; i < f->pending.n && f->pending.at[i] < began; i++) {
		op = oplog_at(m->log, f->pending.at[i]);
		if (op->type == OP_TRUNCATE || dice(&m->random, 2) == 0)
			file_apply(f, op);
	}
	list_drop(&f->pending, i);
}

/* ---- names */

static int
folder_find(const struct folder *d, const char *name, size_t len)
{
	int i;

	for (i = 0; i < d->n; i++)
		if (strlen(d->entry[i].name) == len &&
		    memcmp(d->entry[i].name, name, len) == 0)
			return i;
	return -1;
}

static void
folder_remove(struct folder *d, const char *name, size_t len)
{
	int i = folder_find(d, name, len);

	if (i != -1)
		d->entry[i] = d->entry[--d->n];
}

static void
folder_add(struct folder *d, const char *name, size_t len, struct file *f)
{
	folder_remove(d, name, len);
	if (d->n == NAMES_MAX)
		fail("names");
	memcpy(d->entry[d->n].name, name, len);
	d->entry[d->n].name[len] = '\0';
	d->entry[d->n++].file = f;
}

/*
 * `created` is the file of an OP_CREATE.  It is looked up when the record is
 * fed in, because its inode may belong to another file later.
 */
struct change {
	const struct op *op;
	struct file *created;
};

static void
folder_apply(struct folder *d, const struct change *c)
{
	const char *name = op_data(c->op), *to;
	struct file *moved;
	int i;

	switch (c->op->type) {
	case OP_CREATE:
		folder_add(d, name, c->op->len, c->created);
		break;
	case OP_UNLINK:
		folder_remove(d, name, c->op->len);
		break;
	case OP_RENAME:
		to = name + strlen(name) + 1;
		i = folder_find(d, name, strlen(name));
		if (i == -1)
			break;
		moved = d->entry[i].file;
		folder_remove(d, name, strlen(name));
		folder_add(d, to, c->op->len - strlen(name) - 1, moved);
		break;
	}
}

/* Which file the OP_CREATE at `position` made. */
static struct change
change_at(struct image *m, int64_t position)
{
	struct change c = { oplog_at(m->log, position), NULL };
	int i, creations = 0;

	if (c.op->type != OP_CREATE)
		return c;
	/* Creations that are pending are the newest files, in order. */
	for (i = m->pending.n - 1; i >= 0; i--) {
		creations += oplog_at(m->log, m->pending.at[i])->type ==
		    OP_CREATE;
		if (m->pending.at[i] == position)
			break;
	}
	c.created = m->files[m->files_n - creations];
	return c;
}

/* The first `n` pending changes happen to `d`. */
static void
folder_advance(struct image *m, struct folder *d, int n)
{
	struct change c;
	int i;

	for (i = 0; i < n; i++) {
		c = change_at(m, m->pending.at[i]);
		folder_apply(d, &c);
	}
}

static void
sync_folder(struct image *m, int64_t began)
{
	int n = 0;

	while (n < m->pending.n && m->pending.at[n] < began)
		n++;
	folder_advance(m, &m->folder, n);
	list_drop(&m->pending, n);
}

void
image_feed(struct image *m, int64_t position)
{
	const struct op *op = oplog_at(m->log, position);

	m->fed = position;
	switch (op->type) {
	case OP_CREATE:
		add_file(m, op->file);
		list_add(&m->pending, position);
		break;
	case OP_UNLINK:
	case OP_RENAME:
		list_add(&m->pending, position);
		break;
	case OP_WRITE:
	case OP_TRUNCATE:
		list_add(&find_file(m, op->file)->pending, position);
		break;
	case OP_SYNC:
		sync_file(m, find_file(m, op->file), op->a);
		break;
	case OP_SYNC_FAILED:
		lose_some(m, find_file(m, op->file), op->a);
		break;
	case OP_SYNC_FOLDER:
		sync_folder(m, op->a);
		break;
	}
}

/* ---- the toss */

/*
 * How this disk treats what is pending.  With `cut_at` it did everything in
 * order up to there and nothing after; else each write has its own luck.
 */
struct luck {
	int64_t	 cut_at;	/* -1: no order */
	uint64_t keep, tear;	/* of 100 */
};

static struct luck
toss_luck(struct image *m, uint64_t *random)
{
	static const struct luck kinds[] = {
		{ -1, 0, 0 }, { -1, 100, 0 }, { -1, 50, 0 }, { -1, 90, 5 },
		{ -1, 10, 20 }, { -1, 40, 50 }, { 0, 100, 0 },
	};
	struct luck l = kinds[dice(random, ARRAY_LEN(kinds))];

	if (l.cut_at == 0)
		l.cut_at = m->fed - (int64_t)dice(random, 65536);
	return l;
}

static void
apply_by_luck(struct file *f, const struct op *op, const struct luck *l,
    uint64_t *random)
{
	uint64_t toss = dice(random, 100);

	if (toss < l->keep)
		file_apply(f, op);
	else if (toss < l->keep + l->tear && op->type == OP_WRITE)
		file_apply_torn(f, op, random);
}

/* A copy of `f` with some of what is pending. */
static struct file
toss_file(struct image *m, const struct file *f, const struct luck *l,
    uint64_t *random)
{
	struct file copy = { .inode = f->inode };
	int i;

	file_put(&copy, 0, f->bytes, f->len);
	for (i = 0; i < f->pending.n; i++)
		if (l->cut_at == -1 || f->pending.at[i] < l->cut_at)
			apply_by_luck(&copy, oplog_at(m->log,
			    f->pending.at[i]), l, random);
	return copy;
}

static void
empty_folder(const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);

	if (d == NULL)
		fail(dir);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' &&
		    unlinkat(dirfd(d), e->d_name, 0) == -1)
			fail(e->d_name);
	closedir(d);
}

static void
write_file(const char *dir, const char *name, const struct file *f)
{
	char path[4096];
	int64_t done = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	if (fd == -1)
		fail(path);
	for (; done < f->len; done += n)
		if ((n = write(fd, f->bytes + done,
		    (size_t)(f->len - done))) <= 0)
			fail(path);
	close(fd);
}

void
image_write(struct image *m, const char *dir, uint64_t *random)
{
	struct luck luck = toss_luck(m, random);
	struct folder folder = m->folder;
	struct file copy;
	int i;

	folder_advance(m, &folder,
	    (int)dice(random, (uint64_t)m->pending.n + 1));
	empty_folder(dir);
	for (i = 0; i < folder.n; i++) {
		copy = toss_file(m, folder.entry[i].file, &luck, random);
		write_file(dir, folder.entry[i].name, &copy);
		free(copy.bytes);
	}
}
