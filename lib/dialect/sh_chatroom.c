/*
 * sh_chatroom - how the dialect chatroom writes things down.
 *
 * Two generations of clients are served: one knows rooms by name and messages as
 * texts, the other knows rooms by their members and messages as objects of what
 * end-to-end encryption needs.  Answers have the keys of both.  An event has the
 * message as it was sent, a text or an object.
 */
#include "config.h"

#include "base/ids.h"
#include "base/json.h"
#include "dialect/sh_chatroom.h"
#include "dialect/sh_v1.h"

/* A room's first message begins its extra with this. */
static const char first_begin[] = "{\"chatroom_first\":";

const char *const chatroom_details[CHATROOM_DETAILS_N] = {
	"DHKey", "timestamp", "ephKey", "otpID"
};

/* ---- accounts */

/* A JSON text of ours; a new reference, NULL: there is none. */
static json_t *
parse(const char *json)
{
	json_t *value = NULL;

	if (json == NULL ||
	    json_read(json, strlen(json), &value, NULL) != ERR_OK)
		return NULL;
	return value;
}

/* The object of this dialect in a profile; a new reference, NULL: none. */
static json_t *
own_profile(const char *profile)
{
	json_t *all = parse(profile);
	json_t *own = json_incref(json_object_get(all, "chatroom"));

	json_decref(all);
	return own;
}

/* A text of an object, or what stands for none. */
static const char *
text_of(const json_t *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : otherwise;
}

