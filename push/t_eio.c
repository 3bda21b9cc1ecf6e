/*
 * t_eio - the requests and the WebSockets of Engine.IO.
 *
 *	GET polling			a new session
 *	GET polling, sid		t_eio_poll: waits for packets
 *	POST polling, sid		t_eio_post: brings packets
 *	GET websocket			a new session; t_eio_ws
 *	GET websocket, sid		t_eio_ws, which takes over after its probe
 *
 * A body is looked at when all of it has come, one packet after the other; while
 * more of the client's events wait than may, the rest of it waits, too, and its
 * answer with it.  What is refused is refused in the words of the server that
 * these clients know.
 */
#include "config.h"

#include "base/log.h"
#include "base/utf8.h"
#include "push/eio.h"
#include "push/enter.h"
#include "push/t_eio.h"
#include "push/t_http.h"
#include "push/t_ws.h"

enum { QUESTION_MAX = 64 * 1024 };

/* A request, as far as it has been understood. */
struct wish {
	const char *transport;
	const char *eio;
	const char *sid;	/* NULL: it has none */
	bool	 is_echo;
};

/* ---- answers without a session */

static void
say(struct conn *c, int status, const char *text)
{
	http_answer(c, &(struct http1_answer){ .status = status,
	    .content_type = "text/plain; charset=UTF-8", .body = text,
	    .body_len = strlen(text), .keep_alive = c->is_kept,
	    .extra = status == 405 ? "Allow: GET, POST\r\n" : NULL });
}

/* What is wrong, as a JSON string; `what` may be the client's. */
static void
refuse(struct conn *c, const char *why, const char *what)
{
	struct str text, body;
	struct jw jw;

	str_init_arena(&text, &c->push->arena);
	str_init_arena(&body, &c->push->arena);
	str_printf(&text, "%s%s", why, what);
	jw_init(&jw, &body);
	jw_strn(&jw, text.s, text.len);
	c->push->counters.refused++;
	log_debug("eio: refused: %s", why);
	say(c, 400, str_is_ok(&body) ? body.s : "\"Bad Request\"");
}

/* ---- new sessions */

/* Is this a library that can do with one element more in each event? */
static bool
knows_offsets(struct conn *c, const struct http1_head *head)
{
	const char *agent = head->user_agent != NULL ? head->user_agent : "";
	const char *asked = http1_query(head, &c->push->arena, "recovery");

	if (asked != NULL)
		return strcmp(asked, "1") == 0;
	return strstr(agent, "Mozilla") != NULL ||
	    strstr(agent, "node-XMLHttpRequest") != NULL;
}

/* NULL: it has been refused. */
static struct eio *
make(struct conn *c, const struct http1_head *head, const struct wish *w)
{
	struct str question;
	struct eio *e = NULL;

	str_init(&question, QUESTION_MAX);
	enter_put_question(&question, head);
	if (str_is_ok(&question))
		e = eio_new(c->push, &(struct eio_beginning){ .id = c->id,
		    .remote_addr = head->real_ip, .question = question.s,
		    .len = question.len, .is_echo = w->is_echo,
		    .wants_offsets = knows_offsets(c, head) });
	str_release(&question);
	if (e == NULL)
		http_refuse(c, ERR_BUSY, NULL);
	return e;
}

/* The connection serves the session from now on. */
static void
attach(struct conn *c, struct eio *e, struct conn **slot)
{
	c->eio = e;
	*slot = c;
}

static void
wait_poll(struct conn *c, struct eio *e)
{
	conn_set_transport(c, &t_eio_poll);
	tick_stop(&c->tick);
	attach(c, e, &e->poll);
	if (e->is_probed && queue_is_empty(&e->out))
		eio_say(e, EIO_NOOP_PACKET, 1);
	else if (!queue_is_empty(&e->out))
		conn_touch(c);
}

static void
open_polling(struct conn *c, const struct http1_head *head,
    const struct wish *w)
{
	struct eio *e = make(c, head, w);

	if (e == NULL)
		return;
	wait_poll(c, e);
	eio_begin(e);
}

