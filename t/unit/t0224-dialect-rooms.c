/*
 * The shapes of rooms, to the byte.
 */
#include "config.h"

#include "base/conf.h"
#include "dialect/sh_rooms.h"
#include "dialect/sh_v1.h"
#include "t/unit/wrote.h"

enum { AT = 1769860800 };	/* 2026-01-31T12:00:00Z, in s */
#define MS(n)	(AT * INT64_C(1000) + (n))
#define SECONDS	"\"2026-01-31T12:00:00\""
#define MICRO	"\"2026-01-31T12:00:00.041000\""
#define THUMB	"\xf0\x9f\x91\x8d"

static const struct user ann = { .id = 7, .username = "ann",
    .display_name = "Ann \"A\"", .created_at = MS(999) };

static const struct message plain = { .id = 41, .room_id = 3, .sender_id = 7,
    .sender_username = "ann", .kind = "text", .body = "hi\n",
    .created_at = MS(41) };
#define NO_FILE	"\"file_url\":null,\"file_name\":null," \
	"\"file_size\":null,\"mime_type\":null"
#define HEAD	"\"message_id\":41,\"room_id\":3,\"sender\":\"ann\","
#define TAIL	"\"timestamp\":" SECONDS ",\"reactions\":[]," \
	"\"user_reaction\":null}"

static void
test_people(void)
{
	const struct tokens tokens = { .user = ann, .session_id = 9,
	    .access = "a.b.c", .refresh = "0f", .expires_s = 900 };

	sh_rooms_user(&w, &ann);
	wrote("{\"username\":\"ann\",\"id\":7,\"created_at\":" SECONDS "}",
	    "a user");
	sh_rooms_tokens(&w, &tokens, NULL);
	wrote("{\"access_token\":\"a.b.c\",\"refresh_token\":\"0f\","
	    "\"token_type\":\"bearer\"}", "tokens");
	sh_rooms_tokens(&w, &tokens, "hello");
	wrote("{\"message\":\"hello\",\"access_token\":\"a.b.c\","
	    "\"refresh_token\":\"0f\",\"token_type\":\"bearer\"}",
	    "tokens beside a message");
}

static void
test_rooms(void)
{
	struct member pair[] = { { .user = ann },
	    { .user = { .id = 8, .username = "bob" } } };
	struct room_entry r = { .view = { .room = { .id = 3,
	    .kind = ROOM_PUBLIC, .name = "Pond", .created_at = MS(1) },
	    .unread_n = 2 } };

	sh_rooms_room(&w, &r, 7);
	wrote("{\"name\":\"Pond\",\"id\":3,\"created_at\":" SECONDS "}",
	    "a room");
	sh_rooms_room_item(&w, &r, 7);
	wrote("{\"name\":\"Pond\",\"id\":3,\"created_at\":" SECONDS
	    ",\"last_message\":null,\"unread_count\":2}", "in the list");
	r.last_message = &plain;
	sh_rooms_room_item(&w, &r, 7);
	wrote("{\"name\":\"Pond\",\"id\":3,\"created_at\":" SECONDS
	    ",\"last_message\":{\"message_id\":41,\"sender\":\"ann\","
	    "\"message\":\"hi\\n\",\"message_type\":\"text\",\"timestamp\":"
	    SECONDS "},\"unread_count\":2}", "with its last message");
	r.view.room.name = NULL;
	sh_rooms_room(&w, &r, 7);
	wrote("{\"name\":\"Room 3\",\"id\":3,\"created_at\":" SECONDS "}",
	    "one without a name");
	r.members = pair;
	r.members_n = 2;
	sh_rooms_room(&w, &r, 7);
	wrote("{\"name\":\"bob\",\"id\":3,\"created_at\":" SECONDS "}",
	    "a direct one has the other's name");
	sh_rooms_room(&w, &r, 8);
	wrote("{\"name\":\"ann\",\"id\":3,\"created_at\":" SECONDS "}",
	    "for the other, too");
	r.members_n = 1;
	sh_rooms_room(&w, &r, 7);
	wrote("{\"name\":\"ann\",\"id\":3,\"created_at\":" SECONDS "}",
	    "and with oneself one's own");
}

