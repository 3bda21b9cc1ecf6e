/*
 * realtime's shapes, to the byte.
 */
#include "config.h"

#include "dialect/sh_realtime.h"
#include "dialect/sh_v1.h"
#include "store/file.h"
#include "t/unit/wrote.h"

enum { AT = 1769860800 };	/* 2026-01-31T12:00:00Z, in s */
#define MS(n)	(AT * INT64_C(1000) + (n))
#define WHOLE	"\"2026-01-31T12:00:00\""
#define TIME(ms) "\"2026-01-31T12:00:00." ms "000\""
#define ID(n)	"\"00000000-0000-4000-8000-" n "\""
#define ANN_ID	ID("000000000007")
#define BOB_ID	ID("000000000008")

static const struct user ann = { .id = 7, .username = "ann",
    .display_name = "Ann \"A\"", .created_at = MS(1) };
static const struct user bob = { .id = 8, .username = "bob",
    .display_name = "Bob", .created_at = MS(999), .seen_at = MS(12),
    .email = "bob@example.com", .profile = "{\"bio\":\"b\\n\","
    "\"avatar_url\":\"/b.png\",\"status\":\"away\",\"name\":1}" };

#define TAIL	"\"role\":\"user\",\"is_active\":true,\"is_verified\":false," \
	"\"created_at\":" WHOLE
#define ANN_KEYS "\"id\":" ANN_ID ",\"username\":\"ann\",\"email\":null," \
	"\"display_name\":\"Ann \\\"A\\\"\",\"avatar_url\":null," \
	"\"bio\":null,\"status\":\"offline\"," TAIL ",\"last_seen\":null"
#define BOB_KEYS "\"id\":" BOB_ID ",\"username\":\"bob\"," \
	"\"email\":\"bob@example.com\",\"display_name\":\"Bob\"," \
	"\"avatar_url\":\"/b.png\",\"bio\":\"b\\n\",\"status\":\"away\"," TAIL \
	",\"last_seen\":" TIME("012")

static void
test_people(void)
{
	const struct tokens tokens = { .user = ann, .access = "a.b.c" };
	struct user odd = ann;

	sh_realtime_user(&w, &ann);
	wrote("{" ANN_KEYS "}", "an account that has said nothing");
	sh_realtime_user(&w, &bob);
	wrote("{" BOB_KEYS "}", "one that has");
	sh_realtime_public(&w, &bob);
	wrote("{\"id\":" BOB_ID ",\"username\":\"bob\",\"display_name\":"
	    "\"Bob\",\"avatar_url\":\"/b.png\",\"status\":\"away\","
	    "\"last_seen\":" TIME("012") "}", "in a list");
	sh_realtime_tokens(&w, &tokens, "Login successful");
	wrote("{" ANN_KEYS ",\"user\":{" ANN_KEYS "},\"token\":\"a.b.c\","
	    "\"access_token\":\"a.b.c\",\"token_type\":\"bearer\","
	    "\"message\":\"Login successful\"}", "a login, flat and wrapped");
	ok(!sh_realtime_is_online(&ann) && !sh_realtime_is_online(&bob),
	    "neither is online");
	odd.profile = "{\"status\":\"online\"}";
	ok(sh_realtime_is_online(&odd), "who says so is");
	odd.profile = "{\"status\":\"asleep\",\"bio\":5,\"avatar_url\":[]}";
	sh_realtime_user(&w, &odd);
	wrote("{" ANN_KEYS "}", "words of others in the profile");
	odd.profile = "what is this";
	sh_realtime_user(&w, &odd);
	wrote("{" ANN_KEYS "}", "a profile that is no JSON");
}

#define MESSAGE(place, content, type, reply, reactions, end) \
	"{\"id\":" ID("000000000029") ",\"sender_id\":" ANN_ID "," place "," \
	"\"content\":" content ",\"message_type\":\"" type "\"," \
	"\"attachments\":[],\"reply_to_message_id\":" reply "," \
	"\"reactions\":[" reactions "]," end "}"
#define IN_CHAT	"\"chat_id\":" ID("000000000003") ",\"recipient_id\":null"
#define TO_BOB	"\"chat_id\":null,\"recipient_id\":" BOB_ID
#define UNREAD	"\"status\":\"sent\",\"is_edited\":false," \
	"\"is_deleted\":false,\"created_at\":" WHOLE ",\"updated_at\":" WHOLE \
	",\"delivered_at\":null,\"read_at\":null"

