/*
 * hint - where workers tell push what is new: hint.sock.
 *
 *	greeting ("natterjack 1 worker") --> serving --> closed
 *	        `-- anything else: error, closed
 *
 * Hints are read before anything else in a turn of the loop, so that who asks
 * for events after a message was answered is told of that message.
 *
 * A peer that does not read what it asked for is dropped at OUT_MAX.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/line.h"
#include "base/log.h"
#include "base/num.h"
#include "base/peer.h"
#include "push/hint.h"
#include "push/inbuf.h"

enum { READ_LEN = 4096, LINE_MAX_LEN = 8192, OUT_MAX = 64 * 1024 };

struct peer {
	ev_io	 io;
	struct hints *all;
	struct peer *next, *prev;
	struct inbuf *in;
	struct str out;
	bool	 is_greeted;
	bool	 is_last;	/* close when everything is written */
};

struct hints {
	struct push *push;
	ev_io	 io;
	struct peers allowed;	/* our own account, and root */
	struct peer *peers;
	int	 peers_n;
};

static void
close_peer(struct peer *p)
{
	struct hints *h = p->all;

	ev_io_stop(h->push->loop, &p->io);
	close(p->io.fd);
	DL_DELETE(h->peers, p);
	h->peers_n--;
	inbuf_free(&p->in);
	str_release(&p->out);
	free(p);
}

/* ---- commands */

static void
say(struct peer *p, const char *word, const char *text)
{
	line_put(&p->out, word);
	line_put(&p->out, text);
	line_end(&p->out);
}

static void
on_wake(struct peer *p, const struct line *l)
{
	int64_t seq;

	if (l->n == 2 && num_parse_id(l->field[1], &seq))
		source_hint(p->all->push->source, seq);
	else
		say(p, "error", "wake needs a seq");
}

/* The kind of a cast; false: it is none. */
static bool
parse_kind(const char *name, enum event_kind *out)
{
	static const enum event_kind kinds[] = { EVENT_TYPING, EVENT_CAME,
	    EVENT_WENT };
	size_t i;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(event_kind_name(kinds[i]), name) == 0) {
			*out = kinds[i];
			return true;
		}
	}
	return false;
}

/* cast <kind> <room> <user> <username> <display name> <0|1|2> [<connection>] */
static bool
parse_cast(const struct line *l, struct event *ev, struct user *user)
{
	int64_t on;

	if (l->n < 7 || l->n > 8 || !parse_kind(l->field[1], &ev->kind) ||
	    !num_parse_id(l->field[2], &ev->room_id) ||
	    !num_parse_id(l->field[3], &ev->user_id) ||
	    !num_parse(l->field[6], 0, 2, &on) ||
	    (l->n == 8 && !num_parse_id(l->field[7], &ev->origin)))
		return false;
	user->id = ev->user_id;
	user->username = l->field[4];
	user->display_name = l->field[5];
	ev->user = user;
	ev->arg = l->field[6];
	ev->at = clock_now_ms();
	return true;
}

static void
on_cast(struct peer *p, const struct line *l)
{
	struct push *push = p->all->push;
	struct user user = { .id = 0 };
	struct event ev = { .seq = 0 };

	if (!parse_cast(l, &ev, &user)) {
		say(p, "error", "this is no cast");
		return;
	}
	push->counters.casts++;
	hub_cast(push->hub, &ev);
}

static void
on_ping(struct peer *p, const struct line *l)
{
	struct push *push = p->all->push;

	if (source_is_ready(push->source))
		source_fault(push->source, source_skip(push->source));
	line_put(&p->out, "pong");
	line_put(&p->out, l->n > 1 ? l->field[1] : "");
	line_put_int(&p->out, source_seq(push->source));
	line_put_int(&p->out, push->counters.connections);
	if (source_has_failed(push->source))
		line_put(&p->out, "fault");
	line_end(&p->out);
}

static void
put_counter(struct peer *p, const char *name, int64_t n)
{
	line_put(&p->out, "stat");
	line_put(&p->out, name);
	line_put_int(&p->out, n);
	line_end(&p->out);
}

static void
on_stat(struct peer *p, const struct line *l)
{
	const struct counters *c = &p->all->push->counters;

#define X(field, name, text) put_counter(p, name, c->field);
#include "push/counter.def"
#undef X
	line_put(&p->out, "end");
	line_end(&p->out);
}

