/*
 * ask - questions to the workers, as FastCGI requests.
 *
 * A worker's socket with a full backlog, or none at all while the workers are
 * replaced, is tried again every RETRY_MS until the question's time is over; so
 * long it has not been read by anybody, and nothing is done twice.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utlist.h>

#include "push/ask.h"

enum { RETRY_MS = 20, READ_LEN = 16 * 1024, PARAMS_MAX = 12 };

struct asks {
	struct asks_options o;
	struct sockaddr_un to;
	struct tick_list deadline_list, retry_list;
	struct ask *queue;
	int64_t	 running_n;
};

static void	 on_deadline(struct tick *, void *);
static void	 on_retry(struct tick *, void *);

struct asks *
asks_new(const struct asks_options *o)
{
	struct asks *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->o = *o;
	all->to.sun_family = AF_UNIX;
	if (!conf_socket_path(o->conf, "fcgi.sock", all->to.sun_path))
		all->to.sun_path[0] = '\0';
	tick_list_init(&all->deadline_list, o->ticks, &(struct tick_rule){
	    o->conf->push_upcall_ms, on_deadline, all });
	tick_list_init(&all->retry_list, o->ticks, &(struct tick_rule){
	    RETRY_MS, on_retry, all });
	return all;
}

void
asks_free(struct asks *all)
{
	free(all);
}

void
ask_init(struct ask *a, struct asks *all, const struct ask_ops *ops)
{
	*a = (struct ask){ .all = all, .ops = ops };
}

void
ask_queue(struct ask *a)
{
	a->is_waiting = true;
	DL_APPEND(a->all->queue, a);
}

static void
stop_waiting(struct ask *a)
{
	a->is_waiting = false;
	DL_DELETE(a->all->queue, a);
}

/* ---- the end of one */

static void
disconnect(struct ask *a)
{
	if (a->io.fd < 0)
		return;
	ev_io_stop(a->all->o.loop, &a->io);
	close(a->io.fd);
	a->io.fd = -1;
}

static void
stop_running(struct ask *a)
{
	disconnect(a);
	tick_stop(&a->deadline);
	tick_stop(&a->retry);
	str_release(&a->request);
	a->is_running = false;
	a->all->running_n--;
}

void
ask_drop(struct ask *a)
{
	if (a->is_waiting)
		stop_waiting(a);
	if (!a->is_running)
		return;
	stop_running(a);
	fcgi_answer_release(&a->answer);
}

/* The answer outlives the question, which its owner may free. */
static void
finish(struct ask *a, enum err e)
{
	struct fcgi_answer raw = a->answer;
	struct ask_answer answer = { .body = "" };

	stop_running(a);
	if (e == ERR_OK && !fcgi_answer_parse(&raw, &answer.status,
	    &answer.body, &answer.len))
		e = ERR_BAD_REQUEST;
	a->ops->done(a, e, &answer);
	fcgi_answer_release(&raw);
}

/* ---- the connection to a worker */

static void
want(struct ask *a, int events)
{
	if (a->io.events == events && ev_is_active(&a->io))
		return;
	ev_io_stop(a->all->o.loop, &a->io);
	ev_io_set(&a->io, a->io.fd, events);
	ev_io_start(a->all->o.loop, &a->io);
}

