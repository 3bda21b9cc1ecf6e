/*
 * d_chatroom_socket - chatroom: events of Socket.IO.
 *
 *	["joinRoom",{"chatroomId":"…"}]		hear of its messages from now on
 *	["leaveRoom",{"chatroomId":"…"}]
 *	["chatroomMessage",{"chatroomId":"…","message":"hi"}]
 *
 * What push is to do with an event is told to it in an object:
 *
 *	{"emit":[["error",{…}]],"failed":true}
 *	{"join":"7","leave":"7","notify":{…}}
 *
 * What is wrong is told to the sender alone; an event that failed by no fault of
 * its own has no ack, which clients take for a proof.  Other events are passed
 * over.
 */
#include "config.h"

#include "base/ids.h"
#include "base/json.h"
#include "core/account.h"
#include "dialect/d_chatroom.h"
#include "dialect/socket.h"

/* ---- coming in */

/* A token in the payload, in the header, or in the query. */
static const char *
find_token(struct exchange *x)
{
	const json_t *auth = json_object_get(x->json, "auth");
	const char *token = json_string_value(json_object_get(auth, "token"));

	if (token == NULL || *token == '\0')
		token = x->request.authorization;
	if (token == NULL || *token == '\0')
		token = exchange_query(x, "token");
	return token == NULL || *token == '\0' ? NULL : chatroom_bare(token);
}

/* ["joinedUserRoom",{"roomId":"…"}]: a room of the account's own. */
static const char *
welcome(struct exchange *x)
{
	char id[IDS_HEX24_LEN + 1];
	struct str s;
	struct jw w;

	ids_hex24(x->call.user_id, id);
	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_chatroom_said(&w, "joinedUserRoom", "roomId", id);
	return s.s;
}

enum err
chatroom_enter(struct exchange *x)
{
	struct socket_entry entry = { .rooms_n = 0 };
	const char *protocols;
	enum err e;

	if ((e = socket_enter(x, &protocols)) != ERR_OK)
		return e;
	e = socket_identify(x, find_token(x));
	if (e == ERR_NO_TOKEN)
		return fastapi_fail(x, 401, "No authorization token provided");
	if (e != ERR_OK)
		return e;
	entry.frame[entry.frames_n++] = welcome(x);
	return socket_admit(x, &entry);
}

/* ---- events */

/* One event, and what push is to do. */
struct talk {
	struct exchange *x;
	const json_t *data;
	struct str *answer;
	int64_t	 room_id;	/* 0: there is no such room */
	char	 room[IDS_HEX24_LEN + 1];
};

static void
put_error(struct talk *t, const char *text, bool has_failed)
{
	struct jw w;

	str_reset(t->answer);
	jw_init(&w, t->answer);
	jw_object_begin(&w);
	jw_key(&w, "emit");
	jw_array_begin(&w);
	sh_chatroom_said(&w, "error", "message", text);
	jw_array_end(&w);
	if (has_failed)
		jw_key_bool(&w, "failed", true);
	jw_object_end(&w);
}

static void
complain(struct talk *t, const char *text)
{
	put_error(t, text, false);
}

/* In the words of every dialect. */
static void
complain_of(struct talk *t, enum err e)
{
	put_error(t, err_text(e), err_status(e) >= 500);
}

/* To all who have joined the room. */
static void
key_notice(struct jw *w, int64_t room_id, const char *text)
{
	jw_key(w, "notify");
	jw_object_begin(w);
	jw_key_id(w, "room", room_id);
	jw_key(w, "event");
	sh_chatroom_said(w, "notification", "message", text);
	jw_object_end(w);
}

/* Nothing, as far as a client is concerned. */
static bool
is_empty(const json_t *v)
{
	return v == NULL || json_is_null(v) || json_is_false(v) ||
	    (json_is_string(v) && json_string_length(v) == 0) ||
	    (json_is_number(v) && json_number_value(v) == 0) ||
	    (json_is_object(v) && json_object_size(v) == 0) ||
	    (json_is_array(v) && json_array_size(v) == 0);
}

/* False: the event names no room, and the sender has been told. */
static bool
read_room(struct talk *t)
{
	const json_t *v = json_object_get(t->data, "chatroomId");
	const char *text = json_string_value(v);

	if (is_empty(v)) {
		complain(t, "chatroomId is required");
		return false;
	}
	if (text == NULL || chatroom_hex(text, &t->room_id) != HEX_ID)
		t->room_id = 0;
	ids_hex24(t->room_id, t->room);
	return true;
}

