/*
 * db_fault - a driver that fails when it is told to, for tests.
 *
 * It counts the calls that can fail and passes them on to another driver.  The
 * chosen one does not reach that driver: it fails as if it had not been made.
 * What cannot fail (reading a column, ending a statement) is not counted, and
 * neither is ROLLBACK, which asks nothing of the disk.
 */
#include "config.h"

#include "base/base.h"
#include "store/db.h"

struct fault_db {
	struct db_base base;		/* first: a struct db points here */
	struct db *inner;
	struct db_query *rollback;	/* never fails */
	bool	 failed;		/* the last counted call, by order */
};

static struct {
	const struct db_driver *inner;
	int64_t	 calls, nth;
	enum err fault;
	bool	 sticky;
} self;

static struct fault_db *
fault_of(struct db *db)
{
	return (struct fault_db *)db;
}

static struct db *
inner_of(struct db *db)
{
	return fault_of(db)->inner;
}

/* Count a call; whether it is to fail. */
static bool
fails_now(void)
{
	self.calls++;
	return self.nth != 0 && (self.calls == self.nth ||
	    (self.sticky && self.calls > self.nth));
}

static bool
fails(struct db *db)
{
	fault_of(db)->failed = fails_now();
	return fault_of(db)->failed;
}

static bool
query_fails(struct db *db, const struct db_query *query)
{
	return query != fault_of(db)->rollback && fails(db);
}

static enum err
open_fault(const struct db_driver *driver, const struct db_options *o,
    struct db **db_out)
{
	struct fault_db *db;
	enum err e;

	*db_out = NULL;
	if (fails_now())
		return self.fault;
	db = calloc(1, sizeof(*db));
	if (db == NULL)
		return ERR_NOMEM;
	e = db_open(self.inner, o, &db->inner);
	if (e != ERR_OK) {
		free(db);
		return e;
	}
	*db_out = (struct db *)db;
	return ERR_OK;
}

static void
close_fault(struct db *db)
{
	db_close(inner_of(db));
	free(fault_of(db));
}

static enum err
script(struct db *db, const char *sql)
{
	return fails(db) ? self.fault : self.inner->script(inner_of(db), sql);
}

static enum err
prepare(struct db *db, const char *sql, struct db_query **query_out)
{
	bool is_rollback = strcmp(sql, "ROLLBACK") == 0;
	enum err e;

	if (!is_rollback && fails(db))
		return self.fault;
	e = self.inner->prepare(inner_of(db), sql, query_out);
	if (is_rollback)
		fault_of(db)->rollback = *query_out;
	return e;
}

static void
finalize(struct db *db, struct db_query *query)
{
	self.inner->finalize(inner_of(db), query);
}

static enum err
bind(struct db *db, struct db_query *query, struct db_args args)
{
	return query_fails(db, query) ? self.fault :
	    self.inner->bind(inner_of(db), query, args);
}

static enum err
step(struct db *db, struct db_query *query)
{
	return query_fails(db, query) ? self.fault :
	    self.inner->step(inner_of(db), query);
}

static void
reset(struct db *db, struct db_query *query)
{
	self.inner->reset(inner_of(db), query);
}

static int64_t
get_int(struct db_query *query, int col)
{
	return self.inner->get_int(query, col);
}

static const char *
get_text(struct db_query *query, int col)
{
	return self.inner->get_text(query, col);
}

static int64_t
changes(struct db *db)
{
	return self.inner->changes(inner_of(db));
}

static int64_t
last_id(struct db *db)
{
	return self.inner->last_id(inner_of(db));
}

static bool
in_transaction(struct db *db)
{
	return self.inner->in_transaction(inner_of(db));
}

static const char *
message(struct db *db)
{
	return fault_of(db)->failed ? "a fault that was asked for" :
	    self.inner->message(inner_of(db));
}

static enum err
sync_fault(struct db *db)
{
	return fails(db) ? self.fault : self.inner->sync(inner_of(db));
}

static enum err
checkpoint(struct db *db, enum db_checkpoint how, int wait_ms,
    int *pages_left_out)
{
	return fails(db) ? self.fault :
	    self.inner->checkpoint(inner_of(db), how, wait_ms, pages_left_out);
}

static int
log_pages(struct db *db)
{
	return self.inner->log_pages(inner_of(db));
}

static enum err
check_log(struct db *db, bool write_back)
{
	return fails(db) ? self.fault :
	    self.inner->check_log(inner_of(db), write_back);
}

static enum err
log_id(struct db *db, uint64_t *out)
{
	return fails(db) ? self.fault : self.inner->log_id(inner_of(db), out);
}

static void
keep_log(struct db *db)
{
	self.inner->keep_log(inner_of(db));
}

static enum err
version(struct db *db, int64_t *out)
{
	return fails(db) ? self.fault : self.inner->version(inner_of(db), out);
}

static const struct db_driver db_fault = {
	.name = "fault",
	.open = open_fault,
	.close = close_fault,
	.script = script,
	.prepare = prepare,
	.finalize = finalize,
	.bind = bind,
	.step = step,
	.reset = reset,
	.get_int = get_int,
	.get_text = get_text,
	.changes = changes,
	.last_id = last_id,
	.in_transaction = in_transaction,
	.message = message,
	.sync = sync_fault,
	.checkpoint = checkpoint,
	.log_pages = log_pages,
	.check_log = check_log,
	.log_id = log_id,
	.keep_log = keep_log,
	.version = version,
};

const struct db_driver *
db_fault_driver(const struct db_driver *inner)
{
	self.inner = inner;
	return &db_fault;
}

void
db_fault_set(int64_t nth, enum err fault, bool sticky)
{
	self.calls = 0;
	self.nth = nth;
	self.fault = fault;
	self.sticky = sticky;
}

int64_t
db_fault_calls(void)
{
	return self.calls;
}
