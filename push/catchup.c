/*
 * catchup - clients that are behind read the log, each for itself.
 *
 *	ready    has something to do at the next turn
 *	parked   waits for the hub to be given more (its target)
 *	none     live, or waits for its socket
 *
 * A cursor at which the log does not begin any more, or that is newer than
 * anything, is answered with a reset; the client goes on with what comes next.
 */
#include "config.h"

#include <utlist.h>

#include "base/clock.h"
#include "push/catchup.h"

enum { WINDOW_SEQS = 4096, TURN_MS = 4, RETRY_MS = 100 };

enum list { LIST_NONE, LIST_READY, LIST_PARKED, LIST_N };

struct catchup {
	struct catchup_options o;
	struct arena arena;	/* of one window */
	struct sub *list[LIST_N];
	struct tick_list retry_list;
	struct tick retry;	/* after a fault of the database */
};

static void	 on_retry(struct tick *, void *);

struct catchup *
catchup_new(const struct catchup_options *o)
{
	struct catchup *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->o = *o;
	arena_init(&c->arena, o->conf->request_arena_max);
	tick_list_init(&c->retry_list, o->ticks, &(struct tick_rule){
	    RETRY_MS, on_retry, c });
	return c;
}

void
catchup_free(struct catchup *c)
{
	if (c == NULL)
		return;
	tick_stop(&c->retry);
	arena_release(&c->arena);
	free(c);
}

static void
move(struct catchup *c, struct sub *s, enum list to)
{
	if (s->list != LIST_NONE)
		DL_DELETE2(c->list[s->list], s, list_prev, list_next);
	s->list = (uint8_t)to;
	if (to != LIST_NONE)
		DL_APPEND2(c->list[to], s, list_prev, list_next);
}

void
catchup_add(struct catchup *c, struct sub *s)
{
	s->is_live = false;
	s->is_beyond = s->cursor > s->target;
	move(c, s, LIST_READY);
	/* This may be its end, and then it is in no list. */
	if (s->cursor != SUB_NOW)
		s->ops->begin(s);
}

void
catchup_resume(struct catchup *c, struct sub *s)
{
	if (s->user != NULL && !s->is_live && s->list == LIST_NONE)
		move(c, s, LIST_READY);
}

void
catchup_drop(struct catchup *c, struct sub *s)
{
	move(c, s, LIST_NONE);
	s->is_live = false;
}

static void
move_all(struct catchup *c, enum list from, enum list to)
{
	struct sub *s;

	DL_FOREACH2(c->list[from], s, list_next)
		s->list = (uint8_t)to;
	DL_CONCAT2(c->list[to], c->list[from], list_prev, list_next);
	c->list[from] = NULL;
}

void
catchup_advance(struct catchup *c)
{
	move_all(c, LIST_PARKED, LIST_READY);
}

static void
on_retry(struct tick *t, void *arg)
{
	catchup_advance(arg);
}

/* Nobody can read now: try again in a moment. */
static void
pause_all(struct catchup *c)
{
	move_all(c, LIST_READY, LIST_PARKED);
	tick_start(&c->retry_list, &c->retry);
}

static void
reset(struct catchup *c, struct sub *s, int64_t oldest)
{
	struct reset r = { s->cursor, oldest, source_seq(c->o.source) };

	c->o.counters->resets++;
	s->cursor = r.next;
	s->ops->reset(s, &r);
}

static void
go_live(struct catchup *c, struct sub *s)
{
	move(c, s, LIST_NONE);
	s->is_live = true;
	s->ops->live(s);
}

/*
 * One window, in one state of the database; when it does not fit into memory,
 * fewer events of it.  ERR_STALE with `*floor_out`: the log begins later.
 */
static enum err
read_window(struct catchup *c, struct sub *s, struct event_view *v,
    struct event **ev_out, int *n_out)
{
	struct store *store = source_store(c->o.source);
	int64_t floor;
	enum err e;

	if ((e = store_read_begin(store)) != ERR_OK)
		return e;
	e = store_event_floor(store, &floor);
	if (e == ERR_OK && floor > s->cursor) {
		v->range.after = floor;
		e = ERR_STALE;
	}
	while (e == ERR_OK) {
		arena_reset(&c->arena);
		e = store_event_view(store, &c->arena, v, ev_out, n_out);
		if (e != ERR_NOMEM || v->range.max == 1)
			break;
		v->range.max /= 2;
		e = ERR_OK;
	}
	store_read_end(store);
	if (e == ERR_OK)
		e = source_settle(c->o.source, *ev_out, *n_out);
	return e;
}

