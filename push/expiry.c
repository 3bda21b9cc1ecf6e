/*
 * expiry - sessions that run out while somebody waits by them.
 *
 * What has run out since the last look is cut off.  Who comes by a session that
 * has run out already is refused at the door, at an instant that is not before
 * the last look; so nobody falls between the two.
 */
#include "config.h"

#include "base/clock.h"
#include "push/expiry.h"
#include "store/session.h"

enum { LOOK_MS = 500 };

struct expiry {
	struct tick_list list;
	struct tick look;
	struct hub *hub;
	struct source *source;
	int64_t	 looked_at;	/* clock_now_ms(): all up to it are cut off */
};

static void
on_expired(void *arg, const struct session_owner *s)
{
	struct expiry *x = arg;

	hub_end_session(x->hub, s->user_id, s->session_id);
}

/* When the clock was set back, it goes on from there. */
static void
look(struct expiry *x)
{
	struct session_span span = { x->looked_at, clock_now_ms() };
	enum err e = ERR_OK;

	if (!source_is_ready(x->source))
		return;
	if (hub_users(x->hub) > 0 && span.upto > span.after)
		e = store_session_ran_out(source_store(x->source), &span,
		    on_expired, x);
	if (e == ERR_OK)
		x->looked_at = span.upto;
	else
		source_fault(x->source, e);
}

static void
on_look(struct tick *t, void *arg)
{
	struct expiry *x = arg;

	look(x);
	tick_start(&x->list, t);
}

struct expiry *
expiry_new(struct ticks *ticks, struct hub *hub, struct source *source)
{
	struct expiry *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->hub = hub;
	x->source = source;
	x->looked_at = clock_now_ms();
	tick_list_init(&x->list, ticks, &(struct tick_rule){
	    LOOK_MS, on_look, x });
	tick_start(&x->list, &x->look);
	return x;
}

void
expiry_free(struct expiry *x)
{
	if (x == NULL)
		return;
	tick_stop(&x->look);
	free(x);
}