static const struct message plain = { .id = 41, .room_id = 3, .sender_id = 7,
    .sender_username = "ann", .kind = "text", .body = "hi\n",
    .created_at = MS(41) };
static const struct realtime_place chat = { .is_direct = false };

static void
test_message(void)
{
	const struct reaction_user two[] = {
		{ 7, "ann", MS(1) }, { 8, "bob", MS(0) }
	};
	const struct reaction reactions[] = {
		{ "\xf0\x9f\x90\xb8", 2, two }, { "+1", 1, two + 1 },
	};
	const struct realtime_place named = { .chat_id = "lobby" };
	static const char *const types[][2] = {
		{ "text", "text" }, { "image", "image" }, { "file", "file" },
		{ "system", "system" }, { "emoji", "emoji" },
		{ "video", "file" }, { "text_with_audio", "text" }
	};
	struct message m = plain;
	char want[1024];
	size_t i;

	sh_realtime_message(&w, &m, &chat);
	wrote(MESSAGE(IN_CHAT, "\"hi\\n\"", "text", "null", "", UNREAD),
	    "in a chat");
	sh_realtime_message(&w, &m, &named);
	wrote(MESSAGE("\"chat_id\":\"lobby\",\"recipient_id\":null",
	    "\"hi\\n\"", "text", "null", "", UNREAD),
	    "in a chat as the client calls it");
	for (i = 0; i < ARRAY_LEN(types); i++) {
		m.kind = types[i][0];
		sh_realtime_message(&w, &m, &chat);
		snprintf(want, sizeof(want), MESSAGE(IN_CHAT, "\"hi\\n\"",
		    "%s", "null", "", UNREAD), types[i][1]);
		wrote(want, types[i][0]);
	}
	m = plain;
	m.body = "";
	m.extra = "{\"no_text\":true,\"metadata\":{}}";
	sh_realtime_message(&w, &m, &chat);
	wrote(MESSAGE(IN_CHAT, "null", "text", "null", "", UNREAD),
	    "without a text");
	m.body = "now";
	m.edited_at = MS(42);
	m.reply_to = -1;
	m.reactions = reactions;
	m.reactions_n = 2;
	sh_realtime_message(&w, &m, &chat);
	wrote(MESSAGE(IN_CHAT, "\"now\"", "text",
	    "\"0000ffff-0000-4000-8000-ffffffffffff\"",
	    "{\"emoji\":\"\xf0\x9f\x90\xb8\",\"user_id\":" ANN_ID
	    ",\"created_at\":" TIME("001") "},"
	    "{\"emoji\":\"\xf0\x9f\x90\xb8\",\"user_id\":" BOB_ID
	    ",\"created_at\":" WHOLE "},"
	    "{\"emoji\":\"+1\",\"user_id\":" BOB_ID ",\"created_at\":" WHOLE "}",
	    "\"status\":\"sent\",\"is_edited\":true,\"is_deleted\":false,"
	    "\"created_at\":" WHOLE ",\"updated_at\":" TIME("042")
	    ",\"delivered_at\":null,\"read_at\":null"),
	    "edited, with reactions, an answer");
	m = plain;
	m.body = "";
	m.deleted_at = MS(43);
	sh_realtime_message(&w, &m, &chat);
	wrote(MESSAGE(IN_CHAT, "\"\"", "text", "null", "",
	    "\"status\":\"sent\",\"is_edited\":false,\"is_deleted\":true,"
	    "\"created_at\":" WHOLE ",\"updated_at\":" TIME("043")
	    ",\"delivered_at\":null,\"read_at\":null"), "deleted");
}

