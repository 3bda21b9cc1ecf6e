/*
 * master - the parent of all workers.
 *
 *	STARTING -- keeper ready --> RUNNING -- SIGTERM --> DRAINING
 *	   |                                                   |
 *	   |  keeper failed: say why, exit 1     no worker left |
 *	   '-----------------------------------> CLOSING <------'
 *	                                            | no keeper left: exit
 *
 * One thread, one loop over two descriptors: signals, and the status pipe.
 * Everything else is done by looking: after each turn the loop forks what is
 * missing, dismisses what is surplus and kills what is late, whatever it was
 * that made the difference.
 *
 * The listening sockets stay open here for as long as the server runs, so a
 * connection that comes while workers are being replaced waits in the queue.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/listen.h"
#include "base/log.h"
#include "base/peer.h"
#include "base/privilege.h"
#include "core/known.h"
#include "fcgi/health.h"
#include "fcgi/keeper.h"
#include "fcgi/master.h"
#include "fcgi/pool.h"
#include "fcgi/worker.h"

enum { STUCK_LOOK_MAX_MS = 5000, DIALECTS_MAX = 16 };

enum state { STARTING, RUNNING, DRAINING, CLOSING };

static const enum pool_id worker_pools[] = { POOL_MAIN, POOL_AUTH };

struct master {
	enum state state;
	struct conf *conf;
	const char *conf_path;
	unsigned generation;
	bool	 said_ready;
	int	 signal_fd;
	int	 run_fd;			/* the folder of the sockets */
	int64_t	 look_at;			/* for stuck workers, next */
	struct family family;
	struct pool pool[POOL_N];
	char	 path[POOL_N][108];		/* of the listening sockets */
	int	 listen_fd[POOL_N];		/* -1: none */
	struct peers peers;			/* who may connect */
	struct commit *commit;
	struct board *board;
	struct routes *routes;
	const struct dialect *dialects[DIALECTS_MAX];
};

/* ---- the configuration */

static void
set_log_level(const struct conf *conf)
{
	enum log_level level;

	if (log_level_parse(conf->log_level, &level))
		log_set_level(level);
}

enum err
master_load_conf(const char *path, struct conf **conf_out,
    char fault[CONF_FAULT_LEN])
{
	enum log_level level;
	struct conf *conf;
	enum err e;

	if ((e = privilege_load_conf(path, &conf, fault)) != ERR_OK)
		return e;
	e = conf_check_secret(conf, fault);
	if (e == ERR_OK)
		e = privilege_check(conf, fault);
	if (e == ERR_OK)
		e = known_check_list(conf, fault);
	if (e == ERR_OK && !log_level_parse(conf->log_level, &level)) {
		snprintf(fault, CONF_FAULT_LEN, "run.log_level is none of "
		    "error, warn, info, debug: %s", conf->log_level);
		e = ERR_CONFIG;
	}
	if (e == ERR_OK)
		*conf_out = conf;
	else
		conf_free(conf);
	return e;
}

/* ---- what is there before the first fork */

static void
open_signals(struct master *m)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	m->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (m->signal_fd < 0)
		die(1, "signalfd: %s", strerror(errno));
}

static void
close_sockets(struct master *m)
{
	int i;

	for (i = 0; i < POOL_N; i++) {
		if (m->listen_fd[i] < 0)
			continue;
		unlink(m->path[i]);
		close(m->listen_fd[i]);
		m->listen_fd[i] = -1;
	}
}

static void
open_socket(struct master *m, enum pool_id id, const char *name)
{
	char fault[LISTEN_FAULT_LEN];
	struct listen_options options = {
		.path = m->path[id],
		.lock_fd = m->run_fd,
		.backlog = (int)m->conf->pool_backlog,
	};

	if (!conf_socket_path(m->conf, name, m->path[id]))
		die(78, "run.dir %s is too long for a socket's path",
		    m->conf->run_dir);
	if (listen_open(&options, &m->listen_fd[id], fault) != ERR_OK) {
		close_sockets(m);
		die(1, "%s", fault);
	}
}

static void
open_sockets(struct master *m)
{
	char fault[LISTEN_FAULT_LEN];
	int i;

	for (i = 0; i < POOL_N; i++)
		m->listen_fd[i] = -1;
	if (listen_open_dir(m->conf->run_dir, &m->run_fd, fault) != ERR_OK)
		die(1, "%s", fault);
	open_socket(m, POOL_MAIN, "fcgi.sock");
	open_socket(m, POOL_AUTH, "auth.sock");
}

static void
compile_routes(struct master *m)
{
	size_t n = dialects_n;

	if (n >= DIALECTS_MAX)
		die(1, "there are too many dialects");
	memcpy(m->dialects, dialects, n * sizeof(m->dialects[0]));
	m->dialects[n++] = &health_dialect;
	if ((m->routes = routes_new(m->dialects, n)) == NULL)
		die(1, "out of memory");
}

