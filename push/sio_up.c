/*
 * sio_up - events of Socket.IO go up to the workers.
 *
 * A worker answers with what is to be done: things to be said to this client,
 * rooms that it has joined or left, and a notice to all that have joined one.
 * What the client asked to have acknowledged is, behind that, unless it was not
 * carried out.
 */
#include "config.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "push/sio_up.h"

enum { JSON_MAX = 64 * 1024 * 1024 };

/* What each event that is on its way wants to be answered with. */
struct sio_acks {
	int	 n, cap;
	int64_t	 id[];		/* SIO_NO_ID: nothing */
};

static const struct shape *
shape_of(const struct sio *s)
{
	return eios_shape(s->eio->push->eios);
}

/* ---- acks */

/* One more event is under way; false: out of memory. */
static bool
push_ack(struct sio *s, int64_t id)
{
	struct sio_acks *a = s->acks;
	int n = a == NULL ? 0 : a->n, cap = n < 4 ? 4 : 2 * n;

	if (a == NULL || n == a->cap) {
		a = realloc(a, sizeof(*a) + (size_t)cap * sizeof(a->id[0]));
		if (a == NULL)
			return false;
		a->n = n;
		a->cap = cap;
		s->acks = a;
	}
	a->id[a->n++] = id;
	return true;
}

/* The first of them is done. */
static int64_t
pop_ack(struct sio *s)
{
	struct sio_acks *a = s->acks;
	int64_t id;

	if (a == NULL)
		return SIO_NO_ID;
	id = a->id[0];
	memmove(a->id, a->id + 1, (size_t)--a->n * sizeof(a->id[0]));
	if (a->n == 0) {
		free(a);
		s->acks = NULL;
	}
	return id;
}

/* ---- what a worker has answered */

static void
emit(struct sio *s, const char *array, size_t len)
{
	sio_say(s, &(struct sio_saying){ SIO_EVENT, SIO_NO_ID, array, len });
}

static void
put_json(struct str *out, const json_t *json)
{
	struct jw jw;

	str_reset(out);
	jw_init(&jw, out);
	json_put(&jw, json);
}

/* {"emit":[["error",{…}],…]} */
static void
obey_emit(struct sio *s, const json_t *list)
{
	const json_t *item;
	struct str text;
	size_t i;

	str_init(&text, JSON_MAX);
	json_array_foreach(list, i, item) {
		put_json(&text, item);
		if (json_is_array(item) && str_is_ok(&text))
			emit(s, text.s, text.len);
	}
	str_release(&text);
}

/* It has joined too many rooms, or there is no memory for one more. */
static void
refuse_room(struct sio *s, enum err e)
{
	const struct problem problem = { .err = e };
	struct str text;
	struct jw jw;

	str_init(&text, JSON_MAX);
	jw_init(&jw, &text);
	shape_of(s)->nack(&jw, &problem);
	if (str_is_ok(&text))
		emit(s, text.s, text.len);
	str_release(&text);
}

/* {"join":"7","leave":"8"}; false: it has not joined. */
static bool
obey_rooms(struct sio *s, const json_t *order)
{
	int64_t room;
	enum err e = ERR_OK;

	if (json_get_id(order, "leave", &room) == ERR_OK)
		e = sio_group_leave(&s->group, room);
	if (e == ERR_OK && json_get_id(order, "join", &room) == ERR_OK)
		e = sio_group_join(&s->group, room);
	if (e != ERR_OK)
		refuse_room(s, e);
	return e == ERR_OK;
}

/* To this one alone, and in the same form as to the others: with its offset. */
static void
tell(struct sio *s, const struct event *ev)
{
	struct news news;

	news_init(&news, ev);
	(void)s->sub.ops->deliver(&s->sub, &news);
	news_release(&news);
}

/*
 * {"notify":{"room":"7","event":["notification",{…}]}}: to all that have joined
 * the room.  One that has a moment ago may not be in it as far as the log has
 * been given; it is told all the same.
 */
