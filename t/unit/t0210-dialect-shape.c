/*
 * v1's shapes, to the byte.
 */
#include "config.h"

#include "dialect/sh_v1.h"
#include "t/unit/wrote.h"

enum { AT = 1769860800 };	/* 2026-01-31T12:00:00Z, in s */
#define MS(n)	(AT * INT64_C(1000) + (n))
#define TIME(ms) "\"2026-01-31T12:00:00." ms "Z\""

static const struct user ann = { .id = 7, .username = "ann",
    .display_name = "Ann \"A\" \xc3\x84", .created_at = MS(1) };
#define ANN	"{\"id\":\"7\",\"username\":\"ann\"," \
	"\"display_name\":\"Ann \\\"A\\\" \xc3\x84\"," \
	"\"created_at\":" TIME("001") "}"
#define ANN_SHORT "{\"id\":\"7\",\"username\":\"ann\"}"

static const struct message plain = { .id = 41, .room_id = 3, .sender_id = 7,
    .sender_username = "ann", .kind = "text", .body = "hi\n",
    .created_at = MS(41) };
#define PLAIN	"{\"id\":\"41\",\"seq\":41,\"room\":\"3\"," \
	"\"sender\":" ANN_SHORT ",\"text\":\"hi\\n\",\"reply_to\":null," \
	"\"key\":null,\"created_at\":" TIME("041") ",\"edited_at\":null," \
	"\"deleted_at\":null,\"reactions\":[],\"files\":[]}"

static void
test_people(void)
{
	const struct session session = { .id = 9, .user_id = 7,
	    .device = "phone", .created_at = MS(1), .used_at = MS(2),
	    .expires_at = MS(3) };
	const struct tokens tokens = { .user = ann, .session_id = 9,
	    .access = "a.b.c", .refresh = "0f", .expires_s = 900 };
	struct member member = { .user = ann, .room_id = 3, .role = ROLE_ADMIN,
	    .joined_seq = 5, .joined_at = MS(5), .read_seq = 40 };

	sh_v1_user(&w, &ann);
	wrote(ANN, "a user");
	sh_v1_session(&w, &session, true);
	wrote("{\"id\":\"9\",\"device\":\"phone\",\"created_at\":" TIME("001")
	    ",\"used_at\":" TIME("002") ",\"expires_at\":" TIME("003")
	    ",\"current\":true}", "a session");
	sh_v1_tokens(&w, &tokens);
	wrote("{\"user\":" ANN ",\"access_token\":\"a.b.c\","
	    "\"refresh_token\":\"0f\",\"token_type\":\"bearer\","
	    "\"expires_in\":900,\"session_id\":\"9\"}", "tokens");
	sh_v1_member(&w, &member);
	wrote("{\"user\":" ANN ",\"role\":\"admin\",\"joined_at\":" TIME("005")
	    ",\"read_seq\":40}", "an admin");
	member.role = ROLE_OWNER;
	member.read_seq = INT64_MAX;
	sh_v1_member(&w, &member);
	wrote("{\"user\":" ANN ",\"role\":\"owner\",\"joined_at\":" TIME("005")
	    ",\"read_seq\":9223372036854775807}", "an owner");
}

static void
test_message(void)
{
	const struct reaction_user two[] = {
		{ 7, "ann", 1 }, { 8, "bob", 2 }
	};
	const struct reaction reactions[] = {
		{ "\xf0\x9f\x90\xb8", 2, two }, { "+1", 1, two + 1 },
	};
	const struct file file = { .id = 5, .user_id = 7, .stored = "secret",
	    .name = "a \"b\".png", .type = "image/png", .size = 9 };
	struct message m = plain;

	sh_v1_message(&w, &plain);
	wrote(PLAIN, "a message");
	m.reply_to = 40;
	m.key = "k\t1";
	m.edited_at = MS(42);
	m.reactions = reactions;
	m.reactions_n = 2;
	m.files = &file;
	m.files_n = 1;
	sh_v1_message(&w, &m);
	wrote("{\"id\":\"41\",\"seq\":41,\"room\":\"3\",\"sender\":" ANN_SHORT
	    ",\"text\":\"hi\\n\",\"reply_to\":\"40\",\"key\":\"k\\t1\","
	    "\"created_at\":" TIME("041") ",\"edited_at\":" TIME("042")
	    ",\"deleted_at\":null,\"reactions\":["
	    "{\"emoji\":\"\xf0\x9f\x90\xb8\",\"count\":2,\"users\":[" ANN_SHORT
	    ",{\"id\":\"8\",\"username\":\"bob\"}]},"
	    "{\"emoji\":\"+1\",\"count\":1,\"users\":["
	    "{\"id\":\"8\",\"username\":\"bob\"}]}],\"files\":["
	    "{\"id\":\"5\",\"name\":\"a \\\"b\\\".png\",\"size\":9,"
	    "\"type\":\"image/png\"}]}",
	    "a message with everything");
	m = plain;
	m.body = "";
	m.deleted_at = MS(43);
	sh_v1_message(&w, &m);
	wrote("{\"id\":\"41\",\"seq\":41,\"room\":\"3\",\"sender\":" ANN_SHORT
	    ",\"text\":\"\",\"reply_to\":null,\"key\":null,\"created_at\":"
	    TIME("041") ",\"edited_at\":null,\"deleted_at\":" TIME("043")
	    ",\"reactions\":[],\"files\":[]}", "a deleted message");
}