static void
master_open(struct master *m)
{
	int i;

	set_log_level(m->conf);
	peers_init(&m->peers, m->conf->run_peers);
	open_signals(m);
	compile_routes(m);
	if ((m->commit = commit_new()) == NULL ||
	    (m->board = board_new()) == NULL)
		die(1, "cannot map shared memory: %s", strerror(errno));
	if (family_init(&m->family, m->board) != ERR_OK)
		die(1, "pipe: %s", strerror(errno));
	for (i = 0; i < POOL_N; i++) {
		m->pool[i].id = (enum pool_id)i;
		pool_set_wanted(&m->pool[i], m->conf);
	}
	open_sockets(m);
}

static void
master_release(struct master *m)
{
	close_sockets(m);
	family_release(&m->family);
	routes_free(m->routes);
	board_free(m->board);
	commit_free(m->commit);
	conf_free(m->conf);
	close(m->run_fd);
	close(m->signal_fd);
}

/* ---- forking */

/* In the child: what the master needs and a child does not. */
static void
forget_master(struct master *m, enum pool_id keep)
{
	int i;

	close(m->signal_fd);
	close(m->run_fd);
	for (i = 0; i < POOL_N; i++)
		if (i != (int)keep && m->listen_fd[i] >= 0)
			close(m->listen_fd[i]);
}

static NO_RETURN void
be_child(struct master *m, enum pool_id id, const struct seat *seat)
{
	struct keeper_env keeper = {
		.conf = m->conf,
		.commit = m->commit,
		.is_first = m->state == STARTING,
	};
	struct worker_env worker = {
		.conf = m->conf,
		.routes = m->routes,
		.commit = m->commit,
		.peers = &m->peers,
		.listen_fd = m->listen_fd[id],
		.is_auth = id == POOL_AUTH,
	};

	forget_master(m, id);
	exit(id == POOL_KEEPER ? keeper_run(seat, &keeper) :
	    worker_run(seat, &worker));
}

static void
fork_missing(struct master *m, struct pool *p)
{
	int n = pool_missing(p, &m->family, clock_mono_ms());
	struct seat seat;
	pid_t pid;

	while (n-- > 0) {
		pid = family_fork(&m->family, p->id, m->generation, &seat);
		if (pid == 0)
			be_child(m, p->id, &seat);
		if (pid < 0) {
			pool_on_failed_fork(p, m->conf);
			break;
		}
	}
}

/* ---- signals */

static void
begin_drain(struct master *m)
{
	int64_t wait_ms = m->conf->pool_drain_s * 1000;
	size_t i;

	if (m->state >= DRAINING)
		return;
	log_info("stopping");
	m->state = DRAINING;
	close_sockets(m);
	for (i = 0; i < ARRAY_LEN(worker_pools); i++)
		pool_dismiss_all(&m->pool[worker_pools[i]], &m->family,
		    wait_ms);
}

/* What cannot change while children hold it stays, and the log says so. */
static void
keep_text(char **now, char **before, const char *key)
{
	char *swap = *now;

	if (strcmp(*now, *before) == 0)
		return;
	log_warn("%s changes with a restart only: it stays %s", key, *before);
	*now = *before;
	*before = swap;
}

static void
apply_conf(struct master *m)
{
	size_t i;

	set_log_level(m->conf);
	peers_init(&m->peers, m->conf->run_peers);
	m->generation++;
	for (i = 0; i < POOL_N; i++) {
		pool_set_wanted(&m->pool[i], m->conf);
		pool_make_stale(&m->pool[i], &m->family);
		if (m->listen_fd[i] >= 0)
			listen(m->listen_fd[i], (int)m->conf->pool_backlog);
	}
}

static void
reload(struct master *m)
{
	char fault[CONF_FAULT_LEN];
	struct conf *conf;

	if (m->state != RUNNING)
		return;
	if (master_load_conf(m->conf_path, &conf, fault) != ERR_OK) {
		log_error("the configuration stays as it was: %s", fault);
		return;
	}
	keep_text(&conf->run_dir, &m->conf->run_dir, "run.dir");
	keep_text(&conf->database_path, &m->conf->database_path,
	    "database.path");
	conf_free(m->conf);
	m->conf = conf;
	apply_conf(m);
	log_info("configuration read again: generation %u", m->generation);
}

