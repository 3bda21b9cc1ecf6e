/*
 * tick - deadlines, many and cheap.
 *
 * The lists are rings around their heads, so that an entry can leave without
 * knowing which list it is in.  The timer is armed for the earliest head; an
 * entry that leaves does not disarm it, it then finds nothing to do.
 */
#include "config.h"

#include "base/clock.h"
#include "push/tick.h"

static void
arm(struct ticks *t, int64_t at, int64_t now)
{
	int64_t wait_ms = at - now;

	if (wait_ms < TICK_GRAIN_MS)
		wait_ms = TICK_GRAIN_MS;
	t->armed_at = now + wait_ms;
	ev_timer_stop(t->loop, &t->timer);
	/* The loop's clock may be a turn old. */
	ev_now_update(t->loop);
	ev_timer_set(&t->timer, (double)wait_ms / 1000, 0.);
	ev_timer_start(t->loop, &t->timer);
}

/* Call everything in the list that is due. */
static void
run_list(struct tick_list *l, int64_t now)
{
	struct tick *t;

	while ((t = l->head.next) != &l->head && t->at <= now) {
		tick_stop(t);
		l->on_due(t, l->arg);
	}
}

static void
on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	struct ticks *t = w->data;
	int64_t now = clock_mono_ms(), at = INT64_MAX;
	struct tick_list *l;

	t->armed_at = 0;
	for (l = t->lists; l != NULL; l = l->next)
		run_list(l, now);
	for (l = t->lists; l != NULL; l = l->next)
		if (l->head.next != &l->head && l->head.next->at < at)
			at = l->head.next->at;
	if (at != INT64_MAX)
		arm(t, at, now);
}

void
ticks_init(struct ticks *t, struct ev_loop *loop)
{
	*t = (struct ticks){ .loop = loop };
	ev_timer_init(&t->timer, on_timer, 0., 0.);
	t->timer.data = t;
}

void
ticks_release(struct ticks *t)
{
	ev_timer_stop(t->loop, &t->timer);
}

void
tick_list_init(struct tick_list *l, struct ticks *t,
    const struct tick_rule *rule)
{
	*l = (struct tick_list){ .interval_ms = rule->interval_ms,
	    .on_due = rule->on_due, .arg = rule->arg, .ticks = t,
	    .next = t->lists };
	l->head.next = l->head.prev = &l->head;
	t->lists = l;
}

void
tick_stop(struct tick *t)
{
	if (t->next == NULL)
		return;
	t->prev->next = t->next;
	t->next->prev = t->prev;
	t->next = t->prev = NULL;
}

void
tick_start(struct tick_list *l, struct tick *t)
{
	int64_t now = clock_mono_ms();

	tick_stop(t);
	t->at = now + l->interval_ms;
	t->next = &l->head;
	t->prev = l->head.prev;
	t->prev->next = t;
	l->head.prev = t;
	if (l->ticks->armed_at == 0 || t->at < l->ticks->armed_at)
		arm(l->ticks, t->at, now);
}
