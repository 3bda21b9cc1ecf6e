/*
 * dialect - the list of all dialects.
 *
 * Each dialect has words of its own for the core's three kinds of rooms, and
 * whoever sends through one reaches those who wait on the room through another:
 *
 *		direct (of two)		private			public
 *
 * v1		direct			private			public
 *
 * messaging	a room: create-room,	a group: create-group,	a group to all
 *		send-message,		send-message-group,	accounts
 *		get_room, get_chats	get_chats_group
 *
 * chatapp	/websockets/chat/{id}	/websockets/chat/{id}	/websockets/chat/
 *		of a member		of a member		{name} or {id}; a
 *							name that is none
 *							makes one
 *
 * realtime	recipient_id,		chat_id			chat_id: its id or
 *		conversation/{user}				name; a name that is
 *							none makes one, and a
 *							frame joins it.  And
 *							the lobby, which is
 *							realtime.room:
 *							/ws/{user}
 *
 * rooms	listed for its members	listed for its members	listed for all;
 *							POST /api/rooms
 *							makes one
 *
 * chatroom	listed once something	the same, unless it	for its members, but
 *		is said there		has a name; POST with	all may join it; POST
 *					members makes one	with a name makes one
 *
 * A room that is none to a dialect, or not the caller's to see, is not there.
 * Ids are integers in chatapp and rooms, UUIDs in messaging and realtime, 24 hex
 * digits in chatroom, made of the same 64 bits (base/ids.h).
 */
#include "config.h"

#include "dialect/d_chatapp.h"
#include "dialect/d_chatroom.h"
#include "dialect/d_messaging.h"
#include "dialect/d_realtime.h"
#include "dialect/d_rooms.h"
#include "dialect/d_v1.h"
#include "dialect/fastapi.h"

/* Who is first owns a path; the last owns what is left. */
const struct dialect *const dialects[] = {
	&dialect_v1,
	&dialect_messaging,
	&dialect_chatapp,
	&dialect_realtime,
	&dialect_rooms,
	&dialect_chatroom,
	&dialect_nobody
};
const size_t dialects_n = ARRAY_LEN(dialects);
