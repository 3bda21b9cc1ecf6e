/*
 * events - who may listen, to what, from where, and how.
 *
 * The transport follows from the request: an upgrade is a WebSocket, who accepts
 * text/event-stream gets a stream, everybody else a long-poll.  A WebSocket of a
 * browser cannot send a header, so the token may stand in the query or among
 * the subprotocols, too.
 *
 * The one read of the database that this takes, of the session, is by index and
 * done on the loop.
 */
#include "config.h"

#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "core/auth.h"
#include "push/events.h"
#include "push/subscribe.h"
#include "push/t_ws.h"

enum { WAIT_USUAL_S = 30 };

/* A request for events, as far as it has been understood. */
struct wish {
	const struct transport *transport;
	char	 accept[WS_ACCEPT_LEN + 1];	/* of a WebSocket */
	bool	 has_subprotocol;	/* it offers ours */
	struct identity who;
	int64_t	 since;
	int64_t	 wait_s;
	int64_t	 rooms[SUB_ROOMS_MAX];
	int	 rooms_n;
	const char *field;		/* out: what is wrong */
};

/* ---- subprotocols */

/*
 * The next item of a comma-separated list, in the arena; NULL at its end.
 */
static const char *
next_item(struct arena *a, const char **list)
{
	const char *s = *list + strspn(*list, ", \t");
	size_t len = strcspn(s, ",");

	*list = s + len;
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return len == 0 ? NULL : arena_strndup(a, s, len);
}

/* What a WebSocket offers as subprotocols: ours, and perhaps a token. */
static const char *
read_subprotocols(struct conn *c, const struct http1_head *head,
    struct wish *w)
{
	const char *list = head->ws_protocol, *item, *token = NULL;

	if (list == NULL)
		return NULL;
	while ((item = next_item(&c->push->arena, &list)) != NULL) {
		if (strcmp(item, c->shape->subprotocol) == 0)
			w->has_subprotocol = true;
		else if (strncmp(item, "bearer.", 7) == 0)
			token = item + 7;
	}
	return token;
}

void
events_echo(struct conn *c, const struct http1_head *head)
{
	struct wish w = { .has_subprotocol = false };
	enum err e = ERR_OK;

	if (strcmp(head->method, "GET") != 0)
		e = ERR_METHOD;
	else if (!head->is_upgrade)
		e = ERR_UPGRADE;
	else
		e = ws_check(head, w.accept);
	if (e == ERR_OK)
		ws_open(c, &(struct ws_opening){ &t_echo, w.accept, NULL });
	else
		http_refuse(c, e, NULL);
}

/* ---- the request */

/* Is the media type in the list, whatever its parameters? */
static bool
accepts(struct arena *a, const char *list, const char *type)
{
	size_t len = strlen(type);
	const char *item;

	while (list != NULL && (item = next_item(a, &list)) != NULL)
		if (strncasecmp(item, type, len) == 0 &&
		    strchr("; \t", item[len]) != NULL)
			return true;
	return false;
}

/* The token of "Bearer <token>"; NULL for another scheme. */
static const char *
bearer(const char *authorization)
{
	if (strncasecmp(authorization, "bearer ", 7) != 0)
		return NULL;
	return authorization + 7 + strspn(authorization + 7, " ");
}

static enum err
check_token(struct conn *c, const struct http1_head *head, struct wish *w)
{
	const char *token = read_subprotocols(c, head, w), *in_query;

	in_query = http1_query(head, &c->push->arena, "token");
	if (in_query != NULL)
		token = in_query;
	if (head->authorization != NULL)
		token = bearer(head->authorization);
	if (token == NULL || *token == '\0')
		return ERR_NO_TOKEN;
	if (!source_is_ready(c->push->source))
		return ERR_IO;
	return auth_check(source_store(c->push->source), c->push->conf, token,
	    clock_now_ms(), &w->who);
}

static enum err
fault(struct wish *w, enum err e, const char *field)
{
	w->field = field;
	return e;
}

/* The cursor; a browser's stream that comes again says it in a header. */
static enum err
read_since(struct conn *c, const struct http1_head *head, struct wish *w)
{
	const char *text = http1_query(head, &c->push->arena, "since");

	if (w->transport == &t_sse && head->last_event_id != NULL &&
	    *head->last_event_id != '\0')
		text = head->last_event_id;
	w->since = SUB_NOW;
	if (text != NULL && !num_parse(text, 0, INT64_MAX, &w->since))
		return fault(w, ERR_BAD_CURSOR, "since");
	return ERR_OK;
}

