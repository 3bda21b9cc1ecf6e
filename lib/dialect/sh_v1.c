/*
 * sh_v1 - how v1 writes things down.
 *
 * A key that has no value is there and null, so that clients see what there
 * is to see.  The only keys that are left out are those of another kind of
 * thing: an event has its own, and a cast has no seq.
 */
#include "config.h"

#include "base/num.h"
#include "dialect/sh_v1.h"

static const char *
kind_name(enum room_kind kind)
{
	static const char *const names[ROOM_KIND_N] = {
		[ROOM_DIRECT] = "direct",
		[ROOM_PRIVATE] = "private",
		[ROOM_PUBLIC] = "public"
	};

	return names[kind];
}

static const char *
role_name(enum role role)
{
	static const char *const names[ROLE_N] = {
		[ROLE_MEMBER] = "member",
		[ROLE_ADMIN] = "admin",
		[ROLE_OWNER] = "owner"
	};

	return names[role];
}

/* The role that an event's argument names; NULL: none. */
static const char *
role_of(const char *arg)
{
	int64_t role;

	if (arg == NULL || !num_parse(arg, 0, ROLE_N - 1, &role))
		return NULL;
	return role_name((enum role)role);
}

/* An id, or null for none. */
static void
key_id(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	if (id == 0)
		jw_null(w);
	else
		jw_id(w, id);
}

/* Who it was, as short as can be. */
static void
who(struct jw *w, int64_t id, const char *username)
{
	jw_object_begin(w);
	jw_key_id(w, "id", id);
	jw_key_str(w, "username", username);
	jw_object_end(w);
}