/* A browser hangs up when it offers subprotocols and none is answered. */
static const char *
first_protocol(struct conn *c, const struct http1_head *head)
{
	const char *list = head->ws_protocol;
	size_t len;

	if (list == NULL || (len = strcspn(list, ", \t")) == 0)
		return NULL;
	return arena_strndup(&c->push->arena, list, len);
}

static void
open_ws(struct conn *c, const struct http1_head *head, const char *accept)
{
	ws_open(c, &(struct ws_opening){ .transport = &t_eio_ws,
	    .accept = accept, .protocol = first_protocol(c, head) });
}

static void
open_websocket(struct conn *c, const struct http1_head *head,
    const struct wish *w)
{
	char accept[WS_ACCEPT_LEN + 1];
	enum err err = head->is_upgrade ? ws_check(head, accept) :
	    ERR_UPGRADE;
	struct eio *e;

	if (err == ERR_NOMEM)
		http_refuse(c, err, NULL);
	else if (err != ERR_OK)
		refuse(c, "Invalid websocket upgrade", "");
	else if ((e = make(c, head, w)) != NULL) {
		attach(c, e, &e->ws);
		open_ws(c, head, accept);
		if (!c->is_dead)
			eio_begin(e);
	}
}

/* ---- requests of a session */

static void
on_websocket(struct conn *c, const struct http1_head *head, struct eio *e)
{
	char accept[WS_ACCEPT_LEN + 1];
	enum err err;

	if (!head->is_upgrade || e->ws != NULL || e->probe != NULL ||
	    e->is_closing) {
		refuse(c, "Invalid transport", "");
		return;
	}
	if ((err = ws_check(head, accept)) != ERR_OK) {
		http_refuse(c, err, NULL);
		return;
	}
	open_ws(c, head, accept);
	if (c->is_dead)
		return;
	attach(c, e, &e->probe);
	tick_start(eios_probe_list(c->push->eios), &c->tick);
}

static void
on_poll(struct conn *c, struct eio *e)
{
	if (e->poll != NULL) {
		eio_drop(e, EIO_CLOSE_PACKET, "two polls at once");
		refuse(c, "Bad Request", "");
		return;
	}
	wait_poll(c, e);
	/* That was what it stayed for. */
	if (e->is_closing && queue_is_empty(&e->out))
		eio_drop(e, EIO_CLOSE_PACKET, "closed");
}

static void
on_get(struct conn *c, const struct http1_head *head, const struct wish *w)
{
	bool is_websocket = strcmp(w->transport, "websocket") == 0;
	struct eio *e;

	if (w->sid == NULL) {
		if (is_websocket)
			open_websocket(c, head, w);
		else
			open_polling(c, head, w);
		return;
	}
	if ((e = eio_find(c->push, w->sid)) == NULL)
		refuse(c, "Invalid session ", w->sid);
	else if (is_websocket)
		on_websocket(c, head, e);
	else if (e->ws != NULL)
		refuse(c, "Invalid transport", "");
	else
		on_poll(c, e);
}

static void
on_post(struct conn *c, const struct http1_head *head, const struct wish *w)
{
	int64_t most = (int64_t)c->push->conf->push_eio_payload_max;
	struct eio *e = NULL;

	c->body_left = head->body_len;
	if (w->sid == NULL || (e = eio_find(c->push, w->sid)) == NULL)
		refuse(c, "Invalid session ", w->sid == NULL ? "None" : w->sid);
	else if (e->ws != NULL || strcmp(w->transport, "polling") != 0)
		refuse(c, "Invalid transport", "");
	else if (head->body_len > most)
		say(c, 413, "\"Payload too large\"");
	else if (e->post != NULL || head->body_len == 0) {
		eio_drop(e, EIO_CLOSE_PACKET, "two bodies at once, or none");
		refuse(c, "Bad Request", "");
	} else {
		conn_set_transport(c, &t_eio_post);
		tick_start(&c->push->head_list, &c->tick);
		attach(c, e, &e->post);
	}
}