static void
message_is(const struct message *m, const char *content, const char *what)
{
	struct str want;

	str_init(&want, 4096);
	str_printf(&want, "{" HEAD "%s," TAIL, content);
	sh_rooms_message(&w, m, 7);
	wrote(want.s, what);
	str_release(&want);
}

static void
test_messages(void)
{
	struct message m = plain;

	message_is(&m, "\"message\":\"hi\\n\",\"message_type\":\"text\","
	    NO_FILE, "a message");
	m.extra = "{\"file_url\":\"/api/files/x.png\",\"file_name\":\"x\","
	    "\"file_size\":7,\"mime_type\":\"image/png\",\"other\":[1]}";
	m.kind = "text_with_image";
	message_is(&m, "\"message\":\"hi\\n\","
	    "\"message_type\":\"text_with_image\","
	    "\"file_url\":\"/api/files/x.png\",\"file_name\":\"x\","
	    "\"file_size\":7,\"mime_type\":\"image/png\"", "with a file");
	m.extra = "{\"no_text\":true}";
	m.kind = "file";
	message_is(&m, "\"message\":null,\"message_type\":\"document\","
	    NO_FILE, "without a text, of another dialect's kind");
	m.edited_at = 1;
	message_is(&m, "\"message\":\"hi\\n\",\"message_type\":\"document\","
	    NO_FILE, "the same with the text that an edit gave it");
	m.edited_at = 0;
	m.kind = "emoji";
	m.extra = "{\"file_url\":7,\"file_size\":\"big\",\"no_text\":1}";
	message_is(&m, "\"message\":\"hi\\n\",\"message_type\":\"text\","
	    NO_FILE, "another dialect's keys");
	m.extra = "not JSON";
	message_is(&m, "\"message\":\"hi\\n\",\"message_type\":\"text\","
	    NO_FILE, "nonsense");
	m.extra = NULL;
	m.kind = "text";
	sh_rooms_reacted(&w, &m, 7);
	wrote("{\"id\":41,\"content\":\"hi\\n\",\"message_type\":\"text\","
	    NO_FILE ",\"room_id\":3,\"sender_id\":7,"
	    "\"sender_username\":\"ann\"," TAIL, "as reactions have it");
}

/* A file that was attached: its message says little of it, or much. */
static void
test_files(void)
{
	static const struct {
		const char *type;
		const char *body;
		const char *want;
	} rows[] = {
		{ "image/png", "", "null,\"message_type\":\"image\"" },
		{ "image/png", "see", "\"see\",\"message_type\":"
		    "\"text_with_image\"" },
		{ "video/mp4", "", "null,\"message_type\":\"video\"" },
		{ "audio/ogg", "a", "\"a\",\"message_type\":"
		    "\"text_with_audio\"" },
		{ "text/plain", "", "null,\"message_type\":\"document\"" },
		{ "application/pdf", "a", "\"a\",\"message_type\":"
		    "\"text_with_document\"" },
	};
	struct file f = { .stored = "u.png", .name = "frog", .size = 7 };
	struct message m = plain;
	struct str want;
	size_t i;

	m.files = &f;
	m.files_n = 1;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		f.type = rows[i].type;
		m.body = rows[i].body;
		str_init(&want, 4096);
		str_printf(&want, "\"message\":%s,\"file_url\":"
		    "\"/api/files/u.png\",\"file_name\":\"frog\","
		    "\"file_size\":7,\"mime_type\":\"%s\"", rows[i].want,
		    f.type);
		message_is(&m, want.s, rows[i].want);
		str_release(&want);
	}
	f.type = "image/png";
	m.extra = "{\"file_url\":\"/api/files/u.png\",\"file_name\":\"mine\"}";
	message_is(&m, "\"message\":\"a\",\"message_type\":\"text\","
	    "\"file_url\":\"/api/files/u.png\",\"file_name\":\"mine\","
	    "\"file_size\":7,\"mime_type\":\"image/png\"",
	    "what was said of it goes before what it is");
	sh_rooms_file(&w, &f);
	wrote("{\"file_url\":\"/api/files/u.png\",\"filename\":\"frog\","
	    "\"file_size\":7,\"mime_type\":\"image/png\","
	    "\"message\":\"File uploaded successfully\"}", "a file");
	sh_rooms_image(&w, &f);
	wrote("{\"image_url\":\"/api/images/u.png\",\"filename\":\"frog\","
	    "\"message\":\"Image uploaded successfully\"}", "an image");
}

