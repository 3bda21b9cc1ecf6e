/*
 * replay LOG DIR SEED CUTS - cut the power at random points of a recorded run.
 *
 * For each cut it lays out in DIR a disk that may be left, starts on it as the
 * programs would (migrate, mark as running), and asks: is the database sound,
 * is everything there that a client had been told or shown before the cut, and
 * is the next seq one that no client has seen?  SEED makes a run repeatable.
 *
 * Exit status: 0 nothing was lost, 1 something was (said on stdout), 2 trouble.
 */
#include "config.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "store/event.h"
#include "store/keep.h"
#include "t/powercut/image.h"

enum { BUSY_MS = 1000, COMPLAINTS_MAX = 10 };

/* What a client knows: row `seq` holds `text` ("": any). */
struct promise {
	int64_t	 seq;
	char	 text[64];
};

struct replay {
	const struct oplog *log;
	struct image *image;
	char	 path[4096];		/* the database in the folder */
	const char *dir;
	uint64_t random;
	struct promise *promises;	/* by seq; made before the cut */
	int	 promises_n, promises_cap;
	int	 cut;			/* which one it is */
	int	 bad;
	int	 with_rows;		/* cuts after which there was a row */
};

static void NO_RETURN
fail(const char *what)
{
	fprintf(stderr, "replay: %s\n", what);
	exit(2);
}

