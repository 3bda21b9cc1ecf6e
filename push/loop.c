/*
 * loop - the daemon: everything in its place, and what is done when.
 *
 * A turn of the loop is: all that has happened on sockets (hints first), then
 *
 *	source	gives what is new in the log to all who are live
 *	catchup	reads the log for those who are behind
 *	asks	sends what clients said, and who comes, to the workers
 *	flush	writes what was queued: one system call per connection
 *	relieve	lets those go who hold most, when all hold too much
 *	sweep	frees what was closed
 *
 * and then the loop sleeps, unless one of them has more to do.  A burst costs
 * one write per reader and not one per message.
 *
 * What a turn gives and writes is work for nginx and the clients, too, and more
 * than it is here.  So the next turn gives nothing before PACE times the work of
 * this one has passed, and what comes meanwhile goes out together.  Where many
 * read and more is said than the machine can carry singly, more goes with each
 * system call; where there is time between two messages, nobody waits.
 *
 * A stop lets everybody go in the way of its transport, within push.close_ms.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/listen.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "push/conn.h"
#include "push/door.h"
#include "push/eio.h"
#include "push/expiry.h"
#include "push/hint.h"
#include "push/loop.h"
#include "push/reserve.h"
#include "push/shed.h"
#include "push/t_http.h"
#include "push/t_poll.h"
#include "push/t_sse.h"
#include "push/t_ws.h"

enum {
	SCRATCH_LEN = 16 * 1024,
	HINT_BACKLOG = 512,
	DESCRIPTORS_OWN = 64,	/* database, sockets, workers, log */
	PACE = 2,
	PACE_MOST_MS = 50,
	SILENCE_MS = 60000	/* between two warnings */
};

struct loop {
	struct push push;
	ev_prepare turn;
	ev_idle	 busy;
	ev_signal term, intr, hup;
	struct conf *conf;	/* push.conf, whose secrets may change */
	const char *conf_path;	/* NULL: none */
	struct tick_list stop_list;
	struct tick stop;
	ev_timer pace;
	int64_t	 give_at;	/* nothing is given before; clock_mono_ms() */
	int64_t	 seq;		/* at the end of the last turn */
	int64_t	 silent_until;	/* no warning before; clock_mono_ms() */
	char	 push_path[108], hint_path[108];
};

/* ---- a turn */

static void
keep_busy(struct loop *l, bool is_busy)
{
	if (is_busy)
		ev_idle_start(l->push.loop, &l->busy);
	else
		ev_idle_stop(l->push.loop, &l->busy);
}

/* Is it time to give?  If not, a timer wakes the loop when it is. */
static bool
is_time_to_give(struct loop *l)
{
	int64_t now = clock_mono_ms();

	if (now >= l->give_at)
		return true;
	if (!ev_is_active(&l->pace)) {
		/* The loop's clock is as old as the turn. */
		ev_now_update(l->push.loop);
		ev_timer_set(&l->pace, (double)(l->give_at - now) / 1000, 0.);
		ev_timer_start(l->push.loop, &l->pace);
	}
	return false;
}

/* How long this process has been computing, in microseconds. */
static int64_t
work_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A turn has given something, and that was `us` of work. */
static void
set_pace(struct loop *l, int64_t us)
{
	int64_t wait_ms = PACE * us / 1000;

	if (wait_ms > PACE_MOST_MS)
		wait_ms = PACE_MOST_MS;
	l->give_at = clock_mono_ms() + wait_ms;
}

/* Everything that was queued leaves, and what comes of that, too. */
static void
flush(struct push *p)
{
	do {
		asks_run(p->asks);
		conn_flush_all(p);
		conn_sweep(p);
		eios_sweep(p->eios);
	} while (p->dirty != NULL);
}

/* Clients hold too much: those who hold most go, until there is some room. */
static void
relieve(struct loop *l)
{
	struct push *p = &l->push;
	size_t max = p->conf->push_memory_max, least = max / 2;
	int64_t now = clock_mono_ms(), n = p->counters.shed;

	while (least > 0 && hold_bytes() > max - max / 8) {
		shed(p, least);
		flush(p);
		least /= 2;
	}
	if (now < l->silent_until)
		return;
	l->silent_until = now + SILENCE_MS;
	log_warn("clients hold too much: %lld who hold most are let go: "
	    "push.memory_max", (long long)(p->counters.shed - n));
}