static const struct {
	const char *name;
	void	 (*run)(struct peer *, const struct line *);
} commands[] = {
	{ "wake", on_wake },
	{ "cast", on_cast },
	{ "ping", on_ping },
	{ "stat", on_stat }
};

static void
greet(struct peer *p, const struct line *l)
{
	p->is_greeted = l->n == 3 && strcmp(l->field[0], "natterjack") == 0 &&
	    strcmp(l->field[1], "1") == 0;
	if (p->is_greeted) {
		line_put(&p->out, "natterjack");
		line_put(&p->out, "1");
		line_put(&p->out, "push");
		line_end(&p->out);
		return;
	}
	say(p, "error", "this is natterjack's protocol, version 1");
	p->is_last = true;
}

static void
on_line(struct peer *p, const struct line *l)
{
	size_t i;

	if (!p->is_greeted) {
		greet(p, l);
		return;
	}
	for (i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(l->field[0], commands[i].name) == 0) {
			commands[i].run(p, l);
			return;
		}
	}
	say(p, "error", "unknown command");
}

/* ---- the connection */

/* Carry out the lines that are whole; false: the peer has to go. */
static bool
take_lines(struct peer *p)
{
	struct line line;
	size_t used, all = 0;
	enum err e = ERR_OK;

	while (!p->is_last && all < p->in->len) {
		e = line_take(p->in->bytes + all, p->in->len - all, &line,
		    &used);
		if (e == ERR_AGAIN)
			break;
		all += used;
		if (e == ERR_OK)
			on_line(p, &line);
		else
			say(p, "error", "this is no line");
	}
	inbuf_drop(&p->in, p->is_last ? p->in->len : all);
	return p->in == NULL || p->in->len <= LINE_MAX_LEN;
}

/* Write what is to be said; false: the peer has to go. */
static bool
speak(struct peer *p)
{
	int events = EV_READ;
	ssize_t n = 0;

	if (!str_is_ok(&p->out))
		return false;
	if (p->out.len > 0) {
		n = send(p->io.fd, p->out.s, p->out.len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		str_drop(&p->out, n > 0 ? (size_t)n : 0);
	}
	if (p->out.len > 0)
		events |= EV_WRITE;
	else if (p->is_last)
		return false;
	if (events != p->io.events) {
		ev_io_stop(p->all->push->loop, &p->io);
		ev_io_set(&p->io, p->io.fd, events);
		ev_io_start(p->all->push->loop, &p->io);
	}
	return true;
}

/* Read what has come; false: the peer has gone. */
static bool
hear(struct peer *p)
{
	char bytes[READ_LEN];
	ssize_t n = recv(p->io.fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	return n > 0 && inbuf_put(&p->in, bytes, (size_t)n) && take_lines(p);
}

static void
on_peer(struct ev_loop *loop, ev_io *w, int events)
{
	struct peer *p = w->data;

	if (((events & EV_READ) && !hear(p)) || !speak(p))
		close_peer(p);
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int events)
{
	struct hints *h = w->data;
	struct peer *p;
	int fd = accept4(w->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd == -1)
		return;
	if (h->peers_n == HINT_PEERS_MAX ||
	    !peers_allow(&h->allowed, fd, "hint.sock") ||
	    (p = calloc(1, sizeof(*p))) == NULL) {
		close(fd);
		return;
	}
	p->all = h;
	str_init(&p->out, OUT_MAX);
	ev_io_init(&p->io, on_peer, fd, EV_READ);
	ev_set_priority(&p->io, EV_MAXPRI);
	p->io.data = p;
	ev_io_start(h->push->loop, &p->io);
	DL_APPEND(h->peers, p);
	h->peers_n++;
}

struct hints *
hints_new(struct push *push, int fd)
{
	struct hints *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->push = push;
	peers_init(&h->allowed, "");
	ev_io_init(&h->io, on_accept, fd, EV_READ);
	ev_set_priority(&h->io, EV_MAXPRI);
	h->io.data = h;
	ev_io_start(push->loop, &h->io);
	return h;
}

void
hints_free(struct hints *h)
{
	if (h == NULL)
		return;
	while (h->peers != NULL)
		close_peer(h->peers);
	ev_io_stop(h->push->loop, &h->io);
	close(h->io.fd);
	free(h);
}
