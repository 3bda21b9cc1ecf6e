/*
 * upcall - frames of clients, on their way to the workers and back.
 *
 *	         put                its turn has come (ask.c)
 *	(none) ------> waiting ------------------------------> under way
 *	                 ^                                         |
 *	                 `-- more frames, and room for answers ----|
 *	                                            idle: freed <--'
 */
#include "config.h"

#include <limits.h>
#include <utlist.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "push/ask.h"
#include "push/hold.h"
#include "push/upcall.h"

enum { ID_LEN = 32, HEADERS_LEN = 4096, URI_LEN = 64 };

/* A frame as a JSON string. */
struct text {
	struct text *next;
	uint32_t len;
	bool	 is_refused;	/* too large to go up */
	char	 json[];
};

struct lane {
	struct ask ask;
	struct lane_options o;	/* arg NULL: the owner has gone */
	struct upcalls *all;
	struct lane *next, *prev;
	struct text *first, *last;
	size_t	 bytes;
	int64_t	 since;		/* the first frame waits since then */
	int	 frames_n;
	int	 asked_n;	/* frames that are under way */
	bool	 is_held;	/* is being worked at: leave it alone */
	char	 id[ID_LEN + 1];
};

struct upcalls {
	struct upcall_options o;
	struct lane *lanes;
};

static const struct ask_ops ops;

struct upcalls *
upcalls_new(const struct upcall_options *o)
{
	struct upcalls *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->o = *o;
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
	ask_init(&l->ask, u->o.asks, &ops);
	DL_APPEND(u->lanes, l);
	return l;
}

static void
free_lane(struct lane *l)
{
	DL_DELETE(l->all->lanes, l);
	free(l);
}

/* Wait for a turn, if there is something to send and room for the answers. */
static void
enqueue(struct lane *l)
{
	if (l->ask.is_waiting || l->ask.is_running || l->is_held ||
	    l->frames_n == 0)
		return;
	if (l->o.arg != NULL && !l->o.ops->has_room(l->o.arg))
		return;
	ask_queue(&l->ask);
}

