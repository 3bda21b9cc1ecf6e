/*
 * sh_realtime - how the dialect realtime writes things down.
 *
 * The keys of a message's `extra` that are ours are "timestamp" and "message",
 * which are what a frame had there, to be relayed as it was.  "no_text" is
 * shared with rooms: the message was sent without a text, which is not the same
 * as with an empty one.
 */
#include "config.h"

#include "base/ids.h"
#include "dialect/sh_realtime.h"
#include "dialect/sh_v1.h"
#include "store/file.h"

const char *const realtime_status[REALTIME_STATUS_N] = {
	"online", "offline", "away", "busy"
};

const char *const realtime_types[REALTIME_TYPES_N] = {
	"text", "image", "file", "system", "emoji"
};

/* The JSON object in `text`; NULL when there is none.  json_decref() it. */
static json_t *
read_object(const char *text)
{
	json_t *object;

	if (text == NULL ||
	    json_read(text, strlen(text), &object, NULL) != ERR_OK)
		return NULL;
	return object;
}

/* A text of an object, or NULL. */
static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* What the profile says, if it is one of the words. */
static const char *
status_of(const json_t *profile)
{
	const char *said = text_of(profile, "status");
	int i;

	for (i = 0; said != NULL && i < REALTIME_STATUS_N; i++)
		if (strcmp(said, realtime_status[i]) == 0)
			return realtime_status[i];
	return realtime_status[REALTIME_OFFLINE];
}