static void
test_files(void)
{
	static const char *const types[][2] = {
		{ "image/png", "image" }, { "video/mp4", "video" },
		{ "audio/ogg", "audio" }, { "application/pdf", "file" },
		{ "imagery", "file" }
	};
	struct file file = { .id = 9, .user_id = 7, .message_id = 41,
	    .stored = "abc.png", .name = "a \"b\".png", .size = 12,
	    .created_at = MS(9) };
	struct message m = plain;
	char want[1024];
	size_t i;

	m.files = &file;
	m.files_n = 1;
	for (i = 0; i < ARRAY_LEN(types); i++) {
		file.type = types[i][0];
		sh_realtime_message(&w, &m, &chat);
		snprintf(want, sizeof(want), "{\"id\":" ID("000000000029")
		    ",\"sender_id\":" ANN_ID "," IN_CHAT ",\"content\":"
		    "\"hi\\n\",\"message_type\":\"text\",\"attachments\":[{"
		    "\"id\":" ID("000000000009") ",\"filename\":\"abc.png\","
		    "\"original_filename\":\"a \\\"b\\\".png\","
		    "\"file_size\":12,\"mime_type\":\"%s\","
		    "\"attachment_type\":\"%s\","
		    "\"url\":\"/api/files/abc.png\",\"thumbnail_url\":null,"
		    "\"width\":null,\"height\":null,\"duration\":null,"
		    "\"uploaded_at\":" TIME("009") "}],"
		    "\"reply_to_message_id\":null,\"reactions\":[]," UNREAD "}",
		    types[i][0], types[i][1]);
		wrote(want, types[i][0]);
	}
}

static void
test_direct(void)
{
	struct member both[] = {
		{ .user = ann, .read_seq = 100, .read_at = MS(7) },
		{ .user = bob, .read_seq = 40, .read_at = MS(8) }
	};
	struct realtime_place at = {
		.is_direct = true, .members = both, .members_n = 2
	};

	sh_realtime_message(&w, &plain, &at);
	wrote(MESSAGE(TO_BOB, "\"hi\\n\"", "text", "null", "", UNREAD),
	    "bob has not read it; that ann has does not count");
	both[1].read_seq = 41;
	sh_realtime_message(&w, &plain, &at);
	wrote(MESSAGE(TO_BOB, "\"hi\\n\"", "text", "null", "",
	    "\"status\":\"read\",\"is_edited\":false,\"is_deleted\":false,"
	    "\"created_at\":" WHOLE ",\"updated_at\":" WHOLE
	    ",\"delivered_at\":null,\"read_at\":" TIME("008")), "now he has");
	at.members_n = 1;
	both[0].read_seq = 0;
	sh_realtime_message(&w, &plain, &at);
	wrote(MESSAGE("\"chat_id\":null,\"recipient_id\":" ANN_ID, "\"hi\\n\"",
	    "text", "null", "", UNREAD), "to oneself");
	at.members_n = 0;
	ok(sh_realtime_recipient(&plain, &at) == NULL, "nobody is left");
	sh_realtime_message(&w, &plain, &at);
	wrote(MESSAGE("\"chat_id\":null,\"recipient_id\":null", "\"hi\\n\"",
	    "text", "null", "", UNREAD), "and null is whom it is for");
}

#define FRAME(seed, content, edited) \
	"{\"user_id\":" ANN_ID "," seed ",\"id\":" ID("000000000029") \
	",\"sender_id\":" ANN_ID ",\"username\":\"ann\"," \
	"\"chat_id\":" ID("000000000003") ",\"content\":" content \
	",\"created_at\":" TIME("041") ",\"attachments\":[]," \
	"\"is_edited\":" edited ",\"status\":\"sent\"}"

/* What an event of this message is told as; NULL: it is not. */
static void
told(const struct message *m, const char *want, const char *what)
{
	const struct event ev = { .seq = 41, .kind = EVENT_MESSAGE_POSTED,
	    .room_id = 3, .user_id = 7, .at = MS(41), .user = &ann,
	    .message = m };

	ok(sh_realtime_event(&w, &ev) == (want != NULL), "%s: told", what);
	wrote(want != NULL ? want : "", what);
}