static const struct room room = { .id = 3, .kind = ROOM_PRIVATE, .name = "Pond",
    .created_by = 7, .created_at = MS(3), .last_seq = 44 };

static void
test_room(void)
{
	const struct member members[] = {
		{ .user = ann }, { .user = { .id = 8, .username = "bob",
		    .display_name = "Bob", .created_at = MS(8) } },
	};
	struct room_entry entry = { .view = { .room = room, .is_member = true,
	    .role = ROLE_OWNER, .read_seq = 40, .unread_n = 2,
	    .last_message_id = 41 }, .last_message = &plain };

	sh_v1_room(&w, &room);
	wrote("{\"id\":\"3\",\"kind\":\"private\",\"name\":\"Pond\","
	    "\"created_at\":" TIME("003") "}", "a room");
	sh_v1_room_entry(&w, &entry);
	wrote("{\"id\":\"3\",\"kind\":\"private\",\"name\":\"Pond\","
	    "\"created_at\":" TIME("003") ",\"role\":\"owner\","
	    "\"read_seq\":40,\"unread_count\":2,\"last_message\":" PLAIN
	    ",\"last_seq\":44}", "a room as a member sees it");
	entry = (struct room_entry){ .view = { .room = room } };
	entry.view.room.kind = ROOM_PUBLIC;
	sh_v1_room_entry(&w, &entry);
	wrote("{\"id\":\"3\",\"kind\":\"public\",\"name\":\"Pond\","
	    "\"created_at\":" TIME("003") ",\"role\":null,\"read_seq\":0,"
	    "\"unread_count\":0,\"last_message\":null,\"last_seq\":44}",
	    "a public room from outside");
	entry.view.room.kind = ROOM_DIRECT;
	entry.view.room.name = NULL;
	entry.view.is_member = true;
	entry.members = members;
	entry.members_n = 2;
	sh_v1_room_entry(&w, &entry);
	wrote("{\"id\":\"3\",\"kind\":\"direct\",\"name\":null,"
	    "\"created_at\":" TIME("003") ",\"members\":[" ANN
	    ",{\"id\":\"8\",\"username\":\"bob\",\"display_name\":\"Bob\","
	    "\"created_at\":" TIME("008") "}],\"role\":\"member\","
	    "\"read_seq\":0,\"unread_count\":0,\"last_message\":null,"
	    "\"last_seq\":44}", "a direct room says with whom");
}

/* An event of each kind, and the end of what it is written as. */
static void
test_events(void)
{
	static const struct user bob = { .id = 8, .username = "bob",
	    .display_name = "Bob", .created_at = MS(8) };
#define BOB	"{\"id\":\"8\",\"username\":\"bob\",\"display_name\":\"Bob\"," \
	"\"created_at\":" TIME("008") "}"
#define ROOM	"{\"id\":\"3\",\"kind\":\"private\",\"name\":\"Pond\"," \
	"\"created_at\":" TIME("003") "}"
	static const struct {
		enum event_kind kind;
		const char *arg;
		const char *want;
	} table[] = {
		{ EVENT_MESSAGE_POSTED, NULL,
		    "\"message.posted\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"message\":" PLAIN "}" },
		{ EVENT_MESSAGE_EDITED, NULL,
		    "\"message.edited\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"message\":" PLAIN "}" },
		{ EVENT_MESSAGE_DELETED, NULL,
		    "\"message.deleted\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"message\":" PLAIN "}" },
		{ EVENT_REACTION_ADDED, "+1",
		    "\"reaction.added\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT
		    ",\"reaction\":{\"message\":\"41\",\"emoji\":\"+1\"}}" },
		{ EVENT_REACTION_REMOVED, "+1",
		    "\"reaction.removed\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT
		    ",\"reaction\":{\"message\":\"41\",\"emoji\":\"+1\"}}" },
		{ EVENT_ROOM_CREATED, NULL,
		    "\"room.created\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"room_info\":" ROOM "}" },
		{ EVENT_ROOM_UPDATED, NULL,
		    "\"room.updated\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"room_info\":" ROOM "}" },
		{ EVENT_ROOM_DELETED, NULL,
		    "\"room.deleted\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"room_info\":" ROOM "}" },
		{ EVENT_MEMBER_JOINED, "0",
		    "\"member.joined\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"member\":{\"user\":" BOB
		    ",\"role\":\"member\"}}" },
		{ EVENT_MEMBER_CHANGED, "2",
		    "\"member.changed\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"member\":{\"user\":" BOB
		    ",\"role\":\"owner\"}}" },
		{ EVENT_MEMBER_LEFT, "1",
		    "\"member.left\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"member\":{\"user\":" BOB
		    ",\"role\":\"admin\"}}" },
		{ EVENT_READ_MOVED, "41",
		    "\"read.moved\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT
		    ",\"read\":{\"user\":\"7\",\"seq\":41}}" },
		{ EVENT_TYPING, "1",
		    "\"typing\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"on\":true}" },
		{ EVENT_TYPING, "0",
		    "\"typing\",\"room\":\"3\",\"at\":" TIME("050")
		    ",\"user\":" ANN_SHORT ",\"on\":false}" },
	};
	struct event ev = { .seq = 50, .room_id = 3, .user_id = 7,
	    .subject_id = 41, .at = MS(50), .user = &ann, .message = &plain,
	    .room = &room, .subject = &bob };
	char want[2048];
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		ev.kind = table[i].kind;
		ev.arg = table[i].arg;
		snprintf(want, sizeof(want), "{\"seq\":50,\"kind\":%s",
		    table[i].want);
		sh_v1_event(&w, &ev);
		wrote(want, event_kind_name(ev.kind));
	}
	ev = (struct event){ .seq = 51, .kind = EVENT_USER_UPDATED,
	    .user_id = 7, .at = MS(50), .user = &ann };
	sh_v1_event(&w, &ev);
	wrote("{\"seq\":51,\"kind\":\"user.updated\",\"room\":null,\"at\":"
	    TIME("050") ",\"user\":" ANN "}", "user.updated");
	ev = (struct event){ .kind = EVENT_TYPING, .room_id = 3, .user_id = 7,
	    .arg = "1", .user = &ann };
	sh_v1_event(&w, &ev);
	wrote("{\"kind\":\"typing\",\"room\":\"3\",\"user\":" ANN_SHORT
	    ",\"on\":true}", "a cast has no seq and need not have a time");
	sh_v1_reset(&w, 12, 100);
	wrote("{\"kind\":\"reset\",\"since\":12,\"oldest\":100}", "a reset");
}

