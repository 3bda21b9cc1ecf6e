/*
 * The shapes of chatroom, to the byte, and who is told of what.
 */
#include "config.h"

#include "dialect/sh_chatroom.h"
#include "dialect/sh_v1.h"
#include "t/unit/wrote.h"

#define HEX(n)	"\"00000000000000000000000" #n "\""

static const struct user ann = { .id = 7, .username = "ann",
    .display_name = "Ann \"A\"", .password = "$y$secret" };

static void
test_users(void)
{
	struct user u = ann;
	struct tokens t = { .user = ann, .access = "a.b.c", .refresh = "r" };
	json_t *key = json_pack("{s:s}", "0", "zero");

	sh_chatroom_user(&w, &u);
	wrote("{\"_id\":" HEX(7) ",\"username\":\"ann\",\"profile\":"
	    "{\"name\":\"Ann \\\"A\\\"\",\"about\":\"\"}}", "an account");
	u.profile = "{\"bio\":\"x\",\"chatroom\":{\"about\":\"me\","
	    "\"fields\":{\"a b\":[1],\"identityKey\":\"k\"},"
	    "\"otpKeys\":[{},{}]}}";
	sh_chatroom_user(&w, &u);
	wrote("{\"_id\":" HEX(7) ",\"username\":\"ann\",\"profile\":"
	    "{\"name\":\"Ann \\\"A\\\"\",\"about\":\"me\"},\"a b\":[1],"
	    "\"identityKey\":\"k\",\"otpKeys\":[]}",
	    "with what it has registered with, and without its keys");
	sh_chatroom_login(&w, &t);
	wrote("{\"message\":\"Ann \\\"A\\\" has been logged in successfully.\","
	    "\"token\":\"a.b.c\",\"otpKeys\":0}", "a login");
	t.user.profile = u.profile;
	sh_chatroom_login(&w, &t);
	wrote("{\"message\":\"Ann \\\"A\\\" has been logged in successfully.\","
	    "\"token\":\"a.b.c\",\"otpKeys\":2}", "with keys");
	sh_chatroom_keys(&w, &u, NULL);
	wrote("{\"_id\":" HEX(7) ",\"username\":\"ann\",\"identityKey\":\"k\","
	    "\"schnorrKey\":null,\"schnorrSig\":null}", "the keys");
	sh_chatroom_keys(&w, &u, key);
	wrote("{\"_id\":" HEX(7) ",\"username\":\"ann\",\"identityKey\":\"k\","
	    "\"schnorrKey\":null,\"schnorrSig\":null,\"otpKey\":"
	    "{\"0\":\"zero\"}}", "with one to be used once");
	json_decref(key);
	u.profile = "no JSON";
	sh_chatroom_user(&w, &u);
	wrote("{\"_id\":" HEX(7) ",\"username\":\"ann\",\"profile\":"
	    "{\"name\":\"Ann \\\"A\\\"\",\"about\":\"\"}}",
	    "a broken profile is none");
}

static const struct member three[] = {
	{ .user = { .id = 7, .username = "ann" }, .read_seq = 41 },
	{ .user = { .id = 8, .username = "bob" }, .read_seq = 40 },
	{ .user = { .id = 9, .username = "carl" }, .read_seq = 42 }
};

static void
test_rooms(void)
{
	struct room room = { .id = 3, .kind = ROOM_PUBLIC, .name = "Pond",
	    .extra = "{\"description\":\"frogs\"}" };
	struct chatroom_room r = { &room, three, 3 };

	sh_chatroom_room(&w, &r, 7);
	wrote("{\"_id\":" HEX(3) ",\"name\":\"Pond\",\"description\":\"frogs\","
	    "\"members\":[" HEX(7) "," HEX(8) "," HEX(9) "]}", "a room");
	room = (struct room){ .id = 3, .kind = ROOM_PRIVATE };
	sh_chatroom_room(&w, &r, 8);
	wrote("{\"_id\":" HEX(3) ",\"name\":\"ann, carl\",\"description\":null,"
	    "\"members\":[" HEX(7) "," HEX(8) "," HEX(9) "]}",
	    "without a name it is called by the others");
	r.members_n = 1;
	sh_chatroom_room(&w, &r, 7);
	wrote("{\"_id\":" HEX(3) ",\"name\":\"Unnamed Chatroom\","
	    "\"description\":null,\"members\":[" HEX(7) "]}",
	    "or not at all");
}

