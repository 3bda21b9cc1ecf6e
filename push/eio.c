/*
 * eio - sessions of Engine.IO, protocol 4.
 *
 * While a client polls its packets wait here, as text.  They leave with the poll
 * that waits, at the end of the turn, all in one answer; or, when it has been
 * upgraded, each as a frame of its WebSocket, where later ones are queued at
 * once.
 *
 * A session that ends says so to a poll that brings nothing else: a client that
 * reads of the end does not look at what came with it.  It waits push.close_ms for
 * that poll.
 */
#include "config.h"

#include "base/log.h"
#include "push/eio.h"
#include "push/t_eio.h"
#include "push/t_http.h"
#include "push/t_sio.h"
#include "push/t_ws.h"

enum { PROBE_MS = 10000, PACKET_MAX = 64 * 1024 * 1024 };

struct eios {
	struct push *push;
	const struct shape *shape;
	struct eio *all;		/* by sid */
	struct eio *dead;
	struct tick_list ping_list;	/* until the next ping */
	struct tick_list pong_list;	/* and its answer */
	struct tick_list entry_list;
	struct tick_list probe_list;
	struct tick_list close_list;
};

/* ---- ticks */

static struct eio *
eio_of_beat(struct tick *t)
{
	return CONTAINER_OF(t, struct eio, beat);
}

static void
on_ping_due(struct tick *t, void *arg)
{
	struct eio *e = eio_of_beat(t);

	tick_start(&e->push->eios->pong_list, t);
	eio_say(e, "2", 1);
}

/* Paused, it may have answered: we have not read it. */
static void
on_no_pong(struct tick *t, void *arg)
{
	struct eio *e = eio_of_beat(t);

	if (e->ws != NULL && e->ws->is_paused)
		tick_start(&e->push->eios->pong_list, t);
	else
		eio_drop(e, EIO_CLOSE_PACKET, "no pong");
}

static void
on_no_entry(struct tick *t, void *arg)
{
	struct eio *e = CONTAINER_OF(t, struct eio, entry);

	if (!e->is_echo && !sio_is_connected(e))
		eio_close(e, "no namespace in time");
}

static void
on_not_upgraded(struct tick *t, void *arg)
{
	ws_close(conn_of_tick(t), WS_POLICY, "no upgrade in time");
}

static void
on_no_last_poll(struct tick *t, void *arg)
{
	eio_drop(eio_of_beat(t), EIO_CLOSE_PACKET, "no poll any more");
}

struct tick_list *
eios_probe_list(struct eios *all)
{
	return &all->probe_list;
}

/* ---- all sessions */

static void
add_list(struct eios *all, struct tick_list *l, int64_t ms, tick_fn on_due)
{
	tick_list_init(l, &all->push->ticks, &(struct tick_rule){ ms, on_due,
	    all });
}

struct eios *
eios_new(struct push *push)
{
	const struct conf *conf = push->conf;
	struct eios *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->push = push;
	all->shape = shape_find_sio();
	add_list(all, &all->ping_list, conf->push_eio_ping_ms, on_ping_due);
	add_list(all, &all->pong_list, conf->push_eio_timeout_ms, on_no_pong);
	add_list(all, &all->entry_list, conf->push_eio_connect_ms, on_no_entry);
	add_list(all, &all->probe_list, PROBE_MS, on_not_upgraded);
	add_list(all, &all->close_list, conf->push_close_ms, on_no_last_poll);
	return all;
}

const struct shape *
eios_shape(const struct eios *all)
{
	return all->shape;
}

static void
free_handshake(struct eio_handshake *h)
{
	if (h != NULL)
		hold_drop(sizeof(*h) + h->len + 1);
	free(h);
}

void
eios_sweep(struct eios *all)
{
	struct eio *e;

	sio_sweep(all->push);
	while ((e = all->dead) != NULL) {
		all->dead = e->next_dead;
		queue_clear(&e->out);
		free_handshake(e->handshake);
		free(e);
	}
}

void
eios_free(struct eios *all)
{
	if (all == NULL)
		return;
	while (all->all != NULL)
		eio_drop(all->all, EIO_CLOSE_PACKET, "the program ends");
	eios_sweep(all);
	free(all);
}

