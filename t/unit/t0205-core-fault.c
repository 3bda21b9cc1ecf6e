/*
 * Never half a change: each verb with each of its calls to the database failing
 * in turn, and with each size of memory too small for it.  While it fails, the
 * database stays as it was to the last column; then it succeeds.
 *
 * That is so when the disk fails once, whatever it says; when nothing works from
 * some call on; and in a commit group, where the sync of a commit may fail too:
 * then the change has happened as a whole, or not at all.
 *
 * With the word "verbs" it prints the verbs that it tries, for t0220.
 */
#include "config.h"

#include "base/num.h"
#include "t/unit/core-verbs.h"

/* ---- the database in a digest */

enum { TABLES_MAX = 64 };

/* Every table that there is, with all its columns in one text. */
static const char tables_sql[] =
    "SELECT 'SELECT ' || (SELECT group_concat('quote(\"' || name || '\")',"
    " ' || '','' || ') FROM pragma_table_info(t.name)) || ' FROM \"' || name"
    " || '\" ORDER BY 1' FROM sqlite_schema t WHERE type = 'table'";

struct digest {
	uint8_t	 hash[SHA256_LEN];
	int	 rows[TABLES_MAX];	/* of each table */
};

/* The texts in the first column of what a query gives. */
static int
dump(struct db *db, const char *sql, struct str *out)
{
	const struct db_driver *d = ((struct db_base *)db)->driver;
	struct db_query *q;
	int rows;

	must(d->prepare(db, sql, &q));
	for (rows = 0; d->step(db, q) == ERR_OK; rows++) {
		str_puts(out, d->get_text(q, 0));
		str_putc(out, '\n');
	}
	d->finalize(db, q);
	return rows;
}

static void
digest(struct rig *r, struct digest *out)
{
	struct str tables, all;
	char *line, *end;
	int n = 0;

	str_init(&tables, 1 << 16);
	str_init(&all, 1 << 20);
	*out = (struct digest){ .hash = { 0 } };
	dump(r->f.s->db, tables_sql, &tables);
	for (line = tables.s; (end = strchr(line, '\n')) != NULL &&
	    n < TABLES_MAX; line = end + 1) {
		*end = '\0';
		out->rows[n++] = dump(r->f.s->db, line, &all);
	}
	if (!str_is_ok(&tables) || !str_is_ok(&all) || n < 8)
		must(ERR_NOMEM);
	num_sha256(all.s, all.len, out->hash);
	str_release(&tables);
	str_release(&all);
}

static bool
is_same(const struct digest *a, const struct digest *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* ---- the ways to fail */

/* Run it once; it ends whatever transaction it begins. */
static enum err
run(const struct attempt *a, struct scene *s, struct arena *arena)
{
	struct call c = rig_call(s->rig, s->ann);
	enum err e;

	c.arena = arena;
	c.session_id = s->login.session_id;
	e = a->run(s, &c);
	if (s->rig->f.s->writing || s->rig->f.s->reading)
		printf("Bail out! %s leaves a transaction open\n", a->name);
	return e;
}

/* How calls fail: with one of these after the other, once or from then on. */
struct way {
	const enum err *faults;
	int	 faults_n;
	bool	 is_for_ever;
};

/* Run it with the `n`-th call failing; whether it got that far. */
static bool
run_failing(const struct attempt *a, struct scene *s, int64_t n,
    const struct way *w, enum err *out)
{
	struct arena arena;
	bool hit;

	arena_init(&arena, FIX_ARENA);
	db_fault_set(n, w->faults[n % w->faults_n], w->is_for_ever);
	*out = run(a, s, &arena);
	hit = db_fault_calls() >= n;
	db_fault_set(0, ERR_OK, false);
	arena_release(&arena);
	return hit;
}

/*
 * Fail the first call, then the second, and so on, until one is reached that
 * the verb does not make.  `*made_out` is how many failed.
 */
static bool
with_faults(const struct attempt *a, struct scene *s, const struct way *w,
    int *made_out)
{
	struct digest before, after;
	bool same = true, hit = true;
	enum err e, want;
	int n;

	digest(s->rig, &before);
	for (n = 1; same && hit; n++) {
		hit = run_failing(a, s, n, w, &e);
		want = hit ? w->faults[n % w->faults_n] : a->want;
		digest(s->rig, &after);
		same = e == want && is_same(&before, &after) ==
		    (hit || a->is_read);
		if (!same)
			printf("# call %d: %s, not %s\n", n, err_code(e),
			    err_code(want));
	}
	*made_out = n - 2;
	return same;
}

/* Give it 0 bytes, then a few more, and so on, until it has enough. */
static bool
with_little(const struct attempt *a, struct scene *s, size_t *max_out)
{
	enum { STEP = 32, ENOUGH = 1 << 20 };
	struct digest before, after;
	struct arena arena;
	size_t max;
	enum err e = ERR_NOMEM;
	bool same = true;

	digest(s->rig, &before);
	for (max = 0; same && e == ERR_NOMEM && max < ENOUGH; max += STEP) {
		arena_init(&arena, max);
		e = run(a, s, &arena);
		arena_release(&arena);
		digest(s->rig, &after);
		same = (e == ERR_NOMEM || e == a->want) &&
		    is_same(&before, &after) ==
		    (e == ERR_NOMEM || a->is_read);
		if (!same)
			printf("# %zu bytes: %s\n", max, err_code(e));
	}
	*max_out = max - STEP;
	return same && e == a->want;
}

/* ---- each of them, for one verb */

static void
try_faults(const struct attempt *a)
{
	static const enum err full[] = { ERR_FULL }, others[] = { ERR_IO,
	    ERR_BUSY, ERR_CORRUPT, ERR_NOMEM };
	static const struct way once = { full, 1, false },
	    others_once = { others, ARRAY_LEN(others), false },
	    for_ever = { full, 1, true };
	const struct way *ways[] = { &once, &others_once, &for_ever };
	struct scene s;
	struct rig r;
	bool whole = true;
	int made = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ways) && whole; i++) {
		set_scene(&s, &r);
		whole = with_faults(a, &s, ways[i], &made);
		drop_scene(&s);
	}
	ok(whole && made > 0, "%s: all or nothing, whichever of %d calls fails",
	    a->name, made);
}