/* The frame as JSON; one that is larger than any request can be is not kept. */
static struct text *
make_text(const struct lane *l, const char *text, size_t len)
{
	struct text *t = NULL;
	struct str s;
	struct jw jw;
	bool fits;

	str_init(&s, l->all->o.conf->request_body_max - 2);
	jw_init(&jw, &s);
	jw_strn(&jw, text, len);
	fits = str_is_ok(&s);
	if (!fits)
		s.len = 0;
	if (str_fault(&s) != ERR_NOMEM &&
	    (t = malloc(sizeof(*t) + s.len)) != NULL) {
		t->next = NULL;
		t->len = (uint32_t)s.len;
		t->is_refused = !fits;
		hold_add(sizeof(*t) + t->len);
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
	if (!l->ask.is_waiting && !l->ask.is_running && l->frames_n == 0 &&
	    !l->is_held)
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
	hold_drop(sizeof(*t) + t->len);
	free(t);
}

/* ---- answers */

static void
reply(struct lane *l, const struct lane_reply *r)
{
	if (l->o.arg != NULL)
		l->o.ops->reply(l->o.arg, r);
}

/* Answer `n` frames with an error. */
static void
refuse(struct lane *l, int n, enum err e)
{
	const struct problem problem = { .err = e, .request_id = l->id };
	struct lane_reply r = { .is_refusal = true };
	struct str s;
	struct jw jw;

	str_init(&s, HEADERS_LEN);
	jw_init(&jw, &s);
	if (l->o.shape->nack != NULL)
		l->o.shape->nack(&jw, &problem);
	r.is_lost = !str_is_ok(&s);
	if (s.len > 0 && !r.is_lost) {
		r.text = s.s;
		r.len = s.len;
	}
	while (n-- > 0)
		reply(l, &r);
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

static void
shed(struct lane *l)
{
	l->is_held = true;
	while (l->first != NULL) {
		refuse(l, 1, ERR_BUSY);
		drop_text(l);
	}
	l->is_held = false;
	if (!l->ask.is_waiting && !l->ask.is_running)
		ask_queue(&l->ask);
}

void
upcalls_shed(struct upcalls *u, size_t least)
{
	struct lane *l;

	DL_FOREACH(u->lanes, l) {
		if (l->bytes < least || l->first == NULL)
			continue;
		u->o.counters->shed++;
		shed(l);
	}
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
give_answers(struct lane *l, const struct ask_answer *answer)
{
	json_t *array, *item;
	size_t i;

	if (answer->status != 200)
		return answer->status == 401 ? ERR_SESSION_ENDED : ERR_BUSY;
	if (json_read(answer->body, answer->len, &array, NULL) != ERR_OK)
		return ERR_BAD_JSON;
	if (!json_is_array(array) ||
	    json_array_size(array) != (size_t)l->asked_n) {
		json_decref(array);
		return ERR_BAD_JSON;
	}
	json_array_foreach(array, i, item) {
		reply(l, &(struct lane_reply){
		    .text = json_string_value(item),
		    .len = json_string_length(item) });
	}
	json_decref(array);
	return ERR_OK;
}

static struct lane *
lane_of(struct ask *a)
{
	return CONTAINER_OF(a, struct lane, ask);
}

/* The upcall is over; unless `e` is ERR_OK, without an answer. */
static void
on_done(struct ask *a, enum err e, const struct ask_answer *answer)
{
	struct lane *l = lane_of(a);

	log_set_request(l->id);
	l->is_held = true;
	if (e == ERR_OK)
		e = give_answers(l, answer);
	if (e != ERR_OK) {
		l->all->o.counters->upcall_faults++;
		log_warn("an upcall with %d frames failed: %s", l->asked_n,
		    err_code(e));
		refuse(l, l->asked_n,
		    e == ERR_SESSION_ENDED ? e : ERR_BUSY);
	}
	l->is_held = false;
	go_on(l);
	log_set_request(NULL);
}

/* ---- sending */

/*
 * The frames that go up together become the body; how many they are.  What is
 * answered to a frame of Socket.IO changes what its client hears: it is carried
 * out before the next one goes up.
 */
static int
gather(struct lane *l, struct str *body)
{
	size_t max = l->all->o.conf->request_body_max;
	int n = 0, n_max = l->o.shape->speaks_sio ? 1 : INT_MAX;

	while (n < n_max && l->first != NULL && !l->first->is_refused &&
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
put_request(const struct lane *l, const struct str *body, struct str *out)
{
	char uri[URI_LEN];

	snprintf(uri, sizeof(uri), "/upcall/%s", l->o.shape->name);
	ask_put_request(out, &(struct ask_request){
	    .uri = uri, .id = l->id,
	    .user_id = l->o.user_id, .session_id = l->o.session_id,
	    .connection = l->o.connection, .room = l->o.room,
	    .body = body->s, .body_len = body->len });
	out->bad = out->bad || body->bad;
}

/* It is the lane's turn. */
static bool
on_turn(struct ask *a, struct str *request)
{
	struct lane *l = lane_of(a);
	struct str body;

	refuse_front(l);
	if (l->frames_n == 0) {
		go_on(l);
		return false;
	}
	str_init(&body, SIZE_MAX / 4);
	l->asked_n = gather(l, &body);
	put_request(l, &body, request);
	str_release(&body);
	l->all->o.counters->upcalls++;
	return true;
}

static const struct ask_ops ops = { .write = on_turn, .done = on_done };

void
upcalls_free(struct upcalls *u)
{
	struct lane *l;

	if (u == NULL)
		return;
	while ((l = u->lanes) != NULL) {
		ask_drop(&l->ask);
		while (l->first != NULL)
			drop_text(l);
		free_lane(l);
	}
	free(u);
}