static void
on_turn(struct ev_loop *loop, ev_prepare *w, int events)
{
	struct loop *l = w->data;
	struct push *p = &l->push;
	int64_t began_us = 0, seq;
	bool has_more = source_has_more(p->source), has_given;

	if (has_more)
		began_us = work_us();
	if (has_more && is_time_to_give(l))
		has_more = source_run(p->source, p->conf->push_out_max / 4);
	seq = source_seq(p->source);
	if ((has_given = seq != l->seq))
		catchup_advance(p->catchup);
	l->seq = seq;
	catchup_run(p->catchup);
	flush(p);
	if (hold_is_over())
		relieve(l);
	p->counters.held = (int64_t)hold_bytes();
	if (has_given)
		set_pace(l, work_us() - began_us);
	keep_busy(l, (has_more && is_time_to_give(l)) ||
	    catchup_is_busy(p->catchup));
	if (p->is_stopping && p->conns == NULL && upcalls_is_idle(p->upcalls))
		ev_break(loop, EVBREAK_ALL);
}

/* The pace allows to give again: the turn that follows does. */
static void
on_pace(struct ev_loop *loop, ev_timer *w, int events)
{
}

/* While it runs the loop does not sleep. */
static void
on_busy(struct ev_loop *loop, ev_idle *w, int events)
{
}

/* ---- the stop */

static void
on_stop_late(struct tick *t, void *arg)
{
	struct loop *l = arg;

	log_warn("%lld connections did not close in time",
	    (long long)l->push.counters.connections);
	ev_break(l->push.loop, EVBREAK_ALL);
}

static void
on_signal(struct ev_loop *loop, ev_signal *w, int events)
{
	struct loop *l = w->data;
	struct push *p = &l->push;
	struct conn *c;

	if (p->is_stopping) {
		ev_break(loop, EVBREAK_ALL);
		return;
	}
	log_info("stopping: %s", strsignal(w->signum));
	p->is_stopping = true;
	door_close(p->door);
	tick_start(&l->stop_list, &l->stop);
	for (c = p->conns; c != NULL; c = c->next)
		if (!c->is_dead)
			c->transport->end(c, SUB_STOPPING);
}

/* libev's handlers would look for a loop that is gone; nothing is left to stop. */
static void
refuse_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * The secrets are read again; whoever has come in stays.  What else has changed
 * waits for the next start.
 */
static void
on_hup(struct ev_loop *loop, ev_signal *w, int events)
{
	struct loop *l = w->data;
	char fault[CONF_FAULT_LEN];
	struct conf *conf = NULL;
	enum err e;

	if ((e = conf_load(l->conf_path, &conf, fault)) == ERR_OK)
		e = conf_check_secret(conf, fault);
	if (e == ERR_OK) {
		conf_swap_secrets(l->conf, conf);
		log_info("the secrets have been read again");
	} else
		log_error("the secrets stay as they were: %s", fault);
	conf_free(conf);
}

/* ---- the beginning */

/* Beside those of clients. */
static int64_t
descriptors_own(const struct push *p)
{
	return DESCRIPTORS_OWN + PUSH_EXTRA + p->conf->push_upcalls;
}

/* How many there are at most. */
static int64_t
descriptors_most(const struct push *p)
{
	return p->connections_max + descriptors_own(p) + HINT_PEERS_MAX;
}

/* As many descriptors as we may have; some are kept for ourselves. */
static void
set_limits(struct push *p)
{
	struct rlimit r;
	int64_t own = descriptors_own(p);

	p->connections_max = p->conf->push_connections;
	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return;
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1 || r.rlim_cur == RLIM_INFINITY)
		return;
	if (p->connections_max > (int64_t)r.rlim_cur - own)
		p->connections_max = (int64_t)r.rlim_cur - own;
	if (p->connections_max < 1)
		die(EXIT_FAILURE, "the limit of %lld descriptors is too low",
		    (long long)r.rlim_cur);
}

static void
add_list(struct push *p, struct tick_list *l, int64_t ms, tick_fn on_due)
{
	tick_list_init(l, &p->ticks, &(struct tick_rule){ ms, on_due, p });
}

/* False: out of memory. */
static bool
make_lists(struct push *p)
{
	const struct conf *conf = p->conf;
	int64_t s;

	ticks_init(&p->ticks, p->loop);
	add_list(p, &p->head_list, conf->push_head_ms, http_on_late);
	add_list(p, &p->keepalive_list, conf->push_keepalive_ms, http_on_late);
	add_list(p, &p->ping_list, conf->push_ping_ms, ws_on_ping_due);
	add_list(p, &p->pong_list, conf->push_pong_ms, ws_on_no_pong);
	add_list(p, &p->beat_list, conf->push_ping_ms, sse_on_beat);
	add_list(p, &p->close_list, conf->push_close_ms, conn_on_no_close);
	add_list(p, &p->linger_list, WS_LINGER_MS, ws_on_over);
	p->poll_lists = calloc((size_t)conf->push_poll_s + 1,
	    sizeof(*p->poll_lists));
	if (p->poll_lists == NULL)
		return false;
	for (s = 1; s <= conf->push_poll_s; s++)
		add_list(p, &p->poll_lists[s], s * 1000, poll_on_time);
	return true;
}

