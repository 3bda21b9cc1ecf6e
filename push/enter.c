/*
 * enter - clients of dialects come in, and go.
 *
 *	handshake --> t_enter: a worker is asked --> t_ws, or refused
 *
 * What the client sends meanwhile is kept.  Nothing of the request outlives it
 * but what is copied here.
 *
 * Who may come in is told first what the worker has for it; the others are told
 * of it before that.  That one has gone is told at the end of a turn, when it is
 * not in the hub any more, and not while an event is being given.
 */
#include "config.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "push/enter.h"
#include "push/entry.h"
#include "push/subscribe.h"
#include "push/t_http.h"
#include "push/t_ws.h"

enum { URI_LEN = 64, QUESTION_MAX = 256 * 1024 };

/* A client that waits to be let in. */
struct entering {
	struct ask ask;
	struct conn *conn;
	int64_t	 since;		/* clock_mono_ms() */
	struct str question;
	char	 accept[WS_ACCEPT_LEN + 1];
	char	 remote_addr[48];
};

static const struct ask_ops ops;

static struct entering *
entering_of(struct ask *a)
{
	return CONTAINER_OF(a, struct entering, ask);
}

void
enter_drop(struct conn *c)
{
	struct entering *en = c->entering;

	if (en == NULL)
		return;
	c->entering = NULL;
	ask_drop(&en->ask);
	hold_drop(en->question.len);
	str_release(&en->question);
	free(en);
}

size_t
enter_size(const struct conn *c)
{
	return c->entering == NULL ? 0 : c->entering->question.len;
}

/* ---- those who come */

/* Nothing is said beside the status: WebSocket clients do not see it. */
static void
refuse(struct conn *c, int status)
{
	struct http1_answer a = { .status = status,
	    .keep_alive = c->is_kept,
	    .extra = status == 403 ? NULL : "Retry-After: 1\r\n" };

	enter_drop(c);
	c->push->counters.refused++;
	log_debug("enter: refused: %d", status);
	http_answer(c, &a);
}

void
enter_put_question(struct str *out, const struct http1_head *head)
{
	bool is_https = head->proto != NULL &&
	    strcmp(head->proto, "https") == 0;
	struct jw w;

	jw_init(&w, out);
	entry_put_question(&w, &(struct entry_question){
	    .path = head->path, .query = head->query,
	    .authorization = head->authorization, .cookie = head->cookie,
	    .protocol = head->ws_protocol, .origin = head->origin,
	    .host = head->forwarded_host != NULL ? head->forwarded_host :
	    head->host, .is_https = is_https });
}

/* The client waits until its question is answered. */
static enum err
begin(struct conn *c, const struct http1_head *head, const char *accept)
{
	struct entering *en = calloc(1, sizeof(*en));
	const char *from = head->real_ip != NULL ? head->real_ip : "";

	if (en == NULL)
		return ERR_NOMEM;
	c->entering = en;
	en->conn = c;
	en->since = clock_mono_ms();
	memcpy(en->accept, accept, sizeof(en->accept));
	snprintf(en->remote_addr, sizeof(en->remote_addr), "%s", from);
	str_init(&en->question, QUESTION_MAX);
	enter_put_question(&en->question, head);
	hold_add(en->question.len);
	ask_init(&en->ask, c->push->asks, &ops);
	if (!str_is_ok(&en->question)) {
		enter_drop(c);
		return ERR_NOMEM;
	}
	conn_set_transport(c, &t_enter);
	tick_stop(&c->tick);
	ask_queue(&en->ask);
	return ERR_OK;
}

/* These paths are WebSockets and nothing else. */
void
enter_serve(struct conn *c, const struct http1_head *head)
{
	char accept[WS_ACCEPT_LEN + 1];
	enum err e = ERR_NO_ROUTE;

	if (head->is_upgrade)
		e = ws_check(head, accept);
	if (e == ERR_OK)
		e = begin(c, head, accept);
	if (e != ERR_OK)
		http_refuse(c, e, NULL);
}

/* It is this one's turn. */
static bool
on_turn(struct ask *a, struct str *request)
{
	struct entering *en = entering_of(a);
	struct conn *c = en->conn;
	char uri[URI_LEN];

	if (clock_mono_ms() - en->since > c->push->conf->push_upcall_ms) {
		conn_log(c);
		refuse(c, 503);
		return false;
	}
	snprintf(uri, sizeof(uri), "/upcall/%s/enter", c->shape->name);
	ask_put_request(request, &(struct ask_request){
	    .uri = uri, .id = c->id, .remote_addr = en->remote_addr,
	    .body = en->question.s, .body_len = en->question.len });
	c->push->counters.entries++;
	return true;
}

/* ---- the answer */

static void
cast(struct conn *c, const struct event *ev)
{
	struct push *p = c->push;

	p->counters.casts++;
	hub_cast(p->hub, ev);
}