static void
obey_notify(struct sio *s, const json_t *notice)
{
	struct push *p = s->eio->push;
	const json_t *array = NULL;
	struct event ev = { .kind = EVENT_NOTICE, .at = clock_now_ms() };
	struct str text;

	if (json_get_id(notice, "room", &ev.room_id) != ERR_OK ||
	    json_get_array(notice, "event", &array) != ERR_OK)
		return;
	str_init(&text, JSON_MAX);
	put_json(&text, array);
	ev.arg = text.s;
	s->is_told = false;
	p->counters.casts++;
	if (str_is_ok(&text))
		hub_cast(p->hub, &ev);
	if (str_is_ok(&text) && !s->is_told && s->eio != NULL &&
	    sio_group_has(s->group, ev.room_id))
		tell(s, &ev);
	str_release(&text);
}

/* Has the event been carried out? */
static bool
obey(struct sio *s, const struct lane_reply *r)
{
	json_t *order;
	bool has_failed;

	/* Nobody knows whether the event has been carried out. */
	if (json_read(r->text, r->len, &order, NULL) != ERR_OK) {
		log_warn("a worker's answer to an event cannot be read");
		eio_drop(s->eio, EIO_CLOSE_PACKET, "no answer from a worker");
		return false;
	}
	has_failed = json_is_true(json_object_get(order, "failed"));
	obey_emit(s, json_object_get(order, "emit"));
	if (s->eio != NULL && obey_rooms(s, order) && s->eio != NULL)
		obey_notify(s, json_object_get(order, "notify"));
	json_decref(order);
	return !has_failed;
}

/* What was not carried out is not acknowledged. */
static void
on_reply(void *arg, const struct lane_reply *r)
{
	struct sio *s = arg;
	int64_t id = pop_ack(s);

	if (r->is_lost)
		eio_drop(s->eio, EIO_CLOSE_PACKET, "out of memory");
	if (r->is_refusal && r->text != NULL)
		emit(s, r->text, r->len);
	if (r->is_refusal)
		return;
	if ((r->text == NULL || obey(s, r)) && id != SIO_NO_ID)
		sio_say(s, &(struct sio_saying){ SIO_ACK, id, "[]", 2 });
}

static bool
has_room(void *arg)
{
	return eio_has_room(((struct sio *)arg)->eio);
}

static void
on_answered(void *arg, bool is_idle)
{
	struct sio *s = arg;

	if (is_idle)
		s->lane = NULL;
	eio_read_on(s->eio);
}

static const struct lane_ops lane_ops = {
	.reply = on_reply,
	.has_room = has_room,
	.answered = on_answered
};

/* ---- the way up */

/* The event goes up; false: out of memory. */
static bool
send_up(struct sio *s, const char *text, size_t len)
{
	const struct lane_options o = {
		.ops = &lane_ops, .arg = s, .shape = shape_of(s),
		.user_id = hub_user_id(s->sub.user),
		.session_id = s->sub.session_id,
		.connection = s->connection, .id = s->eio->id
	};

	if (s->lane == NULL)
		s->lane = upcall_lane(s->eio->push->upcalls, &o);
	return s->lane != NULL && upcall_put(s->lane, text, len);
}

bool
sio_up_put(struct sio *s, int64_t id, const char *text, size_t len)
{
	return push_ack(s, id) && send_up(s, text, len);
}

bool
sio_up_is_full(const struct sio *s)
{
	return s->lane != NULL && upcall_is_full(s->lane);
}

void
sio_up_resume(struct sio *s)
{
	if (s->lane != NULL)
		upcall_resume(s->lane);
}

void
sio_up_forget(struct sio *s)
{
	if (s->lane != NULL)
		upcall_forget(s->lane);
	s->lane = NULL;
	free(s->acks);
	s->acks = NULL;
}
