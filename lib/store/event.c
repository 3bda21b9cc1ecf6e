/*
 * event - the log: append-only, numbered in commit order.
 *
 * An event is loaded with its actor and, where it speaks of a message, with
 * that message, in one statement; rooms and other accounts are rarer, are
 * loaded as they come up and remembered for the rest of the stretch.  What an
 * account may see of the log is decided by the three statements of
 * store_event_view(); nothing here decides what it may do.
 */
#include "config.h"

#include "store/event.h"
#include "store/row.h"

enum { KNOWN_N = 64 };

/* What one stretch has loaded; an id has one place, the last to come stays. */
struct loader {
	struct row row;
	struct row_list events;
	const struct user *users[KNOWN_N];
	const struct room *rooms[KNOWN_N];
};

const char *
event_kind_name(enum event_kind kind)
{
	switch (kind) {
#define X(name, number, wire, is_public) case name: return wire;
#include "store/event.def"
#undef X
	}
	return NULL;
}

bool
event_kind_is_public(enum event_kind kind)
{
	switch (kind) {
#define X(name, number, wire, is_public) case name: return is_public;
#include "store/event.def"
#undef X
	}
	return false;
}

enum err
store_event_append(struct store *s, struct event *event)
{
	enum err e;

	e = db_run(s->db, SQL_EVENT_APPEND, DB_ARGS(DB_I(event->kind),
	    DB_ID(event->room_id), DB_I(event->user_id),
	    DB_ID(event->subject_id), DB_T(event->arg), DB_I(event->at)));
	if (e == ERR_OK)
		s->tx_seq = event->seq = db_last_id(s->db);
	return e;
}

enum err
store_event_head(struct store *s, int64_t *seq_out)
{
	return db_get_int(s->db, SQL_EVENT_HEAD, DB_NONE, seq_out);
}

enum err
store_event_floor(struct store *s, int64_t *seq_out)
{
	return db_get_int(s->db, SQL_META_GET, DB_ARGS(DB_T("log_floor")),
	    seq_out);
}

/* The account of the row's columns; one that is known is not copied again. */
static const struct user *
take_user(struct loader *l, int64_t id)
{
	const struct user **place = &l->users[(uint64_t)id % KNOWN_N];
	struct user *user;

	if (*place != NULL && (*place)->id == id) {
		row_skip(&l->row, ROW_USER_N);
		return *place;
	}
	if ((user = arena_alloc(l->row.arena, sizeof(*user))) == NULL)
		return NULL;
	row_user(&l->row, user);
	return *place = user;
}

/* An account that is not in the row.  NULL: there is none. */
static enum err
find_user(struct loader *l, int64_t id, const struct user **out)
{
	const struct user **place = &l->users[(uint64_t)id % KNOWN_N];
	struct user *user;
	enum err e;

	if (*place == NULL || (*place)->id != id) {
		if ((user = arena_alloc(l->row.arena, sizeof(*user))) == NULL)
			return ERR_NOMEM;
		e = store_user_load(l->row.store, l->row.arena, id, user);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_OK : e;
		*place = user;
	}
	*out = *place;
	return ERR_OK;
}

/* The event's room, deleted or not.  NULL: there is none. */
static enum err
find_room(struct loader *l, int64_t id, const struct room **out)
{
	const struct room **place = &l->rooms[(uint64_t)id % KNOWN_N];
	struct room *room;
	enum err e;

	if (*place == NULL || (*place)->id != id) {
		if ((room = arena_alloc(l->row.arena, sizeof(*room))) == NULL)
			return ERR_NOMEM;
		e = store_room_load_any(l->row.store, l->row.arena, id, room);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_OK : e;
		*place = room;
	}
	*out = *place;
	return ERR_OK;
}

/* The message of the row's columns, with what it counts. */
static enum err
take_message(struct loader *l, const struct message **out)
{
	struct message *m;
	struct row_counts counts;

	if ((m = arena_alloc(l->row.arena, sizeof(*m))) == NULL)
		return ERR_NOMEM;
	row_message(&l->row, m, &counts);
	*out = m;
	return row_load_counted(&l->row, &counts, m);
}

/* What the kind needs and is not in the row. */
static enum err
load_rest(struct loader *l, struct event *ev)
{
	switch (ev->kind) {
	case EVENT_ROOM_CREATED:
	case EVENT_ROOM_UPDATED:
	case EVENT_ROOM_DELETED:
		return find_room(l, ev->room_id, &ev->room);
	case EVENT_MEMBER_JOINED:
	case EVENT_MEMBER_LEFT:
	case EVENT_MEMBER_CHANGED:
		return find_user(l, ev->subject_id, &ev->subject);
	default:
		return ERR_OK;
	}
}

