/*
 * upcall - frames of clients, on their way to the workers and back.
 *
 *	         put                run: one of push.upcalls is free
 *	(none) ------> queued ------------------------------------> under way
 *	                 ^                                             |
 *	                 `-- more frames, and room for answers --------|
 *	                                                 idle: freed <-'
 *
 * A worker's socket with a full backlog, or none at all while the workers are
 * replaced, is tried again every RETRY_MS until the upcall's time is over; so
 * long it has not been read by anybody, and nothing is done twice.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "push/fcgi_client.h"
#include "push/upcall.h"

enum { RETRY_MS = 20, ID_LEN = 32, READ_LEN = 16 * 1024, HEADERS_LEN = 4096 };

/* A frame as a JSON string. */
struct text {
	struct text *next;
	uint32_t len;
	bool	 is_refused;	/* too large to go up */
	char	 json[];
};

/* A lane's request under way. */
struct upcall {
	struct upcalls *all;
	struct lane *lane;
	ev_io	 io;		/* fd -1: not connected */
	struct tick deadline, retry;
	struct str request;
	size_t	 sent;
	struct fcgi_answer answer;
	int	 frames_n;
};

struct lane {
	struct lane_options o;	/* arg NULL: the owner has gone */
	struct upcalls *all;
	struct lane *next, *prev;	/* of those that wait their turn */
	struct lane *all_next, *all_prev;
	struct text *first, *last;
	struct upcall *upcall;	/* NULL: none is under way */
	size_t	 bytes;
	int64_t	 since;		/* the first frame waits since then */
	int	 frames_n;
	bool	 is_queued;
	bool	 is_held;	/* is being worked at: leave it alone */
	char	 id[ID_LEN + 1];
};

struct upcalls {
	struct upcall_options o;
	struct sockaddr_un to;
	struct tick_list deadline_list, retry_list;
	struct lane *lanes;	/* all of them */
	struct lane *queue;
	int64_t	 running_n;
};

static void	 on_deadline(struct tick *, void *);
static void	 on_retry(struct tick *, void *);

struct upcalls *
upcalls_new(const struct upcall_options *o)
{
	struct upcalls *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->o = *o;
	u->to.sun_family = AF_UNIX;
	if (!conf_socket_path(o->conf, "fcgi.sock", u->to.sun_path))
		u->to.sun_path[0] = '\0';
	tick_list_init(&u->deadline_list, o->ticks, &(struct tick_rule){
	    o->conf->push_upcall_ms, on_deadline, u });
	tick_list_init(&u->retry_list, o->ticks, &(struct tick_rule){
	    RETRY_MS, on_retry, u });
	return u;
}

bool
upcalls_is_idle(const struct upcalls *u)
{
	return u->lanes == NULL;
}

/* ---- lanes */

struct lane *
upcall_lane(struct upcalls *u, const struct lane_options *o)
{
	struct lane *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->o = *o;
	l->all = u;
	snprintf(l->id, sizeof(l->id), "%s", o->id);
	l->o.id = l->id;
	DL_APPEND2(u->lanes, l, all_prev, all_next);
	return l;
}

static void
free_lane(struct lane *l)
{
	DL_DELETE2(l->all->lanes, l, all_prev, all_next);
	free(l);
}

/* Wait for a turn, if there is something to send and room for the answers. */
static void
enqueue(struct lane *l)
{
	if (l->is_queued || l->is_held || l->upcall != NULL ||
	    l->frames_n == 0)
		return;
	if (l->o.arg != NULL && !l->o.ops->has_room(l->o.arg))
		return;
	l->is_queued = true;
	DL_APPEND(l->all->queue, l);
}

/* The frame as JSON; one that is larger than any request can be is not kept. */
static struct text *
make_text(const struct lane *l, const char *text, size_t len)
{
	struct text *t;
	struct str s;
	struct jw jw;
	bool fits;

	str_init(&s, l->all->o.conf->request_body_max - 2);
	jw_init(&jw, &s);
	jw_strn(&jw, text, len);
	fits = str_is_ok(&s);
	if (!fits)
		s.len = 0;
	if ((t = malloc(sizeof(*t) + s.len)) != NULL) {
		t->next = NULL;
		t->len = (uint32_t)s.len;
		t->is_refused = !fits;
		memcpy(t->json, s.s, s.len);
	}
	str_release(&s);
	return t;
}

bool
upcall_put(struct lane *l, const char *text, size_t len)
{
	struct text *t = make_text(l, text, len);

	if (t == NULL)
		return false;
	if (l->last != NULL)
		l->last->next = t;
	else
		l->first = t;
	l->last = t;
	if (l->frames_n++ == 0)
		l->since = clock_mono_ms();
	l->bytes += t->len;
	enqueue(l);
	return true;
}

bool
upcall_is_full(const struct lane *l)
{
	return l->frames_n >= l->all->o.conf->push_frames_waiting ||
	    l->bytes >= l->all->o.conf->push_frame_max;
}