void
sh_v1_user(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	jw_key_id(w, "id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "display_name", u->display_name);
	jw_key_time(w, "created_at", u->created_at);
	jw_object_end(w);
}

void
sh_v1_session(struct jw *w, const struct session *s, bool is_current)
{
	jw_object_begin(w);
	jw_key_id(w, "id", s->id);
	jw_key_str(w, "device", s->device);
	jw_key_time(w, "created_at", s->created_at);
	jw_key_time(w, "used_at", s->used_at);
	jw_key_time(w, "expires_at", s->expires_at);
	jw_key_bool(w, "current", is_current);
	jw_object_end(w);
}

void
sh_v1_tokens(struct jw *w, const struct tokens *t)
{
	jw_object_begin(w);
	jw_key(w, "user");
	sh_v1_user(w, &t->user);
	jw_key_str(w, "access_token", t->access);
	jw_key_str(w, "refresh_token", t->refresh);
	jw_key_str(w, "token_type", "bearer");
	jw_key_int(w, "expires_in", t->expires_s);
	jw_key_id(w, "session_id", t->session_id);
	jw_object_end(w);
}

void
sh_v1_member(struct jw *w, const struct member *m)
{
	jw_object_begin(w);
	jw_key(w, "user");
	sh_v1_user(w, &m->user);
	jw_key_str(w, "role", role_name(m->role));
	jw_key_time(w, "joined_at", m->joined_at);
	jw_key_int(w, "read_seq", m->read_seq);
	jw_object_end(w);
}

static void
reaction(struct jw *w, const struct reaction *r)
{
	int i;

	jw_object_begin(w);
	jw_key_str(w, "emoji", r->emoji);
	jw_key_int(w, "count", r->n);
	jw_key(w, "users");
	jw_array_begin(w);
	for (i = 0; i < r->n; i++)
		who(w, r->users[i].id, r->users[i].username);
	jw_array_end(w);
	jw_object_end(w);
}

void
sh_v1_file(struct jw *w, const struct file *f)
{
	jw_object_begin(w);
	jw_key_id(w, "id", f->id);
	jw_key_str(w, "name", f->name);
	jw_key_int(w, "size", f->size);
	jw_key_str(w, "type", f->type);
	jw_object_end(w);
}

void
sh_v1_message(struct jw *w, const struct message *m)
{
	int i;

	jw_object_begin(w);
	jw_key_id(w, "id", m->id);
	jw_key_int(w, "seq", m->id);
	jw_key_id(w, "room", m->room_id);
	jw_key(w, "sender");
	who(w, m->sender_id, m->sender_username);
	jw_key_str(w, "text", m->body);
	key_id(w, "reply_to", m->reply_to);
	jw_key_str(w, "key", m->key);
	jw_key_time(w, "created_at", m->created_at);
	jw_key_time(w, "edited_at", m->edited_at);
	jw_key_time(w, "deleted_at", m->deleted_at);
	jw_key(w, "reactions");
	jw_array_begin(w);
	for (i = 0; i < m->reactions_n; i++)
		reaction(w, &m->reactions[i]);
	jw_array_end(w);
	jw_key(w, "files");
	jw_array_begin(w);
	for (i = 0; i < m->files_n; i++)
		sh_v1_file(w, &m->files[i]);
	jw_array_end(w);
	jw_object_end(w);
}

static void
room_keys(struct jw *w, const struct room *r)
{
	jw_key_id(w, "id", r->id);
	jw_key_str(w, "kind", kind_name(r->kind));
	jw_key_str(w, "name", r->name);
	jw_key_time(w, "created_at", r->created_at);
}

void
sh_v1_room(struct jw *w, const struct room *r)
{
	jw_object_begin(w);
	room_keys(w, r);
	jw_object_end(w);
}

/* Who a direct room is with: it has no name of its own. */
static void
pair(struct jw *w, const struct room_entry *entry)
{
	int i;

	jw_key(w, "members");
	jw_array_begin(w);
	for (i = 0; i < entry->members_n; i++)
		sh_v1_user(w, &entry->members[i].user);
	jw_array_end(w);
}

void
sh_v1_room_entry(struct jw *w, const struct room_entry *entry)
{
	const struct room_view *v = &entry->view;

	jw_object_begin(w);
	room_keys(w, &v->room);
	if (v->room.kind == ROOM_DIRECT)
		pair(w, entry);
	jw_key_str(w, "role", v->is_member ? role_name(v->role) : NULL);
	jw_key_int(w, "read_seq", v->read_seq);
	jw_key_int(w, "unread_count", v->unread_n);
	jw_key(w, "last_message");
	if (entry->last_message != NULL)
		sh_v1_message(w, entry->last_message);
	else
		jw_null(w);
	jw_key_int(w, "last_seq", v->room.last_seq);
	jw_object_end(w);
}

static void
event_message(struct jw *w, const struct event *ev)
{
	jw_key(w, "message");
	if (ev->message != NULL)
		sh_v1_message(w, ev->message);
	else
		jw_null(w);
}

static void
event_reaction(struct jw *w, const struct event *ev)
{
	jw_key(w, "reaction");
	jw_object_begin(w);
	jw_key_id(w, "message", ev->subject_id);
	jw_key_str(w, "emoji", ev->arg);
	jw_object_end(w);
}

static void
event_room(struct jw *w, const struct event *ev)
{
	jw_key(w, "room_info");
	if (ev->room != NULL)
		sh_v1_room(w, ev->room);
	else
		jw_null(w);
}

static void
event_member(struct jw *w, const struct event *ev)
{
	jw_key(w, "member");
	jw_object_begin(w);
	jw_key(w, "user");
	if (ev->subject != NULL)
		sh_v1_user(w, ev->subject);
	else
		jw_null(w);
	jw_key_str(w, "role", role_of(ev->arg));
	jw_object_end(w);
}

static void
event_read(struct jw *w, const struct event *ev)
{
	int64_t seq = 0;

	if (ev->arg == NULL || !num_parse(ev->arg, 0, INT64_MAX, &seq))
		seq = 0;
	jw_key(w, "read");
	jw_object_begin(w);
	jw_key_id(w, "user", ev->user_id);
	jw_key_int(w, "seq", seq);
	jw_object_end(w);
}

static void
event_typing(struct jw *w, const struct event *ev)
{
	jw_key_bool(w, "on", ev->arg != NULL && ev->arg[0] != '0');
}

/* The key that an event of this kind has besides the common ones. */
static void
event_own(struct jw *w, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_MESSAGE_POSTED:
	case EVENT_MESSAGE_EDITED:
	case EVENT_MESSAGE_DELETED:
		event_message(w, ev);
		break;
	case EVENT_REACTION_ADDED:
	case EVENT_REACTION_REMOVED:
		event_reaction(w, ev);
		break;
	case EVENT_ROOM_CREATED:
	case EVENT_ROOM_UPDATED:
	case EVENT_ROOM_DELETED:
		event_room(w, ev);
		break;
	case EVENT_MEMBER_JOINED:
	case EVENT_MEMBER_LEFT:
	case EVENT_MEMBER_CHANGED:
		event_member(w, ev);
		break;
	case EVENT_READ_MOVED:
		event_read(w, ev);
		break;
	case EVENT_TYPING:
		event_typing(w, ev);
		break;
	case EVENT_USER_UPDATED:
	case EVENT_SESSION_ENDED:
	case EVENT_CAME:
	case EVENT_WENT:
	case EVENT_NOTICE:
		break;
	}
}