/* How much push holds because of it. */
static size_t
size_of(const struct eio *e)
{
	return e->handshake->len + sio_size(e) + queue_size(&e->out);
}

void
eios_shed(struct eios *all, size_t least)
{
	struct eio *e, *next;

	for (e = all->all; e != NULL; e = next) {
		next = e->hh.next;
		if (size_of(e) < least)
			continue;
		all->push->counters.shed++;
		queue_clear(&e->out);
		eio_drop(e, EIO_CLOSE_PACKET, "push.memory_max");
	}
}

struct eio *
eio_find(struct push *p, const char *sid)
{
	struct eio *e;

	HASH_FIND_STR(p->eios->all, sid, e);
	return e;
}

static struct eio_handshake *
make_handshake(const struct eio_beginning *b)
{
	struct eio_handshake *h = malloc(sizeof(*h) + b->len + 1);
	const char *from = b->remote_addr != NULL ? b->remote_addr : "";

	if (h == NULL)
		return NULL;
	hold_add(sizeof(*h) + b->len + 1);
	h->len = b->len;
	snprintf(h->remote_addr, sizeof(h->remote_addr), "%s", from);
	memcpy(h->question, b->question, b->len);
	h->question[b->len] = '\0';
	return h;
}

struct eio *
eio_new(struct push *p, const struct eio_beginning *b)
{
	struct eios *all = p->eios;
	struct eio *e;

	if (p->counters.sessions >= p->conf->push_sessions ||
	    (e = calloc(1, sizeof(*e))) == NULL)
		return NULL;
	e->push = p;
	e->is_echo = b->is_echo;
	e->wants_offsets = b->wants_offsets;
	snprintf(e->id, sizeof(e->id), "%s", b->id);
	sio_sid_make(e->sid);
	e->handshake = make_handshake(b);
	if (e->handshake != NULL)
		HASH_ADD_STR(all->all, sid, e);
	if (e->handshake == NULL || e->hh.tbl == NULL) {
		free_handshake(e->handshake);
		free(e);
		return NULL;
	}
	p->counters.sessions++;
	return e;
}

void
eio_begin(struct eio *e)
{
	const struct conf *conf = e->push->conf;
	char text[192];
	int n = snprintf(text, sizeof(text), "0{\"sid\":\"%s\",\"upgrades\":[%s],"
	    "\"pingInterval\":%lld,\"pingTimeout\":%lld,\"maxPayload\":%zu}",
	    e->sid, e->ws == NULL ? "\"websocket\"" : "",
	    (long long)conf->push_eio_ping_ms,
	    (long long)conf->push_eio_timeout_ms, conf->push_eio_payload_max);

	tick_start(&e->push->eios->ping_list, &e->beat);
	eio_expect_entry(e);
	eio_say(e, text, (size_t)n);
}

/* Who is refused gets no more time by that. */
void
eio_expect_entry(struct eio *e)
{
	if (e->entry.next == NULL)
		tick_start(&e->push->eios->entry_list, &e->entry);
}

/* ---- what goes out */

enum framing
eio_framing(const struct eio *e)
{
	return e->ws != NULL ? FRAMING_WS : FRAMING_BARE;
}

static const struct queue *
queue_of(const struct eio *e)
{
	return e->ws != NULL ? &e->ws->out : &e->out;
}

/* One that is larger than all that may wait has to go alone. */
bool
eio_fits(const struct eio *e, const struct frame *f)
{
	const struct queue *q = queue_of(e);

	return f == NULL || queue_is_empty(q) ||
	    queue_size(q) + QUEUE_EACH + f->len <=
	    e->push->conf->push_out_max;
}

bool
eio_has_room(const struct eio *e)
{
	const struct queue *q = queue_of(e);

	return !e->is_dead && !e->is_closing &&
	    (e->ws == NULL || !e->ws->is_full) &&
	    queue_size(q) <= e->push->conf->push_out_max / 2 &&
	    (queue_is_empty(q) || !hold_is_much());
}