#define FIRST2	"{\"chatroom_first\":{\"_id\":" HEX(3) ",\"name\":\"ann\"," \
	"\"members\":[" HEX(7) "," HEX(8) "]}"

static void
test_extra(void)
{
	const struct room room = { .id = 3, .kind = ROOM_PRIVATE };
	const struct room named = { .id = 3, .name = "Den" };
	struct chatroom_room r = { &room, three, 2 };
	struct chatroom_extra extra = { .sender = 7 };
	json_t *said = json_pack("{s:s,s:i,s:n,s:s}", "content", "x",
	    "timestamp", 5, "ephKey", "other", "y");

	sh_chatroom_extra(&w, &extra);
	is_str(text.s, "", "nothing is kept beside a text");
	extra.first = &r;
	sh_chatroom_extra(&w, &extra);
	wrote(FIRST2 "}", "the room, which is called by the sender");
	extra.sender = 8;
	sh_chatroom_extra(&w, &extra);
	wrote("{\"chatroom_first\":{\"_id\":" HEX(3) ",\"name\":\"bob\","
	    "\"members\":[" HEX(7) "," HEX(8) "]}}", "whichever that is");
	r.room = &named;
	sh_chatroom_extra(&w, &extra);
	wrote("{\"chatroom_first\":{\"_id\":" HEX(3) ",\"name\":\"Den\","
	    "\"members\":[" HEX(7) "," HEX(8) "]}}", "or by its name");
	extra.first = NULL;
	extra.details = said;
	sh_chatroom_extra(&w, &extra);
	wrote("{\"chatroom\":{\"timestamp\":5,\"ephKey\":null}}",
	    "of an object what is known");
	json_decref(said);
}

static struct message message = { .id = 41, .room_id = 3, .sender_id = 7,
    .sender_username = "ann", .kind = "text", .body = "hi\n" };
static struct event posted = { .seq = 41, .kind = EVENT_MESSAGE_POSTED,
    .room_id = 3, .user_id = 7, .message = &message };

#define ITEM	"{\"_id\":\"000000000000000000000029\",\"chatroom_id\":" HEX(3) \
	",\"chatroom\":" HEX(3) ",\"sender\":" HEX(7) ",\"content\":\"hi\\n\","
#define NEWS	"[\"newMessage\",{\"_id\":\"000000000000000000000029\"," \
	"\"chatroom\":" HEX(3) ",\"chatroomId\":" HEX(3) ",\"sender\":" HEX(7) \
	",\"message\":"
#define OBJECT	"{\"content\":\"hi\\n\",\"DHKey\":\"k\",\"timestamp\":5," \
	"\"ephKey\":null,\"otpID\":null}"

static void
test_messages(void)
{
	struct chatroom_message m = { .message = &message };

	message.extra = NULL;
	sh_chatroom_message(&w, &m);
	wrote(ITEM "\"message\":{\"content\":\"hi\\n\",\"DHKey\":null,"
	    "\"timestamp\":null,\"ephKey\":null,\"otpID\":null},\"readBy\":[]}",
	    "a message");
	m.members = three;
	m.members_n = 3;
	message.extra = "{\"chatroom\":{\"DHKey\":\"k\",\"timestamp\":5}}";
	sh_chatroom_message(&w, &m);
	wrote(ITEM "\"message\":" OBJECT ",\"readBy\":[" HEX(7) "," HEX(9)
	    "]}", "an object, and who has read it");
	message.extra = "{\"timestamp\":\"theirs\"}";
	ok(sh_chatroom_event(&w, &posted), "it is an event");
	wrote(NEWS "\"hi\\n\"}]", "a text, whatever other dialects keep");
	message.extra = "{\"chatroom\":{\"DHKey\":\"k\",\"timestamp\":5}}";
	ok(sh_chatroom_event(&w, &posted), "another");
	wrote(NEWS OBJECT "}]", "an object");
	message.deleted_at = 1;
	ok(!sh_chatroom_event(&w, &posted), "none when it is deleted");
	message.deleted_at = 0;
}