/* Who did it; the whole account where that is what has changed. */
static void
event_user(struct jw *w, const struct event *ev)
{
	jw_key(w, "user");
	if (ev->user == NULL)
		jw_null(w);
	else if (ev->kind == EVENT_USER_UPDATED)
		sh_v1_user(w, ev->user);
	else
		who(w, ev->user->id, ev->user->username);
}

bool
sh_v1_event(struct jw *w, const struct event *ev)
{
	if (ev->kind == EVENT_CAME || ev->kind == EVENT_WENT ||
	    ev->kind == EVENT_NOTICE)
		return false;
	jw_object_begin(w);
	if (ev->seq != 0)
		jw_key_int(w, "seq", ev->seq);
	jw_key_str(w, "kind", event_kind_name(ev->kind));
	key_id(w, "room", ev->room_id);
	if (ev->seq != 0)
		jw_key_time(w, "at", ev->at);
	event_user(w, ev);
	event_own(w, ev);
	jw_object_end(w);
	return true;
}

void
sh_v1_reset(struct jw *w, int64_t since, int64_t oldest)
{
	jw_object_begin(w);
	jw_key_str(w, "kind", "reset");
	jw_key_int(w, "since", since);
	jw_key_int(w, "oldest", oldest);
	jw_object_end(w);
}

/* A code in words: "not_found" is "not found". */
static void
key_title(struct jw *w, const char *code)
{
	char words[64];
	size_t i;

	for (i = 0; i < sizeof(words) - 1 && code[i] != '\0'; i++)
		words[i] = code[i] == '_' ? ' ' : code[i];
	words[i] = '\0';
	jw_key_str(w, "title", words);
}

/* The type names the code; there is no page at it, so it is no address. */
static void
key_type(struct jw *w, const char *code)
{
	static const char prefix[] = "urn:natterjack:problem:";
	char type[sizeof(prefix) + 64];
	int n = snprintf(type, sizeof(type), "%s%s", prefix, code);

	jw_key(w, "type");
	jw_strn(w, type, (size_t)n < sizeof(type) ? (size_t)n : 0);
}

void
sh_v1_problem(struct jw *w, const struct problem *p)
{
	/* The sessions of an account end with it: that is all v1 says of it. */
	enum err e = p->err == ERR_ACCOUNT_GONE ? ERR_SESSION_ENDED : p->err;
	const char *code = err_code(e);

	jw_object_begin(w);
	key_type(w, code);
	key_title(w, code);
	jw_key_int(w, "status", err_status(e));
	jw_key_str(w, "detail", p->detail != NULL ? p->detail : err_text(e));
	jw_key_str(w, "code", code);
	if (p->field != NULL)
		jw_key_str(w, "field", p->field);
	if (p->request_id != NULL)
		jw_key_str(w, "request_id", p->request_id);
	jw_object_end(w);
}

static void
hello(struct jw *w, int64_t next)
{
	jw_object_begin(w);
	jw_key_str(w, "kind", "hello");
	jw_key_int(w, "next", next);
	jw_object_end(w);
}

static void
nack(struct jw *w, const struct problem *problem)
{
	jw_object_begin(w);
	jw_key(w, "ack");
	jw_null(w);
	jw_key(w, "error");
	sh_v1_problem(w, problem);
	jw_object_end(w);
}

/* The close codes are from the range for private use. */
const struct shape shape_v1 = {
	.id = SHAPE_V1,
	.name = "v1",
	.subprotocol = "natterjack.v1",
	.event = sh_v1_event,
	.nack = nack,
	.hello = hello,
	.reset = sh_v1_reset,
	.problem = sh_v1_problem,
	.ended_code = 4401,
	.behind_code = 4408
};