/* One's coming or going, told to a room. */
static void
tell(struct conn *c, enum event_kind kind, int64_t room_id)
{
	const struct visit *v = c->visit;
	const struct user user = { .id = v->user_id, .username = v->names,
	    .display_name = v->display_name };

	cast(c, &(struct event){ .kind = kind, .room_id = room_id,
	    .user_id = v->user_id, .user = &user, .origin = v->connection,
	    .at = clock_now_ms() });
}

int64_t
enter_number(void)
{
	int64_t n;

	do {
		num_random(&n, sizeof(n));
		n &= INT64_MAX;
	} while (n == 0);
	return n;
}

static struct visit *
make_visit(const struct entry *e)
{
	size_t name_len = strlen(e->username) + 1;
	size_t display_len = strlen(e->display_name) + 1;
	struct visit *v = malloc(sizeof(*v) + name_len + display_len);

	if (v == NULL)
		return NULL;
	*v = (struct visit){ .room = e->room, .user_id = e->user_id,
	    .went_room = e->went_room };
	memcpy(v->names, e->username, name_len);
	memcpy(v->names + name_len, e->display_name, display_len);
	v->display_name = v->names + name_len;
	v->connection = enter_number();
	return v;
}

enum err
enter_settle(struct push *p, struct sub *sub, const struct entry *e,
    int64_t since)
{
	enum err err;

	arena_reset(&p->arena);
	if (!source_is_ready(p->source))
		return ERR_IO;
	err = store_session_check(source_store(p->source), e->session_id,
	    e->user_id, clock_now_ms());
	if (err != ERR_OK)
		return err;
	return subscribe(p, sub, &(struct subscription){ e->user_id,
	    e->session_id, since, e->rooms, e->rooms_n });
}

/* One that only comes to be told something hears nothing else. */
static enum err
settle(struct conn *c, const struct entry *e)
{
	if (e->close != 0)
		return ERR_OK;
	if ((c->visit = make_visit(e)) == NULL)
		return ERR_NOMEM;
	return enter_settle(c->push, &c->sub, e, SUB_NOW);
}

/* The answer to the handshake, and what the worker has for it. */
static void
welcome(struct conn *c, const struct entry *e, const char *accept)
{
	const json_t *item;
	size_t i;

	ws_open(c, &(struct ws_opening){ &t_ws, accept, e->protocol });
	if (e->came_room != 0 && c->visit != NULL)
		tell(c, EVENT_CAME, e->came_room);
	json_array_foreach(e->frames, i, item) {
		ws_say(c, json_string_value(item), json_string_length(item));
	}
	if (e->close != 0)
		ws_close(c, e->close, "");
	else if (!c->is_dead)
		catchup_add(c->push->catchup, &c->sub);
}

static void
admit(struct conn *c, const struct entry *e)
{
	char accept[WS_ACCEPT_LEN + 1];
	enum err err = settle(c, e);

	if (err != ERR_OK) {
		free(c->visit);
		c->visit = NULL;
		source_fault(c->push->source,
		    err_status(err) == 503 ? err : ERR_OK);
		refuse(c, err_status(err) < 500 && err != ERR_RATE ? 403 : 503);
		return;
	}
	memcpy(accept, c->entering->accept, sizeof(accept));
	enter_drop(c);
	log_info("%s: user %lld", c->shape->name, (long long)e->user_id);
	welcome(c, e, accept);
	/* What has come meanwhile. */
	if (c->is_paused)
		conn_resume(c);
	else if (!c->is_dead)
		conn_take_kept(c);
}

static void
on_done(struct ask *a, enum err e, const struct ask_answer *answer)
{
	struct conn *c = entering_of(a)->conn;
	struct entry entry;

	conn_log(c);
	if (e == ERR_OK && answer->status == 200)
		e = entry_parse(answer->body, answer->len, &entry);
	if (e != ERR_OK || answer->status >= 500) {
		c->push->counters.upcall_faults++;
		log_warn("a client could not be let in: %s", e != ERR_OK ?
		    err_code(e) : http1_reason(answer->status));
		refuse(c, 503);
	} else if (answer->status != 200) {
		refuse(c, 403);
	} else {
		admit(c, &entry);
		entry_release(&entry);
	}
	log_set_request(NULL);
}

static const struct ask_ops ops = { .write = on_turn, .done = on_done };

/* ---- while it waits, and when it has gone */

static size_t
take(struct conn *c, char *bytes, size_t len)
{
	if (len >= c->push->conf->push_head_max)
		conn_pause(c);
	return 0;
}

static void
end(struct conn *c, enum sub_end why)
{
	c->is_kept = false;
	refuse(c, 503);
}

const struct transport t_enter = {
	.name = "enter",
	.framing = FRAMING_WS,
	.take = take,
	.end = end
};

void
enter_leave(struct conn *c)
{
	if (c->visit == NULL)
		return;
	if (c->visit->went_room != 0)
		tell(c, EVENT_WENT, c->visit->went_room);
	free(c->visit);
	c->visit = NULL;
}
