/*
 * source - the log, read once for everybody.
 *
 * Batches are as large as they come: while the loop is busy with one, more
 * events gather, and the next batch is larger.  So a loop that has too much to
 * do spends less per event, without a setting that says when.
 *
 * It never writes, and takes no hint's word for what the log contains: a hint
 * beyond the newest event is forgotten.
 */
#include "config.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "push/source.h"

enum {
	SOON_MS = 20,		/* until a look that somebody waits for */
	TRY_AGAIN_MS = 30000,
	MEMBERS_PAGE = 500
};

struct source {
	struct source_options o;
	struct store *store;	/* NULL: not open */
	struct arena arena;	/* of one batch */
	struct tick_list look_list, soon_list;
	struct tick look, soon;
	int64_t	 seq;
	int64_t	 head;
	int64_t	 stuck_at;	/* the seq behind which a page is damaged */
	bool	 is_stuck;	/* it was so the last time, too */
	enum err fault;		/* what the log said last; ERR_OK: all is well */
	struct stat tried;	/* the file after the last attempt to use it */
	int64_t	 try_at;	/* the next attempt, if it does not change */
};

/* ---- opening */

static void
note(struct source *s, enum err e, const char *what)
{
	if (e == s->fault)
		return;
	s->fault = e;
	if (e != ERR_OK)
		log_error("%s %s: %s", what, s->o.conf->database_path,
		    err_text(e));
}

/*
 * Is there a file, and another one than at the last attempt?  Each attempt may
 * log something, so one that cannot succeed is made rarely.
 */
static bool
is_worth_trying(struct source *s)
{
	struct stat st;

	if (stat(s->o.conf->database_path, &st) == -1 || st.st_size == 0) {
		note(s, ERR_NOT_FOUND, "waiting for the database");
		return false;
	}
	return clock_mono_ms() >= s->try_at ||
	    st.st_ino != s->tried.st_ino || st.st_size != s->tried.st_size ||
	    st.st_mtim.tv_sec != s->tried.st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != s->tried.st_mtim.tv_nsec;
}

/* Close it; what that leaves of the file is not worth another attempt. */
static void
close_store(struct source *s)
{
	store_close(s->store);
	s->store = NULL;
	s->try_at = clock_mono_ms() + TRY_AGAIN_MS;
	if (stat(s->o.conf->database_path, &s->tried) == -1)
		memset(&s->tried, 0, sizeof(s->tried));
}

/*
 * Where to go on.  Who is live has been given all up to the seq, and so it goes on
 * from there; but once only where a page is damaged, which would hold up everybody
 * for ever.  The next time all are cut off, and each reads what it can.
 */
static void
find_start(struct source *s)
{
	bool has_users = hub_users(s->o.hub) > 0;

	if (has_users && s->is_stuck) {
		log_error("the log cannot be read behind seq %lld: it goes on"
		    " without", (long long)s->seq);
		hub_end_all(s->o.hub, SUB_BROKEN);
	}
	if (s->head > s->seq && (!has_users || s->is_stuck))
		s->seq = s->head;
	s->is_stuck = false;
	log_info("reading the log from seq %lld on", (long long)s->seq);
}

static void
open_store(struct source *s)
{
	const struct store_options o = {
		.driver = &db_sqlite, .path = s->o.conf->database_path,
		.mode = DB_READ, .busy_ms = s->o.conf->database_busy_ms
	};
	enum err e;

	if (!is_worth_trying(s))
		return;
	e = store_open(&o, &s->store);
	if (e == ERR_OK)
		e = store_durable_head(s->store, &s->head);
	if (e != ERR_OK) {
		close_store(s);
		note(s, e, "cannot use the database");
		return;
	}
	note(s, ERR_OK, "");
	find_start(s);
}

/* ---- looking */

static void
look(struct source *s)
{
	int64_t head;
	enum err e;

	if (s->store == NULL) {
		open_store(s);
		return;
	}
	s->o.counters->looks++;
	if ((e = store_durable_head(s->store, &head)) != ERR_OK) {
		source_fault(s, e);
		return;
	}
	if (s->fault != ERR_OK)
		log_info("the log can be read again");
	note(s, ERR_OK, "");
	if (head > s->head) {
		s->head = head;
		s->o.counters->found++;
	}
}

static void
on_look(struct tick *t, void *arg)
{
	struct source *s = arg;

	look(s);
	tick_start(&s->look_list, t);
}

static void
on_soon(struct tick *t, void *arg)
{
	look(arg);
}

struct source *
source_new(const struct source_options *o)
{
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->o = *o;
	s->stuck_at = -1;
	arena_init(&s->arena, o->conf->request_arena_max);
	tick_list_init(&s->look_list, o->ticks, &(struct tick_rule){
	    o->conf->push_look_ms, on_look, s });
	tick_list_init(&s->soon_list, o->ticks, &(struct tick_rule){
	    SOON_MS, on_soon, s });
	open_store(s);
	tick_start(&s->look_list, &s->look);
	return s;
}

