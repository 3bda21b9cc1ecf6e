/*
 * d_rooms_socket - rooms: /ws/chat/{room}?token=….
 *
 *	{"type":"message","content":"hi"}	to the others; no answer
 *	{"type":"typing"}			the same; typing_start, typing_stop
 *	{"type":"reaction","message_id":7,"reaction_type":"…","action":"add"}
 *
 * What is wrong with a frame is told to its sender, and the socket stays open.
 * Frames of other types are passed over.
 */
#include "config.h"

#include "base/json.h"
#include "base/num.h"
#include "core/account.h"
#include "core/file.h"
#include "core/receipt.h"
#include "core/room.h"
#include "dialect/d_rooms.h"
#include "dialect/sh_rooms.h"
#include "dialect/socket.h"

/* ---- coming in */

/* The frame that `text` becomes; for the entry. */
static const char *
error_frame(struct exchange *x, const char *text)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_rooms_error(&w, text);
	return s.s;
}

static const char *
welcome_frame(struct exchange *x, const struct room_entry *room)
{
	const struct rooms_welcome welcome = {
		.room = room, .viewer = x->call.user_id, .at = x->call.now
	};
	struct str s;
	struct jw w;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_rooms_connected(&w, &welcome);
	return s.s;
}

/* A whole number, however large: such a text is never a name. */
static bool
is_number(const char *s)
{
	s += *s == '-' || *s == '+';
	return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/*
 * A number is an id, and anything else a name.  ERR_NOT_FOUND with `*by_id_out`
 * set: there is no room of this id.
 */
static enum err
find_room(struct exchange *x, bool *by_id_out, struct room_entry *out)
{
	struct room_name q = { socket_path_part(x, "/ws/chat/"), true };
	const char *s = q.name;
	struct room room;
	enum err e;

	*by_id_out = s != NULL && is_number(s);
	if (s == NULL)
		return ERR_NOT_FOUND;
	if (!*by_id_out)
		e = core_room_by_name(&x->call, &q, &room);
	else
		e = num_parse(s + (*s == '+'), INT64_MIN, INT64_MAX, &room.id) ?
		    ERR_OK : ERR_NOT_FOUND;
	return e == ERR_OK ? core_room_get(&x->call, room.id, out) : e;
}

/* A room of an id that there is not: say so, and close. */
static enum err
turn_away(struct exchange *x)
{
	struct socket_entry entry = { .close = 1000 };

	entry.frame[entry.frames_n++] = error_frame(x, "Room not found");
	return socket_admit(x, &entry);
}

static enum err
let_in(struct exchange *x, const struct room_entry *room)
{
	struct socket_entry entry = { .rooms_n = 1 };
	struct user user;
	enum err e;

	e = core_account_get(&x->call, x->call.user_id, &user);
	if (e != ERR_OK)
		return e;
	entry.room = entry.rooms[0] = room->view.room.id;
	entry.came_room = entry.room;
	entry.user = &user;
	entry.frame[entry.frames_n++] = welcome_frame(x, room);
	return socket_admit(x, &entry);
}

enum err
rooms_enter(struct exchange *x)
{
	struct room_entry room;
	const char *protocols;
	bool by_id;
	enum err e;

	if ((e = socket_enter(x, &protocols)) != ERR_OK ||
	    (e = socket_identify(x, exchange_query(x, "token"))) != ERR_OK)
		return e;
	e = find_room(x, &by_id, &room);
	if (e == ERR_NOT_FOUND && by_id)
		return turn_away(x);
	return e != ERR_OK ? e : let_in(x, &room);
}

/* ---- frames */

/* One frame, and what is to be said to its sender. */
struct talk {
	struct exchange *x;
	const json_t *json;
	struct str *answer;
};

/* Say what is wrong: the two texts as one. */
static void
complain(struct talk *t, const char *what, const char *why)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, t->x->call.arena);
	str_puts(&s, what);
	str_puts(&s, why);
	jw_init(&w, t->answer);
	sh_rooms_error(&w, s.s);
}

#define FAILED		"Error processing message: "
#define NOT_REACTED	"Failed to process reaction: "

/* What the core's refusal of a frame is called here. */
static const char *
why(enum err e, const char *what)
{
	return e == ERR_NOT_FOUND || e == ERR_GONE ? what : err_text(e);
}

/* A key as it stands in a list of keys: 'key', or "it's". */
static void
put_quoted(struct str *s, const char *key)
{
	bool has_quote = strchr(key, '\'') != NULL;
	char quote = has_quote && strchr(key, '"') == NULL ? '"' : '\'';

	str_putc(s, quote);
	for (; *key != '\0'; key++) {
		if (*key == quote || *key == '\\')
			str_putc(s, '\\');
		str_putc(s, *key);
	}
	str_putc(s, quote);
}

static void
complain_of_keys(struct talk *t)
{
	const char *key, *between = "";
	const json_t *value;
	struct str s;

	str_init_arena(&s, t->x->call.arena);
	str_putc(&s, '[');
	json_object_foreach((json_t *)t->json, key, value) {
		str_puts(&s, between);
		put_quoted(&s, key);
		between = ", ";
	}
	str_putc(&s, ']');
	complain(t, "Missing 'content', 'file_url', or 'attachment' field. "
	    "Received: ", s.s);
}

