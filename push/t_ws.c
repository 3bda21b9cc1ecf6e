/*
 * t_ws - WebSockets.
 *
 *	open --- the client's close: answered ------------> over --> gone
 *	  |
 *	  |--- we close ---> closing --- its close, or time ------> gone
 *	  |
 *	  `--- it breaks the protocol: we close ---> deaf --------> gone
 *
 * Closing, its frames are read only to find its close.  Deaf, there are no
 * frames any more; only bytes that are nothing but a close are known as one.
 * Over, we hang up, but a moment later: a socket that is closed while bytes come
 * in takes with it what the client has not read yet.
 *
 * A client's text messages go up to the workers, and it is not read from while
 * more of them wait than the limits allow, or while it does not read itself.
 *
 * The echo is the same protocol with nothing behind it, for conformance suites.
 */
#include "config.h"

#include "base/utf8.h"
#include "push/t_ws.h"

static bool
put(struct conn *c, enum ws_op op, const char *payload, size_t len)
{
	struct str s;
	bool done;

	str_init(&s, WS_HEAD_MAX + len);
	ws_put(&s, op, payload, len);
	done = conn_put(c, frame_from(&s));
	str_release(&s);
	return done;
}

void
ws_say(struct conn *c, const char *text, size_t len)
{
	(void)put(c, WS_TEXT, text, len);
}

/* The last frame, for which there is room in every queue. */
static void
put_close(struct conn *c, uint16_t code, const char *reason)
{
	struct str s;

	str_init(&s, WS_HEAD_MAX + WS_CONTROL_MAX);
	ws_put_close(&s, (enum ws_code)code, reason);
	conn_unsubscribe(c);
	inbuf_free(&c->message);
	tick_start(&c->push->close_list, &c->tick);
	c->is_closing = true;
	if (queue_put(&c->out, frame_from(&s)))
		conn_touch(c);
	else
		conn_close(c, "out of memory");
	str_release(&s);
}

void
ws_close(struct conn *c, uint16_t code, const char *reason)
{
	if (c->is_closing)
		return;
	put_close(c, code, reason);
	/* Its close has to be found behind what waits. */
	if (!c->is_dead)
		conn_resume(c);
}

void
ws_cut_off(struct conn *c, uint16_t code, const char *reason)
{
	if (!c->is_open) {
		conn_close(c, reason);
		return;
	}
	queue_cut(&c->out);
	ws_close(c, code, reason);
}

static void
end(struct conn *c, enum sub_end why)
{
	switch (why) {
	case SUB_STOPPING:
		ws_close(c, WS_GOING_AWAY, "going away");
		break;
	case SUB_SESSION_ENDED:
		if (c->lane != NULL)
			upcall_forget(c->lane);
		c->lane = NULL;
		ws_cut_off(c, c->shape->ended_code, "session ended");
		break;
	case SUB_BEHIND:
		c->push->counters.behind++;
		ws_cut_off(c, c->shape->behind_code, "resume from your cursor");
		break;
	case SUB_BROKEN:
		conn_close(c, "out of memory");
		break;
	}
}

/* ---- how much may wait */

static bool
has_room(void *arg)
{
	struct conn *c = arg;

	return queue_size(&c->out) <= c->push->conf->push_out_max / 2;
}

static bool
is_burdened(struct conn *c)
{
	return !has_room(c) || (c->lane != NULL && upcall_is_full(c->lane));
}

static size_t
message_max(const struct conn *c)
{
	return c->push->conf->push_frame_max;
}

/* Read again, if that is why it is not read from. */
static void
read_on(struct conn *c)
{
	if (c->transport->is_burdened == NULL || !c->transport->is_burdened(c))
		conn_resume(c);
}

/* ---- what is answered */

static void
on_reply(void *arg, const struct lane_reply *r)
{
	if (r->is_lost)
		conn_close(arg, "out of memory");
	else if (r->text != NULL)
		(void)put(arg, WS_TEXT, r->text, r->len);
}

/* Some of its frames have been answered, or all of them. */
static void
on_answered(void *arg, bool is_idle)
{
	struct conn *c = arg;

	if (is_idle)
		c->lane = NULL;
	read_on(c);
}