static void
test_frames(void)
{
	struct message m = plain;

	told(&m, FRAME("\"message\":\"hi\\n\",\"timestamp\":"
	    "\"2026-01-31T12:00:00.041Z\"", "\"hi\\n\"", "false"),
	    "a message that came otherwise");
	m.extra = "{\"message\":1,\"file_url\":\"x\"}";
	told(&m, FRAME("\"message\":\"hi\\n\",\"timestamp\":"
	    "\"2026-01-31T12:00:00.041Z\"", "\"hi\\n\"", "false"),
	    "with an extra of another dialect");
	m.extra = "{\"timestamp\":\"then\"}";
	told(&m, FRAME("\"message\":\"hi\\n\",\"timestamp\":\"then\"",
	    "\"hi\\n\"", "false"), "a text of a frame");
	m.body = "{\"b\":1,\"a\":[]}";
	m.extra = "{\"message\":{\"b\":1,\"a\":[]},\"timestamp\":12.5}";
	told(&m, FRAME("\"message\":{\"b\":1,\"a\":[]},\"timestamp\":12.5",
	    "\"{\\\"b\\\":1,\\\"a\\\":[]}\"", "false"), "an object of a frame");
	m.body = "null";
	m.extra = "{\"message\":null,\"timestamp\":null}";
	told(&m, FRAME("\"message\":null,\"timestamp\":null", "\"null\"",
	    "false"), "a frame without both");
	m.body = "new";
	m.edited_at = MS(50);
	told(&m, FRAME("\"message\":\"new\",\"timestamp\":"
	    "\"2026-01-31T12:00:00.041Z\"", "\"new\"", "true"),
	    "edited before it was told");
	m.deleted_at = MS(51);
	told(&m, NULL, "deleted before it was told");
	told(NULL, NULL, "no message at all");
}

static void
test_casts(void)
{
	static const enum event_kind silent[] = {
		EVENT_MESSAGE_EDITED, EVENT_MESSAGE_DELETED,
		EVENT_REACTION_ADDED, EVENT_REACTION_REMOVED,
		EVENT_ROOM_CREATED, EVENT_MEMBER_JOINED, EVENT_READ_MOVED,
		EVENT_USER_UPDATED, EVENT_TYPING
	};
	struct event ev = { .kind = EVENT_WENT, .room_id = 3, .user_id = 7,
	    .at = MS(5), .user = &ann, .message = &plain };
	size_t i;

	ok(sh_realtime_event(&w, &ev), "who goes is told");
	wrote("{\"user_id\":\"system\",\"message\":"
	    "\"00000000-0000-4000-8000-000000000007 left the chat\","
	    "\"timestamp\":\"\"}", "ann left");
	ev.kind = EVENT_CAME;
	ok(sh_realtime_event(&w, &ev), "who comes is told");
	wrote("{\"type\":\"user_joined\",\"user_id\":" ANN_ID
	    ",\"username\":\"ann\",\"display_name\":\"Ann \\\"A\\\"\","
	    "\"timestamp\":" TIME("005") "}", "ann came");
	for (i = 0; i < ARRAY_LEN(silent); i++) {
		ev.kind = silent[i];
		ok(!sh_realtime_event(&w, &ev) && text.len == 0,
		    "%s is not told", event_kind_name(ev.kind));
	}
	sh_realtime_online_begin(&w);
	sh_realtime_online(&w, &ann);
	sh_realtime_online(&w, &bob);
	sh_realtime_online_end(&w, MS(6));
	wrote("{\"type\":\"online_users\",\"users\":[{\"id\":" ANN_ID
	    ",\"username\":\"ann\",\"display_name\":\"Ann \\\"A\\\"\"},"
	    "{\"id\":" BOB_ID ",\"username\":\"bob\",\"display_name\":\"Bob\"}],"
	    "\"timestamp\":" TIME("006") "}", "who is online");
	shape_realtime.nack(&w, &(struct problem){ .err = ERR_BUSY });
	wrote("{\"user_id\":\"system\",\"message\":"
	    "\"The server is busy; try again.\",\"timestamp\":\"\"}",
	    "what could not be sent");
}

static void
test_extra(void)
{
	json_t *frame = json_loads("{\"m\":\"text\",\"t\":{\"z\":1,\"a\":2}}",
	    0, NULL);

	sh_realtime_extra(&w, json_object_get(frame, "m"),
	    json_object_get(frame, "t"));
	wrote("{\"timestamp\":{\"z\":1,\"a\":2}}", "a text is kept as the text");
	sh_realtime_extra(&w, json_object_get(frame, "t"), NULL);
	wrote("{\"message\":{\"z\":1,\"a\":2},\"timestamp\":null}",
	    "anything else is kept as it was");
	sh_realtime_extra(&w, NULL, NULL);
	wrote("{\"message\":null,\"timestamp\":null}", "nothing is kept, too");
	json_decref(frame);
}

int
main(void)
{
	str_init(&text, 4096);
	jw_init(&w, &text);
	test_people();
	test_message();
	test_files();
	test_direct();
	test_frames();
	test_casts();
	test_extra();
	str_release(&text);
	return tap_done();
}
