/*
 * door - where clients come in: push.sock.
 *
 * A few more connections are let in than push.connections allows: they are
 * read, and told to come again, which nginx passes on.  Beyond those, and while
 * there are no descriptors or no memory, clients wait in the backlog.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/peer.h"
#include "push/conn.h"
#include "push/door.h"

enum { AT_ONCE = 64, PAUSE_MS = 100, SILENCE_MS = 60000 };

struct door {
	struct push *push;
	struct peers peers;	/* who may connect */
	ev_io	 io;
	struct tick_list pause_list;
	struct tick pause;
	int64_t	 silent_until;	/* nothing more is logged before */
};

static void
pause_for(struct door *d, const char *why)
{
	int64_t now = clock_mono_ms();

	ev_io_stop(d->push->loop, &d->io);
	tick_start(&d->pause_list, &d->pause);
	if (now < d->silent_until)
		return;
	d->silent_until = now + SILENCE_MS;
	log_warn("%lld connections: no more are accepted: %s",
	    (long long)d->push->counters.connections, why);
}

static void
on_pause_over(struct tick *t, void *arg)
{
	struct door *d = arg;

	ev_io_start(d->push->loop, &d->io);
}

/* Accept one; false: that was all for now. */
static bool
accept_one(struct door *d)
{
	struct push *p = d->push;
	int64_t n = p->counters.connections;
	int fd;

	if (n >= p->connections_max + PUSH_EXTRA) {
		pause_for(d, "push.connections");
		return false;
	}
	fd = accept4(d->io.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1 && errno == EAGAIN)
		return false;
	if (fd == -1 && (errno == EINTR || errno == ECONNABORTED))
		return true;
	if (fd == -1) {
		pause_for(d, strerror(errno));
		return false;
	}
	if (!peers_allow(&d->peers, fd, "push.sock")) {
		close(fd);
		return true;
	}
	if (!conn_new(p, fd, n >= p->connections_max)) {
		close(fd);
		pause_for(d, "out of memory");
		return false;
	}
	return true;
}

static void
on_accept(struct ev_loop *loop, ev_io *w, int events)
{
	int i;

	for (i = 0; i < AT_ONCE && accept_one(w->data); i++)
		continue;
}

struct door *
door_new(struct push *push, int fd)
{
	struct door *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->push = push;
	peers_init(&d->peers, push->conf->run_peers);
	tick_list_init(&d->pause_list, &push->ticks, &(struct tick_rule){
	    PAUSE_MS, on_pause_over, d });
	ev_io_init(&d->io, on_accept, fd, EV_READ);
	d->io.data = d;
	ev_io_start(push->loop, &d->io);
	return d;
}

void
door_close(struct door *d)
{
	if (d->io.fd == -1)
		return;
	tick_stop(&d->pause);
	ev_io_stop(d->push->loop, &d->io);
	close(d->io.fd);
	d->io.fd = -1;
}

void
door_free(struct door *d)
{
	door_close(d);
	free(d);
}
