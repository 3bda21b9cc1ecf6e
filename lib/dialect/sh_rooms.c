/*
 * sh_rooms - how the dialect rooms writes things down.
 *
 * The keys of a message's `extra` that are ours are its link, as file_url,
 * file_name, file_size and mime_type; and "no_text", if it was sent without a
 * text, which is not the same as with an empty one.  What other dialects keep
 * there is passed over.  Of several files that a message has, its clients see
 * the first.
 */
#include "config.h"

#include "base/json.h"
#include "dialect/sh_rooms.h"
#include "dialect/sh_v1.h"

enum { NAME_LEN = 32, URL_LEN = 256 };

const char *const rooms_reactions[ROOMS_REACTIONS_N] = {
	"\xf0\x9f\x91\x8d",		/* thumbs up */
	"\xe2\x9d\xa4\xef\xb8\x8f",	/* a red heart */
	"\xf0\x9f\x98\x82",		/* tears of joy */
	"\xf0\x9f\x98\xae",		/* an open mouth */
	"\xf0\x9f\x98\xa2",		/* crying */
	"\xf0\x9f\x98\xa1"		/* red with anger */
};

const char *const rooms_types[ROOMS_TYPES_N] = {
	"text", "image", "video", "audio", "document", "text_with_image",
	"text_with_video", "text_with_audio", "text_with_document"
};

void
sh_rooms_root(struct jw *w)
{
	jw_object_begin(w);
	jw_key_str(w, "message", "Chat Backend API");
	jw_key_str(w, "version", "1.0.0");
	jw_key_str(w, "docs", "/docs");
	jw_key_str(w, "websocket", "/ws/chat/{room_id}?token={jwt_token}");
	jw_key_str(w, "Message", "Server is working");
	jw_object_end(w);
}

void
sh_rooms_user(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	jw_key_str(w, "username", u->username);
	jw_key_int(w, "id", u->id);
	jw_key_naive(w, "created_at", u->created_at, NAIVE_S);
	jw_object_end(w);
}

void
sh_rooms_tokens(struct jw *w, const struct tokens *t, const char *message)
{
	jw_object_begin(w);
	if (message != NULL)
		jw_key_str(w, "message", message);
	jw_key_str(w, "access_token", t->access);
	jw_key_str(w, "refresh_token", t->refresh);
	jw_key_str(w, "token_type", "bearer");
	jw_object_end(w);
}

/*
 * Every room has a name here: its own, else that of the other one in a direct
 * room, else its number, which is written to `digits`.
 */
static const char *
room_name(const struct room_entry *entry, int64_t viewer,
    char digits[NAME_LEN])
{
	const struct room *r = &entry->view.room;
	int i;

	if (r->name != NULL)
		return r->name;
	for (i = 0; i < entry->members_n; i++)
		if (entry->members[i].user.id != viewer ||
		    entry->members_n == 1)
			return entry->members[i].user.username;
	snprintf(digits, NAME_LEN, "Room %lld", (long long)r->id);
	return digits;
}

static void
room_keys(struct jw *w, const struct room_entry *entry, int64_t viewer)
{
	const struct room *r = &entry->view.room;
	char digits[NAME_LEN];

	jw_key_str(w, "name", room_name(entry, viewer, digits));
	jw_key_int(w, "id", r->id);
	jw_key_naive(w, "created_at", r->created_at, NAIVE_S);
}

void
sh_rooms_room(struct jw *w, const struct room_entry *entry, int64_t viewer)
{
	jw_object_begin(w);
	room_keys(w, entry, viewer);
	jw_object_end(w);
}

/* What a message links to, and what it is. */
struct link {
	json_t	*extra;		/* the texts are borrowed from it */
	char	 address[URL_LEN];
	const char *type;
	const char *url;	/* NULL: it is plain text */
	const char *name;
	const char *mime;
	int64_t	 size;		/* 0: not known */
	bool	 has_text;
};

static void
read_extra(struct link *k, const char *extra)
{
	if (json_read(extra, strlen(extra), &k->extra, NULL) != ERR_OK)
		return;
	(void)!json_get_text(k->extra, "file_url", &k->url);
	(void)!json_get_text(k->extra, "file_name", &k->name);
	(void)!json_get_text(k->extra, "mime_type", &k->mime);
	(void)!json_get_int(k->extra, "file_size", &k->size);
	k->has_text = !json_is_true(json_object_get(k->extra, "no_text"));
}