bool
eio_put(struct eio *e, struct frame *f)
{
	if (e->is_dead || e->is_closing) {
		frame_unref(f);
		return false;
	}
	if (e->ws != NULL)
		return conn_put(e->ws, f);
	if (!eio_fits(e, f)) {
		frame_unref(f);
		e->push->counters.behind++;
		queue_clear(&e->out);
		eio_drop(e, EIO_CLOSE_PACKET, "it reads too slowly");
		return false;
	}
	if (!queue_put(&e->out, f)) {
		eio_drop(e, EIO_CLOSE_PACKET, "out of memory");
		return false;
	}
	if (e->poll != NULL)
		conn_touch(e->poll);
	return true;
}

/* A packet that is not shared. */
static bool
put_packet(struct eio *e, const struct eio_packet *p)
{
	struct str s, text;
	bool done;

	str_init(&s, PACKET_MAX);
	str_init(&text, PACKET_MAX);
	if (e->ws != NULL && p->is_binary) {
		ws_put(&s, WS_BINARY, p->data, p->len);
	} else {
		eio_packet_put(&text, p);
		if (e->ws != NULL)
			ws_put(&s, WS_TEXT, text.s, text.len);
		else
			str_put(&s, text.s, text.len);
	}
	s.bad = s.bad || text.bad;
	done = eio_put(e, frame_from(&s));
	str_release(&text);
	str_release(&s);
	return done;
}

bool
eio_say(struct eio *e, const char *packet, size_t len)
{
	return put_packet(e, &(struct eio_packet){
	    .type = (enum eio_type)(packet[0] - '0'), .data = packet + 1,
	    .len = len - 1 });
}

void
eio_drained(struct eio *e)
{
	if (e->is_dead)
		return;
	sio_drained(e);
	eio_read_on(e);
}

/* ---- what comes in */

bool
eio_is_burdened(const struct eio *e)
{
	return !e->is_dead && (queue_size(queue_of(e)) >
	    e->push->conf->push_out_max / 2 || sio_is_burdened(e));
}

void
eio_read_on(struct eio *e)
{
	if (e->ws != NULL && !eio_is_burdened(e))
		conn_resume(e->ws);
	if (e->post != NULL && !eio_is_burdened(e))
		conn_resume(e->post);
}

static enum err
on_message(struct eio *e, const struct eio_packet *p)
{
	if (e->is_echo)
		(void)put_packet(e, p);
	else if (p->is_binary)
		sio_take_bytes(e, p->data, p->len);
	else
		sio_take(e, p->data, p->len);
	return e->is_dead || e->is_closing ? ERR_CLOSED : ERR_OK;
}

static enum err
refuse(struct eio *e)
{
	eio_drop(e, EIO_CLOSE_PACKET, "this is no packet");
	return ERR_BAD_REQUEST;
}

static enum err
on_packet(struct eio *e, const struct eio_packet *p)
{
	switch (p->type) {
	case EIO_MESSAGE:
		return on_message(e, p);
	case EIO_PONG:
		tick_start(&e->push->eios->ping_list, &e->beat);
		return ERR_OK;
	case EIO_CLOSE:
		eio_drop(e, EIO_NOOP_PACKET, "closed by the client");
		return ERR_CLOSED;
	case EIO_PING:			/* the server's */
		return refuse(e);
	case EIO_OPEN:
	case EIO_UPGRADE:
	case EIO_NOOP:
		break;
	}
	return ERR_OK;
}

enum err
eio_take(struct eio *e, char *text, size_t len)
{
	struct eio_packet p;

	if (e->is_dead || e->is_closing)
		return ERR_CLOSED;
	e->push->counters.frames_in++;
	if (eio_packet_parse(text, len, &p) != ERR_OK)
		return refuse(e);
	if (p.type == EIO_MESSAGE && !p.is_binary && !e->is_echo)
		sio_packet_mend(text + 1, p.len);
	return on_packet(e, &p);
}

enum err
eio_take_bytes(struct eio *e, const char *bytes, size_t len)
{
	if (e->is_dead || e->is_closing)
		return ERR_CLOSED;
	e->push->counters.frames_in++;
	return on_message(e, &(struct eio_packet){ .type = EIO_MESSAGE,
	    .is_binary = true, .data = bytes, .len = len });
}

