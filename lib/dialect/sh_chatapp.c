/*
 * sh_chatapp - how chatapp writes things down.
 *
 * Clients of this dialect print what comes, so they are told of messages and of
 * nothing else.  A frame has each thing under the names that such clients are
 * known to look for.
 */
#include "config.h"

#include "dialect/sh_chatapp.h"
#include "dialect/sh_v1.h"

void
sh_chatapp_user(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	jw_key_int(w, "id", u->id);
	jw_key_str(w, "username", u->username);
	jw_key_str(w, "email", u->email);
	jw_object_end(w);
}

void
sh_chatapp_row(struct jw *w, const struct user *u)
{
	jw_object_begin(w);
	jw_key_int(w, "id", u->id);
	jw_key_str(w, "name", u->username);
	jw_key_str(w, "email", u->email);
	jw_key_naive(w, "created_at", u->created_at, NAIVE_US);
	jw_object_end(w);
}

void
sh_chatapp_tokens(struct jw *w, const struct tokens *t)
{
	jw_object_begin(w);
	jw_key_str(w, "access_token", t->access);
	jw_key_str(w, "token_type", "bearer");
	jw_object_end(w);
}

static void
message(struct jw *w, const struct message *m)
{
	jw_object_begin(w);
	jw_key_int(w, "id", m->id);
	jw_key_id(w, "room_id", m->room_id);
	jw_key_int(w, "user_id", m->sender_id);
	jw_key_str(w, "username", m->sender_username);
	jw_key_str(w, "sender", m->sender_username);
	jw_key_str(w, "message", m->body);
	jw_key_str(w, "content", m->body);
	jw_key_naive(w, "timestamp", m->created_at, NAIVE_US);
	jw_object_end(w);
}

bool
sh_chatapp_event(struct jw *w, const struct event *ev)
{
	if (ev->kind != EVENT_MESSAGE_POSTED || ev->message == NULL ||
	    ev->message->deleted_at != 0)
		return false;
	message(w, ev->message);
	return true;
}

void
sh_chatapp_error(struct jw *w, const char *text)
{
	jw_object_begin(w);
	jw_key_str(w, "error", text);
	jw_object_end(w);
}

static void
nack(struct jw *w, const struct problem *p)
{
	sh_chatapp_error(w, p->detail != NULL ? p->detail : err_text(p->err));
}

const struct shape shape_chatapp = {
	.id = SHAPE_CHATAPP,
	.name = "chatapp",
	.path = { "/websockets/" },
	.event = sh_chatapp_event,
	.nack = nack,
	.takes_binary = true,
	.ended_code = SHAPE_ENDED,
	.behind_code = SHAPE_BEHIND
};