void
upcall_resume(struct lane *l)
{
	enqueue(l);
}

void
upcall_forget(struct lane *l)
{
	l->o.arg = NULL;
	if (l->upcall == NULL && l->frames_n == 0 && !l->is_held)
		free_lane(l);
	else
		enqueue(l);
}

static void
drop_text(struct lane *l)
{
	struct text *t = l->first;

	if ((l->first = t->next) == NULL)
		l->last = NULL;
	l->frames_n--;
	l->bytes -= t->len;
	l->since = clock_mono_ms();
	free(t);
}

/* ---- answers */

static void
reply(struct lane *l, const char *text, size_t len)
{
	if (l->o.arg != NULL)
		l->o.ops->reply(l->o.arg, text, len);
}

/* Answer `n` frames with an error. */
static void
refuse(struct lane *l, int n, enum err e)
{
	const struct problem problem = { .err = e, .request_id = l->id };
	struct str s;
	struct jw jw;

	if (l->o.arg == NULL)
		return;
	str_init(&s, HEADERS_LEN);
	jw_init(&jw, &s);
	l->o.shape->nack(&jw, &problem);
	while (n-- > 0 && str_is_ok(&s))
		reply(l, s.s, s.len);
	str_release(&s);
}

/* Frames at the front that are not to go up. */
static void
refuse_front(struct lane *l)
{
	bool is_late = clock_mono_ms() - l->since >
	    l->all->o.conf->push_upcall_ms;

	l->is_held = true;
	while (l->first != NULL && (is_late || l->first->is_refused)) {
		refuse(l, 1, l->first->is_refused ? ERR_TOO_LARGE : ERR_BUSY);
		drop_text(l);
	}
	l->is_held = false;
}

/* The lane may go on, or is done with. */
static void
go_on(struct lane *l)
{
	const struct lane_options o = l->o;
	bool is_idle = l->frames_n == 0;

	if (is_idle)
		free_lane(l);
	if (o.arg != NULL)
		o.ops->answered(o.arg, is_idle);
	if (!is_idle)
		enqueue(l);
}

/* The texts that the worker answers with: one for each frame, or null. */
static enum err
give_answers(struct upcall *c)
{
	const char *body;
	json_t *array, *item;
	size_t len, i;
	int status;

	if (!fcgi_answer_parse(&c->answer, &status, &body, &len))
		return ERR_BAD_REQUEST;
	if (status != 200)
		return status == 401 ? ERR_SESSION_ENDED : ERR_BUSY;
	if (json_read(body, len, &array, NULL) != ERR_OK)
		return ERR_BAD_JSON;
	if (!json_is_array(array) ||
	    json_array_size(array) != (size_t)c->frames_n) {
		json_decref(array);
		return ERR_BAD_JSON;
	}
	json_array_foreach(array, i, item) {
		if (json_is_string(item))
			reply(c->lane, json_string_value(item),
			    json_string_length(item));
	}
	json_decref(array);
	return ERR_OK;
}

static void
disconnect(struct upcall *c)
{
	if (c->io.fd < 0)
		return;
	ev_io_stop(c->all->o.loop, &c->io);
	close(c->io.fd);
	c->io.fd = -1;
}

static void
free_upcall(struct upcall *c)
{
	disconnect(c);
	tick_stop(&c->deadline);
	tick_stop(&c->retry);
	str_release(&c->request);
	fcgi_answer_release(&c->answer);
	c->lane->upcall = NULL;
	c->all->running_n--;
	free(c);
}

/* The upcall is over; unless `e` is ERR_OK, without an answer. */
static void
finish(struct upcall *c, enum err e)
{
	struct lane *l = c->lane;

	log_set_request(l->id);
	if (e == ERR_OK)
		e = give_answers(c);
	if (e != ERR_OK) {
		c->all->o.counters->upcall_faults++;
		log_warn("an upcall with %d frames failed: %s", c->frames_n,
		    err_code(e));
		refuse(l, c->frames_n,
		    e == ERR_SESSION_ENDED ? e : ERR_BUSY);
	}
	free_upcall(c);
	go_on(l);
	log_set_request(NULL);
}

/* ---- the connection to a worker */

static void
want(struct upcall *c, int events)
{
	if (c->io.events == events && ev_is_active(&c->io))
		return;
	ev_io_stop(c->all->o.loop, &c->io);
	ev_io_set(&c->io, c->io.fd, events);
	ev_io_start(c->all->o.loop, &c->io);
}