void
source_free(struct source *s)
{
	if (s == NULL)
		return;
	tick_stop(&s->look);
	tick_stop(&s->soon);
	store_close(s->store);
	arena_release(&s->arena);
	free(s);
}

bool
source_is_ready(const struct source *s)
{
	return s->store != NULL && !source_has_failed(s);
}

bool
source_has_failed(const struct source *s)
{
	return s->store != NULL && store_has_failed(s->store);
}

struct store *
source_store(struct source *s)
{
	return s->store;
}

int64_t
source_seq(const struct source *s)
{
	return s->seq;
}

void
source_hint(struct source *s, int64_t seq)
{
	s->o.counters->hints++;
	if (seq > s->head)
		s->head = seq;
}

void
source_want(struct source *s, int64_t seq)
{
	if (seq > s->head && s->soon.next == NULL)
		tick_start(&s->soon_list, &s->soon);
}

void
source_fault(struct source *s, enum err e)
{
	if (e == ERR_OK || e == ERR_BUSY)
		return;
	note(s, e, "cannot read the log in");
	if (e == ERR_CORRUPT || e == ERR_SCHEMA)
		close_store(s);
}

/* ---- giving */

/* A message as it was sent shows nothing younger than its event. */
static bool
is_as_sent(const struct event *ev)
{
	const struct message *m = ev->message;

	return ev->kind == EVENT_MESSAGE_POSTED && m != NULL &&
	    m->edited_at == 0 && m->deleted_at == 0 && m->reactions_n == 0;
}

enum err
source_settle(struct source *s, const struct event *ev, int n)
{
	int64_t head;
	int i;

	for (i = 0; i < n; i++)
		if (!is_as_sent(&ev[i]))
			return store_durable_head(s->store, &head);
	return ERR_OK;
}

/*
 * The members of a new room join after it has been made, but see its making:
 * they are in it since that seq.
 */
static enum err
join_members(struct source *s, const struct event *ev)
{
	struct member_page page = { .room_id = ev->room_id,
	    .max = MEMBERS_PAGE };
	struct member *m;
	enum err e;
	int i, n;

	do {
		e = store_member_page(s->store, &s->arena, &page, &m, &n);
		for (i = 0; e == ERR_OK && i < n; i++) {
			if (m[i].joined_seq <= ev->seq)
				hub_join(s->o.hub, ev->room_id, m[i].user.id,
				    ev->seq);
			page.after = m[i].user.id;
		}
	} while (e == ERR_OK && n == MEMBERS_PAGE);
	return e;
}

/*
 * The next events, as many as fit into the arena.  One that does not fit alone
 * would stop everything for ever: it is left out, and said so.
 */
static enum err
read_batch(struct source *s, struct event **ev_out, int *n_out)
{
	struct event_range range = { s->seq, s->head,
	    (int)s->o.conf->push_batch };
	enum err e;

	for (;;) {
		arena_reset(&s->arena);
		e = store_event_range(s->store, &s->arena, &range, ev_out,
		    n_out);
		if (e != ERR_NOMEM)
			break;
		if (range.max > 1) {
			range.max /= 2;
			continue;
		}
		log_error("an event after seq %lld is too large to be shown",
		    (long long)range.after);
		range.after++;
	}
	if (e == ERR_OK && *n_out == 0)
		s->head = s->seq;
	return e == ERR_OK ? source_settle(s, *ev_out, *n_out) : e;
}

static enum err
give(struct source *s, const struct event *ev, size_t *size_out)
{
	enum err e;

	if (ev->kind == EVENT_ROOM_CREATED &&
	    (e = join_members(s, ev)) != ERR_OK)
		return e;
	s->o.counters->deliveries += hub_give(s->o.hub, ev, size_out);
	s->o.counters->events++;
	s->seq = ev->seq;
	return ERR_OK;
}

bool
source_has_more(const struct source *s)
{
	return source_is_ready(s) && s->seq < s->head &&
	    hub_users(s->o.hub) > 0;
}

enum err
source_skip(struct source *s)
{
	int64_t newest;
	enum err e;

	if (hub_users(s->o.hub) > 0 || s->seq >= s->head)
		return ERR_OK;
	if ((e = store_event_head(s->store, &newest)) != ERR_OK)
		return e;
	if (s->head > newest)
		s->head = newest;
	s->seq = s->head;
	return ERR_OK;
}

bool
source_run(struct source *s, size_t bytes_max)
{
	struct event *ev;
	size_t size, bytes = 0;
	enum err e;
	int i, n;

	if (!source_has_more(s))
		return false;
	e = read_batch(s, &ev, &n);
	for (i = 0; e == ERR_OK && i < n && bytes < bytes_max; i++) {
		e = give(s, &ev[i], &size);
		bytes += size;
	}
	arena_reset(&s->arena);
	if (e == ERR_CORRUPT) {
		s->is_stuck = s->stuck_at == s->seq;
		s->stuck_at = s->seq;
	}
	/* After a fault the look timer tries again, not a loop that spins. */
	source_fault(s, e);
	return e == ERR_OK && source_has_more(s);
}
