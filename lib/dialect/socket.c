/*
 * socket - what the WebSockets of the dialects share, on the workers' side.
 *
 * Push is believed: what it says of a handshake is what the client has sent.
 */
#include "config.h"

#include "base/json.h"
#include "core/auth.h"
#include "dialect/socket.h"

/* ---- coming in */

/* A text that may be null; it lives as long as the exchange. */
static enum err
read_text(const json_t *in, const char *key, const char **out)
{
	enum err e = json_get_text(in, key, out);

	return e == ERR_MISSING ? ERR_OK : e;
}

enum err
socket_enter(struct exchange *x, const char **protocols_out)
{
	struct request *r = &x->request;
	const char *query = NULL;
	const json_t *in;
	enum err e;

	*protocols_out = NULL;
	if ((e = exchange_body(x, &in)) != ERR_OK ||
	    (e = json_get_text(in, "path", &r->path)) != ERR_OK ||
	    (e = read_text(in, "query", &query)) != ERR_OK ||
	    (e = read_text(in, "authorization", &r->authorization)) != ERR_OK ||
	    (e = read_text(in, "cookie", &r->cookie)) != ERR_OK ||
	    (e = read_text(in, "origin", &r->origin)) != ERR_OK ||
	    (e = read_text(in, "host", &r->host)) != ERR_OK ||
	    (e = read_text(in, "protocol", protocols_out)) != ERR_OK ||
	    (e = json_get_bool(in, "https", &r->is_https)) != ERR_OK)
		return e;
	r->query = query != NULL ? query : "";
	return ERR_OK;
}

const char *
socket_path_part(struct exchange *x, const char *stem)
{
	const char *s = x->request.path;
	size_t stem_len = strlen(stem), len;

	if (strncmp(s, stem, stem_len) != 0)
		return NULL;
	s += stem_len;
	len = strcspn(s, "/");
	if (len == 0 || (s[len] == '/' && s[len + 1] != '\0'))
		return NULL;
	return arena_strndup(x->call.arena, s, len);
}

enum err
socket_identify(struct exchange *x, const char *token)
{
	struct call *c = &x->call;
	struct identity who;
	enum err e;

	if (token == NULL || *token == '\0')
		return ERR_NO_TOKEN;
	e = auth_check(c->store, c->conf, token, c->now, &who);
	if (e != ERR_OK)
		return e;
	c->user_id = who.user_id;
	c->session_id = who.session_id;
	return ERR_OK;
}

/* The next item of the list, in the arena; NULL at the end. */
static const char *
next_protocol(struct exchange *x, const char **list)
{
	const char *s = *list + strspn(*list, ", \t");
	size_t len = strcspn(s, ", \t");

	*list = s + len;
	return len == 0 ? NULL : arena_strndup(x->call.arena, s, len);
}

/* The token in an item; NULL: it is none.  A token has two dots. */
static const char *
token_in(const char *item)
{
	static const char prefix[] = "bearer.";
	const char *dot;

	if (strncmp(item, prefix, sizeof(prefix) - 1) == 0)
		return item + sizeof(prefix) - 1;
	dot = strchr(item, '.');
	return dot != NULL && strchr(dot + 1, '.') != NULL ? item : NULL;
}

/* One that is no token is answered rather than one that is. */
const char *
socket_protocol(struct exchange *x, const char *list, const char **token_out)
{
	const char *item, *token, *plain = NULL, *secret = NULL;

	*token_out = NULL;
	while (list != NULL && (item = next_protocol(x, &list)) != NULL) {
		if ((token = token_in(item)) == NULL) {
			plain = plain == NULL ? item : plain;
		} else if (secret == NULL) {
			secret = item;
			*token_out = token;
		}
	}
	return plain != NULL ? plain : secret;
}

static void
put_rooms(struct jw *w, const struct socket_entry *entry)
{
	int i;

	jw_key(w, "rooms");
	jw_array_begin(w);
	for (i = 0; i < entry->rooms_n; i++)
		jw_id(w, entry->rooms[i]);
	jw_array_end(w);
}