/* Is the caller in the room?  ERR_FORBIDDEN: it could be. */
static enum err
check_member(struct talk *t)
{
	struct room_look look;
	enum err e = core_room_look(&t->x->call, t->room_id, &look);

	return e == ERR_OK && !look.is_member ? ERR_FORBIDDEN : e;
}

static void
on_join(struct talk *t)
{
	char user[IDS_HEX24_LEN + 1];
	struct str s;
	struct jw w;
	enum err e = check_member(t);

	if (e == ERR_NOT_FOUND)
		complain(t, "Chatroom not found");
	else if (e == ERR_FORBIDDEN)
		complain(t, "User not authorized to join this chatroom");
	else if (e != ERR_OK)
		complain_of(t, e);
	if (e != ERR_OK)
		return;
	ids_hex24(t->x->call.user_id, user);
	str_init_arena(&s, t->x->call.arena);
	str_printf(&s, "User %s joined the chatroom", user);
	jw_init(&w, t->answer);
	jw_object_begin(&w);
	jw_key_id(&w, "join", t->room_id);
	key_notice(&w, t->room_id, s.s);
	jw_object_end(&w);
}

/* Who is in no such room leaves it all the same, unheard by anybody. */
static void
on_leave(struct talk *t)
{
	struct str s;
	struct jw w;

	if (t->room_id == 0)
		return;
	str_init_arena(&s, t->x->call.arena);
	str_printf(&s, "User left chatroom %s", t->room);
	jw_init(&w, t->answer);
	jw_object_begin(&w);
	jw_key_id(&w, "leave", t->room_id);
	if (check_member(t) == ERR_OK)
		key_notice(&w, t->room_id, s.s);
	jw_object_end(&w);
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n\v\f")] == '\0';
}

/* What is wrong with a message that is an object; NULL: nothing. */
static const char *
find_fault(const json_t *message)
{
	const json_t *content = json_object_get(message, "content");
	int i;

	if (!json_is_string(content) || is_blank(json_string_value(content)))
		return "Message content cannot be empty";
	for (i = 0; i < CHATROOM_DETAILS_MUST_N; i++)
		if (is_empty(json_object_get(message, chatroom_details[i])))
			return "DHKey and timestamp are required";
	return NULL;
}

/* A text is looked at last, an object first.  NULL: it is as it should be. */
static const char *
read_message(struct talk *t, struct chatroom_post *out)
{
	const json_t *message = json_object_get(t->data, "message");

	out->room_id = t->room_id;
	out->content = json_string_value(message);
	if (json_is_object(message) && json_object_size(message) > 0) {
		out->details = message;
		out->content = json_string_value(
		    json_object_get(message, "content"));
		return find_fault(message);
	}
	if (message == NULL || json_is_null(message))
		out->content = "";
	return out->content == NULL ? "Message details are required" : NULL;
}

static void
on_message(struct talk *t)
{
	struct chatroom_post in = { .details = NULL };
	const char *fault = read_message(t, &in);
	struct message m;
	enum err e;

	if (fault != NULL) {
		complain(t, fault);
		return;
	}
	if (is_blank(in.content)) {
		e = check_member(t);
		if (e == ERR_OK) {
			complain(t, "Message cannot be empty");
			return;
		}
	} else
		e = chatroom_post(t->x, &in, &m);
	if (e == ERR_NOT_FOUND)
		complain(t, "Chatroom not found");
	else if (e == ERR_FORBIDDEN)
		complain(t, "User is not a member of this chatroom");
	else if (e != ERR_OK)
		complain_of(t, e);
}

static const struct {
	const char *name;
	void	 (*run)(struct talk *);
} events[] = {
	{ "joinRoom", on_join },
	{ "leaveRoom", on_leave },
	{ "chatroomMessage", on_message }
};

static void
on_event(struct exchange *x, const struct socket_frame *frame,
    struct str *answer)
{
	const char *name = json_string_value(json_array_get(frame->json, 0));
	struct talk t = { .x = x, .answer = answer,
	    .data = json_array_get(frame->json, 1) };
	size_t i;

	for (i = 0; name != NULL && i < ARRAY_LEN(events); i++)
		if (strcmp(events[i].name, name) == 0 && read_room(&t))
			events[i].run(&t);
}

enum err
chatroom_upcall(struct exchange *x)
{
	return socket_run(x, on_event);
}