static bool
make_parts(struct push *p)
{
	const struct conf *conf = p->conf;

	p->scratch = malloc(SCRATCH_LEN);
	p->hub = hub_new();
	p->source = source_new(&(struct source_options){ conf, p->hub,
	    &p->ticks, &p->counters });
	p->catchup = catchup_new(&(struct catchup_options){ conf, &p->ticks,
	    p->source, &p->counters });
	p->expiry = expiry_new(&p->ticks, p->hub, p->source);
	p->asks = asks_new(&(struct asks_options){ conf, &p->ticks, p->loop });
	p->upcalls = upcalls_new(&(struct upcall_options){ conf, p->asks,
	    &p->counters });
	p->eios = eios_new(p);
	return p->scratch != NULL && p->hub != NULL && p->source != NULL &&
	    p->catchup != NULL && p->expiry != NULL && p->asks != NULL &&
	    p->upcalls != NULL && p->eios != NULL;
}

/* Bind both sockets; says what is wrong and ends the program. */
static void
open_sockets(struct loop *l, int fds[2])
{
	const struct conf *conf = l->push.conf;
	char fault[LISTEN_FAULT_LEN];
	int dir;

	if (listen_open_dir(conf->run_dir, &dir, fault) != ERR_OK)
		die(EXIT_FAILURE, "%s", fault);
	if (!conf_socket_path(conf, "push.sock", l->push_path) ||
	    !conf_socket_path(conf, "hint.sock", l->hint_path))
		die(EXIT_FAILURE, "%s: the path of a socket cannot be so long",
		    conf->run_dir);
	if (listen_open(&(struct listen_options){ l->push_path, dir,
	    (int)conf->push_backlog }, &fds[0], fault) != ERR_OK ||
	    listen_open(&(struct listen_options){ l->hint_path, dir,
	    HINT_BACKLOG }, &fds[1], fault) != ERR_OK)
		die(EXIT_FAILURE, "%s", fault);
	close(dir);
}

static void
start(struct loop *l)
{
	struct push *p = &l->push;

	ev_prepare_init(&l->turn, on_turn);
	ev_idle_init(&l->busy, on_busy);
	ev_timer_init(&l->pace, on_pace, 0., 0.);
	ev_signal_init(&l->term, on_signal, SIGTERM);
	ev_signal_init(&l->intr, on_signal, SIGINT);
	ev_signal_init(&l->hup, on_hup, SIGHUP);
	l->turn.data = l->term.data = l->intr.data = l->hup.data = l;
	ev_prepare_start(p->loop, &l->turn);
	ev_signal_start(p->loop, &l->term);
	ev_signal_start(p->loop, &l->intr);
	ev_signal_start(p->loop, &l->hup);
	add_list(p, &l->stop_list, p->conf->push_close_ms, on_stop_late);
	l->stop_list.arg = l;
}

/* Let go of all that is left. */
static void
release(struct loop *l)
{
	struct push *p = &l->push;
	struct conn *c;

	for (c = p->conns; c != NULL; c = c->next)
		conn_close(c, "the program ends");
	conn_sweep(p);
	eios_free(p->eios);
	hints_free(p->hints);
	door_free(p->door);
	unlink(l->push_path);
	unlink(l->hint_path);
	upcalls_free(p->upcalls);
	asks_free(p->asks);
	expiry_free(p->expiry);
	catchup_free(p->catchup);
	source_free(p->source);
	hub_free(p->hub);
	ticks_release(&p->ticks);
	free(p->poll_lists);
	free(p->scratch);
	arena_release(&p->arena);
	news_forget();
	ev_loop_destroy(p->loop);
	reserve_end();
}

int
loop_run(struct conf *conf, const char *conf_path)
{
	static struct loop l;
	struct push *p = &l.push;
	int fds[2];

	l.conf = conf;
	l.conf_path = conf_path;
	p->conf = conf;
	signal(SIGPIPE, SIG_IGN);
	set_limits(p);
	arena_init(&p->arena, conf->request_arena_max);
	hold_set_max(conf->push_memory_max);
	open_sockets(&l, fds);
	if (reserve_begin(descriptors_most(p)))
		p->loop = ev_loop_new(EVFLAG_NOENV);
	if (p->loop == NULL || !make_lists(p) || !make_parts(p))
		die(EXIT_FAILURE, "out of memory");
	p->door = door_new(p, fds[0]);
	p->hints = hints_new(p, fds[1]);
	if (p->door == NULL || p->hints == NULL)
		die(EXIT_FAILURE, "out of memory");
	start(&l);
	if (conf->run_seccomp && !sandbox_enter(SANDBOX_PUSH))
		die(EXIT_FAILURE, "push does not start without");
	log_info("ready at %s for %lld connections", l.push_path,
	    (long long)p->connections_max);
	ev_run(p->loop, 0);
	refuse_signals();
	release(&l);
	log_info("stopped");
	return EXIT_SUCCESS;
}