/* ---- from polls to a WebSocket */

/* The packets that wait, each as a frame; what does not fit ends the session. */
static void
move_queue(struct eio *e)
{
	struct queue waiting = e->out;
	struct frame *f;
	struct str s;

	e->out = (struct queue){ .bytes = 0 };
	str_init(&s, PACKET_MAX);
	while ((f = queue_pop(&waiting)) != NULL) {
		str_reset(&s);
		ws_put(&s, WS_TEXT, f->bytes, f->len);
		frame_unref(f);
		if (!e->is_dead)
			(void)eio_put(e, frame_from(&s));
	}
	str_release(&s);
}

void
eio_upgrade(struct eio *e)
{
	if (e->poll != NULL) {
		if (queue_is_empty(&e->out))
			eio_say(e, EIO_NOOP_PACKET, 1);
		eio_answer_poll(e);
	}
	e->ws = e->probe;
	e->probe = NULL;
	tick_stop(&e->ws->tick);
	move_queue(e);
	if (!e->is_dead)
		sio_drained(e);
}

void
eio_answer_poll(struct eio *e)
{
	struct conn *c = e->poll;
	struct str body;

	str_init(&body, SIZE_MAX / 4);
	queue_join(&e->out, &body, EIO_SEPARATOR);
	queue_clear(&e->out);
	e->poll = NULL;
	c->eio = NULL;
	if (str_is_ok(&body))
		http_answer(c, &(struct http1_answer){ .status = 200,
		    .content_type = "text/plain; charset=UTF-8",
		    .body = body.s, .body_len = body.len,
		    .keep_alive = c->is_kept,
		    .extra = "Cache-Control: no-store\r\n" });
	else
		conn_close(c, "out of memory");
	str_release(&body);
}

/* ---- the end */

/* A connection goes on without the session. */
static void
let_go(struct conn **slot)
{
	struct conn *c = *slot;

	*slot = NULL;
	if (c == NULL)
		return;
	c->eio = NULL;
	if (c->transport == &t_eio_ws)
		ws_close(c, WS_NORMAL, "");
	else if (!c->is_dead)
		conn_resume(c);
}

/* It gets nothing any more, and what it has sent is carried out. */
static void
go_silent(struct eio *e)
{
	sio_close_all(e);
	tick_stop(&e->beat);
	tick_stop(&e->entry);
}

void
eio_drop(struct eio *e, const char *last, const char *why)
{
	struct eios *all = e->push->eios;

	if (e->is_dead)
		return;
	log_debug("eio: %s: %s", e->sid, why);
	go_silent(e);
	if (e->poll != NULL) {
		/* Without memory for it the poll is answered with less. */
		if (!queue_put(&e->out, frame_new(last, strlen(last))))
			log_debug("eio: %s: no last packet", e->sid);
		eio_answer_poll(e);
	}
	e->is_dead = true;
	HASH_DEL(all->all, e);
	all->push->counters.sessions--;
	let_go(&e->ws);
	let_go(&e->probe);
	let_go(&e->post);
	e->next_dead = all->dead;
	all->dead = e;
}

void
eio_close(struct eio *e, const char *why)
{
	if (e->is_dead || e->is_closing)
		return;
	if (e->ws != NULL || (e->poll != NULL && queue_is_empty(&e->out))) {
		eio_drop(e, EIO_CLOSE_PACKET, why);
		return;
	}
	log_debug("eio: %s: closing: %s", e->sid, why);
	go_silent(e);
	e->is_closing = true;
	if (e->poll != NULL)
		conn_touch(e->poll);
	tick_start(&e->push->eios->close_list, &e->beat);
	eio_read_on(e);
}

void
eio_detach(struct conn *c)
{
	struct eio *e = c->eio;

	if (e == NULL)
		return;
	c->eio = NULL;
	if (c == e->probe) {
		e->probe = NULL;
		e->is_probed = false;
		return;
	}
	if (c == e->poll)
		e->poll = NULL;
	if (c == e->post)
		e->post = NULL;
	if (c == e->ws)
		e->ws = NULL;
	eio_drop(e, EIO_CLOSE_PACKET, "its connection has gone");
}
