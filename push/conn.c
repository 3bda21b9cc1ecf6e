/*
 * conn - one client's connection.
 *
 *	            take                      queue            flush
 *	socket ----> scratch, in -> transport -----> queue ------------> socket
 *
 * Reading goes into memory that all connections share; only what a transport
 * leaves over is copied.  Writing is tried first and waited for only when the
 * socket is full.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "push/conn.h"
#include "push/eio.h"
#include "push/enter.h"

enum { IOV_N = 1024, READ_LEN = 16 * 1024 };

static const struct sub_ops sub_ops;

static struct conn *
conn_of_sub(struct sub *s)
{
	return CONTAINER_OF(s, struct conn, sub);
}

struct conn *
conn_of_tick(struct tick *t)
{
	return CONTAINER_OF(t, struct conn, tick);
}

void
conn_log(const struct conn *c)
{
	log_set_request(c->id);
}

/* ---- the socket */

/* Wait for what has to be waited for. */
static void
arm(struct conn *c)
{
	int events = (c->is_paused ? 0 : EV_READ) | (c->is_full ? EV_WRITE : 0);

	if ((c->io.events & (EV_READ | EV_WRITE)) == events &&
	    ev_is_active(&c->io) == (events != 0))
		return;
	ev_io_stop(c->push->loop, &c->io);
	ev_io_modify(&c->io, events);
	if (events != 0)
		ev_io_start(c->push->loop, &c->io);
}

/* Let the transport take what it can; how many bytes that was. */
static size_t
take_all(struct conn *c, char *bytes, size_t len)
{
	size_t used = 0, n;

	while (used < len && !c->is_dead && !c->is_paused) {
		n = c->transport->take(c, bytes + used, len - used);
		if (n == 0)
			break;
		used += n;
	}
	return used;
}

void
conn_take_kept(struct conn *c)
{
	size_t used;

	if (c->in == NULL)
		return;
	used = take_all(c, c->in->bytes, c->in->len);
	if (!c->is_dead)
		inbuf_drop(&c->in, used);
}

/* New bytes have come; those that cannot be used are kept. */
static void
feed(struct conn *c, char *bytes, size_t len)
{
	size_t used;

	if (c->in == NULL) {
		used = take_all(c, bytes, len);
		bytes += used;
		len -= used;
	}
	if (c->is_dead || len == 0)
		return;
	if (inbuf_put(&c->in, bytes, len))
		conn_take_kept(c);
	else
		conn_close(c, "out of memory");
}

static void
on_readable(struct conn *c)
{
	ssize_t n = recv(c->io.fd, c->push->scratch, READ_LEN, 0);

	if (n > 0)
		feed(c, c->push->scratch, (size_t)n);
	else if (n == 0)
		conn_close(c, "the client has gone");
	else if (errno != EAGAIN && errno != EINTR)
		conn_close(c, strerror(errno));
}

/* Everything has been written. */
static void
on_drained(struct conn *c)
{
	if (c->is_last) {
		conn_close(c, "done");
		return;
	}
	catchup_resume(c->push->catchup, &c->sub);
	if (c->transport->on_drained != NULL)
		c->transport->on_drained(c);
}

/*
 * One system call with all that waits.  Mostly that is one frame, and then
 * send() gets there sooner.
 */
static ssize_t
write_queue(const struct conn *c)
{
	struct iovec iov[IOV_N];
	int n = queue_iov(&c->out, iov, IOV_N);

	if (n == 1)
		return send(c->io.fd, iov[0].iov_base, iov[0].iov_len, 0);
	return writev(c->io.fd, iov, n);
}

/* Write as much as the socket takes. */
static void
write_out(struct conn *c)
{
	ssize_t n;

	while (!queue_is_empty(&c->out)) {
		n = write_queue(c);
		c->push->counters.writes++;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) {
			conn_close(c, strerror(errno));
			return;
		}
		c->is_full = n < 0;
		if (c->is_full)
			break;
		c->push->counters.bytes_out += n;
		queue_drop(&c->out, (size_t)n);
	}
	arm(c);
	if (queue_is_empty(&c->out))
		on_drained(c);
}

