/*
 * worker - the life of one worker, after the fork.
 *
 * One request at a time.  Between two it sleeps in epoll on three things: the
 * listening socket that it shares with the other workers, the death pipe, and
 * SIGTERM.  EPOLLEXCLUSIVE wakes one sleeper per connection and not all; which
 * of them gets it is decided by accept(), and the loser sleeps on.
 *
 * One that is told to leave tries the socket once more: it may be the one that
 * the kernel has woken for a connection, and no other would be woken for the
 * same.  (One that is killed just then does not try; its successor finds the
 * connection when it begins to watch the socket.)
 *
 * A connection is closed after its request even if the peer would go on using
 * it: an idle connection would occupy the worker while others wait.
 */
#include "config.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sandbox.h"
#include "core/password.h"
#include "fcgi/notify.h"
#include "fcgi/serve.h"
#include "fcgi/worker.h"

enum { WAKE_N = 3 };

struct worker {
	const struct seat *seat;
	const struct worker_env *env;
	struct server server;
	int	 epoll_fd;
	bool	 is_leaving;
	bool	 has_retired;	/* the master knows that we should be replaced */
};

static bool
watch(struct worker *w, int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.fd = fd };

	return epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static enum err
open_wakers(struct worker *w)
{
	if ((w->epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0 ||
	    !watch(w, w->env->listen_fd, EPOLLIN | EPOLLEXCLUSIVE) ||
	    !watch(w, w->seat->death_fd, EPOLLIN) ||
	    !watch(w, w->seat->signal_fd, EPOLLIN)) {
		log_error("epoll: %s", strerror(errno));
		return ERR_INTERNAL;
	}
	return ERR_OK;
}

static enum err
open_server(struct worker *w)
{
	const struct conf *conf = w->env->conf;
	struct server *s = &w->server;
	struct store_options options = {
		.driver = &db_sqlite,
		.path = conf->database_path,
		.mode = DB_WORKER,
		.busy_ms = conf->database_busy_ms,
		.commit = w->env->commit,
		.log_pages_max = (int)conf->database_log_pages_max,
	};

	s->conf = conf;
	s->routes = w->env->routes;
	s->slot = w->seat->slot;
	s->is_auth = w->env->is_auth;
	server_init(s);
	if ((s->http = http_new(w->env->listen_fd, w->env->peers)) == NULL)
		return ERR_NOMEM;
	return store_open(&options, &s->store);
}

static enum err
worker_open(struct worker *w)
{
	enum err e;

	notify_init(w->env->conf);
	if (w->env->is_auth)
		password_hash_aside();
	if ((e = open_server(w)) == ERR_OK)
		e = open_wakers(w);
	if (e == ERR_OK && w->env->conf->run_seccomp &&
	    !sandbox_enter(SANDBOX_WORKER |
	    (w->env->is_auth ? SANDBOX_HASHER : 0)))
		e = ERR_INTERNAL;
	if (e != ERR_OK)
		log_error("a worker cannot start: %s", err_text(e));
	return e;
}

static void
worker_close(struct worker *w)
{
	store_close(w->server.store);
	http_free(w->server.http);
	server_release(&w->server);
	notify_release();
	if (w->epoll_fd >= 0)
		close(w->epoll_fd);
}

/* Sleep until there is something to do; true when it may be a request. */
static bool
wait_for_work(struct worker *w)
{
	struct epoll_event ev[WAKE_N];
	int i, n = epoll_wait(w->epoll_fd, ev, WAKE_N, -1);

	for (i = 0; i < n; i++)
		if (ev[i].data.fd != w->env->listen_fd)
			w->is_leaving = true;
	return n > 0;
}

/* After its share of requests a worker is replaced; leaks end there. */
static void
consider_retiring(struct worker *w)
{
	int64_t served = (int64_t)atomic_load(&w->seat->slot->requests);

	if (w->has_retired || served < w->env->conf->pool_requests)
		return;
	w->has_retired = true;
	seat_tell(w->seat, STATUS_RETIRING, NULL);
}

int
worker_run(const struct seat *seat, const struct worker_env *env)
{
	struct worker w = { .seat = seat, .env = env, .epoll_fd = -1 };
	enum err e;

	if ((e = worker_open(&w)) != ERR_OK) {
		worker_close(&w);
		return 1;
	}
	seat_tell(seat, STATUS_READY, NULL);
	while (e != ERR_INTERNAL && !w.is_leaving) {
		if (!wait_for_work(&w))
			continue;
		e = server_take(&w.server);
		consider_retiring(&w);
	}
	worker_close(&w);
	return e == ERR_INTERNAL;
}