/* Give the events of a window; the cursor moves as far as they were taken. */
static void
give_window(struct catchup *c, struct sub *s, const struct event *ev, int n)
{
	struct news news;
	enum sub_taken taken;
	int i;

	for (i = 0; i < n && s->ops->has_room(s); i++) {
		news_init(&news, &ev[i]);
		taken = s->ops->deliver(s, &news);
		news_release(&news);
		if (taken == SUB_REFUSED) {
			/* Nothing fits before its queue is empty. */
			move(c, s, LIST_NONE);
			return;
		}
		s->cursor = ev[i].seq;
	}
}

/* Read one window and give it. */
static enum err
step(struct catchup *c, struct sub *s)
{
	int64_t rooms[SUB_ROOMS_MAX], seq = source_seq(c->o.source);
	struct event_view v = {
		.range = { s->cursor, seq, (int)c->o.conf->push_batch },
		.user_id = hub_user_id(s->user),
		.rooms = rooms, .rooms_n = hub_filter_rooms(s, rooms)
	};
	struct event *ev;
	enum err e;
	int n;

	if (seq - s->cursor > WINDOW_SEQS)
		v.range.until = s->cursor + WINDOW_SEQS;
	c->o.counters->windows++;
	e = read_window(c, s, &v, &ev, &n);
	if (e == ERR_STALE) {
		reset(c, s, v.range.after);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	give_window(c, s, ev, n);
	if (n < v.range.max && (n == 0 || s->cursor == ev[n - 1].seq))
		s->cursor = v.range.until;
	return ERR_OK;
}

/*
 * The hub is at the target: a client that asked for what comes now begins
 * there, and so does one whose cursor is beyond it.
 */
static enum err
start(struct catchup *c, struct sub *s)
{
	int64_t floor;
	enum err e;

	if (s->cursor == SUB_NOW) {
		s->cursor = s->target;
		s->ops->begin(s);
		return ERR_OK;
	}
	s->is_beyond = false;
	e = store_event_floor(source_store(c->o.source), &floor);
	if (e == ERR_OK)
		reset(c, s, floor);
	return e;
}

/* Read on, unless all is read or the socket is full. */
static enum err
read_on(struct catchup *c, struct sub *s)
{
	int64_t seq = source_seq(c->o.source);
	enum err e = ERR_OK;

	if (s->cursor < seq && !s->ops->has_room(s)) {
		move(c, s, LIST_NONE);
		return ERR_OK;
	}
	move(c, s, LIST_READY);		/* to the end of it */
	if (s->cursor < seq)
		e = step(c, s);
	if (e == ERR_OK && s->list == LIST_READY && s->cursor >= seq &&
	    seq >= s->target)
		go_live(c, s);
	return e;
}

/* What one client does in one turn. */
static enum err
run_sub(struct catchup *c, struct sub *s)
{
	int64_t seq = source_seq(c->o.source);
	bool is_begun = s->cursor != SUB_NOW && !s->is_beyond;
	enum err e = ERR_OK;

	if (seq < s->target && (!is_begun || s->cursor >= seq)) {
		source_want(c->o.source, s->target);
		move(c, s, LIST_PARKED);
		return ERR_OK;
	}
	if (!is_begun)
		e = start(c, s);
	if (e == ERR_OK && s->list == LIST_READY)
		e = read_on(c, s);
	return e;
}

void
catchup_run(struct catchup *c)
{
	int64_t until = clock_mono_ms() + TURN_MS;
	struct sub *s, *last;
	enum err e;

	if (c->list[LIST_READY] == NULL)
		return;
	last = c->list[LIST_READY]->list_prev;
	do {
		s = c->list[LIST_READY];
		e = source_is_ready(c->o.source) ? run_sub(c, s) : ERR_IO;
		arena_reset(&c->arena);
		if (e == ERR_NOMEM || source_has_failed(c->o.source)) {
			/* Who comes again is told when. */
			source_fault(c->o.source, e);
			s->ops->end(s, SUB_BROKEN);
		} else if (e != ERR_OK) {
			source_fault(c->o.source, e);
			pause_all(c);
			return;
		}
		/* The end of one may have been that of others, too. */
	} while (s != last && c->list[LIST_READY] != NULL &&
	    clock_mono_ms() < until);
}

bool
catchup_is_busy(const struct catchup *c)
{
	return c->list[LIST_READY] != NULL;
}