static void
test_events(void)
{
	const struct room room = { .id = 3, .name = "Pond" };
	struct event ev = { .kind = EVENT_ROOM_DELETED, .room_id = 3,
	    .user = &ann, .room = &room };
	struct problem p = { .err = ERR_BUSY };

	ok(sh_chatroom_event(&w, &ev), "the end of a room");
	wrote("[\"chatroomDeleted\",{\"chatroomID\":" HEX(3) ","
	    "\"chatroomName\":\"Pond\"}]", "by its name");
	ev.room = NULL;
	ok(sh_chatroom_event(&w, &ev), "of one without");
	wrote("[\"chatroomDeleted\",{\"chatroomID\":" HEX(3) ","
	    "\"chatroomName\":\"ann\"}]", "by who has ended it");
	ev = (struct event){ .kind = EVENT_NOTICE, .room_id = 3,
	    .arg = "[\"x\",1]" };
	ok(sh_chatroom_event(&w, &ev), "a notice");
	wrote("[\"x\",1]", "is as it is");
	shape_chatroom.nack(&w, &p);
	wrote("[\"error\",{\"message\":\"The server is busy; try again.\"}]",
	    "what was not carried out");
	ev.kind = EVENT_TYPING;
	ok(!sh_chatroom_event(&w, &ev), "no other event is told");
}

static enum shape_told
told(const struct event *ev, int64_t user_id, bool has_joined)
{
	return shape_chatroom.told(ev,
	    &(struct shape_client){ user_id, has_joined });
}

static void
test_told(void)
{
	struct event ev = { .room_id = 3, .user_id = 7 };

	message.extra = NULL;
	is_int(told(&posted, 8, true), SHAPE_EVENT, "who has joined");
	is_int(told(&posted, 7, true), SHAPE_EVENT, "the sender, too");
	is_int(told(&posted, 8, false), SHAPE_NOTHING, "who has not");
	ok(!sh_chatroom_aside(&w, &posted), "there is nothing else to say");
	message.extra = FIRST2 ",\"chatroom\":{}}";
	is_int(told(&posted, 8, true), SHAPE_EVENT,
	    "a first message, to who has joined");
	is_int(told(&posted, 8, false), SHAPE_ASIDE, "to who has not");
	is_int(told(&posted, 7, false), SHAPE_NOTHING, "to its sender");
	ok(sh_chatroom_aside(&w, &posted), "of the room");
	wrote("[\"newChatroom\",{\"_id\":" HEX(3) ",\"name\":\"ann\","
	    "\"members\":[" HEX(7) "," HEX(8) "]}]", "which is new");
	message.extra = "{\"other\":1,\"chatroom_first\":{}}";
	is_int(told(&posted, 8, false), SHAPE_NOTHING,
	    "what only looks like it");
	ev.kind = EVENT_ROOM_DELETED;
	is_int(told(&ev, 8, false), SHAPE_EVENT, "the end, to all");
	ev.kind = EVENT_NOTICE;
	is_int(told(&ev, 8, true), SHAPE_EVENT, "a notice, to who has joined");
	is_int(told(&ev, 8, false), SHAPE_NOTHING, "and to nobody else");
	ev.kind = EVENT_READ_MOVED;
	is_int(told(&ev, 8, true), SHAPE_NOTHING, "the rest to nobody");
}

int
main(void)
{
	str_init(&text, 65536);
	jw_init(&w, &text);
	test_users();
	test_rooms();
	test_extra();
	test_messages();
	test_events();
	test_told();
	str_release(&text);
	return tap_done();
}