static void
on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct conn *c = w->data;

	conn_log(c);
	if (events & EV_WRITE) {
		c->is_full = false;
		conn_touch(c);
	}
	/* At the end of the turn there is room for more. */
	if ((events & EV_READ) && !c->is_paused && !hold_is_over())
		on_readable(c);
	log_set_request(NULL);
}

/* ---- its life */

bool
conn_new(struct push *p, int fd, bool is_extra)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return false;
	c->push = p;
	c->transport = &t_http;
	c->shape = &shape_v1;
	c->sub.ops = &sub_ops;
	c->is_extra = is_extra;
	ev_io_init(&c->io, on_io, fd, EV_READ);
	c->io.data = c;
	ev_io_start(p->loop, &c->io);
	tick_start(&p->head_list, &c->tick);
	DL_APPEND(p->conns, c);
	p->counters.connections++;
	p->counters.accepted++;
	return true;
}

void
conn_set_transport(struct conn *c, const struct transport *t)
{
	if (c->transport->gauge != NULL)
		--*c->transport->gauge(c);
	if (t->gauge != NULL)
		++*t->gauge(c);
	c->transport = t;
}

void
conn_touch(struct conn *c)
{
	if (c->is_dirty || c->is_dead)
		return;
	c->is_dirty = true;
	c->next_dirty = c->push->dirty;
	c->push->dirty = c;
}

/* A frame that is larger than all that may wait has to go alone. */
static bool
fits(const struct conn *c, const struct frame *f)
{
	return f == NULL || queue_is_empty(&c->out) ||
	    queue_size(&c->out) + QUEUE_EACH + f->len <=
	    c->push->conf->push_out_max;
}

bool
conn_put(struct conn *c, struct frame *f)
{
	if (c->is_dead || c->is_closing || c->is_last) {
		frame_unref(f);
		return false;
	}
	if (!fits(c, f)) {
		frame_unref(f);
		c->transport->end(c, SUB_BEHIND);
		return false;
	}
	if (!queue_put(&c->out, f)) {
		c->transport->end(c, SUB_BROKEN);
		return false;
	}
	conn_touch(c);
	return true;
}

void
conn_pause(struct conn *c)
{
	c->is_paused = true;
	arm(c);
}

void
conn_resume(struct conn *c)
{
	if (!c->is_paused || c->is_dead)
		return;
	c->is_paused = false;
	conn_take_kept(c);
	if (!c->is_dead)
		arm(c);
}

void
conn_unsubscribe(struct conn *c)
{
	catchup_drop(c->push->catchup, &c->sub);
}

void
conn_close(struct conn *c, const char *why)
{
	struct push *p = c->push;

	if (c->is_dead)
		return;
	conn_log(c);
	log_debug("%s: closed: %s", c->transport->name, why);
	conn_set_transport(c, &t_http);
	c->is_dead = true;
	p->counters.connections--;
	conn_unsubscribe(c);
	tick_stop(&c->tick);
	ev_io_stop(p->loop, &c->io);
	close(c->io.fd);
	queue_clear(&c->out);
	inbuf_free(&c->message);
	if (c->lane != NULL)
		upcall_forget(c->lane);
	c->lane = NULL;
	enter_drop(c);
	eio_detach(c);
	c->next_dead = p->dead;
	p->dead = c;
}

size_t
conn_size(const struct conn *c)
{
	return queue_size(&c->out) + inbuf_size(c->in) +
	    inbuf_size(c->message) + enter_size(c);
}

void
conn_on_no_close(struct tick *t, void *arg)
{
	conn_close(conn_of_tick(t), "it did not close in time");
}

/* What is told of the one may have been too much for another that was touched. */
static void
untouch(struct conn *c)
{
	struct conn **at = &c->push->dirty;

	if (!c->is_dirty)
		return;
	while (*at != c)
		at = &(*at)->next_dirty;
	*at = c->next_dirty;
}