void
sh_chatroom_user(struct jw *w, const struct user *u)
{
	json_t *own = own_profile(u->profile);
	const json_t *fields = json_object_get(own, "fields"), *value;
	const char *key;

	jw_object_begin(w);
	jw_key_hex24(w, "_id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key(w, "profile");
	jw_object_begin(w);
	jw_key_str(w, "name", u->display_name);
	jw_key_str(w, "about", text_of(own, "about", ""));
	jw_object_end(w);
	json_object_foreach((json_t *)fields, key, value) {
		jw_key_text(w, key);
		json_put(w, value);
	}
	/* Which ones there are is nobody's business. */
	if (json_object_get(fields, "identityKey") != NULL) {
		jw_key(w, "otpKeys");
		jw_array_begin(w);
		jw_array_end(w);
	}
	jw_object_end(w);
	json_decref(own);
}

void
sh_chatroom_login(struct jw *w, const struct tokens *t)
{
	json_t *own = own_profile(t->user.profile);
	struct str s;

	str_init(&s, 1024);
	str_puts(&s, t->user.display_name);
	str_puts(&s, " has been logged in successfully.");
	jw_object_begin(w);
	jw_key_str(w, "message", s.s);
	jw_key_str(w, "token", t->access);
	jw_key_int(w, "otpKeys",
	    (int64_t)json_array_size(json_object_get(own, "otpKeys")));
	jw_object_end(w);
	str_release(&s);
	json_decref(own);
}

void
sh_chatroom_token(struct jw *w, const struct identity *who)
{
	jw_object_begin(w);
	jw_key_str(w, "message", "Login successful!");
	jw_key_hex24(w, "user_id", who->user_id);
	jw_key_int(w, "issued_at", who->issued_at / 1000);
	jw_key_int(w, "expires_at", who->expires_at / 1000);
	jw_object_end(w);
}

/* A value of any kind, which may not be there. */
static void
key_any(struct jw *w, const char *key, const json_t *value)
{
	jw_key(w, key);
	if (value != NULL)
		json_put(w, value);
	else
		jw_null(w);
}

void
sh_chatroom_keys(struct jw *w, const struct user *u, const json_t *otp_key)
{
	static const char *const keys[] = { "identityKey", "schnorrKey",
	    "schnorrSig" };
	json_t *own = own_profile(u->profile);
	const json_t *fields = json_object_get(own, "fields");
	size_t i;

	jw_object_begin(w);
	jw_key_hex24(w, "_id", u->id);
	jw_key_str(w, "username", u->username);
	for (i = 0; i < ARRAY_LEN(keys); i++)
		key_any(w, keys[i], json_object_get(fields, keys[i]));
	if (otp_key != NULL)
		key_any(w, "otpKey", otp_key);
	jw_object_end(w);
	json_decref(own);
}

/* ---- rooms */

/* Its own name, else those of the members but `viewer`, to the str. */
static void
put_name(struct str *s, const struct chatroom_room *r, int64_t viewer)
{
	const char *between = "";
	int i;

	if (r->room->name != NULL) {
		str_puts(s, r->room->name);
		return;
	}
	for (i = 0; i < r->members_n; i++) {
		if (r->members[i].user.id == viewer)
			continue;
		str_puts(s, between);
		str_puts(s, r->members[i].user.username);
		between = ", ";
	}
	if (s->len == 0)
		str_puts(s, "Unnamed Chatroom");
}

enum { NAME_MAX_LEN = 1024 * 1024 };

static void
key_name(struct jw *w, const struct chatroom_room *r, int64_t viewer)
{
	struct str s;

	str_init(&s, NAME_MAX_LEN);
	put_name(&s, r, viewer);
	jw_key_str(w, "name", s.s);
	str_release(&s);
}

static void
key_members(struct jw *w, const struct chatroom_room *r)
{
	int i;

	jw_key(w, "members");
	jw_array_begin(w);
	for (i = 0; i < r->members_n; i++)
		jw_hex24(w, r->members[i].user.id);
	jw_array_end(w);
}

void
sh_chatroom_room(struct jw *w, const struct chatroom_room *r, int64_t viewer)
{
	json_t *extra = parse(r->room->extra);

	jw_object_begin(w);
	jw_key_hex24(w, "_id", r->room->id);
	key_name(w, r, viewer);
	jw_key_str(w, "description", text_of(extra, "description", NULL));
	key_members(w, r);
	jw_object_end(w);
	json_decref(extra);
}

/* ---- messages */

/* The text with what was said besides, `own`; NULL: it was a text alone. */
static void
put_details(struct jw *w, const struct message *m, const json_t *own)
{
	int i;

	jw_object_begin(w);
	jw_key_str(w, "content", m->body);
	for (i = 0; i < CHATROOM_DETAILS_N; i++)
		key_any(w, chatroom_details[i],
		    json_object_get(own, chatroom_details[i]));
	jw_object_end(w);
}

static void
key_readers(struct jw *w, const struct chatroom_message *in)
{
	int i;

	jw_key(w, "readBy");
	jw_array_begin(w);
	for (i = 0; i < in->members_n; i++)
		if (in->members[i].read_seq >= in->message->id)
			jw_hex24(w, in->members[i].user.id);
	jw_array_end(w);
}

void
sh_chatroom_message(struct jw *w, const struct chatroom_message *in)
{
	const struct message *m = in->message;
	json_t *extra = parse(m->extra);

	jw_object_begin(w);
	jw_key_hex24(w, "_id", m->id);
	jw_key_hex24(w, "chatroom_id", m->room_id);
	jw_key_hex24(w, "chatroom", m->room_id);
	jw_key_hex24(w, "sender", m->sender_id);
	jw_key_str(w, "content", m->body);
	jw_key(w, "message");
	put_details(w, m, json_object_get(extra, "chatroom"));
	key_readers(w, in);
	jw_object_end(w);
	json_decref(extra);
}

/* The room as those hear of it for whom it is new. */
static void
put_first(struct jw *w, const struct chatroom_extra *in)
{
	jw_object_begin(w);
	jw_key_hex24(w, "_id", in->first->room->id);
	/* In a room of two its name is the sender; else it is all of them. */
	if (in->first->room->name == NULL && in->first->members_n == 2)
		key_name(w, in->first, in->first->members[0].user.id ==
		    in->sender ? in->first->members[1].user.id :
		    in->first->members[0].user.id);
	else
		key_name(w, in->first, 0);
	key_members(w, in->first);
	jw_object_end(w);
}

void
sh_chatroom_extra(struct jw *w, const struct chatroom_extra *in)
{
	const json_t *value;
	int i;

	if (in->details == NULL && in->first == NULL)
		return;
	jw_object_begin(w);
	if (in->first != NULL) {
		jw_key(w, "chatroom_first");
		put_first(w, in);
	}
	if (in->details != NULL) {
		jw_key(w, "chatroom");
		jw_object_begin(w);
		for (i = 0; i < CHATROOM_DETAILS_N; i++) {
			value = json_object_get(in->details,
			    chatroom_details[i]);
			if (value != NULL)
				key_any(w, chatroom_details[i], value);
		}
		jw_object_end(w);
	}
	jw_object_end(w);
}

/* ---- events */

static void
event_begin(struct jw *w, const char *event)
{
	jw_array_begin(w);
	jw_str(w, event);
	jw_object_begin(w);
}

static void
event_end(struct jw *w)
{
	jw_object_end(w);
	jw_array_end(w);
}

void
sh_chatroom_said(struct jw *w, const char *event, const char *key,
    const char *text)
{
	event_begin(w, event);
	jw_key_str(w, key, text);
	event_end(w);
}

static void
posted(struct jw *w, const struct message *m)
{
	json_t *extra = parse(m->extra);
	const json_t *own = json_object_get(extra, "chatroom");

	event_begin(w, "newMessage");
	jw_key_hex24(w, "_id", m->id);
	jw_key_hex24(w, "chatroom", m->room_id);
	jw_key_hex24(w, "chatroomId", m->room_id);
	jw_key_hex24(w, "sender", m->sender_id);
	jw_key(w, "message");
	if (own != NULL)
		put_details(w, m, own);
	else
		jw_str(w, m->body);
	event_end(w);
	json_decref(extra);
}

/* A room without a name is known by who has ended it. */
static void
deleted(struct jw *w, const struct event *ev)
{
	const char *name = ev->room != NULL ? ev->room->name : NULL;

	if (name == NULL && ev->user != NULL)
		name = ev->user->username;
	event_begin(w, "chatroomDeleted");
	jw_key_hex24(w, "chatroomID", ev->room_id);
	jw_key_str(w, "chatroomName", name);
	event_end(w);
}

static bool
is_alive(const struct event *ev)
{
	return ev->message != NULL && ev->message->deleted_at == 0;
}

bool
sh_chatroom_event(struct jw *w, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_MESSAGE_POSTED:
		if (!is_alive(ev))
			return false;
		posted(w, ev->message);
		return true;
	case EVENT_ROOM_DELETED:
		deleted(w, ev);
		return true;
	case EVENT_NOTICE:
		if (ev->arg == NULL)
			return false;
		jw_raw(w, ev->arg, strlen(ev->arg));
		return true;
	default:
		return false;
	}
}

