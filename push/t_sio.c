/*
 * t_sio - sockets of Socket.IO, protocol 5.
 *
 *	CONNECT --> entering (a worker is asked) --> connected --> closed
 *	                  `--> CONNECT_ERROR
 *
 * While a namespace is being connected nothing more of its session is read.  A
 * packet that does not belong where it comes ends the session, as the reference
 * has it.
 *
 * Binary parts are counted and thrown away: the event goes up with null in their
 * place when all have come.
 */
#include "config.h"

#include <utlist.h>

#include "base/json.h"
#include "push/sio_enter.h"
#include "push/sio_up.h"

enum { JSON_MAX = 64 * 1024 * 1024 };

/* An event of which binary parts are still to come. */
struct sio_partial {
	struct sio *sio;
	int64_t	 id;
	int	 parts_left;
	size_t	 len;		/* 0: it is an ack, which nobody waits for */
	char	 text[];
};

static struct {
	struct sio *dead;
} self;

static const struct sub_ops sub_ops;

/* ---- what is said */

static void
say(struct eio *e, const struct sio_packet *p)
{
	struct str s;

	str_init(&s, JSON_MAX);
	sio_packet_put_head(&s, p);
	str_put(&s, p->data, p->len);
	if (str_is_ok(&s))
		(void)eio_say(e, s.s, s.len);
	else
		eio_drop(e, EIO_CLOSE_PACKET, "out of memory");
	str_release(&s);
}

void
sio_say(struct sio *s, const struct sio_saying *what)
{
	const char *ns = sio_ns_name(s->ns);

	if (s->eio != NULL)
		say(s->eio, &(struct sio_packet){ .type = what->type,
		    .ns = ns, .ns_len = strlen(ns), .id = what->id,
		    .data = what->json, .len = what->len });
}

/* ---- events */

static void
on_event(struct sio *s, int64_t id, const char *text, size_t len)
{
	if (!sio_up_put(s, id, text, len))
		eio_drop(s->eio, EIO_CLOSE_PACKET, "out of memory");
}

/* The event waits for its parts; false: out of memory. */
static bool
wait_for_parts(struct sio *s, const struct sio_packet *p,
    const struct str *text)
{
	struct sio_partial *part = malloc(sizeof(*part) + text->len);

	if (part == NULL)
		return false;
	hold_add(sizeof(*part) + text->len);
	*part = (struct sio_partial){ .sio = s, .id = p->id,
	    .parts_left = p->parts_n, .len = text->len };
	memcpy(part->text, text->s, text->len);
	s->eio->partial = part;
	return true;
}

static void
free_partial(struct sio_partial *part)
{
	hold_drop(sizeof(*part) + part->len);
	free(part);
}

/* An event or an ack of which parts follow, or none. */
static void
on_binary(struct sio *s, const struct sio_packet *p, json_t *json)
{
	struct eio *e = s->eio;
	struct str text;
	struct jw jw;

	if (sio_packet_fill(json, p->parts_n) != ERR_OK) {
		eio_close(e, "a placeholder for nothing");
		return;
	}
	str_init(&text, JSON_MAX);
	jw_init(&jw, &text);
	if (p->type == SIO_BINARY_EVENT)
		json_put(&jw, json);
	if (!str_is_ok(&text) ||
	    (p->parts_n > 0 && !wait_for_parts(s, p, &text)))
		eio_drop(e, EIO_CLOSE_PACKET, "out of memory");
	else if (p->parts_n == 0 && text.len > 0)
		on_event(s, p->id, text.s, text.len);
	str_release(&text);
}

void
sio_take_bytes(struct eio *e, const char *bytes, size_t len)
{
	struct sio_partial *part = e->partial;

	if (part == NULL) {
		eio_close(e, "bytes that belong to nothing");
		return;
	}
	if (--part->parts_left > 0)
		return;
	e->partial = NULL;
	if (part->len > 0)
		on_event(part->sio, part->id, part->text, part->len);
	free_partial(part);
}