static void
on_signals(struct master *m)
{
	struct signalfd_siginfo si;

	while (read(m->signal_fd, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		switch (si.ssi_signo) {
		case SIGTERM:
		case SIGINT:
			begin_drain(m);
			break;
		case SIGHUP:
			reload(m);
			break;
		}
	}
}

/* ---- what children say, and how they end */

static NO_RETURN void
die_of_database(struct master *m, const char *why)
{
	close_sockets(m);
	die(1, "%s", why);
}

static void
on_news(struct master *m, const struct family_news *news)
{
	struct child *c = news->child;

	switch (news->status) {
	case STATUS_READY:
		if (c->state == CHILD_STARTING)
			c->state = CHILD_READY;
		if (m->state == STARTING)
			m->state = RUNNING;
		break;
	case STATUS_RETIRING:
		c->is_stale = true;
		break;
	case STATUS_FAILED:
		if (m->state == STARTING)
			die_of_database(m, news->text);
		log_error("%s", news->text);
		break;
	}
}

static void
on_death(struct master *m, const struct family_death *d)
{
	if (m->state == STARTING)
		die_of_database(m, "the process that prepares the database "
		    "has died");
	pool_on_death(&m->pool[d->child.pool], m->conf, d);
}

/* News first: a child that failed has said why before it died. */
static void
hear_children(struct master *m)
{
	struct family_news news;
	struct family_death death;

	while (family_next_news(&m->family, &news))
		on_news(m, &news);
	while (family_next_death(&m->family, &death))
		on_death(m, &death);
}

/* ---- looking */

/* A worker that is at one request for too long is beyond help. */
static void
kill_stuck(struct master *m)
{
	int64_t most = m->conf->pool_request_s * 1000, busy;
	struct family *f = &m->family;
	char title[POOL_TITLE_LEN];
	struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++) {
		if (c->state == CHILD_FREE || c->is_killed)
			continue;
		busy = board_busy_ms(&f->board->slot[c - f->child]);
		if (busy < most)
			continue;
		pool_describe(c->pool, c->pid, title);
		log_warn("%s is stuck: %lld ms at one request", title,
		    (long long)busy);
		family_kill(c);
	}
}

/* Often enough that nothing is stuck for a quarter longer than it may. */
static int64_t
stuck_look_ms(const struct conf *conf)
{
	int64_t ms = conf->pool_request_s * 1000 / 4;

	return ms < STUCK_LOOK_MAX_MS ? ms : STUCK_LOOK_MAX_MS;
}

static void
tend_pool(struct master *m, struct pool *p)
{
	fork_missing(m, p);
	pool_dismiss_surplus(p, &m->family, m->conf->pool_drain_s * 1000);
}

static void
say_ready(struct master *m)
{
	int i;

	if (m->said_ready)
		return;
	for (i = 0; i < POOL_N; i++)
		if (!pool_is_complete(&m->pool[i], &m->family))
			return;
	m->said_ready = true;
	log_info("ready: %d workers, and %d for passwords",
	    m->pool[POOL_MAIN].wanted, m->pool[POOL_AUTH].wanted);
}

/* The workers are gone: the keeper may say that all is in order. */
static void
begin_close(struct master *m)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(worker_pools); i++)
		if (family_count(&m->family, worker_pools[i]) > 0)
			return;
	m->state = CLOSING;
	atomic_store(&m->board->workers_gone, true);
	pool_dismiss_all(&m->pool[POOL_KEEPER], &m->family,
	    m->conf->pool_drain_s * 1000);
}

static void
tend(struct master *m)
{
	int64_t now = clock_mono_ms();
	int i;

	if (m->state == STARTING)
		fork_missing(m, &m->pool[POOL_KEEPER]);
	for (i = 0; i < POOL_N && m->state == RUNNING; i++)
		tend_pool(m, &m->pool[i]);
	if (m->state == RUNNING)
		say_ready(m);
	if (m->state == DRAINING)
		begin_close(m);
	family_kill_late(&m->family, now);
	if (now >= m->look_at) {
		m->look_at = now + stuck_look_ms(m->conf);
		kill_stuck(m);
	}
}

/* Sleep until something happens or is due. */
static void
wait_for_events(struct master *m)
{
	struct pollfd p[2] = {
		{ .fd = m->signal_fd, .events = POLLIN },
		{ .fd = m->family.status_fd[0], .events = POLLIN },
	};
	int64_t at = family_next_kill(&m->family, m->look_at), left;
	int i;

	for (i = 0; i < POOL_N; i++)
		at = pool_next_look(&m->pool[i], &m->family, at);
	left = at - clock_mono_ms();
	(void)poll(p, 2, left > 0 ? (int)left : 0);
}

int
master_run(struct conf *conf, const char *conf_path)
{
	static struct master m;

	m.conf = conf;
	m.conf_path = conf_path;
	master_open(&m);
	for (;;) {
		tend(&m);
		if (m.state == CLOSING && family_count(&m.family, POOL_KEEPER) == 0)
			break;
		wait_for_events(&m);
		on_signals(&m);
		hear_children(&m);
	}
	master_release(&m);
	log_info("stopped");
	return 0;
}
