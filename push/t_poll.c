/*
 * t_poll - long-polls.
 *
 * A poll is a subscriber until the end of the turn in which it gets something,
 * or in which its time is over.  Its events wait in the connection's queue and
 * become one answer; then the connection speaks HTTP again.  An answer is
 * bounded: what does not fit is the next poll's.
 */
#include "config.h"

#include "push/t_http.h"
#include "push/t_poll.h"

/* The next request waits for this one's answer; what is behind it, unread. */
static size_t
take(struct conn *c, char *bytes, size_t len)
{
	if (len >= c->push->conf->push_head_max)
		conn_pause(c);
	return 0;
}

static void
finish_soon(struct conn *c)
{
	c->is_due = true;
	conn_touch(c);
}

/* The answer is full: no event more, the cursor stays before it. */
static void
on_queued(struct conn *c)
{
	c->poll_events++;
	if (c->poll_events >= c->push->conf->push_batch ||
	    queue_size(&c->out) > c->push->conf->push_out_max / 2)
		c->sub.is_live = false;
	finish_soon(c);
}

/* One that does not want to wait has its answer. */
static void
live(struct conn *c)
{
	if (c->tick.next == NULL)
		finish_soon(c);
}

void
poll_on_time(struct tick *t, void *arg)
{
	finish_soon(conn_of_tick(t));
}

/* The seq up to which the client has been given everything. */
static int64_t
next_cursor(const struct conn *c)
{
	if (c->sub.is_live || c->sub.cursor == SUB_NOW)
		return source_seq(c->push->source);
	return c->sub.cursor;
}

static void
finish(struct conn *c)
{
	struct http1_answer a = { .status = 200,
	    .content_type = "application/json", .keep_alive = c->is_kept,
	    .extra = "Cache-Control: no-store\r\n" };
	struct str body;

	if (!c->is_due)
		return;
	str_init(&body, SIZE_MAX / 4);
	str_puts(&body, "{\"events\":[");
	queue_join(&c->out, &body, ',');
	str_puts(&body, "],\"next\":");
	str_put_int(&body, next_cursor(c));
	str_putc(&body, '}');
	conn_unsubscribe(c);
	hub_remove(c->push->hub, &c->sub);
	queue_clear(&c->out);
	c->is_due = false;
	c->poll_events = 0;
	a.body = body.s;
	a.body_len = body.len;
	if (str_is_ok(&body))
		http_answer(c, &a);
	else
		conn_close(c, "out of memory");
	str_release(&body);
}

static void
end(struct conn *c, enum sub_end why)
{
	c->sub.is_live = false;
	if (why == SUB_BROKEN || why == SUB_SESSION_ENDED) {
		conn_unsubscribe(c);
		queue_clear(&c->out);
		c->is_kept = false;
		arena_reset(&c->push->arena);
		http_refuse(c, why == SUB_BROKEN ? ERR_BUSY :
		    ERR_SESSION_ENDED, NULL);
	} else {
		c->is_kept = c->is_kept && why != SUB_STOPPING;
		finish_soon(c);
	}
}

static int64_t *
gauge(struct conn *c)
{
	return &c->push->counters.polls;
}

const struct transport t_poll = {
	.name = "poll",
	.framing = FRAMING_BARE,
	.gauge = gauge,
	.take = take,
	.on_queued = on_queued,
	.finish = finish,
	.live = live,
	.end = end
};