static const struct reaction_user thumbs[] = {
	{ .id = 7, .username = "ann", .created_at = MS(50) },
	{ .id = 8, .username = "bob", .created_at = MS(60) },
};
static const struct reaction_user frogs[] = {
	{ .id = 8, .username = "bob", .created_at = MS(70) },
};
static const struct reaction reactions[] = {
	{ THUMB, 2, thumbs }, { "frog", 1, frogs },
};
#define SUMMARY	"[{\"reaction_type\":\"" THUMB "\",\"count\":2," \
	"\"users\":[\"ann\",\"bob\"]},{\"reaction_type\":\"frog\"," \
	"\"count\":1,\"users\":[\"bob\"]}]"

static void
test_reactions(void)
{
	struct message m = plain;
	struct rooms_reaction r = { .message = &m, .emoji = THUMB, .id = 50,
	    .user_id = 7, .at = MS(50) };

	m.reactions = reactions;
	m.reactions_n = 2;
	sh_rooms_reaction(&w, &r);
	wrote("{\"success\":true,\"message\":\"Reaction added successfully\","
	    "\"reaction\":{\"reaction_type\":\"" THUMB "\",\"id\":50,"
	    "\"message_id\":41,\"user_id\":7,\"created_at\":" SECONDS ","
	    "\"updated_at\":" SECONDS "},\"reaction_summary\":" SUMMARY "}",
	    "added");
	r.emoji = NULL;
	sh_rooms_reaction(&w, &r);
	wrote("{\"success\":true,\"message\":"
	    "\"Reaction removed successfully\",\"reaction\":null,"
	    "\"reaction_summary\":" SUMMARY "}", "removed");
	sh_rooms_message(&w, &m, 8);
	wrote("{" HEAD "\"message\":\"hi\\n\",\"message_type\":\"text\","
	    NO_FILE ",\"timestamp\":" SECONDS ",\"reactions\":" SUMMARY
	    ",\"user_reaction\":\"frog\"}",
	    "of several of one's own, the newest");
}

static bool
told(const struct event *ev)
{
	bool is_told = sh_rooms_event(&w, ev);

	if (!is_told) {
		str_reset(&text);
		jw_init(&w, &text);
	}
	return is_told;
}

static void
test_casts(void)
{
	struct event ev = { .kind = EVENT_TYPING, .room_id = 3, .user_id = 7,
	    .arg = "1", .at = MS(41), .user = &ann };
#define NOTICE(type, does) "{\"type\":\"" type "\",\"room_id\":3," \
	"\"sender\":\"ann\",\"message\":\"ann " does "\",\"timestamp\":"

	ok(told(&ev), "typing is told");
	wrote(NOTICE("typing", "is typing...") MICRO "}", "typing");
	ev.arg = "2";
	ok(told(&ev), "so is its beginning");
	wrote(NOTICE("typing_start", "is typing...") MICRO "}", "its beginning");
	ev.arg = "0";
	ok(told(&ev), "and its end");
	wrote(NOTICE("typing_stop", "stopped typing") MICRO "}", "its end");
	ev.kind = EVENT_CAME;
	ev.at = MS(0);
	ok(told(&ev), "who comes is told");
	wrote(NOTICE("user_joined", "joined the chat") SECONDS "}",
	    "in a whole second");
	ev.kind = EVENT_WENT;
	ok(!told(&ev), "who goes is not");
	ev.kind = EVENT_CAME;
	ev.user = NULL;
	ok(!told(&ev), "nor nobody");
}