/* ERR_OK: everything is sent; ERR_AGAIN: the socket is full. */
static enum err
send_request(struct upcall *c)
{
	ssize_t n;

	while (c->sent < c->request.len) {
		n = send(c->io.fd, c->request.s + c->sent,
		    c->request.len - c->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? ERR_AGAIN : ERR_CLOSED;
		c->sent += (size_t)n;
	}
	return ERR_OK;
}

/* ERR_OK: the answer is whole; ERR_AGAIN: it is not. */
static enum err
read_answer(struct upcall *c)
{
	char bytes[READ_LEN];
	ssize_t n;
	enum err e = ERR_AGAIN;

	while (e == ERR_AGAIN) {
		n = recv(c->io.fd, bytes, sizeof(bytes), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return ERR_AGAIN;
		if (n <= 0)
			return ERR_CLOSED;
		e = fcgi_answer_take(&c->answer, bytes, (size_t)n);
	}
	return e;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int events)
{
	struct upcall *c = w->data;
	enum err e = ERR_AGAIN;

	if ((events & EV_WRITE) && (e = send_request(c)) == ERR_OK) {
		want(c, EV_READ);
		e = ERR_AGAIN;
	}
	if (e == ERR_AGAIN && (events & EV_READ))
		e = read_answer(c);
	if (e != ERR_AGAIN)
		finish(c, e);
}

static void
dial(struct upcall *c)
{
	const struct sockaddr *to = (const struct sockaddr *)&c->all->to;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, to, sizeof(c->all->to)) < 0) {
		close(fd);
		fd = -1;
	}
	if (fd < 0) {
		tick_start(&c->all->retry_list, &c->retry);
		return;
	}
	ev_io_init(&c->io, on_io, fd, EV_READ | EV_WRITE);
	c->io.data = c;
	ev_io_start(c->all->o.loop, &c->io);
}

static struct upcall *
upcall_of(struct tick *t, size_t offset)
{
	return (struct upcall *)((char *)t - offset);
}

static void
on_retry(struct tick *t, void *arg)
{
	dial(upcall_of(t, offsetof(struct upcall, retry)));
}

static void
on_deadline(struct tick *t, void *arg)
{
	finish(upcall_of(t, offsetof(struct upcall, deadline)), ERR_BUSY);
}

/* ---- sending */

/*
 * The frames that go up together become the body; how many they are.
 */
static int
gather(struct lane *l, struct str *body)
{
	size_t max = l->all->o.conf->request_body_max;
	int n = 0;

	while (l->first != NULL && !l->first->is_refused &&
	    body->len + l->first->len + 2 <= max) {
		str_putc(body, n == 0 ? '[' : ',');
		str_put(body, l->first->json, l->first->len);
		drop_text(l);
		n++;
	}
	str_putc(body, ']');
	return n;
}

static void
put_request(struct upcall *c, const struct str *body)
{
	const struct lane *l = c->lane;
	char uri[64], user[24], session[24], len[24];
	const struct fcgi_param params[] = {
		{ "REQUEST_METHOD", "POST" },
		{ "REQUEST_URI", uri },
		{ "CONTENT_TYPE", "application/json" },
		{ "CONTENT_LENGTH", len },
		{ "NATTERJACK_UPCALL", "1" },
		{ "NATTERJACK_USER", user },
		{ "NATTERJACK_SESSION", session },
		{ "REQUEST_ID", l->id }
	};

	snprintf(uri, sizeof(uri), "/upcall/%s", l->o.shape->name);
	snprintf(user, sizeof(user), "%lld", (long long)l->o.user_id);
	snprintf(session, sizeof(session), "%lld", (long long)l->o.session_id);
	snprintf(len, sizeof(len), "%zu", body->len);
	fcgi_put_request(&c->request, &(struct fcgi_request){
	    .params = params, .params_n = ARRAY_LEN(params),
	    .body = body->s, .body_len = body->len });
}

/* Send the frames of the lane; false: out of memory, they still wait. */
static bool
start(struct lane *l)
{
	struct upcalls *u = l->all;
	struct upcall *c = calloc(1, sizeof(*c));
	struct str body;

	if (c == NULL)
		return false;
	c->all = u;
	c->lane = l;
	c->io.fd = -1;
	str_init(&c->request, SIZE_MAX / 4);
	fcgi_answer_init(&c->answer, u->o.conf->request_arena_max);
	str_init(&body, SIZE_MAX / 4);
	c->frames_n = gather(l, &body);
	put_request(c, &body);
	c->request.bad = c->request.bad || body.bad;
	str_release(&body);
	l->upcall = c;
	u->running_n++;
	u->o.counters->upcalls++;
	tick_start(&u->deadline_list, &c->deadline);
	if (str_is_ok(&c->request))
		dial(c);
	else
		finish(c, ERR_NOMEM);
	return true;
}

void
upcalls_run(struct upcalls *u)
{
	struct lane *l;

	while ((l = u->queue) != NULL && u->running_n < u->o.conf->push_upcalls) {
		DL_DELETE(u->queue, l);
		l->is_queued = false;
		refuse_front(l);
		if (l->frames_n == 0)
			go_on(l);
		else if (!start(l)) {
			enqueue(l);
			return;
		}
	}
}

void
upcalls_free(struct upcalls *u)
{
	struct lane *l;

	if (u == NULL)
		return;
	while ((l = u->lanes) != NULL) {
		if (l->upcall != NULL)
			free_upcall(l->upcall);
		while (l->first != NULL)
			drop_text(l);
		free_lane(l);
	}
	free(u);
}