static enum err
read_wait(struct conn *c, const struct http1_head *head, struct wish *w)
{
	const char *text = http1_query(head, &c->push->arena, "wait");
	int64_t most = c->push->conf->push_poll_s;

	w->wait_s = WAIT_USUAL_S;
	if (text != NULL && !num_parse(text, 0, INT32_MAX, &w->wait_s))
		return fault(w, ERR_BAD_VALUE, "wait");
	if (w->wait_s > most)
		w->wait_s = most;
	return ERR_OK;
}

static bool
has_room(const struct wish *w, int64_t room_id)
{
	int i;

	for (i = 0; i < w->rooms_n; i++)
		if (w->rooms[i] == room_id)
			return true;
	return false;
}

/* Who names a room twice would hear twice what has no seq. */
static enum err
read_rooms(struct conn *c, const struct http1_head *head, struct wish *w)
{
	const char *list = http1_query(head, &c->push->arena, "rooms"), *item;

	while (list != NULL &&
	    (item = next_item(&c->push->arena, &list)) != NULL) {
		if (w->rooms_n == SUB_ROOMS_MAX ||
		    !num_parse_id(item, &w->rooms[w->rooms_n]))
			return fault(w, ERR_BAD_VALUE, "rooms");
		w->rooms_n += !has_room(w, w->rooms[w->rooms_n]);
	}
	return ERR_OK;
}

static enum err
read_wish(struct conn *c, const struct http1_head *head, struct wish *w)
{
	enum err e = ERR_OK;

	if (strcmp(head->method, "GET") != 0)
		return ERR_METHOD;
	if (head->body_len > 0)
		return ERR_BAD_REQUEST;
	w->transport = head->is_upgrade ? &t_ws : accepts(&c->push->arena,
	    head->accept, "text/event-stream") ? &t_sse : &t_poll;
	if (w->transport == &t_ws)
		e = ws_check(head, w->accept);
	if (e == ERR_OK)
		e = check_token(c, head, w);
	if (e == ERR_OK)
		e = read_since(c, head, w);
	if (e == ERR_OK)
		e = read_wait(c, head, w);
	if (e == ERR_OK)
		e = read_rooms(c, head, w);
	if (e == ERR_OK && arena_is_full(&c->push->arena))
		e = ERR_NOMEM;
	return e;
}

/* ---- the transport */

static void
open_stream(struct conn *c)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/event-stream\r\n"
	    "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
	    "Connection: close\r\n\r\n";

	conn_set_transport(c, &t_sse);
	tick_start(&c->push->beat_list, &c->tick);
	(void)conn_put(c, frame_new(head, sizeof(head) - 1));
}

static void
open_poll(struct conn *c, int64_t wait_s)
{
	conn_set_transport(c, &t_poll);
	c->poll_events = 0;
	c->is_due = false;
	tick_stop(&c->tick);
	if (wait_s > 0)
		tick_start(&c->push->poll_lists[wait_s], &c->tick);
}

/* A poll is an everyday thing; the others stay for long. */
static void
open_transport(struct conn *c, const struct wish *w)
{
	long long user = w->who.user_id, since = w->since;

	if (w->transport == &t_poll) {
		log_debug("poll: user %lld from %lld", user, since);
		open_poll(c, w->wait_s);
		return;
	}
	log_info("%s: user %lld from %lld", w->transport->name, user, since);
	if (w->transport == &t_ws)
		ws_open(c, &(struct ws_opening){ &t_ws, w->accept,
		    w->has_subprotocol ? c->shape->subprotocol : NULL });
	else
		open_stream(c);
}

void
events_serve(struct conn *c, const struct http1_head *head)
{
	struct wish w = { .rooms_n = 0 };
	enum err e = read_wish(c, head, &w);

	if (e == ERR_OK)
		e = subscribe(c->push, &c->sub, &(struct subscription){
		    w.who.user_id, w.who.session_id, w.since, w.rooms, w.rooms_n });
	if (e != ERR_OK) {
		http_refuse(c, e, w.field);
		return;
	}
	open_transport(c, &w);
	if (!c->is_dead)
		catchup_add(c->push->catchup, &c->sub);
}