static const struct lane_ops lane_ops = {
	.reply = on_reply,
	.has_room = has_room,
	.answered = on_answered
};

/* ---- the handshake */

enum err
ws_check(const struct http1_head *head, char accept[WS_ACCEPT_LEN + 1])
{
	if (head->ws_version == NULL || strcmp(head->ws_version, "13") != 0)
		return ERR_UPGRADE;
	return ws_accept(head->ws_key, accept);
}

void
ws_open(struct conn *c, const struct ws_opening *o)
{
	struct http1_answer answer = { .status = 101 };
	struct str s, extra;

	str_init_arena(&extra, &c->push->arena);
	str_printf(&extra, "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: %s\r\n", o->accept);
	if (o->protocol != NULL)
		str_printf(&extra, "Sec-WebSocket-Protocol: %s\r\n",
		    o->protocol);
	answer.extra = extra.s;
	str_init_arena(&s, &c->push->arena);
	http1_put_answer(&s, &answer);
	ws_init(&c->ws);
	conn_set_transport(c, o->transport);
	if (o->transport->is_pinged)
		tick_start(&c->push->ping_list, &c->tick);
	else
		tick_stop(&c->tick);
	(void)conn_put(c, str_is_ok(&extra) ? frame_from(&s) : NULL);
}

/* ---- what comes */

/* The client closes: answer with its own code, and hang up. */
static void
on_close(struct conn *c, const struct ws_part *part)
{
	enum ws_code code;

	if (c->is_closing) {
		conn_close(c, "closed by both sides");
		return;
	}
	if (ws_parse_close(part, &code) != ERR_OK) {
		put_close(c, code, "");
		c->is_deaf = true;
		return;
	}
	put_close(c, code, "");
	c->is_over = true;
}

/* Keep a fragment; the whole message when it was the last. */
static bool
gather(struct conn *c, struct ws_part *part)
{
	if (part->fin && c->message == NULL)
		return true;
	if (part->len > 0 &&
	    !inbuf_put(&c->message, part->payload, part->len)) {
		ws_close(c, WS_INTERNAL, "out of memory");
		return false;
	}
	if (!part->fin || c->message == NULL)
		return part->fin;
	part->payload = c->message->bytes;
	part->len = c->message->len;
	return true;
}

/* The frame goes up; false: out of memory. */
static bool
send_up(struct conn *c, const char *text, size_t len)
{
	const struct visit *v = c->visit;
	const struct lane_options o = {
		.ops = &lane_ops, .arg = c, .shape = c->shape,
		.user_id = hub_user_id(c->sub.user),
		.session_id = c->sub.session_id,
		.connection = v == NULL ? 0 : v->connection,
		.room = v == NULL ? 0 : v->room, .id = c->id
	};

	c->push->counters.frames_in++;
	if (c->lane == NULL)
		c->lane = upcall_lane(c->push->upcalls, &o);
	return c->lane != NULL && upcall_put(c->lane, text, len);
}

/* Bytes as a text: what is no UTF-8 in them becomes U+FFFD. */
static bool
send_up_bytes(struct conn *c, const struct ws_part *part)
{
	struct str text;
	bool done;

	str_init(&text, 3 * part->len);
	utf8_repair(&text, part->payload, part->len);
	done = str_is_ok(&text) && send_up(c, text.s, text.len);
	str_release(&text);
	return done;
}

static void
on_command(struct conn *c, struct ws_part *part)
{
	bool done;

	if (part->op == WS_BINARY && !c->shape->takes_binary) {
		ws_close(c, WS_UNSUPPORTED, "commands are text");
		return;
	}
	if (part->op == WS_BINARY)
		done = send_up_bytes(c, part);
	else
		done = send_up(c, part->payload, part->len);
	if (!done)
		ws_close(c, WS_INTERNAL, "out of memory");
}

static void
echo(struct conn *c, struct ws_part *part)
{
	(void)put(c, part->op, part->payload, part->len);
}

