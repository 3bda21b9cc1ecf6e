/*
 * sio_enter - clients of Socket.IO connect to a namespace.
 *
 * A client that was cut off says where it stood (sio_offset.h).  If that is its
 * own account's and the log still reaches back, it goes on from there, with what
 * it had joined; otherwise it begins anew, and is told so by another pid.
 */
#include "config.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "push/enter.h"
#include "push/sio_enter.h"

enum { URI_LEN = 64, QUESTION_MAX = 2 * 1024 * 1024, ANSWER_MAX = 64 * 1024,
    REFUSALS_MAX = 5 };

/* Where it stood. */
struct place {
	struct sio_pid pid;
	struct sio_offset at;
};

struct sio_entering {
	struct ask ask;
	struct sio *sio;
	int64_t	 since;		/* clock_mono_ms() */
	struct str question;
	struct place *place;	/* NULL: it does not say */
	bool	 wants_offsets;
};

static const struct ask_ops ops;

static struct sio_entering *
entering_of(struct ask *a)
{
	return CONTAINER_OF(a, struct sio_entering, ask);
}

void
sio_enter_drop(struct sio *s)
{
	struct sio_entering *en = s->entering;

	if (en == NULL)
		return;
	s->entering = NULL;
	ask_drop(&en->ask);
	hold_drop(en->question.len);
	str_release(&en->question);
	free(en->place);
	free(en);
}

size_t
sio_enter_size(const struct sio *s)
{
	return s->entering == NULL ? 0 : s->entering->question.len;
}

/* ---- the question */

/* The handshake's object goes on with what the CONNECT says. */
static void
put_question(struct str *out, const struct sio *s,
    const struct sio_connecting *c)
{
	const char *question = s->eio->handshake->question;

	str_put(out, question, strlen(question) - 1);
	str_puts(out, ",\"auth\":");
	if (c->auth != NULL)
		str_put(out, c->text, c->len);
	else
		str_puts(out, "null");
	str_printf(out, ",\"namespace\":\"%s\"}", sio_ns_name(s->ns));
}

static bool
wants_offsets(const struct sio *s, const json_t *auth)
{
	const json_t *said = json_object_get(auth, "recovery");

	if (said == NULL)
		return s->eio->wants_offsets;
	return json_is_true(said) || json_integer_value(said) == 1 ||
	    (json_is_string(said) && strcmp(json_string_value(said), "1") == 0);
}

/*
 * What the client says of where it stood; NULL: nothing.  An offset from before
 * the pid is of another connection.
 */
static struct place *
read_place(const json_t *auth)
{
	const char *pid, *offset;
	struct place *place;

	if (json_get_text(auth, "pid", &pid) != ERR_OK ||
	    (place = calloc(1, sizeof(*place))) == NULL)
		return NULL;
	if (!sio_pid_parse(pid, &place->pid)) {
		free(place);
		return NULL;
	}
	if (json_get_text(auth, "offset", &offset) != ERR_OK ||
	    !sio_offset_parse(offset, &place->at) ||
	    place->at.seq < place->pid.seq) {
		place->at.seq = place->pid.seq;
		place->at.rooms_n = 0;
	}
	return place;
}

bool
sio_enter(struct sio *s, const struct sio_connecting *c)
{
	struct sio_entering *en = calloc(1, sizeof(*en));

	if (en == NULL)
		return false;
	s->entering = en;
	en->sio = s;
	en->since = clock_mono_ms();
	en->wants_offsets = wants_offsets(s, c->auth);
	if (en->wants_offsets && c->auth != NULL)
		en->place = read_place(c->auth);
	str_init(&en->question, QUESTION_MAX);
	put_question(&en->question, s, c);
	hold_add(en->question.len);
	ask_init(&en->ask, s->eio->push->asks, &ops);
	if (!str_is_ok(&en->question))
		return false;
	ask_queue(&en->ask);
	return true;
}

/* It is this one's turn. */
static bool
on_turn(struct ask *a, struct str *request)
{
	struct sio_entering *en = entering_of(a);
	struct eio *e = en->sio->eio;
	char uri[URI_LEN];

	if (clock_mono_ms() - en->since > e->push->conf->push_upcall_ms) {
		eio_close(e, "no worker in time");
		return false;
	}
	snprintf(uri, sizeof(uri), "/upcall/%s/enter",
	    eios_shape(e->push->eios)->name);
	ask_put_request(request, &(struct ask_request){
	    .uri = uri, .id = e->id, .remote_addr = e->handshake->remote_addr,
	    .body = en->question.s, .body_len = en->question.len });
	e->push->counters.entries++;
	return true;
}

/* ---- the answer */

/* Does the log still reach back to where it stood, and is that not beyond it? */
static bool
is_reachable(struct push *p, int64_t seq)
{
	int64_t floor, head;

	if (!source_is_ready(p->source))
		return false;
	return store_event_floor(source_store(p->source), &floor) == ERR_OK &&
	    store_event_head(source_store(p->source), &head) == ERR_OK &&
	    floor <= seq && seq <= head;
}

