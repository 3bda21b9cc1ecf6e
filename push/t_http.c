/*
 * t_http - requests, and answers that are made at once.
 *
 * A connection begins here.  A request is read, and either answered (with a
 * problem) or given to the transport that it asks for.  Requests that come
 * behind it wait until its answer has been written.
 *
 * There are two paths of ours, and those of the dialects' WebSockets, and nothing
 * but GET: everything else is refused here, except that Engine.IO looks after its
 * own requests.
 */
#include "config.h"

#include "base/log.h"
#include "push/enter.h"
#include "push/events.h"
#include "push/t_eio.h"
#include "push/t_http.h"

static const char *
extra_headers(enum err e)
{
	switch (e) {
	case ERR_METHOD:
		return "Allow: GET\r\n";
	case ERR_UPGRADE:
		return "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
	case ERR_RATE:
		return "Retry-After: 1\r\n";
	default:
		break;
	}
	if (err_status(e) == 401)
		return "WWW-Authenticate: Bearer\r\n";
	return err_status(e) == 503 ? "Retry-After: 1\r\n" : NULL;
}

void
http_answer(struct conn *c, const struct http1_answer *a)
{
	struct http1_answer answer = *a;
	struct str s;

	if (c->is_head)
		answer.body_len = 0;
	str_init(&s, SIZE_MAX / 4);
	http1_put_answer(&s, &answer);
	conn_set_transport(c, &t_http);
	c->is_answering = true;
	tick_start(&c->push->keepalive_list, &c->tick);
	if (conn_put(c, frame_from(&s)))
		c->is_last = !a->keep_alive;
	str_release(&s);
}

/* The body of a refusal in the dialects that have no other. */
static void
put_detail(struct jw *w, int status)
{
	jw_object_begin(w);
	jw_key_str(w, "detail", http1_reason(status));
	jw_object_end(w);
}

void
http_refuse(struct conn *c, enum err e, const char *field)
{
	const struct problem problem = { .err = e, .field = field,
	    .request_id = c->id[0] == '\0' ? NULL : c->id };
	struct http1_answer a = { .status = err_status(e),
	    .content_type = c->shape->problem != NULL ?
	    "application/problem+json" : "application/json",
	    .keep_alive = c->is_kept, .extra = extra_headers(e) };
	struct str body;
	struct jw jw;

	str_init_arena(&body, &c->push->arena);
	jw_init(&jw, &body);
	if (c->shape->problem != NULL)
		c->shape->problem(&jw, &problem);
	else
		put_detail(&jw, a.status);
	a.body = body.s;
	a.body_len = body.len;
	c->push->counters.refused++;
	log_debug("%s: refused: %s", c->transport->name, err_code(e));
	http_answer(c, &a);
}

/* Only the characters of an id, so that it can be logged and sent. */
static void
set_id(struct conn *c, const char *id)
{
	size_t n;

	if (id == NULL)
		id = "";
	n = strspn(id, "0123456789-"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	if (n > CONN_ID_LEN)
		n = CONN_ID_LEN;
	memcpy(c->id, id, n);
	c->id[n] = '\0';
	conn_log(c);
}

static void
route(struct conn *c, const struct http1_head *head)
{
	const struct shape *shape = shape_find(head->path);

	if (shape != NULL) {
		c->shape = shape;
		enter_serve(c, head);
	} else if (strcmp(head->path, "/v1/events") == 0)
		events_serve(c, head);
	else if (c->push->conf->push_echo && strcmp(head->path, "/echo") == 0)
		events_echo(c, head);
	else
		http_refuse(c, ERR_NO_ROUTE, NULL);
}

/* A head has come. */
static void
serve(struct conn *c, const struct http1_head *head)
{
	struct push *p = c->push;

	p->counters.requests++;
	c->shape = &shape_v1;
	set_id(c, head->request_id);
	c->is_head = strcmp(head->method, "HEAD") == 0;
	c->is_kept = head->keep_alive && !c->is_extra && !p->is_stopping;
	if (!c->is_extra && !p->is_stopping && t_eio_serve(c, head))
		return;
	c->body_left = head->body_len;
	if (c->is_extra || p->is_stopping)
		http_refuse(c, ERR_BUSY, NULL);
	else
		route(c, head);
}

/* Could this become a request?  Who speaks another protocol need not wait. */
static bool
looks_like_http(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len && bytes[i] != ' '; i++)
		if (bytes[i] < 'A' || bytes[i] > 'Z')
			return false;
	return true;
}

/* The request has been answered before its body came: that is no request. */
static size_t
skip_body(struct conn *c, size_t len)
{
	if ((int64_t)len > c->body_left)
		len = (size_t)c->body_left;
	c->body_left -= (int64_t)len;
	return len;
}

static size_t
take(struct conn *c, char *bytes, size_t len)
{
	size_t head_max = c->push->conf->push_head_max, used = 0;
	struct http1_head head;
	enum err e;

	if (c->body_left > 0)
		return skip_body(c, len);
	if (c->is_answering) {
		if (len >= head_max)
			conn_pause(c);
		return 0;
	}
	arena_reset(&c->push->arena);
	e = http1_read_head(bytes, len < head_max ? len : head_max,
	    &c->push->arena, &head, &used);
	if (e == ERR_AGAIN && !looks_like_http(bytes, len))
		e = ERR_BAD_REQUEST;
	if (e == ERR_AGAIN && len < head_max)
		return 0;
	if (e == ERR_OK) {
		serve(c, &head);
		return used;
	}
	c->is_kept = false;
	http_refuse(c, e == ERR_AGAIN ? ERR_TOO_LARGE : e, NULL);
	return len;
}

/* An answer has been written: the next request. */
static void
on_drained(struct conn *c)
{
	if (!c->is_answering)
		return;
	c->is_answering = false;
	c->id[0] = '\0';
	tick_start(&c->push->keepalive_list, &c->tick);
	if (c->is_paused)
		conn_resume(c);
	else
		conn_take_kept(c);
}

/* No request within its time; who has sent a part of one is told so. */
void
http_on_late(struct tick *t, void *arg)
{
	struct conn *c = conn_of_tick(t);

	if (c->in == NULL || c->is_answering) {
		conn_close(c, "no request in time");
		return;
	}
	c->is_kept = false;
	http_refuse(c, ERR_TIMEOUT, NULL);
}

static void
end(struct conn *c, enum sub_end why)
{
	if (why != SUB_STOPPING || !c->is_answering)
		conn_close(c, "cannot be answered");
	c->is_last = true;
}

const struct transport t_http = {
	.name = "http",
	.framing = FRAMING_BARE,
	.take = take,
	.on_drained = on_drained,
	.end = end
};