/* What it has, of what the message does not say itself. */
static void
read_file(struct link *k, const struct file *f)
{
	snprintf(k->address, sizeof(k->address), ROOMS_FILES "%s", f->stored);
	if (k->url == NULL)
		k->url = k->address;
	if (k->name == NULL)
		k->name = f->name;
	if (k->mime == NULL)
		k->mime = f->type;
	if (k->size == 0)
		k->size = f->size;
}

/* The word for a message of this kind. */
static const char *
type_of_kind(const char *kind)
{
	int i;

	for (i = 0; i < ROOMS_TYPES_N; i++)
		if (strcmp(rooms_types[i], kind) == 0)
			return rooms_types[i];
	return strcmp(kind, "file") == 0 ? "document" : rooms_types[0];
}

/* And for one with a file: that of its media type, with a text or without. */
static const char *
type_of_file(const char *mime, bool has_text)
{
	enum { DOCUMENT = 4, WITH_TEXT = 4 };
	size_t len = strcspn(mime, "/");
	int i;

	for (i = 1; i < DOCUMENT; i++)
		if (strlen(rooms_types[i]) == len &&
		    strncmp(rooms_types[i], mime, len) == 0)
			break;
	return rooms_types[has_text ? i + WITH_TEXT : i];
}

/* Follow with link_end(). */
static void
link_begin(struct link *k, const struct message *m)
{
	bool is_elsewhere;

	*k = (struct link){ .type = type_of_kind(m->kind), .has_text = true };
	if (m->extra != NULL)
		read_extra(k, m->extra);
	/* An edit gives a text to what had none. */
	if (m->edited_at != 0)
		k->has_text = true;
	if (m->files_n == 0)
		return;
	/* Sent by a client that does not say what it is. */
	is_elsewhere = k->url == NULL && k->type == rooms_types[0];
	read_file(k, &m->files[0]);
	if (is_elsewhere) {
		k->has_text = k->has_text && *m->body != '\0';
		k->type = type_of_file(k->mime, k->has_text);
	}
}

static void
link_end(struct link *k)
{
	json_decref(k->extra);
}

static void
link_keys(struct jw *w, const struct link *k)
{
	jw_key_str(w, "file_url", k->url);
	jw_key_str(w, "file_name", k->name);
	if (k->size != 0)
		jw_key_int(w, "file_size", k->size);
	else
		jw_key_null(w, "file_size");
	jw_key_str(w, "mime_type", k->mime);
}

/* What was said and what it links to; `key` is the text's. */
static void
content_keys(struct jw *w, const struct message *m, const char *key)
{
	struct link k;

	link_begin(&k, m);
	jw_key_str(w, key, k.has_text ? m->body : NULL);
	jw_key_str(w, "message_type", k.type);
	link_keys(w, &k);
	link_end(&k);
}

/* The text and what it is, in the list of rooms. */
static void
last_message(struct jw *w, const struct message *m)
{
	struct link k;

	link_begin(&k, m);
	jw_object_begin(w);
	jw_key_int(w, "message_id", m->id);
	jw_key_str(w, "sender", m->sender_username);
	jw_key_str(w, "message", k.has_text ? m->body : NULL);
	jw_key_str(w, "message_type", k.type);
	jw_key_naive(w, "timestamp", m->created_at, NAIVE_S);
	jw_object_end(w);
	link_end(&k);
}

void
sh_rooms_room_item(struct jw *w, const struct room_entry *entry,
    int64_t viewer)
{
	jw_object_begin(w);
	room_keys(w, entry, viewer);
	jw_key(w, "last_message");
	if (entry->last_message != NULL)
		last_message(w, entry->last_message);
	else
		jw_null(w);
	jw_key_int(w, "unread_count", entry->view.unread_n);
	jw_object_end(w);
}

static void
summary(struct jw *w, const struct message *m)
{
	const struct reaction *r;
	int i, j;

	jw_array_begin(w);
	for (i = 0; i < m->reactions_n; i++) {
		r = &m->reactions[i];
		jw_object_begin(w);
		jw_key_str(w, "reaction_type", r->emoji);
		jw_key_int(w, "count", r->n);
		jw_key(w, "users");
		jw_array_begin(w);
		for (j = 0; j < r->n; j++)
			jw_str(w, r->users[j].username);
		jw_array_end(w);
		jw_object_end(w);
	}
	jw_array_end(w);
}