/* What a message carries besides its text. */
struct luggage {
	const char *content;	/* NULL: no text */
	const char *type;
	const char *url;	/* these NULL, or 0: none */
	const char *name;
	const char *mime;
	int64_t	 size;
};

/* Empty is as good as absent, so that the next place is looked at. */
static bool
is_empty(const json_t *v)
{
	return v == NULL || json_is_null(v) || json_is_false(v) ||
	    (json_is_string(v) && json_string_length(v) == 0) ||
	    (json_is_integer(v) && json_integer_value(v) == 0);
}

/* A text of the frame, or else of its attachment; false: it is none. */
static bool
read_text(const struct talk *t, const char *key, const char *inner,
    const char **out)
{
	const json_t *v = json_object_get(t->json, key);

	if (is_empty(v))
		v = json_object_get(json_object_get(t->json, "attachment"),
		    inner);
	if (is_empty(v))
		return true;
	*out = json_string_value(v);
	return *out != NULL;
}

static bool
read_size(const struct talk *t, int64_t *out)
{
	const json_t *v = json_object_get(t->json, "file_size");

	if (is_empty(v))
		v = json_object_get(json_object_get(t->json, "attachment"),
		    "size");
	if (is_empty(v))
		return true;
	*out = json_integer_value(v);
	return json_is_integer(v);
}

static bool
read_type(const struct talk *t, const char **out)
{
	const json_t *v = json_object_get(t->json, "message_type");
	int i;

	*out = rooms_types[0];
	if (v == NULL)
		return true;
	for (i = 0; i < ROOMS_TYPES_N; i++) {
		*out = rooms_types[i];
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), *out) == 0)
			return true;
	}
	return false;
}

/* The key of the first that is not what it should be; NULL: all is well. */
static const char *
read_luggage(const struct talk *t, struct luggage *out)
{
	const json_t *content = json_object_get(t->json, "content");
	const json_t *attachment = json_object_get(t->json, "attachment");

	*out = (struct luggage){ .content = json_string_value(content) };
	if (content != NULL && !json_is_null(content) && out->content == NULL)
		return "content: Input should be a valid string";
	if (!is_empty(attachment) && !json_is_object(attachment))
		return "attachment: Input should be a valid dictionary";
	if (!read_type(t, &out->type))
		return "message_type: Input should be 'text', 'image', "
		    "'video', 'audio', 'document', 'text_with_image', "
		    "'text_with_video', 'text_with_audio' or "
		    "'text_with_document'";
	if (!read_text(t, "file_url", "url", &out->url))
		return "file_url: Input should be a valid string";
	if (!read_text(t, "file_name", "filename", &out->name))
		return "file_name: Input should be a valid string";
	if (!read_text(t, "mime_type", "mime_type", &out->mime))
		return "mime_type: Input should be a valid string";
	if (!read_size(t, &out->size))
		return "file_size: Input should be a valid integer";
	return NULL;
}

/* Of an address of ours only the path is kept: it is good from anywhere. */
static const char *
cut_url(struct exchange *x, const char *url)
{
	const char *at = url;
	size_t len;

	if (url == NULL || strncmp(url, "http", 4) != 0 ||
	    (at = strstr(url, ROOMS_FILES)) == NULL)
		return url;
	len = strcspn(at + sizeof(ROOMS_FILES) - 1, "/");
	if (len == 0)
		return url;
	return arena_strndup(x->call.arena, at, sizeof(ROOMS_FILES) - 1 + len);
}

/* What is kept beside the text, as sh_rooms reads it; NULL: nothing. */
static const char *
make_extra(struct exchange *x, const struct luggage *in)
{
	struct str s;
	struct jw w;

	if (in->content != NULL && in->url == NULL && in->name == NULL &&
	    in->mime == NULL && in->size == 0)
		return NULL;
	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	if (in->content == NULL)
		jw_key_bool(&w, "no_text", true);
	if (in->url != NULL)
		jw_key_str(&w, "file_url", in->url);
	if (in->name != NULL)
		jw_key_str(&w, "file_name", in->name);
	if (in->size != 0)
		jw_key_int(&w, "file_size", in->size);
	if (in->mime != NULL)
		jw_key_str(&w, "mime_type", in->mime);
	jw_object_end(&w);
	return s.s;
}

/* The name under which the file at one of our addresses is stored, or NULL. */
static const char *
stored_name(const char *url)
{
	static const char *const stems[] = { ROOMS_FILES, ROOMS_IMAGES };
	size_t i, len;

	for (i = 0; url != NULL && i < ARRAY_LEN(stems); i++) {
		len = strlen(stems[i]);
		if (strncmp(url, stems[i], len) == 0)
			return url + len;
	}
	return NULL;
}

/*
 * The sender's own file that `url` leads to becomes the message's.  Anything
 * else is a link, and good as that.
 */