/* ---- packets */

static struct sio *
find(struct eio *e, enum sio_ns ns)
{
	struct sio *s;

	LL_SEARCH_SCALAR(e->sockets, s, ns, ns);
	return s;
}

bool
sio_is_connected(const struct eio *e)
{
	return e->sockets != NULL;
}

static void
refuse_namespace(struct eio *e, const struct sio_packet *p)
{
	static const char why[] = "{\"message\":\"Invalid namespace\"}";

	say(e, &(struct sio_packet){ .type = SIO_CONNECT_ERROR, .ns = p->ns,
	    .ns_len = p->ns_len, .id = SIO_NO_ID, .data = why,
	    .len = sizeof(why) - 1 });
}

static void
connect_to(struct eio *e, const struct sio_packet *p, const json_t *auth)
{
	enum sio_ns ns = sio_ns_find(p->ns, p->ns_len);
	struct sio *s;

	if (ns == SIO_NS_N) {
		refuse_namespace(e, p);
		return;
	}
	if (find(e, ns) != NULL) {
		eio_close(e, "connected twice");
		return;
	}
	if ((s = calloc(1, sizeof(*s))) != NULL) {
		s->sub.ops = &sub_ops;
		s->eio = e;
		s->ns = ns;
		LL_PREPEND(e->sockets, s);
	}
	if (s == NULL || !sio_enter(s, &(struct sio_connecting){ auth, p->data,
	    p->len }))
		eio_drop(e, EIO_CLOSE_PACKET, "out of memory");
}

/* A packet to a socket that is connected. */
static void
on_packet(struct sio *s, const struct sio_packet *p, json_t *json)
{
	switch (p->type) {
	case SIO_EVENT:
		on_event(s, p->id, p->data, p->len);
		break;
	case SIO_BINARY_EVENT:
	case SIO_BINARY_ACK:
		on_binary(s, p, json);
		break;
	case SIO_DISCONNECT:
		sio_close(s);
		break;
	case SIO_ACK:		/* nothing is asked that has an answer */
	case SIO_CONNECT:
	case SIO_CONNECT_ERROR:
		break;
	}
}

void
sio_take(struct eio *e, const char *text, size_t len)
{
	struct sio_packet p;
	struct sio *s;
	json_t *json;

	if (e->partial != NULL ||
	    sio_packet_parse(text, len, &p) != ERR_OK ||
	    sio_packet_read(&p, &json) != ERR_OK) {
		eio_close(e, "this is no packet of Socket.IO");
		return;
	}
	s = find(e, sio_ns_find(p.ns, p.ns_len));
	if (p.type == SIO_CONNECT)
		connect_to(e, &p, json);
	else if (s != NULL && s->entering == NULL)
		on_packet(s, &p, json);
	else
		eio_close(e, "a packet to nobody");
	json_decref(json);
}

/* ---- as part of a session */

bool
sio_is_burdened(const struct eio *e)
{
	const struct sio *s;

	LL_FOREACH(e->sockets, s)
		if (s->entering != NULL || sio_up_is_full(s))
			return true;
	return false;
}

size_t
sio_size(const struct eio *e)
{
	size_t size = e->partial == NULL ? 0 : e->partial->len;
	const struct sio *s;

	LL_FOREACH(e->sockets, s)
		size += sio_enter_size(s);
	return size;
}

void
sio_drained(struct eio *e)
{
	struct sio *s, *next;

	LL_FOREACH_SAFE(e->sockets, s, next) {
		catchup_resume(e->push->catchup, &s->sub);
		sio_up_resume(s);
	}
}

void
sio_close(struct sio *s)
{
	struct eio *e = s->eio;

	LL_DELETE(e->sockets, s);
	if (e->partial != NULL && e->partial->sio == s) {
		free_partial(e->partial);
		e->partial = NULL;
	}
	sio_enter_drop(s);
	catchup_drop(e->push->catchup, &s->sub);
	sio_up_forget(s);
	s->eio = NULL;
	s->next = self.dead;
	self.dead = s;
	if (e->sockets == NULL)
		eio_expect_entry(e);
}