/* Looked at once for each client, so nothing is parsed. */
static bool
is_first(const struct event *ev)
{
	return ev->kind == EVENT_MESSAGE_POSTED && is_alive(ev) &&
	    ev->message->extra != NULL &&
	    strncmp(ev->message->extra, first_begin,
	    sizeof(first_begin) - 1) == 0;
}

bool
sh_chatroom_aside(struct jw *w, const struct event *ev)
{
	json_t *extra = is_first(ev) ? parse(ev->message->extra) : NULL;
	const json_t *room = json_object_get(extra, "chatroom_first");

	if (room != NULL) {
		jw_array_begin(w);
		jw_str(w, "newChatroom");
		json_put(w, room);
		jw_array_end(w);
	}
	json_decref(extra);
	return room != NULL;
}

static enum shape_told
told(const struct event *ev, const struct shape_client *client)
{
	switch (ev->kind) {
	case EVENT_MESSAGE_POSTED:
		if (client->has_joined)
			return SHAPE_EVENT;
		return is_first(ev) && ev->user_id != client->user_id ?
		    SHAPE_ASIDE : SHAPE_NOTHING;
	case EVENT_ROOM_DELETED:
		return SHAPE_EVENT;
	case EVENT_NOTICE:
		return client->has_joined ? SHAPE_EVENT : SHAPE_NOTHING;
	default:
		return SHAPE_NOTHING;
	}
}

static void
nack(struct jw *w, const struct problem *p)
{
	sh_chatroom_said(w, "error", "message",
	    p->detail != NULL ? p->detail : err_text(p->err));
}

const struct shape shape_chatroom = {
	.id = SHAPE_CHATROOM,
	.name = "chatroom",
	.event = sh_chatroom_event,
	.speaks_sio = true,
	.aside = sh_chatroom_aside,
	.told = told,
	.nack = nack
};