static enum err
attach(struct exchange *x, const char *url, struct post *post)
{
	const char *stored = stored_name(url);
	struct file file;
	int64_t *id;
	enum err e;

	if (stored == NULL)
		return ERR_OK;
	e = core_file_by_stored(&x->call, stored, &file);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (file.user_id != x->call.user_id || file.message_id != 0)
		return ERR_OK;
	if ((id = arena_alloc(x->call.arena, sizeof(*id))) == NULL)
		return ERR_NOMEM;
	*id = file.id;
	post->files = id;
	post->files_n = 1;
	return ERR_OK;
}

static void
on_message(struct talk *t)
{
	struct request *r = &t->x->request;
	struct post post = { .room_id = r->room, .origin = r->connection };
	struct luggage in;
	struct message m;
	const char *fault;
	enum err e;

	if (json_object_get(t->json, "content") == NULL &&
	    json_object_get(t->json, "file_url") == NULL &&
	    json_object_get(t->json, "attachment") == NULL) {
		complain_of_keys(t);
		return;
	}
	if ((fault = read_luggage(t, &in)) != NULL) {
		complain(t, FAILED, fault);
		return;
	}
	in.url = cut_url(t->x, in.url);
	post.text = in.content != NULL ? in.content : "";
	post.kind = in.type;
	post.extra = make_extra(t->x, &in);
	if ((e = attach(t->x, in.url, &post)) == ERR_OK)
		e = core_message_post(&t->x->call, &post, &m);
	if (e != ERR_OK)
		complain(t, FAILED, why(e, "Room not found"));
}

static void
say_typing(struct talk *t, bool on, bool is_begin)
{
	struct cast cast = {
		.kind = EVENT_TYPING, .room_id = t->x->request.room,
		.on = on, .is_begin = is_begin
	};
	enum err e;

	e = core_typing_show(&t->x->call, cast.room_id, &cast.user);
	if (e == ERR_OK)
		e = socket_cast(t->x, &cast);
	if (e != ERR_OK)
		complain(t, FAILED, why(e, "Room not found"));
}

static void
on_typing(struct talk *t)
{
	say_typing(t, true, false);
}

static void
on_typing_start(struct talk *t)
{
	say_typing(t, true, true);
}

static void
on_typing_stop(struct talk *t)
{
	say_typing(t, false, false);
}

static void
add_reaction(struct talk *t, int64_t id, const json_t *reaction)
{
	struct reaction_set set;
	enum err e;
	int i;

	for (i = 0; i < ROOMS_REACTIONS_N; i++)
		if (json_is_string(reaction) && strcmp(rooms_reactions[i],
		    json_string_value(reaction)) == 0)
			break;
	if (i == ROOMS_REACTIONS_N) {
		complain(t, NOT_REACTED, "reaction_type: Input should be one "
		    "of those that /api/reactions/available lists");
		return;
	}
	e = core_reaction_set(&t->x->call, id, rooms_reactions[i], &set);
	if (e != ERR_OK)
		complain(t, NOT_REACTED, why(e, "Message not found"));
}

static void
remove_reaction(struct talk *t, int64_t id)
{
	enum err e = rooms_unreact(t->x, id);

	if (e == ERR_NOT_FOUND || e == ERR_GONE)
		complain(t, "Reaction not found", "");
	else if (e != ERR_OK)
		complain(t, NOT_REACTED, err_text(e));
}

static void
on_reaction(struct talk *t)
{
	const json_t *message = json_object_get(t->json, "message_id");
	const json_t *reaction = json_object_get(t->json, "reaction_type");
	const json_t *action = json_object_get(t->json, "action");
	const char *name = action != NULL ? json_string_value(action) : "add";
	int64_t id;

	if (is_empty(message) || is_empty(reaction))
		complain(t, "Missing message_id or reaction_type", "");
	else if (json_as_id(message, &id) != ERR_OK)
		complain(t, NOT_REACTED, "Message not found");
	else if (name != NULL && strcmp(name, "add") == 0)
		add_reaction(t, id, reaction);
	else if (name != NULL && strcmp(name, "remove") == 0)
		remove_reaction(t, id);
}

static const struct {
	const char *type;
	void	 (*run)(struct talk *);
} frames[] = {
	{ "message", on_message },
	{ "typing", on_typing },
	{ "typing_start", on_typing_start },
	{ "typing_stop", on_typing_stop },
	{ "reaction", on_reaction }
};

static void
on_frame(struct exchange *x, const struct socket_frame *frame,
    struct str *answer)
{
	struct talk t = { .x = x, .json = frame->json, .answer = answer };
	const char *type;
	size_t i;

	if (frame->json == NULL) {
		complain(&t, "Invalid JSON format", "");
		return;
	}
	if (!json_is_object(frame->json)) {
		complain(&t, FAILED, "Input should be a valid dictionary");
		return;
	}
	type = json_string_value(json_object_get(frame->json, "type"));
	for (i = 0; type != NULL && i < ARRAY_LEN(frames); i++)
		if (strcmp(frames[i].type, type) == 0)
			frames[i].run(&t);
}

enum err
rooms_upcall(struct exchange *x)
{
	return socket_run(x, on_frame);
}