static void
test_events(void)
{
	static const enum event_kind silent[] = { EVENT_MESSAGE_EDITED,
	    EVENT_MESSAGE_DELETED, EVENT_ROOM_CREATED, EVENT_ROOM_UPDATED,
	    EVENT_ROOM_DELETED, EVENT_MEMBER_JOINED, EVENT_MEMBER_LEFT,
	    EVENT_MEMBER_CHANGED, EVENT_READ_MOVED, EVENT_USER_UPDATED };
	struct message m = plain;
	struct event ev = { .seq = 41, .kind = EVENT_MESSAGE_POSTED,
	    .room_id = 3, .user_id = 7, .at = MS(41), .user = &ann,
	    .message = &m, .subject_id = 41 };
	size_t i;

	ok(told(&ev), "a message is told");
	wrote("{\"type\":\"message\",\"room_id\":3,\"message_id\":41,"
	    "\"sender\":\"ann\",\"message\":\"hi\\n\","
	    "\"message_type\":\"text\"," NO_FILE "," TAIL, "a message");
	for (i = 0; i < ARRAY_LEN(silent); i++) {
		ev.kind = silent[i];
		ok(!told(&ev), "%s is not", event_kind_name(silent[i]));
	}
	ev.kind = EVENT_MESSAGE_POSTED;
	m.deleted_at = MS(42);
	ok(!told(&ev), "nor a message that is deleted by now");
	ev.message = NULL;
	ok(!told(&ev), "nor one that is not there");
}

static void
test_reaction_events(void)
{
	struct message m = plain;
	struct event ev = { .seq = 50, .kind = EVENT_REACTION_ADDED,
	    .room_id = 3, .user_id = 7, .subject_id = 41, .arg = THUMB,
	    .at = MS(41), .user = &ann, .message = &m };
#define REACTED(how) "{\"type\":\"" how "\",\"room_id\":3," \
	"\"message_id\":41,\"sender\":\"ann\",\"reaction_type\":\"" THUMB \
	"\",\"reaction_summary\":" SUMMARY ",\"timestamp\":"

	m.reactions = reactions;
	m.reactions_n = 2;
	ok(told(&ev), "a reaction is told");
	wrote(REACTED("reaction_added") MICRO "}", "a reaction");
	ev.kind = EVENT_REACTION_REMOVED;
	ok(told(&ev), "so is its end");
	wrote(REACTED("reaction_removed") MICRO "}", "its end");
	ev.at = MS(50);
	ok(!told(&ev), "but not when another took its place");
	ev.message = NULL;
	ok(!told(&ev), "nor of a message that is not there");
}

static void
test_frames(void)
{
	const struct room_entry room = { .view = { .room = { .id = 3,
	    .name = "Tech \"Talk\"" } } };
	const struct rooms_welcome in = { .room = &room, .viewer = 7,
	    .at = MS(41) };
	const struct problem p = { .err = ERR_BUSY };

	sh_rooms_connected(&w, &in);
	wrote("{\"type\":\"connected\",\"room_id\":3,"
	    "\"room_name\":\"Tech \\\"Talk\\\"\","
	    "\"message\":\"Connected to Tech \\\"Talk\\\"\",\"timestamp\":"
	    MICRO "}", "coming in");
	sh_rooms_error(&w, "no");
	wrote("{\"type\":\"error\",\"message\":\"no\"}", "an error");
	shape_rooms.nack(&w, &p);
	wrote("{\"type\":\"error\",\"message\":\"Error processing message: "
	    "The server is busy; try again.\"}", "a frame that got no answer");
	sh_rooms_root(&w);
	wrote("{\"message\":\"Chat Backend API\",\"version\":\"1.0.0\","
	    "\"docs\":\"/docs\",\"websocket\":"
	    "\"/ws/chat/{room_id}?token={jwt_token}\","
	    "\"Message\":\"Server is working\"}", "the root");
}

static void
test_shape(void)
{
	struct conf conf = { .rooms_echo = false };

	ok(!shape_rooms.echoes(&conf), "a message does not come back");
	conf.rooms_echo = true;
	ok(shape_rooms.echoes(&conf), "unless it should");
	ok(shape_rooms.takes_binary, "binary frames are taken");
}

int
main(void)
{
	str_init(&text, 1 << 16);
	jw_init(&w, &text);
	test_people();
	test_rooms();
	test_messages();
	test_files();
	test_reactions();
	test_casts();
	test_events();
	test_reaction_events();
	test_frames();
	test_shape();
	str_release(&text);
	return tap_done();
}