/* What has been gathered is the connection's no more while it is looked at. */
static void
on_message(struct conn *c, struct ws_part *part)
{
	struct inbuf *whole;

	if (c->is_closing || !gather(c, part))
		return;
	whole = c->message;
	c->message = NULL;
	c->transport->on_message(c, part);
	inbuf_free(&whole);
}

static void
on_part(struct conn *c, struct ws_part *part)
{
	switch (part->op) {
	case WS_CLOSE:
		on_close(c, part);
		break;
	case WS_PING:
		if (!c->is_closing)
			(void)put(c, WS_PONG, part->payload, part->len);
		break;
	case WS_PONG:
		break;
	default:
		on_message(c, part);
		break;
	}
}

/* Are these bytes a close frame, and nothing else? */
static bool
is_close(const char *bytes, size_t len)
{
	struct ws_take_out out;
	char copy[WS_HEAD_MAX + WS_CONTROL_MAX];
	struct ws ws;

	if (len > sizeof(copy))
		return false;
	memcpy(copy, bytes, len);
	ws_init(&ws);
	return ws_take(&ws, copy, len, WS_CONTROL_MAX, &out) == ERR_OK &&
	    out.part.op == WS_CLOSE && out.used == len;
}

size_t
ws_read(struct conn *c, char *bytes, size_t len)
{
	const struct transport *t = c->transport;
	struct ws_take_out out;
	enum err e;

	if (c->is_over)
		return len;
	if (c->is_deaf) {
		if (is_close(bytes, len))
			conn_close(c, "closed by both sides");
		return len;
	}
	if (c->is_asked && !c->is_closing) {
		c->is_asked = false;
		tick_start(&c->push->ping_list, &c->tick);
	}
	e = ws_take(&c->ws, bytes, len, t->message_max(c), &out);
	if (e == ERR_AGAIN)
		return 0;
	if (e != ERR_OK) {
		ws_close(c, out.code, "");
		c->is_deaf = true;
		return len;
	}
	on_part(c, &out.part);
	if (!c->is_dead && !c->is_closing && t->is_burdened != NULL &&
	    t->is_burdened(c))
		conn_pause(c);
	return out.used;
}

void
ws_on_drained(struct conn *c)
{
	c->is_open = true;
	if (c->is_over)
		tick_start(&c->push->linger_list, &c->tick);
	if (c->lane != NULL)
		upcall_resume(c->lane);
	read_on(c);
}

static void
begin(struct conn *c)
{
	if (c->shape->hello == NULL)
		return;
	(void)conn_put(c, news_hello(c->shape, FRAMING_WS, c->sub.cursor));
}

/* ---- what does not come */

void
ws_on_over(struct tick *t, void *arg)
{
	conn_close(conn_of_tick(t), "closed by the client");
}

/* Also one that talks all the time: a proxy wants to hear from us, too. */
void
ws_on_ping_due(struct tick *t, void *arg)
{
	struct conn *c = conn_of_tick(t);

	if (!put(c, WS_PING, "", 0))
		return;
	c->is_asked = true;
	tick_start(&c->push->pong_list, t);
}

void
ws_on_no_pong(struct tick *t, void *arg)
{
	struct conn *c = conn_of_tick(t);

	/* Paused, it may have answered: we have not read it. */
	if (!c->is_paused) {
		conn_close(c, "no pong");
		return;
	}
	c->is_asked = false;
	tick_start(&c->push->ping_list, t);
}

static int64_t *
gauge(struct conn *c)
{
	return &c->push->counters.websockets;
}

const struct transport t_ws = {
	.name = "ws",
	.framing = FRAMING_WS,
	.gauge = gauge,
	.take = ws_read,
	.on_drained = ws_on_drained,
	.on_message = on_command,
	.is_burdened = is_burdened,
	.message_max = message_max,
	.is_pinged = true,
	.begin = begin,
	.end = end
};

const struct transport t_echo = {
	.name = "echo",
	.framing = FRAMING_WS,
	.gauge = gauge,
	.take = ws_read,
	.on_drained = ws_on_drained,
	.on_message = echo,
	.is_burdened = is_burdened,
	.message_max = message_max,
	.is_pinged = true,
	.end = end
};
