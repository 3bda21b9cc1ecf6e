/*
 * d_chatapp_socket - chatapp: /websockets/chat/{room}.
 *
 *	{"message":"hi"}	to everybody in the room, the sender included
 *
 * A room is what clients call it: the id of a closed room that the caller is in,
 * or else the name of a public room, or else the id of one; otherwise a public
 * room of that name is made.  A closed room comes first, because anybody can make
 * a public one that is called as its id, and wait there for what is said.
 * What is wrong with a frame is told to its sender, and the socket stays open.
 */
#include "config.h"

#include "base/num.h"
#include "core/message.h"
#include "core/room.h"
#include "core/session.h"
#include "dialect/d_chatapp.h"
#include "dialect/sh_chatapp.h"
#include "dialect/socket.h"

/* ---- coming in */

static enum err
find_room(struct exchange *x, int64_t *id_out)
{
	struct room_name name = {
		.name = socket_path_part(x, "/websockets/chat/")
	};
	struct room_entry entry;
	struct room room = { .id = 0 };
	enum err by_id = ERR_NOT_FOUND, e;
	bool is_new;

	if (name.name == NULL)
		return ERR_NO_ROUTE;
	if (num_parse_id(name.name, id_out))
		by_id = core_room_get(&x->call, *id_out, &entry);
	if (by_id != ERR_NOT_FOUND &&
	    (by_id != ERR_OK || entry.view.room.kind != ROOM_PUBLIC))
		return by_id;
	e = core_room_by_name(&x->call, &name, &room);
	if (e == ERR_NOT_FOUND && by_id == ERR_OK)
		return ERR_OK;
	if (e == ERR_NOT_FOUND)
		e = core_room_named(&x->call, &name, &room, &is_new);
	*id_out = room.id;
	return e;
}

/* The header, the query, a subprotocol, the login cookie: the first counts. */
static const char *
find_token(struct exchange *x, const char *offered)
{
	const char *token = exchange_bearer(x);

	if (token == NULL)
		token = exchange_query(x, "token");
	if (token == NULL)
		token = offered;
	return token != NULL ? token : exchange_cookie_token(x);
}

/* Who comes; without any credential, the guest, if there is to be one. */
static enum err
identify(struct exchange *x, const char *offered)
{
	const char *token = find_token(x, offered);
	const char *guest = x->call.conf->chatapp_guest;
	struct identity who;
	enum err e;

	if (token != NULL || guest[0] == '\0')
		return socket_identify(x, token);
	e = core_session_guest(&x->call, guest, &who);
	if (e != ERR_OK)
		return e;
	x->call.user_id = who.user_id;
	x->call.session_id = who.session_id;
	return ERR_OK;
}

enum err
chatapp_enter(struct exchange *x)
{
	struct socket_entry entry = { .rooms_n = 1 };
	const char *protocols, *token;
	enum err e;

	if ((e = socket_enter(x, &protocols)) != ERR_OK)
		return e;
	entry.protocol = socket_protocol(x, protocols, &token);
	if ((e = identify(x, token)) != ERR_OK ||
	    (e = find_room(x, &entry.room)) != ERR_OK)
		return e;
	entry.rooms[0] = entry.room;
	return socket_admit(x, &entry);
}

/* ---- frames */

static void
complain(struct str *answer, const char *text)
{
	struct jw w;

	jw_init(&w, answer);
	sh_chatapp_error(&w, text);
}

static void
run_frame(struct exchange *x, const struct socket_frame *frame,
    struct str *answer)
{
	struct post in = { .room_id = x->request.room,
	    .origin = x->request.connection };
	struct message message;
	enum err e;

	if (frame->json == NULL) {
		complain(answer, "Invalid JSON format");
		return;
	}
	in.text = json_string_value(json_object_get(frame->json, "message"));
	if (in.text == NULL || in.text[0] == '\0') {
		complain(answer, "Missing 'message'");
		return;
	}
	e = core_message_post(&x->call, &in, &message);
	if (e == ERR_NOT_FOUND)
		complain(answer, "Room not found");
	else if (e != ERR_OK)
		complain(answer, err_text(e));
}

enum err
chatapp_upcall(struct exchange *x)
{
	return socket_run(x, run_frame);
}