/* What an event speaks of may be gone from the database by now. */
static void
test_gaps(void)
{
	struct event ev = { .seq = 1, .room_id = 3, .user_id = 7, .at = MS(1) };

	ev.kind = EVENT_MESSAGE_POSTED;
	sh_v1_event(&w, &ev);
	wrote("{\"seq\":1,\"kind\":\"message.posted\",\"room\":\"3\",\"at\":"
	    TIME("001") ",\"user\":null,\"message\":null}",
	    "an event of a message that is gone");
	ev.kind = EVENT_MEMBER_JOINED;
	ev.arg = "9";
	sh_v1_event(&w, &ev);
	wrote("{\"seq\":1,\"kind\":\"member.joined\",\"room\":\"3\",\"at\":"
	    TIME("001") ",\"user\":null,\"member\":{\"user\":null,"
	    "\"role\":null}}", "an event of a role that there is not");
	ev.kind = EVENT_READ_MOVED;
	ev.arg = NULL;
	sh_v1_event(&w, &ev);
	wrote("{\"seq\":1,\"kind\":\"read.moved\",\"room\":\"3\",\"at\":"
	    TIME("001") ",\"user\":null,\"read\":{\"user\":\"7\",\"seq\":0}}",
	    "a receipt that says nothing");
	ev.kind = EVENT_ROOM_DELETED;
	sh_v1_event(&w, &ev);
	wrote("{\"seq\":1,\"kind\":\"room.deleted\",\"room\":\"3\",\"at\":"
	    TIME("001") ",\"user\":null,\"room_info\":null}",
	    "an event of a room that is gone");
}

static void
test_problem(void)
{
	struct problem p = { .err = ERR_NOT_FOUND };
	char code[80];
	enum err e;

	sh_v1_problem(&w, &p);
	wrote("{\"type\":\"urn:natterjack:problem:not_found\","
	    "\"title\":\"not found\",\"status\":404,\"detail\":\"There is no "
	    "such thing, or it is not yours to see.\",\"code\":\"not_found\"}",
	    "a problem");
	p = (struct problem){ ERR_WRONG_TYPE, "Not \"that\".", "text", "5f" };
	sh_v1_problem(&w, &p);
	wrote("{\"type\":\"urn:natterjack:problem:wrong_type\","
	    "\"title\":\"wrong type\",\"status\":422,"
	    "\"detail\":\"Not \\\"that\\\".\",\"code\":\"wrong_type\","
	    "\"field\":\"text\",\"request_id\":\"5f\"}",
	    "a problem with everything");
	for (e = ERR_OK + 1; e < ERR_N; e++) {
		p = (struct problem){ .err = e };
		sh_v1_problem(&w, &p);
		snprintf(code, sizeof(code), "\"code\":\"%s\"",
		    err_code(e == ERR_ACCOUNT_GONE ? ERR_SESSION_ENDED : e));
		ok(strstr(text.s, code) != NULL, "%s", code);
		str_reset(&text);
		jw_init(&w, &text);
	}
}

int
main(void)
{
	str_init(&text, 1 << 20);
	jw_init(&w, &text);
	test_people();
	test_message();
	test_room();
	test_events();
	test_gaps();
	test_problem();
	str_release(&text);
	return tap_done();
}