/* Both forms of the path, and one that a proxy in front may have made of them. */
static bool
is_path(const char *path)
{
	static const char mount[] = "/socket.io";
	size_t len = sizeof(mount) - 1;

	if (strncmp(path, mount, len) != 0)
		return false;
	path += len;
	if (strncmp(path, mount, len) == 0)
		path += len;
	return *path == '\0' || strcmp(path, "/") == 0;
}

/* In the order in which the known server looks at these. */
static void
serve(struct conn *c, const struct http1_head *head, const struct wish *w)
{
	if (w->transport == NULL || (strcmp(w->transport, "polling") != 0 &&
	    strcmp(w->transport, "websocket") != 0))
		refuse(c, "Invalid transport", "");
	else if (w->sid == NULL && (w->eio == NULL || strcmp(w->eio, "4") != 0))
		refuse(c, "The client is using an unsupported version of the "
		    "Socket.IO or Engine.IO protocols", "");
	else if (strcmp(head->method, "GET") == 0)
		on_get(c, head, w);
	else if (strcmp(head->method, "POST") == 0)
		on_post(c, head, w);
	else if (strcmp(head->method, "OPTIONS") == 0)
		say(c, 200, "OK");
	else
		say(c, 405, "Method Not Found");
}

bool
t_eio_serve(struct conn *c, const struct http1_head *head)
{
	struct push *p = c->push;
	struct wish w = {
		.transport = http1_query(head, &p->arena, "transport"),
		.eio = http1_query(head, &p->arena, "EIO"),
		.sid = http1_query(head, &p->arena, "sid")
	};

	if (w.sid != NULL && *w.sid == '\0')
		w.sid = NULL;
	w.is_echo = p->conf->push_echo && w.transport != NULL &&
	    strcmp(head->path, "/echo") == 0;
	if (!w.is_echo) {
		if (eios_shape(p->eios) == NULL || !is_path(head->path))
			return false;
		c->shape = eios_shape(p->eios);
	}
	c->body_left = head->body_len;
	if (arena_is_full(&p->arena))
		http_refuse(c, ERR_NOMEM, NULL);
	else
		serve(c, head, &w);
	return true;
}

/* ---- a poll that waits */

/* The next request waits for this one's answer; what is behind it, unread. */
static size_t
poll_take(struct conn *c, char *bytes, size_t len)
{
	if (len >= c->push->conf->push_head_max)
		conn_pause(c);
	return 0;
}

static void
poll_finish(struct conn *c)
{
	struct eio *e = c->eio;

	if (e == NULL || queue_is_empty(&e->out))
		return;
	eio_answer_poll(e);
	eio_drained(e);
}

static void
poll_end(struct conn *c, enum sub_end why)
{
	c->is_kept = c->is_kept && why != SUB_STOPPING;
	eio_drop(c->eio, EIO_CLOSE_PACKET, "the program ends");
}

static int64_t *
poll_gauge(struct conn *c)
{
	return &c->push->counters.polls;
}

const struct transport t_eio_poll = {
	.name = "eio-poll",
	.framing = FRAMING_BARE,
	.gauge = poll_gauge,
	.take = poll_take,
	.finish = poll_finish,
	.end = poll_end
};

/* ---- a body with packets */

/* The body has been dealt with; what is left of a bad one is skipped. */
static void
post_done(struct conn *c, bool is_good)
{
	struct eio *e = c->eio;

	c->eio = NULL;
	if (e != NULL)
		e->post = NULL;
	if (is_good)
		say(c, 200, "ok");
	else
		refuse(c, "Bad Request", "");
}