void
sio_close_all(struct eio *e)
{
	while (e->sockets != NULL)
		sio_close(e->sockets);
}

void
sio_sweep(struct push *p)
{
	struct sio *s;

	while ((s = self.dead) != NULL) {
		self.dead = s->next;
		hub_remove(p->hub, &s->sub);
		sio_group_unref(s->group);
		free(s);
	}
}

/* ---- as a subscriber */

static struct sio *
sio_of_sub(struct sub *sub)
{
	return CONTAINER_OF(sub, struct sio, sub);
}

/*
 * The event's place in the log; that of a cast is where its reader stands, which
 * is where everybody does unless it is behind.
 */
static int64_t
seq_of(const struct sio *s, const struct event *ev)
{
	if (ev->seq > 0)
		return ev->seq;
	if (s->sub.is_live)
		return source_seq(s->eio->push->source);
	return s->sub.cursor != SUB_NOW ? s->sub.cursor : s->sub.target;
}

static enum sub_taken
deliver(struct sub *sub, struct news *news)
{
	struct sio *s = sio_of_sub(sub);
	const struct event *ev = news->event;
	const struct shape_client client = { hub_user_id(sub->user),
	    s->group != NULL && sio_group_has(s->group, ev->room_id) };
	struct sio_telling t = { .news = news };
	struct frame *f;
	bool is_silent;

	if (s->eio == NULL)
		return SUB_REFUSED;
	t.shape = eios_shape(s->eio->push->eios);
	t.told = t.shape->told(ev, &client);
	if (t.told == SHAPE_NOTHING ||
	    (ev->seq == 0 && ev->origin == s->connection))
		return SUB_SKIPPED;
	t.framing = eio_framing(s->eio);
	t.seq = seq_of(s, ev);
	f = sio_group_frame(s->group, &t, &is_silent);
	if (is_silent)
		return SUB_SKIPPED;
	if (!sub->is_live && !eio_fits(s->eio, f))
		return SUB_REFUSED;
	s->is_told = eio_put(s->eio, f == NULL ? NULL : frame_ref(f));
	return s->is_told ? SUB_GIVEN : SUB_REFUSED;
}

/* A session that has ended is told so, and nothing else any more. */
static void
on_session_ended(struct sio *s)
{
	struct eio *e = s->eio;

	if (e->ws != NULL)
		queue_cut(&e->ws->out);
	else
		queue_clear(&e->out);
	sio_say(s, &(struct sio_saying){ SIO_DISCONNECT, SIO_NO_ID, "", 0 });
	eio_close(e, "the session has ended");
}

static void
end(struct sub *sub, enum sub_end why)
{
	struct sio *s = sio_of_sub(sub);

	if (s->eio == NULL)
		return;
	if (why == SUB_SESSION_ENDED)
		on_session_ended(s);
	else
		eio_drop(s->eio, EIO_CLOSE_PACKET, "out of memory");
}

/* Catching up never fills a queue so far that it would have to be cut. */
static bool
sub_has_room(struct sub *sub)
{
	struct sio *s = sio_of_sub(sub);

	return s->eio != NULL && eio_has_room(s->eio);
}

/* What it missed has just left the log: it comes again, and begins anew. */
static void
reset(struct sub *sub, const struct reset *r)
{
	struct sio *s = sio_of_sub(sub);

	if (s->eio != NULL)
		eio_close(s->eio, "the log does not reach back");
}

static void
ignore(struct sub *sub)
{
}

static const struct sub_ops sub_ops = {
	.deliver = deliver,
	.end = end,
	.has_room = sub_has_room,
	.begin = ignore,
	.reset = reset,
	.live = ignore
};