/* The row's event, with all that belongs to it. */
static enum err
take_event(struct loader *l, struct event *ev)
{
	struct row *r = &l->row;
	enum err e = ERR_OK;

	ev->seq = row_int(r);
	ev->kind = (enum event_kind)row_int(r);
	ev->room_id = row_int(r);
	ev->user_id = row_int(r);
	ev->subject_id = row_int(r);
	ev->arg = row_text(r);
	ev->at = row_int(r);
	if (row_has_id(r))
		ev->user = take_user(l, ev->user_id);
	else
		row_skip(r, ROW_USER_N);
	if (row_has_id(r))
		e = take_message(l, &ev->message);
	return e == ERR_OK ? load_rest(l, ev) : e;
}

/* Append the events of one statement to the loader's. */
static enum err
take_events(struct loader *l, enum stmt stmt, struct db_args args)
{
	struct event *ev;
	enum err e;

	if ((e = row_begin(&l->row, stmt, args)) != ERR_OK)
		return e;
	while ((e = row_next(&l->row)) == ERR_OK) {
		if ((ev = row_list_add(&l->events)) == NULL ||
		    (e = take_event(l, ev)) != ERR_OK)
			break;
	}
	return row_end(&l->row, e);
}

static void
loader_init(struct loader *l, struct store *s, struct arena *a)
{
	*l = (struct loader){
		.row = { .store = s, .arena = a },
		.events = { .arena = a, .size = sizeof(struct event) }
	};
}

enum err
store_event_range(struct store *s, struct arena *a,
    const struct event_range *range, struct event **out, int *n_out)
{
	struct loader l;
	enum err e;

	loader_init(&l, s, a);
	e = take_events(&l, SQL_EVENT_RANGE, DB_ARGS(DB_I(range->after),
	    DB_I(range->until), DB_I(range->max)));
	*out = l.events.items;
	*n_out = l.events.n;
	return e;
}

static int
by_seq(const void *a, const void *b)
{
	int64_t x = ((const struct event *)a)->seq;
	int64_t y = ((const struct event *)b)->seq;

	return (x > y) - (x < y);
}

/* Put the events in order and keep each once: a room may be named twice. */
static void
merge(struct row_list *l)
{
	struct event *ev = l->items;
	int i, n = 0;

	if (l->n < 2)
		return;
	qsort(ev, (size_t)l->n, sizeof(*ev), by_seq);
	for (i = 0; i < l->n; i++)
		if (n == 0 || ev[i].seq != ev[n - 1].seq)
			ev[n++] = ev[i];
	l->n = n;
}

/*
 * Each statement gives the first `max` of what it is for, so that the first
 * `max` of all are among them.
 */
enum err
store_event_view(struct store *s, struct arena *a,
    const struct event_view *view, struct event **out, int *n_out)
{
	const struct event_range *g = &view->range;
	const struct db_value v[4] = { DB_I(g->after), DB_I(g->until),
	    DB_I(g->max), DB_I(view->user_id) };
	struct loader l;
	enum err e;
	int i;

	loader_init(&l, s, a);
	e = take_events(&l, SQL_EVENT_VIEW_SITE, (struct db_args){ v, 3 });
	if (e == ERR_OK && view->rooms_n == 0)
		e = take_events(&l, SQL_EVENT_VIEW_MEMBER,
		    (struct db_args){ v, 4 });
	for (i = 0; e == ERR_OK && i < view->rooms_n; i++)
		e = take_events(&l, SQL_EVENT_VIEW_ROOM, DB_ARGS(v[0], v[1],
		    v[2], v[3], DB_I(view->rooms[i])));
	merge(&l.events);
	*out = l.events.items;
	*n_out = l.events.n < g->max ? l.events.n : g->max;
	return e;
}

/*
 * The newest seq of the at most `max` oldest events that are all older than
 * `before_at`, and how many they are.
 */
static enum err
find_cut(struct store *s, int64_t before_at, int max, int64_t *cut_out,
    int *n_out)
{
	struct row r = { .store = s };
	enum err e;
	int64_t seq;

	*n_out = 0;
	e = row_begin(&r, SQL_EVENT_OLDEST, DB_ARGS(DB_I(max)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK) {
		seq = row_int(&r);
		if (row_int(&r) >= before_at)
			break;
		*cut_out = seq;
		(*n_out)++;
	}
	return row_end(&r, e);
}

/* Remove what is up to `cut`; what rooms lose by it, they note. */
static enum err
prune_to(struct store *s, int64_t cut)
{
	const struct db_args args = DB_ARGS(DB_I(cut));
	enum err e;

	if ((e = db_run(s->db, SQL_EVENT_PRUNE_ROOMS, args)) != ERR_OK ||
	    (e = db_run(s->db, SQL_EVENT_PRUNE, args)) != ERR_OK)
		return e;
	return db_run(s->db, SQL_META_SET,
	    DB_ARGS(DB_T("log_floor"), DB_I(cut)));
}

enum err
store_event_prune(struct store *s, int64_t before_at, int max, int *n_out)
{
	int64_t cut = 0;
	enum err e;

	*n_out = 0;
	if ((e = store_begin(s)) != ERR_OK)
		return e;
	e = find_cut(s, before_at, max, &cut, n_out);
	if (e == ERR_OK && *n_out > 0)
		e = prune_to(s, cut);
	return store_end(s, e);
}