static void PRINTF_LIKE(2, 3)
complain(struct replay *r, const char *fmt, ...)
{
	va_list ap;

	if (r->bad++ >= COMPLAINTS_MAX)
		return;
	printf("# cut %d: ", r->cut);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

/* ---- what clients were told */

/* The index of `seq`, or of the place where it belongs. */
static int
find_promise(const struct replay *r, int64_t seq)
{
	int low = 0, high = r->promises_n, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (r->promises[middle].seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
grow_promises(struct replay *r, int cap)
{
	r->promises = realloc(r->promises, (size_t)cap * sizeof(*r->promises));
	if (r->promises == NULL)
		fail("memory");
	r->promises_cap = cap;
}

static struct promise *
insert_promise(struct replay *r, int at, int64_t seq)
{
	if (r->promises_n == r->promises_cap)
		grow_promises(r, r->promises_cap * 2);
	memmove(&r->promises[at + 1], &r->promises[at],
	    (size_t)(r->promises_n - at) * sizeof(*r->promises));
	r->promises_n++;
	r->promises[at] = (struct promise){ .seq = seq };
	return &r->promises[at];
}

/* Two different rows under one seq are the worst of all. */
static void
add_promise(struct replay *r, const struct op *op)
{
	int at = find_promise(r, op->a);
	struct promise *p;
	char text[64];

	if (op->a == 0)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)op->len, op_data(op));
	if (at < r->promises_n && r->promises[at].seq == op->a)
		p = &r->promises[at];
	else
		p = insert_promise(r, at, op->a);
	if (p->text[0] != '\0' && text[0] != '\0' &&
	    strcmp(p->text, text) != 0)
		complain(r, "seq %lld was given out twice: %s, %s",
		    (long long)op->a, p->text, text);
	if (text[0] != '\0')
		memcpy(p->text, text, sizeof(p->text));
}

/* ---- looking at a disk */

static void
check_sound(struct replay *r, sqlite3 *handle)
{
	sqlite3_stmt *stmt = NULL;
	const char *text = "no answer";

	if (sqlite3_prepare_v2(handle, "PRAGMA integrity_check", -1, &stmt,
	    NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(stmt, 0);
	if (strcmp(text, "ok") != 0)
		complain(r, "the database is damaged: %s, %s", text,
		    sqlite3_errmsg(handle));
	sqlite3_finalize(stmt);
}

/* Rows and promises, both by seq: no promise without its row. */
static void
check_rows(struct replay *r, sqlite3 *handle)
{
	static const char sql[] = "SELECT e.seq, coalesce(m.body, e.arg, '')"
	    " FROM event e LEFT JOIN message m ON m.id = e.seq ORDER BY e.seq";
	const struct promise *p = r->promises;
	const struct promise *end = p + r->promises_n;
	sqlite3_stmt *stmt = NULL;
	int64_t seq = 0;
	int rows = 0;

	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail(sqlite3_errmsg(handle));
	for (; p < end; p++) {
		while (seq < p->seq && sqlite3_step(stmt) == SQLITE_ROW) {
			seq = sqlite3_column_int64(stmt, 0);
			rows++;
		}
		if (seq != p->seq) {
			complain(r, "seq %lld is lost", (long long)p->seq);
			break;
		}
		if (p->text[0] != '\0' && strcmp(p->text, (const char *)
		    sqlite3_column_text(stmt, 1)) != 0)
			complain(r, "seq %lld holds %s, not %s",
			    (long long)seq, sqlite3_column_text(stmt, 1),
			    p->text);
	}
	r->with_rows += rows > 0;
	sqlite3_finalize(stmt);
}

/* The next start: nobody may have seen the seq that it gives out. */
static void
check_next(struct replay *r)
{
	struct store_options o = { .driver = &db_sqlite, .path = r->path,
	    .mode = DB_ALONE, .busy_ms = BUSY_MS };
	struct event event = { .kind = EVENT_USER_UPDATED, .user_id = 1,
	    .at = 1 };
	int64_t newest = r->promises_n == 0 ? 0 :
	    r->promises[r->promises_n - 1].seq;
	struct store *s;
	enum err e;

	e = store_open(&o, &s);
	if (e == ERR_OK)
		e = store_mark_running(s);
	if (e == ERR_OK && (e = store_begin(s)) == ERR_OK) {
		e = store_event_append(s, &event);
		e = store_end(s, e);
	}
	if (e != ERR_OK)
		complain(r, "cannot go on: %s", err_code(e));
	else if (event.seq <= newest)
		complain(r, "seq %lld is given out again, %lld was seen",
		    (long long)event.seq, (long long)newest);
	store_close(s);
}

static void
check_disk(struct replay *r)
{
	sqlite3 *handle = NULL;

	if (store_migrate(&db_sqlite, r->path, BUSY_MS) != ERR_OK) {
		complain(r, "the database does not open");
		return;
	}
	if (sqlite3_open(r->path, &handle) != SQLITE_OK)
		fail(sqlite3_errmsg(handle));
	check_sound(r, handle);
	check_rows(r, handle);
	sqlite3_close(handle);
	check_next(r);
}

/* ---- the cuts */

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Where the power may go: anywhere, or among the records of a kind that are too
 * few to be hit by chance.
 */
enum place { ANYWHERE, CHECKPOINT, RESET, FAILURE, PLACES_N };

static const char *const place_names[PLACES_N] = {
	"anywhere", "while the log is copied", "where it begins anew",
	"after a failed sync"
};

struct places {
	int64_t	*at[PLACES_N];	/* numbers of records */
	int64_t	 n[PLACES_N];
};

enum { LOGS_MAX = 4096 };

/* The inodes of logs: they are the newest with that number. */
struct logs {
	uint64_t inode[LOGS_MAX];
	bool	 is_log[LOGS_MAX];
	int	 n;
};

static void
note_file(struct logs *l, const struct op *op)
{
	static const char end[] = "-wal";
	size_t len = sizeof(end) - 1;

	if (l->n == LOGS_MAX)
		fail("too many files");
	l->inode[l->n] = op->file;
	l->is_log[l->n++] = op->len > len && memcmp(op_data(op) + op->len - len,
	    end, len) == 0;
}

static bool
is_log(const struct logs *l, uint64_t inode)
{
	int i;

	for (i = l->n - 1; i >= 0; i--)
		if (l->inode[i] == inode)
			return l->is_log[i];
	return false;
}

static enum place
place_of(const struct logs *l, const struct op *op)
{
	if (op->type == OP_SYNC_FAILED)
		return FAILURE;
	if (op->type != OP_WRITE && op->type != OP_SYNC &&
	    op->type != OP_TRUNCATE)
		return ANYWHERE;
	if (!is_log(l, op->file))
		return CHECKPOINT;
	return op->type == OP_TRUNCATE || (op->type == OP_WRITE && op->a == 0) ?
	    RESET : ANYWHERE;
}

static void
add_place(struct places *p, enum place place, int64_t record)
{
	int64_t n = p->n[place];

	/* Doubled whenever it is full. */
	if ((n & (n - 1)) == 0) {
		p->at[place] = realloc(p->at[place],
		    (size_t)(n == 0 ? 1 : 2 * n) * sizeof(record));
		if (p->at[place] == NULL)
			fail("memory");
	}
	p->at[place][p->n[place]++] = record;
}

/* A log in which nobody was told anything proves nothing. */
static void
find_places(const struct oplog *log, struct places *p)
{
	static struct logs logs;
	int64_t position, records = 0, acked = 0, seen = 0;
	const struct op *op;
	enum place place;

	for (position = OPLOG_FIRST; position < log->end;
	    position += op->size) {
		op = oplog_at(log, position);
		if (op->type == OP_CREATE)
			note_file(&logs, op);
		if ((place = place_of(&logs, op)) != ANYWHERE)
			add_place(p, place, records);
		add_place(p, ANYWHERE, records++);
		acked += op->type == OP_ACKED;
		seen += op->type == OP_SEEN;
	}
	printf("# %lld records: %lld syncs, %lld acknowledged, %lld shown\n",
	    (long long)records, (long long)log->syncs, (long long)acked,
	    (long long)seen);
	if (acked == 0 || seen == 0)
		fail("nobody was told anything");
}

/*
 * `n` records after which the power goes, in order: one half anywhere, the rest
 * at the special places or a little after.
 */
static int64_t *
choose_cuts(struct replay *r, int n)
{
	enum { AFTER = 4 };
	struct places p = { .n = { 0 } };
	int64_t *cuts = calloc((size_t)n, sizeof(*cuts)), last;
	int counts[PLACES_N] = { 0 }, i;
	enum place place;

	if (cuts == NULL)
		fail("memory");
	find_places(r->log, &p);
	last = p.n[ANYWHERE] - 1;
	for (i = 0; i < n; i++) {
		place = i % 2 == 0 ? ANYWHERE :
		    (enum place)(1 + dice(&r->random, PLACES_N - 1));
		if (p.n[place] == 0)
			place = ANYWHERE;
		cuts[i] = p.at[place][dice(&r->random, (uint64_t)p.n[place])];
		if (place != ANYWHERE)
			cuts[i] += (int64_t)dice(&r->random, AFTER);
		if (cuts[i] > last)
			cuts[i] = last;
		counts[place]++;
	}
	for (i = 0; i < PLACES_N; i++) {
		printf("# %d cuts %s\n", counts[i], place_names[i]);
		free(p.at[i]);
	}
	qsort(cuts, (size_t)n, sizeof(*cuts), by_number);
	return cuts;
}

static void
feed(struct replay *r, int64_t position)
{
	const struct op *op = oplog_at(r->log, position);

	if (op->type == OP_SEEN || op->type == OP_ACKED)
		add_promise(r, op);
	else
		image_feed(r->image, position);
}

static void
replay(struct replay *r, int n)
{
	int64_t *cuts = choose_cuts(r, n), position = OPLOG_FIRST, i = 0;

	for (r->cut = 0; r->cut < n; r->cut++) {
		for (; i <= cuts[r->cut]; i++) {
			feed(r, position);
			position += oplog_at(r->log, position)->size;
		}
		image_write(r->image, r->dir, &r->random);
		check_disk(r);
	}
	free(cuts);
}

static const struct oplog *
map_log(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct oplog *log;

	log = fd == -1 ? MAP_FAILED : mmap(NULL, (size_t)OPLOG_SIZE,
	    PROT_READ, MAP_SHARED, fd, 0);
	if (log == MAP_FAILED || log->magic != OPLOG_MAGIC)
		fail("there is no log");
	close(fd);
	return log;
}

int
main(int argc, char **argv)
{
	struct replay r = { .cut = 0 };
	int64_t seed, cuts;

	log_init("replay");
	log_set_level(LOG_ERROR);
	if (argc != 5 || !num_parse(argv[3], 1, INT64_MAX, &seed) ||
	    !num_parse(argv[4], 1, 1000000, &cuts))
		fail("usage: replay LOG DIR SEED CUTS");
	r.log = map_log(argv[1]);
	r.dir = argv[2];
	r.random = (uint64_t)seed;
	snprintf(r.path, sizeof(r.path), "%s/natterjack.db", r.dir);
	r.image = image_new(r.log, (uint64_t)seed);
	grow_promises(&r, 1024);
	replay(&r, (int)cuts);
	image_free(r.image);
	free(r.promises);
	printf("# seed %lld: %lld cuts, %d of them with rows, %d faults\n",
	    (long long)seed, (long long)cuts, r.with_rows, r.bad);
	return r.bad > 0;
}