/* The same rooms joined as before, if it comes again. */
static enum err
join_group(struct sio *s, bool has_offsets, const struct place *place)
{
	struct sio_group_key key = { .ns = s->ns, .has_offsets = has_offsets };

	if (place != NULL) {
		key.rooms = place->at.rooms;
		key.rooms_n = place->at.rooms_n;
	}
	s->group = sio_group_get(&key);
	return s->group == NULL ? ERR_NOMEM : ERR_OK;
}

/* {"sid":"…"}, and the pid for who can use it. */
static void
put_connected(struct str *out, const struct sio *s, const struct place *place)
{
	struct sio_pid pid = { .user_id = hub_user_id(s->sub.user),
	    .seq = s->sub.target };
	struct str text;
	struct jw jw;

	if (place != NULL)
		pid = place->pid;
	else
		sio_sid_make(pid.sid);
	str_init(&text, ANSWER_MAX);
	sio_pid_put(&text, &pid);
	jw_init(&jw, out);
	jw_object_begin(&jw);
	jw_key_str(&jw, "sid", pid.sid);
	if (sio_group_has_offsets(s->group))
		jw_key_str(&jw, "pid", text.s);
	jw_object_end(&jw);
	out->bad = out->bad || text.bad;
	str_release(&text);
}

/* It is connected: it is told so, and what the worker has for it. */
static void
welcome(struct sio *s, const struct entry *e, const struct place *place)
{
	struct eio *session = s->eio;
	const json_t *item;
	struct str text;
	size_t i;

	str_init(&text, ANSWER_MAX);
	put_connected(&text, s, place);
	if (str_is_ok(&text))
		sio_say(s, &(struct sio_saying){ SIO_CONNECT, SIO_NO_ID,
		    text.s, text.len });
	else
		eio_drop(session, EIO_CLOSE_PACKET, "out of memory");
	str_release(&text);
	if (s->eio == NULL)
		return;
	json_array_foreach(e->frames, i, item) {
		sio_say(s, &(struct sio_saying){ SIO_EVENT, SIO_NO_ID,
		    json_string_value(item), json_string_length(item) });
	}
	if (s->eio == NULL)
		return;
	tick_stop(&session->entry);
	catchup_add(session->push->catchup, &s->sub);
}

static void
admit(struct sio *s, const struct entry *entry)
{
	struct eio *e = s->eio;
	struct place *place = s->entering->place;
	bool has_offsets = s->entering->wants_offsets;
	enum err err;

	if (place != NULL && (place->pid.user_id != entry->user_id ||
	    !is_reachable(e->push, place->at.seq)))
		place = NULL;
	err = join_group(s, has_offsets, place);
	if (err == ERR_OK)
		err = enter_settle(e->push, &s->sub, entry,
		    place != NULL ? place->at.seq : SUB_NOW);
	if (err != ERR_OK) {
		source_fault(e->push->source,
		    err_status(err) == 503 ? err : ERR_OK);
		eio_close(e, err_code(err));
		return;
	}
	s->connection = enter_number();
	log_info("%s: user %lld%s", eios_shape(e->push->eios)->name,
	    (long long)entry->user_id, place != NULL ? " again" : "");
	welcome(s, entry, place);
	if (s->eio != NULL) {
		sio_enter_drop(s);
		eio_read_on(s->eio);
	}
}

/* Why not, in the worker's words. */
static void
refuse(struct sio *s, const struct ask_answer *answer)
{
	const char *why = "Unable to connect";
	struct eio *e = s->eio;
	json_t *json = NULL;
	struct str text;
	struct jw jw;

	if (json_read(answer->body, answer->len, &json, NULL) == ERR_OK &&
	    json_get_text(json, "message", &why) != ERR_OK &&
	    json_get_text(json, "detail", &why) != ERR_OK)
		log_debug("sio: refused without a reason");
	str_init(&text, ANSWER_MAX);
	jw_init(&jw, &text);
	jw_object_begin(&jw);
	jw_key_str(&jw, "message", why);
	jw_object_end(&jw);
	json_decref(json);
	e->push->counters.refused++;
	sio_say(s, &(struct sio_saying){ SIO_CONNECT_ERROR, SIO_NO_ID, text.s,
	    text.len });
	str_release(&text);
	if (s->eio != NULL)
		sio_close(s);
	if (++e->refusals >= REFUSALS_MAX)
		eio_close(e, "refused too often");
	eio_read_on(e);
}

static void
on_done(struct ask *a, enum err err, const struct ask_answer *answer)
{
	struct sio *s = entering_of(a)->sio;
	struct eio *e = s->eio;
	struct entry entry;

	log_set_request(e->id);
	if (err == ERR_OK && answer->status == 200)
		err = entry_parse(answer->body, answer->len, &entry);
	if (err != ERR_OK || answer->status >= 500) {
		e->push->counters.upcall_faults++;
		log_warn("a client could not be let in: %s", err != ERR_OK ?
		    err_code(err) : http1_reason(answer->status));
		eio_close(e, "no answer from a worker");
	} else if (answer->status != 200) {
		refuse(s, answer);
	} else {
		admit(s, &entry);
		entry_release(&entry);
	}
	log_set_request(NULL);
}

static const struct ask_ops ops = { .write = on_turn, .done = on_done };