static void
try_little(const struct attempt *a)
{
	struct scene s;
	struct rig r;
	size_t max;
	bool whole;

	set_scene(&s, &r);
	whole = with_little(a, &s, &max);
	ok(whole, "%s: all or nothing, with less memory than %zu bytes",
	    a->name, max);
	drop_scene(&s);
}

/* In a new commit group, with the `n`-th call failing, as run_failing(). */
static bool
run_in_group(const struct attempt *a, struct scene *s, int n, enum err *out)
{
	static const enum err io[] = { ERR_IO };
	static const struct way once = { io, 1, false };
	struct commit *commit = commit_new();
	bool hit;

	if (commit == NULL)
		must(ERR_NOMEM);
	reopen_scene(s, commit);
	hit = run_failing(a, s, n, &once, out);
	reopen_scene(s, NULL);
	commit_free(commit);
	return hit;
}

/* What the rows are when nothing fails. */
static bool
run_whole(const struct attempt *a, struct digest *out)
{
	struct scene s;
	struct rig r;
	enum err e;
	bool hit;

	set_scene(&s, &r);
	hit = run_in_group(a, &s, INT32_MAX, &e);
	digest(s.rig, out);
	drop_scene(&s);
	return !hit && e == a->want;
}

/* The same change as one that nothing has disturbed? */
static bool
has_rows_of(const struct digest *d, const struct digest *whole)
{
	return memcmp(d->rows, whole->rows, sizeof(d->rows)) == 0;
}

/* As with_faults(), until a call fails after which the change has happened. */
static bool
with_group(const struct attempt *a, struct scene *s,
    const struct digest *whole, int *n, bool *hit)
{
	struct digest before, after;
	bool same = true;
	enum err e;

	digest(s->rig, &before);
	for (*hit = true; same && *hit; ++*n) {
		*hit = run_in_group(a, s, *n, &e);
		digest(s->rig, &after);
		same = e == (*hit ? ERR_IO : a->want);
		if (!same)
			printf("# call %d: %s\n", *n, err_code(e));
		if (!is_same(&before, &after)) {
			++*n;
			return same && has_rows_of(&after, whole);
		}
	}
	return same;
}

static void
try_group(const struct attempt *a)
{
	struct digest whole;
	struct scene s;
	struct rig r;
	bool same = run_whole(a, &whole), hit = true;
	int n = 1, changes = 0;

	while (same && hit) {
		set_scene(&s, &r);
		same = with_group(a, &s, &whole, &n, &hit);
		drop_scene(&s);
		changes++;
	}
	/* The last one is the one in which no call has failed. */
	ok(same && (a->is_read || changes > 1),
	    "%s: the same in a group, where the sync may fail", a->name);
}

static void
list_verbs(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(core_verbs); i++)
		puts(core_verbs[i].verb);
}

int
main(int argc, char **argv)
{
	const char *memory = "/dev/shm";
	size_t i;

	if (argc > 1 && strcmp(argv[1], "verbs") == 0) {
		list_verbs();
		return 0;
	}
	/* The database is made hundreds of times, and no power goes. */
	if (access(memory, W_OK) == 0)
		setenv("TMPDIR", memory, 1);
	/* What is logged is expected: prove shows it when asked to. */
	log_set_level(LOG_ERROR);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	for (i = 0; i < ARRAY_LEN(core_verbs); i++) {
		try_faults(&core_verbs[i]);
		try_little(&core_verbs[i]);
		try_group(&core_verbs[i]);
	}
	return tap_done();
}