/*
 * The newest reaction of an account; NULL: it has none.  Here it has one at
 * most, elsewhere perhaps several.
 */
static const char *
reaction_of(const struct message *m, int64_t user_id, int64_t *at_out)
{
	const struct reaction_user *u;
	const char *emoji = NULL;
	int i, j;

	*at_out = 0;
	for (i = 0; i < m->reactions_n; i++) {
		for (j = 0; j < m->reactions[i].n; j++) {
			u = &m->reactions[i].users[j];
			if (u->id != user_id || u->created_at < *at_out)
				continue;
			emoji = m->reactions[i].emoji;
			*at_out = u->created_at;
		}
	}
	return emoji;
}

/* What a message ends with. */
static void
reaction_keys(struct jw *w, const struct message *m, int64_t viewer)
{
	int64_t at;

	jw_key_naive(w, "timestamp", m->created_at, NAIVE_S);
	jw_key(w, "reactions");
	summary(w, m);
	jw_key_str(w, "user_reaction", reaction_of(m, viewer, &at));
}

void
sh_rooms_message(struct jw *w, const struct message *m, int64_t viewer)
{
	jw_object_begin(w);
	jw_key_int(w, "message_id", m->id);
	jw_key_int(w, "room_id", m->room_id);
	jw_key_str(w, "sender", m->sender_username);
	content_keys(w, m, "message");
	reaction_keys(w, m, viewer);
	jw_object_end(w);
}

void
sh_rooms_reacted(struct jw *w, const struct message *m, int64_t viewer)
{
	jw_object_begin(w);
	jw_key_int(w, "id", m->id);
	content_keys(w, m, "content");
	jw_key_int(w, "room_id", m->room_id);
	jw_key_int(w, "sender_id", m->sender_id);
	jw_key_str(w, "sender_username", m->sender_username);
	reaction_keys(w, m, viewer);
	jw_object_end(w);
}

static void
reaction(struct jw *w, const struct rooms_reaction *r)
{
	jw_object_begin(w);
	jw_key_str(w, "reaction_type", r->emoji);
	jw_key_int(w, "id", r->id);
	jw_key_int(w, "message_id", r->message->id);
	jw_key_int(w, "user_id", r->user_id);
	jw_key_naive(w, "created_at", r->at, NAIVE_S);
	jw_key_naive(w, "updated_at", r->at, NAIVE_S);
	jw_object_end(w);
}

void
sh_rooms_reaction(struct jw *w, const struct rooms_reaction *r)
{
	jw_object_begin(w);
	jw_key_bool(w, "success", true);
	jw_key_str(w, "message", r->emoji != NULL ?
	    "Reaction added successfully" : "Reaction removed successfully");
	jw_key(w, "reaction");
	if (r->emoji != NULL)
		reaction(w, r);
	else
		jw_null(w);
	jw_key(w, "reaction_summary");
	summary(w, r->message);
	jw_object_end(w);
}

/* An address as the value of a key: `stem` and the file's name. */
static void
key_address(struct jw *w, const char *key, const char *stem,
    const struct file *f)
{
	char address[URL_LEN];

	snprintf(address, sizeof(address), "%s%s", stem, f->stored);
	jw_key_str(w, key, address);
}

void
sh_rooms_file(struct jw *w, const struct file *f)
{
	jw_object_begin(w);
	key_address(w, "file_url", ROOMS_FILES, f);
	jw_key_str(w, "filename", f->name);
	jw_key_int(w, "file_size", f->size);
	jw_key_str(w, "mime_type", f->type);
	jw_key_str(w, "message", "File uploaded successfully");
	jw_object_end(w);
}

void
sh_rooms_image(struct jw *w, const struct file *f)
{
	jw_object_begin(w);
	key_address(w, "image_url", ROOMS_IMAGES, f);
	jw_key_str(w, "filename", f->name);
	jw_key_str(w, "message", "Image uploaded successfully");
	jw_object_end(w);
}

/* A text that tells of somebody or something by name. */
static void
key_told(struct jw *w, const char *before, const char *name,
    const char *after)
{
	struct str s;

	str_init(&s, 1024);
	str_puts(&s, before);
	str_puts(&s, name);
	str_puts(&s, after);
	jw_key_str(w, "message", s.s);
	str_release(&s);
}