static void
user_keys(struct jw *w, const struct user *u)
{
	json_t *profile = read_object(u->profile);

	jw_key_uuid(w, "id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "email", u->email);
	jw_key_str(w, "display_name", u->display_name);
	jw_key_str(w, "avatar_url", text_of(profile, "avatar_url"));
	jw_key_str(w, "bio", text_of(profile, "bio"));
	jw_key_str(w, "status", status_of(profile));
	jw_key_str(w, "role", "user");
	jw_key_bool(w, "is_active", true);
	jw_key_bool(w, "is_verified", false);
	jw_key_naive(w, "created_at", u->created_at, NAIVE_S);
	jw_key_naive(w, "last_seen", u->seen_at, NAIVE_US);
	json_decref(profile);
}

void
sh_realtime_user(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	user_keys(w, u);
	jw_object_end(w);
}

void
sh_realtime_public(struct jw *w, const struct user *u)
{
	json_t *profile = read_object(u->profile);

	jw_object_begin(w);
	jw_key_uuid(w, "id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "display_name", u->display_name);
	jw_key_str(w, "avatar_url", text_of(profile, "avatar_url"));
	jw_key_str(w, "status", status_of(profile));
	jw_key_naive(w, "last_seen", u->seen_at, NAIVE_US);
	jw_object_end(w);
	json_decref(profile);
}

bool
sh_realtime_is_online(const struct user *u)
{
	json_t *profile = read_object(u->profile);
	bool is_online = status_of(profile) == realtime_status[REALTIME_ONLINE];

	json_decref(profile);
	return is_online;
}

void
sh_realtime_tokens(struct jw *w, const struct tokens *t, const char *message)
{
	jw_object_begin(w);
	user_keys(w, &t->user);
	jw_key(w, "user");
	sh_realtime_user(w, &t->user);
	jw_key_str(w, "token", t->access);
	jw_key_str(w, "access_token", t->access);
	jw_key_str(w, "token_type", "bearer");
	jw_key_str(w, "message", message);
	jw_object_end(w);
}

/* Of two it is the other; who is alone there talks to himself. */
const struct member *
sh_realtime_recipient(const struct message *m, const struct realtime_place *at)
{
	int i;

	for (i = 0; i < at->members_n; i++)
		if (at->members[i].user.id != m->sender_id)
			return &at->members[i];
	return at->members_n == 1 ? &at->members[0] : NULL;
}

/* An id, or null for none. */
static void
key_id(struct jw *w, const char *key, int64_t id)
{
	if (id == 0)
		jw_key_null(w, key);
	else
		jw_key_uuid(w, key, id);
}

/* What others call "text_with_image" is a text, "video" is a file. */
static const char *
type_of(const struct message *m)
{
	int i;

	for (i = 0; i < REALTIME_TYPES_N; i++)
		if (strcmp(m->kind, realtime_types[i]) == 0)
			return realtime_types[i];
	return strncmp(m->kind, "text", 4) == 0 ? "text" : "file";
}

/* What a media type is called here. */
static const char *
attachment_type(const char *type)
{
	static const char *const kinds[] = { "image", "video", "audio" };
	size_t i, len;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		len = strlen(kinds[i]);
		if (strncmp(type, kinds[i], len) == 0 && type[len] == '/')
			return kinds[i];
	}
	return "file";
}

/* Where it is fetched from is rooms' affair. */
static void
attachment_url(struct jw *w, const struct file *f)
{
	char url[256];
	int n = snprintf(url, sizeof(url), "/api/files/%s", f->stored);

	jw_key(w, "url");
	jw_strn(w, url, (size_t)n < sizeof(url) ? (size_t)n : 0);
}

static void
attachments(struct jw *w, const struct message *m)
{
	const struct file *f;
	int i;

	jw_key(w, "attachments");
	jw_array_begin(w);
	for (i = 0; i < m->files_n; i++) {
		f = &m->files[i];
		jw_object_begin(w);
		jw_key_uuid(w, "id", f->id);
		jw_key_str(w, "filename", f->stored);
		jw_key_str(w, "original_filename", f->name);
		jw_key_int(w, "file_size", f->size);
		jw_key_str(w, "mime_type", f->type);
		jw_key_str(w, "attachment_type", attachment_type(f->type));
		attachment_url(w, f);
		jw_key_null(w, "thumbnail_url");
		jw_key_null(w, "width");
		jw_key_null(w, "height");
		jw_key_null(w, "duration");
		jw_key_naive(w, "uploaded_at", f->created_at, NAIVE_US);
		jw_object_end(w);
	}
	jw_array_end(w);
}

static void
reactions(struct jw *w, const struct message *m)
{
	const struct reaction *r;
	int i, j;

	jw_key(w, "reactions");
	jw_array_begin(w);
	for (i = 0; i < m->reactions_n; i++) {
		r = &m->reactions[i];
		for (j = 0; j < r->n; j++) {
			jw_object_begin(w);
			jw_key_str(w, "emoji", r->emoji);
			jw_key_uuid(w, "user_id", r->users[j].id);
			jw_key_naive(w, "created_at", r->users[j].created_at,
			    NAIVE_US);
			jw_object_end(w);
		}
	}
	jw_array_end(w);
}

/* What the one who it is for has done with it. */
static void
receipt_keys(struct jw *w, const struct message *m, const struct member *to)
{
	bool is_read = to != NULL && to->read_seq >= m->id;

	jw_key_str(w, "status", is_read ? "read" : "sent");
	jw_key_bool(w, "is_edited", m->edited_at != 0);
	jw_key_bool(w, "is_deleted", m->deleted_at != 0);
	jw_key_naive(w, "created_at", m->created_at, NAIVE_S);
	if (m->edited_at != 0 || m->deleted_at != 0)
		jw_key_naive(w, "updated_at", m->deleted_at != 0 ?
		    m->deleted_at : m->edited_at, NAIVE_US);
	else
		jw_key_naive(w, "updated_at", m->created_at, NAIVE_S);
	jw_key_null(w, "delivered_at");
	jw_key_naive(w, "read_at", is_read ? to->read_at : 0, NAIVE_US);
}

/* Where the message is: one of the two is null. */
static void
place_keys(struct jw *w, const struct message *m,
    const struct realtime_place *at, const struct member *to)
{
	if (at->is_direct)
		jw_key_null(w, "chat_id");
	else if (at->chat_id != NULL)
		jw_key_str(w, "chat_id", at->chat_id);
	else
		jw_key_uuid(w, "chat_id", m->room_id);
	key_id(w, "recipient_id", to != NULL ? to->user.id : 0);
}

/* An edit gives a text to what had none. */
static void
content(struct jw *w, const struct message *m)
{
	json_t *extra = m->edited_at == 0 ? read_object(m->extra) : NULL;

	jw_key(w, "content");
	if (json_is_true(json_object_get(extra, "no_text")))
		jw_null(w);
	else
		jw_str(w, m->body);
	json_decref(extra);
}

void
sh_realtime_message(struct jw *w, const struct message *m,
    const struct realtime_place *at)
{
	const struct member *to = at->is_direct ?
	    sh_realtime_recipient(m, at) : NULL;

	jw_object_begin(w);
	jw_key_uuid(w, "id", m->id);
	jw_key_uuid(w, "sender_id", m->sender_id);
	place_keys(w, m, at, to);
	content(w, m);
	jw_key_str(w, "message_type", type_of(m));
	attachments(w, m);
	key_id(w, "reply_to_message_id", m->reply_to);
	reactions(w, m);
	receipt_keys(w, m, to);
	jw_object_end(w);
}

/* A key of a frame as it was sent; null when it had none. */
static void
key_as_sent(struct jw *w, const char *key, const json_t *value)
{
	jw_key(w, key);
	if (value != NULL)
		json_put(w, value);
	else
		jw_null(w);
}

void
sh_realtime_extra(struct jw *w, const json_t *message, const json_t *timestamp)
{
	jw_object_begin(w);
	if (!json_is_string(message))
		key_as_sent(w, "message", message);
	key_as_sent(w, "timestamp", timestamp);
	jw_object_end(w);
}

/*
 * The keys that the first clients know.  What did not come by a frame has the
 * instant as JavaScript's toISOString() writes it, which is what frames have.
 */
static void
seed_keys(struct jw *w, const struct message *m)
{
	json_t *extra = m->edited_at == 0 ? read_object(m->extra) : NULL;
	const json_t *timestamp = json_object_get(extra, "timestamp");
	const json_t *message = json_object_get(extra, "message");

	jw_key_uuid(w, "user_id", m->sender_id);
	if (timestamp != NULL && message != NULL)
		key_as_sent(w, "message", message);
	else
		jw_key_str(w, "message", m->body);
	if (timestamp != NULL)
		key_as_sent(w, "timestamp", timestamp);
	else
		jw_key_time(w, "timestamp", m->created_at);
	json_decref(extra);
}

/* One frame for the clients of both generations. */
static void
message_frame(struct jw *w, const struct message *m)
{
	jw_object_begin(w);
	seed_keys(w, m);
	jw_key_uuid(w, "id", m->id);
	jw_key_uuid(w, "sender_id", m->sender_id);
	jw_key_str(w, "username", m->sender_username);
	jw_key_uuid(w, "chat_id", m->room_id);
	jw_key_str(w, "content", m->body);
	jw_key_naive(w, "created_at", m->created_at, NAIVE_US);
	attachments(w, m);
	jw_key_bool(w, "is_edited", m->edited_at != 0);
	jw_key_str(w, "status", "sent");
	jw_object_end(w);
}

static void
notice(struct jw *w, const char *text, size_t len)
{
	jw_object_begin(w);
	jw_key_str(w, "user_id", "system");
	jw_key(w, "message");
	jw_strn(w, text, len);
	jw_key_str(w, "timestamp", "");
	jw_object_end(w);
}

void
sh_realtime_notice(struct jw *w, const char *text)
{
	notice(w, text, strlen(text));
}

static void
went_frame(struct jw *w, const struct user *u)
{
	static const char tail[] = " left the chat";
	char text[IDS_UUID_LEN + sizeof(tail)];

	ids_uuid(u->id, text);
	memcpy(text + IDS_UUID_LEN, tail, sizeof(tail));
	notice(w, text, sizeof(text) - 1);
}

static void
came_frame(struct jw *w, const struct user *u, int64_t at)
{
	jw_object_begin(w);
	jw_key_str(w, "type", "user_joined");
	jw_key_uuid(w, "user_id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "display_name", u->display_name);
	jw_key_naive(w, "timestamp", at, NAIVE_US);
	jw_object_end(w);
}

void
sh_realtime_online_begin(struct jw *w)
{
	jw_object_begin(w);
	jw_key_str(w, "type", "online_users");
	jw_key(w, "users");
	jw_array_begin(w);
}

void
sh_realtime_online(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	jw_key_uuid(w, "id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "display_name", u->display_name);
	jw_object_end(w);
}

void
sh_realtime_online_end(struct jw *w, int64_t at)
{
	jw_array_end(w);
	jw_key_naive(w, "timestamp", at, NAIVE_US);
	jw_object_end(w);
}

bool
sh_realtime_event(struct jw *w, const struct event *ev)
{
	if (ev->kind == EVENT_MESSAGE_POSTED && ev->message != NULL &&
	    ev->message->deleted_at == 0)
		message_frame(w, ev->message);
	else if (ev->kind == EVENT_CAME && ev->user != NULL)
		came_frame(w, ev->user, ev->at);
	else if (ev->kind == EVENT_WENT && ev->user != NULL)
		went_frame(w, ev->user);
	else
		return false;
	return true;
}

/* Who sent it waits for it to come back, and is told why it does not. */
static void
nack(struct jw *w, const struct problem *problem)
{
	sh_realtime_notice(w, err_text(problem->err));
}

static bool
hears_coming(const struct conf *conf)
{
	return conf->realtime_joined;
}

const struct shape shape_realtime = {
	.id = SHAPE_REALTIME,
	.name = "realtime",
	.path = { "/ws/" },
	.event = sh_realtime_event,
	.hears_coming = hears_coming,
	.nack = nack,
	.takes_binary = true,
	.ended_code = SHAPE_ENDED,
	.behind_code = SHAPE_BEHIND
};