/* The first packet of what is left; how many bytes it was. */
static size_t
take_packet(struct conn *c, char *bytes)
{
	size_t left = (size_t)c->body_left, len = eio_packet_len(bytes, left);
	size_t used = len + (len < left);
	enum err err = ERR_BAD_REQUEST;

	c->body_left -= (int64_t)used;
	/* Behind a separator there has to be another packet. */
	if ((len == left || used < left) && utf8_is_valid(bytes, len))
		err = eio_take(c->eio, bytes, len);
	else
		eio_drop(c->eio, EIO_CLOSE_PACKET, "this is no packet");
	if (c->is_dead)
		return used;
	if (err == ERR_CLOSED || (err == ERR_OK && c->body_left == 0))
		post_done(c, true);
	else if (err != ERR_OK)
		post_done(c, false);
	return used;
}

static size_t
post_take(struct conn *c, char *bytes, size_t len)
{
	if ((int64_t)len < c->body_left)
		return 0;
	tick_stop(&c->tick);
	if (c->eio == NULL) {
		post_done(c, false);
		return 0;
	}
	if (eio_is_burdened(c->eio)) {
		conn_pause(c);
		return 0;
	}
	return take_packet(c, bytes);
}

static void
post_end(struct conn *c, enum sub_end why)
{
	if (c->eio != NULL)
		eio_drop(c->eio, EIO_CLOSE_PACKET, "the program ends");
	conn_close(c, "cannot be answered");
}

const struct transport t_eio_post = {
	.name = "eio-post",
	.framing = FRAMING_BARE,
	.take = post_take,
	.end = post_end
};

/* ---- a WebSocket */

static bool
is_text(const struct ws_part *part, const char *text)
{
	return part->op == WS_TEXT && part->len == strlen(text) &&
	    memcmp(part->payload, text, part->len) == 0;
}

/* First the probe, and when that has been answered, the upgrade. */
static void
on_probe(struct conn *c, const struct ws_part *part)
{
	struct eio *e = c->eio;

	if (!e->is_probed && is_text(part, "2probe")) {
		e->is_probed = true;
		ws_say(c, "3probe", 6);
		if (e->poll != NULL && queue_is_empty(&e->out))
			eio_say(e, EIO_NOOP_PACKET, 1);
	} else if (e->is_probed && is_text(part, "5") && !e->is_closing) {
		eio_upgrade(e);
	} else {
		ws_close(c, WS_PROTOCOL, "this is no upgrade");
		eio_detach(c);
	}
}

static void
ws_on_message(struct conn *c, struct ws_part *part)
{
	struct eio *e = c->eio;
	enum err err = ERR_OK;

	if (e == NULL)
		return;
	if (c == e->probe)
		on_probe(c, part);
	else if (part->op == WS_BINARY)
		err = eio_take_bytes(e, part->payload, part->len);
	else
		err = eio_take(e, part->payload, part->len);
	if (err != ERR_OK)
		log_debug("eio: a packet ends the session: %s", err_code(err));
}

static bool
ws_is_burdened(struct conn *c)
{
	return c->eio != NULL && c == c->eio->ws && eio_is_burdened(c->eio);
}

static size_t
ws_message_max(const struct conn *c)
{
	return c->push->conf->push_eio_payload_max;
}

static void
ws_drained(struct conn *c)
{
	ws_on_drained(c);
	if (!c->is_dead && c->eio != NULL && c == c->eio->ws)
		eio_drained(c->eio);
}

static void
ws_end(struct conn *c, enum sub_end why)
{
	struct eio *e = c->eio;

	if (why == SUB_BEHIND) {
		c->push->counters.behind++;
		ws_cut_off(c, WS_TRY_LATER, "resume from your offset");
	} else if (why == SUB_STOPPING) {
		ws_close(c, WS_GOING_AWAY, "going away");
	} else {
		conn_close(c, "out of memory");
		return;
	}
	if (e != NULL)
		eio_detach(c);
}

static int64_t *
ws_gauge(struct conn *c)
{
	return &c->push->counters.websockets;
}

const struct transport t_eio_ws = {
	.name = "eio-ws",
	.framing = FRAMING_WS,
	.gauge = ws_gauge,
	.take = ws_read,
	.on_drained = ws_drained,
	.on_message = ws_on_message,
	.is_burdened = ws_is_burdened,
	.message_max = ws_message_max,
	.end = ws_end
};