void
conn_sweep(struct push *p)
{
	struct conn *c;

	while ((c = p->dead) != NULL) {
		p->dead = c->next_dead;
		hub_remove(p->hub, &c->sub);
		enter_leave(c);
		untouch(c);
		inbuf_free(&c->in);
		DL_DELETE(p->conns, c);
		free(c);
	}
}

void
conn_flush_all(struct push *p)
{
	struct conn *c;

	while ((c = p->dirty) != NULL) {
		p->dirty = c->next_dirty;
		c->is_dirty = false;
		if (!c->is_dead && c->transport->finish != NULL)
			c->transport->finish(c);
		if (!c->is_dead && !c->is_full)
			write_out(c);
	}
	log_set_request(NULL);
}

/* ---- as a subscriber */

/*
 * Is this not for the one that it comes from?  A cast goes to everybody else; a
 * message to everybody, unless the dialect has no echo.  v1 knows no
 * connections: there it is the account that hears nothing of its own casts.
 */
static bool
is_withheld(const struct conn *c, const struct event *ev)
{
	const struct visit *v = c->visit;

	if (ev->kind == EVENT_CAME && c->shape->hears_coming != NULL &&
	    !c->shape->hears_coming(c->push->conf))
		return true;
	if (ev->seq == 0 && ev->origin != 0)
		return v == NULL ? ev->user_id == hub_user_id(c->sub.user) :
		    v->connection == ev->origin;
	return v != NULL && ev->kind == EVENT_MESSAGE_POSTED &&
	    ev->message != NULL && ev->message->origin == v->connection &&
	    c->shape->echoes != NULL && !c->shape->echoes(c->push->conf);
}

/* While it catches up it is never too far behind: it goes on when it can. */
static enum sub_taken
deliver(struct sub *s, struct news *news)
{
	struct conn *c = conn_of_sub(s);
	struct frame *f;

	if (is_withheld(c, news->event))
		return SUB_SKIPPED;
	f = news_get(news, c->shape, c->transport->framing);
	if (f == NULL && news->is_silent[c->shape->id])
		return SUB_SKIPPED;
	if (!s->is_live && !fits(c, f))
		return SUB_REFUSED;
	if (!conn_put(c, f == NULL ? NULL : frame_ref(f)))
		return SUB_REFUSED;
	if (c->transport->on_queued != NULL)
		c->transport->on_queued(c);
	return SUB_GIVEN;
}

static void
end(struct sub *s, enum sub_end why)
{
	struct conn *c = conn_of_sub(s);

	if (!c->is_dead)
		c->transport->end(c, why);
}

/*
 * Catching up never fills a queue so far that it would have to be cut, and when
 * all hold much, it takes one piece after the other.
 */
static bool
has_room(struct sub *s)
{
	struct conn *c = conn_of_sub(s);

	return !c->is_dead && !c->is_closing && !c->is_full &&
	    queue_size(&c->out) <= c->push->conf->push_out_max / 2 &&
	    (queue_is_empty(&c->out) || !hold_is_much()) &&
	    c->poll_events < c->push->conf->push_batch;
}

static void
begin(struct sub *s)
{
	struct conn *c = conn_of_sub(s);

	if (c->transport->begin != NULL)
		c->transport->begin(c);
}

static void
reset(struct sub *s, const struct reset *r)
{
	struct conn *c = conn_of_sub(s);

	if (c->shape->reset == NULL)
		return;
	if (conn_put(c, news_reset(c->shape, c->transport->framing, r)) &&
	    c->transport->on_queued != NULL)
		c->transport->on_queued(c);
}

static void
live(struct sub *s)
{
	struct conn *c = conn_of_sub(s);

	if (c->transport->live != NULL)
		c->transport->live(c);
}

static const struct sub_ops sub_ops = {
	.deliver = deliver,
	.end = end,
	.has_room = has_room,
	.begin = begin,
	.reset = reset,
	.live = live
};