void
sh_rooms_connected(struct jw *w, const struct rooms_welcome *in)
{
	char digits[NAME_LEN];
	const char *name = room_name(in->room, in->viewer, digits);

	jw_object_begin(w);
	jw_key_str(w, "type", "connected");
	jw_key_int(w, "room_id", in->room->view.room.id);
	jw_key_str(w, "room_name", name);
	key_told(w, "Connected to ", name, "");
	jw_key_naive(w, "timestamp", in->at, NAIVE_US);
	jw_object_end(w);
}

void
sh_rooms_error(struct jw *w, const char *text)
{
	jw_object_begin(w);
	jw_key_str(w, "type", "error");
	jw_key_str(w, "message", text);
	jw_object_end(w);
}

static void
posted(struct jw *w, const struct message *m)
{
	jw_object_begin(w);
	jw_key_str(w, "type", "message");
	jw_key_int(w, "room_id", m->room_id);
	jw_key_int(w, "message_id", m->id);
	jw_key_str(w, "sender", m->sender_username);
	content_keys(w, m, "message");
	/* One frame is for all: nobody's own reaction is in it. */
	reaction_keys(w, m, 0);
	jw_object_end(w);
}

/*
 * One reaction in the place of another is told as one: the removal belongs to
 * it when what the account has now came in the same moment.
 */
static bool
is_replaced(const struct event *ev)
{
	int64_t at;

	return ev->kind == EVENT_REACTION_REMOVED &&
	    reaction_of(ev->message, ev->user_id, &at) != NULL && at == ev->at;
}

static bool
reacted(struct jw *w, const struct event *ev)
{
	if (ev->message == NULL || ev->user == NULL || is_replaced(ev))
		return false;
	jw_object_begin(w);
	jw_key_str(w, "type", ev->kind == EVENT_REACTION_ADDED ?
	    "reaction_added" : "reaction_removed");
	jw_key_int(w, "room_id", ev->room_id);
	jw_key_int(w, "message_id", ev->subject_id);
	jw_key_str(w, "sender", ev->user->username);
	jw_key_str(w, "reaction_type", ev->arg);
	jw_key(w, "reaction_summary");
	summary(w, ev->message);
	jw_key_naive(w, "timestamp", ev->at, NAIVE_US);
	jw_object_end(w);
	return true;
}

/* What somebody does just now. */
static bool
notice(struct jw *w, const struct event *ev, const char *type,
    const char *does)
{
	if (ev->user == NULL)
		return false;
	jw_object_begin(w);
	jw_key_str(w, "type", type);
	jw_key_int(w, "room_id", ev->room_id);
	jw_key_str(w, "sender", ev->user->username);
	key_told(w, "", ev->user->username, does);
	jw_key_naive(w, "timestamp", ev->at, NAIVE_US);
	jw_object_end(w);
	return true;
}

static bool
typing(struct jw *w, const struct event *ev)
{
	char how = ev->arg != NULL ? ev->arg[0] : '0';

	if (how == '0')
		return notice(w, ev, "typing_stop", " stopped typing");
	return notice(w, ev, how == '2' ? "typing_start" : "typing",
	    " is typing...");
}

/* There are no frames for the rest: edits, deletions, rooms, members. */
bool
sh_rooms_event(struct jw *w, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_MESSAGE_POSTED:
		if (ev->message == NULL || ev->message->deleted_at != 0)
			return false;
		posted(w, ev->message);
		return true;
	case EVENT_REACTION_ADDED:
	case EVENT_REACTION_REMOVED:
		return reacted(w, ev);
	case EVENT_TYPING:
		return typing(w, ev);
	case EVENT_CAME:
		return notice(w, ev, "user_joined", " joined the chat");
	default:
		return false;
	}
}

static bool
echoes(const struct conf *conf)
{
	return conf->rooms_echo;
}

static void
nack(struct jw *w, const struct problem *p)
{
	jw_object_begin(w);
	jw_key_str(w, "type", "error");
	key_told(w, "Error processing message: ",
	    p->detail != NULL ? p->detail : err_text(p->err), "");
	jw_object_end(w);
}

const struct shape shape_rooms = {
	.id = SHAPE_ROOMS,
	.name = "rooms",
	.path = { "/ws/chat/" },
	.event = sh_rooms_event,
	.echoes = echoes,
	.nack = nack,
	.takes_binary = true,
	.ended_code = SHAPE_ENDED,
	.behind_code = SHAPE_BEHIND
};
