/*
 * t_sse - streams of server-sent events.
 *
 * A heartbeat carries the seq that everybody has been given, so that a client
 * for which nothing happens does not come back with an old cursor.  The answer
 * has no length: it ends when the connection does.  What the client sends is
 * thrown away; it is read only to notice its end.
 */
#include "config.h"

#include "push/t_sse.h"

enum { RETRY_MS = 2000 };

static size_t
take(struct conn *c, char *bytes, size_t len)
{
	return len;
}

/* How long a client should wait before it comes again, and where it stands. */
static void
begin(struct conn *c)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "retry: %d\n", RETRY_MS);

	if (conn_put(c, frame_new(text, (size_t)n)))
		(void)conn_put(c, news_hello(c->shape, FRAMING_SSE,
		    c->sub.cursor));
}

void
sse_on_beat(struct tick *t, void *arg)
{
	struct conn *c = conn_of_tick(t);
	char text[48];
	int n;

	tick_start(&c->push->beat_list, t);
	if (!queue_is_empty(&c->out) || c->sub.cursor == SUB_NOW)
		return;
	n = snprintf(text, sizeof(text), ":\nid: %lld\n\n", (long long)
	    (c->sub.is_live ? source_seq(c->push->source) : c->sub.cursor));
	(void)conn_put(c, frame_new(text, (size_t)n));
}

static void
end(struct conn *c, enum sub_end why)
{
	if (why == SUB_BEHIND)
		c->push->counters.behind++;
	if (why != SUB_STOPPING) {
		conn_close(c, "cut off");
		return;
	}
	conn_unsubscribe(c);
	c->is_last = true;
	tick_start(&c->push->close_list, &c->tick);
	conn_touch(c);
}

static int64_t *
gauge(struct conn *c)
{
	return &c->push->counters.streams;
}

const struct transport t_sse = {
	.name = "sse",
	.framing = FRAMING_SSE,
	.gauge = gauge,
	.take = take,
	.begin = begin,
	.end = end
};