static void
put_frames(struct jw *w, const struct socket_entry *entry)
{
	int i;

	jw_key(w, "frames");
	jw_array_begin(w);
	for (i = 0; i < entry->frames_n; i++)
		jw_str(w, entry->frame[i]);
	jw_array_end(w);
}

static void
put_notice(struct jw *w, const char *key, int64_t room_id)
{
	jw_key(w, key);
	jw_object_begin(w);
	jw_key_id(w, "room", room_id);
	jw_object_end(w);
}

static void
put_notices(struct jw *w, const struct socket_entry *entry)
{
	if (entry->came_room != 0)
		put_notice(w, "came", entry->came_room);
	if (entry->went_room != 0)
		put_notice(w, "went", entry->went_room);
	if (entry->user == NULL)
		return;
	jw_key_str(w, "username", entry->user->username);
	jw_key_str(w, "display_name", entry->user->display_name);
}

enum err
socket_admit(struct exchange *x, const struct socket_entry *entry)
{
	struct jw w;

	exchange_json(x, 200, &w);
	jw_object_begin(&w);
	jw_key_id(&w, "user", x->call.user_id);
	jw_key_id(&w, "session", x->call.session_id);
	if (entry->room != 0)
		jw_key_id(&w, "room", entry->room);
	put_rooms(&w, entry);
	put_frames(&w, entry);
	put_notices(&w, entry);
	if (entry->protocol != NULL)
		jw_key_str(&w, "protocol", entry->protocol);
	if (entry->close != 0)
		jw_key_int(&w, "close", entry->close);
	jw_object_end(&w);
	return ERR_OK;
}

/* ---- frames */

/* A text of a WebSocket may hold U+0000; the frame's own reader refuses it. */
static enum err
read_batch(struct exchange *x)
{
	const json_t *item;
	json_error_t fault;
	size_t i;

	x->json = json_loadb(x->request.body, x->request.body_len,
	    JSON_ALLOW_NUL, &fault);
	if (!json_is_array(x->json))
		return ERR_BAD_REQUEST;
	json_array_foreach(x->json, i, item)
		if (!json_is_string(item))
			return ERR_BAD_REQUEST;
	return ERR_OK;
}

/* Carry out one frame as if it were the only one. */
static void
run_frame(struct exchange *x, const json_t *item, socket_frame_fn run,
    struct str *answer)
{
	struct socket_frame frame = {
		.text = json_string_value(item),
		.len = json_string_length(item)
	};
	json_t *json = NULL;

	x->call.field = NULL;
	x->detail = NULL;
	x->status = 0;
	x->faults = NULL;
	x->wants_bearer = false;
	frame.fault = json_read(frame.text, frame.len, &json, NULL);
	frame.json = json;
	run(x, &frame, answer);
	json_decref(json);
}

enum err
socket_run(struct exchange *x, socket_frame_fn run)
{
	const json_t *item;
	struct str text;
	struct jw w;
	size_t i;
	enum err e;

	if ((e = read_batch(x)) != ERR_OK)
		return e;
	str_init_arena(&text, x->call.arena);
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	json_array_foreach(x->json, i, item) {
		str_reset(&text);
		run_frame(x, item, run, &text);
		if (text.len > 0)
			jw_strn(&w, text.s, text.len);
		else
			jw_null(&w);
	}
	jw_array_end(&w);
	return ERR_OK;
}

enum err
socket_cast(struct exchange *x, const struct cast *cast)
{
	struct cast *copy = arena_alloc(x->call.arena, sizeof(*copy)), **end;

	if (copy == NULL)
		return ERR_NOMEM;
	*copy = *cast;
	copy->origin = x->request.connection;
	copy->next = NULL;
	for (end = &x->answer.cast; *end != NULL; end = &(*end)->next)
		continue;
	*end = copy;
	return ERR_OK;
}
