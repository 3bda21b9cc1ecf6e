/*
 * sh_messaging - how the dialect messaging writes what the core returns.
 */
#include "config.h"

#include "dialect/sh_messaging.h"

void
sh_messaging_token(struct jw *w, const struct tokens *tokens)
{
	jw_object_begin(w);
	jw_key_str(w, "access_token", tokens->access);
	jw_key_str(w, "token_type", "bearer");
	jw_object_end(w);
}

/* Clients look for the key; what it hid does not leave the server. */
void
sh_messaging_profile(struct jw *w, const struct user *user)
{
	jw_object_begin(w);
	jw_key_str(w, "username", user->username);
	jw_key_str(w, "password", "********");
	jw_object_end(w);
}

void
sh_messaging_names(struct jw *w, const struct names *names)
{
	int i;

	jw_array_begin(w);
	for (i = 0; i < names->n; i++)
		jw_str(w, names->name[i]);
	jw_array_end(w);
}

void
sh_messaging_room(struct jw *w, int64_t room_id, bool is_new)
{
	jw_object_begin(w);
	jw_key_str(w, "message", is_new ? "Room created" :
	    "Room already exists");
	jw_key_uuid(w, "room_id", room_id);
	jw_object_end(w);
}

/* The group is named twice, because clients know either key. */
void
sh_messaging_group(struct jw *w, int64_t room_id)
{
	jw_object_begin(w);
	jw_key_str(w, "status", "success");
	jw_key_str(w, "message", "Group Successfully Created!");
	jw_key_uuid(w, "room_id", room_id);
	jw_key_uuid(w, "group_id", room_id);
	jw_object_end(w);
}

void
sh_messaging_unknown(struct jw *w, const struct names *names)
{
	jw_object_begin(w);
	jw_key_str(w, "message", "Some users not found!");
	jw_key(w, "invalid users");
	sh_messaging_names(w, names);
	jw_object_end(w);
}

static void
begin_message(struct jw *w, const struct message *m)
{
	jw_object_begin(w);
	jw_key_uuid(w, "room_id", m->room_id);
	jw_key_str(w, "sender", m->sender_username);
	jw_key_str(w, "message", m->body);
}

static void
end_message(struct jw *w, const struct message *m)
{
	jw_key_naive(w, "timestamp", m->created_at, NAIVE_US);
	jw_object_end(w);
}

void
sh_messaging_chat(struct jw *w, const struct message *m)
{
	begin_message(w, m);
	end_message(w, m);
}

void
sh_messaging_group_chat(struct jw *w, const struct message *m,
    const struct names *members)
{
	begin_message(w, m);
	jw_key_bool(w, "is_group", true);
	jw_key(w, "group_name");
	sh_messaging_names(w, members);
	end_message(w, m);
}