/* ERR_OK: everything is sent; ERR_AGAIN: the socket is full. */
static enum err
send_request(struct ask *a)
{
	ssize_t n;

	while (a->sent < a->request.len) {
		n = send(a->io.fd, a->request.s + a->sent,
		    a->request.len - a->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? ERR_AGAIN : ERR_CLOSED;
		a->sent += (size_t)n;
	}
	return ERR_OK;
}

/* ERR_OK: the answer is whole; ERR_AGAIN: it is not. */
static enum err
read_answer(struct ask *a)
{
	char bytes[READ_LEN];
	ssize_t n;
	enum err e = ERR_AGAIN;

	while (e == ERR_AGAIN) {
		n = recv(a->io.fd, bytes, sizeof(bytes), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return ERR_AGAIN;
		if (n <= 0)
			return ERR_CLOSED;
		e = fcgi_answer_take(&a->answer, bytes, (size_t)n);
	}
	return e;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct ask *a = w->data;
	enum err e = ERR_AGAIN;

	if ((events & EV_WRITE) && (e = send_request(a)) == ERR_OK) {
		want(a, EV_READ);
		e = ERR_AGAIN;
	}
	if (e == ERR_AGAIN && (events & EV_READ))
		e = read_answer(a);
	if (e != ERR_AGAIN)
		finish(a, e);
}

static void
dial(struct ask *a)
{
	const struct sockaddr *to = (const struct sockaddr *)&a->all->to;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, to, sizeof(a->all->to)) < 0) {
		close(fd);
		fd = -1;
	}
	if (fd < 0) {
		tick_start(&a->all->retry_list, &a->retry);
		return;
	}
	ev_io_init(&a->io, on_io, fd, EV_READ | EV_WRITE);
	a->io.data = a;
	ev_io_start(a->all->o.loop, &a->io);
}

static void
on_retry(struct tick *t, void *arg)
{
	dial(CONTAINER_OF(t, struct ask, retry));
}

static void
on_deadline(struct tick *t, void *arg)
{
	finish(CONTAINER_OF(t, struct ask, deadline), ERR_BUSY);
}

/* ---- sending */

static void
start(struct ask *a)
{
	struct asks *all = a->all;
	struct str request;

	str_init(&request, SIZE_MAX / 4);
	if (!a->ops->write(a, &request)) {
		str_release(&request);
		return;
	}
	a->request = request;
	a->sent = 0;
	a->io.fd = -1;
	a->is_running = true;
	fcgi_answer_init(&a->answer, all->o.conf->request_arena_max);
	all->running_n++;
	tick_start(&all->deadline_list, &a->deadline);
	if (str_is_ok(&a->request))
		dial(a);
	else
		finish(a, ERR_NOMEM);
}

void
asks_run(struct asks *all)
{
	struct ask *a;

	while ((a = all->queue) != NULL &&
	    all->running_n < all->o.conf->push_upcalls) {
		stop_waiting(a);
		start(a);
	}
}

/* ---- what a question looks like */

struct params {
	struct fcgi_param item[PARAMS_MAX];
	char	 digits[PARAMS_MAX][24];
	size_t	 n;
};

static void
add(struct params *p, const char *name, const char *value)
{
	if (p->n == PARAMS_MAX)
		abort();
	p->item[p->n++] = (struct fcgi_param){ name, value };
}

static void
add_number(struct params *p, const char *name, int64_t n)
{
	char *digits = p->digits[p->n];

	snprintf(digits, sizeof(p->digits[0]), "%lld", (long long)n);
	add(p, name, digits);
}

/* Only what is known is said. */
static void
add_id(struct params *p, const char *name, int64_t id)
{
	if (id != 0)
		add_number(p, name, id);
}

void
ask_put_request(struct str *out, const struct ask_request *r)
{
	struct params p = { .n = 0 };

	add(&p, "REQUEST_METHOD", "POST");
	add(&p, "REQUEST_URI", r->uri);
	add(&p, "CONTENT_TYPE", "application/json");
	add_number(&p, "CONTENT_LENGTH", (int64_t)r->body_len);
	add(&p, "REQUEST_ID", r->id);
	if (r->remote_addr != NULL)
		add(&p, "REMOTE_ADDR", r->remote_addr);
	add(&p, "NATTERJACK_UPCALL", "1");
	add_id(&p, "NATTERJACK_USER", r->user_id);
	add_id(&p, "NATTERJACK_SESSION", r->session_id);
	add_id(&p, "NATTERJACK_CONNECTION", r->connection);
	add_id(&p, "NATTERJACK_ROOM", r->room);
	fcgi_put_request(out, &(struct fcgi_request){ .params = p.item,
	    .params_n = p.n, .body = r->body, .body_len = r->body_len });
}
