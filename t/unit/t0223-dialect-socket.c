/*
 * What the WebSockets of all dialects share: who comes in, and with what; frames
 * in a batch; and chatapp's frames, which are the plainest.
 */
#include "config.h"

#include "base/json.h"
#include "dialect/sh_chatapp.h"
#include "dialect/sh_v1.h"
#include "dialect/socket.h"
#include "t/unit/core-fix.h"

static struct rig rig;
static struct tokens ann;

/* An upcall with this body. */
static struct exchange
begin(const char *body)
{
	struct exchange x = { .call = rig_call(&rig, 0) };

	x.request = (struct request){ .id = "rid", .method = "POST",
	    .path = "/upcall/x", .query = "", .body = body,
	    .body_len = strlen(body), .connection = 77 };
	return x;
}

static void
test_enter(void)
{
	static const char all[] = "{\"path\":\"/ws/1\",\"query\":\"a=b\","
	    "\"authorization\":\"Bearer t\",\"cookie\":\"c\","
	    "\"protocol\":\"p\",\"origin\":\"o\",\"host\":\"h\","
	    "\"https\":true}";
	static const char least[] = "{\"path\":\"/\",\"query\":null,"
	    "\"https\":false}";
	static const char *const wrong[] = { "", "[]", "{}",
		"{\"path\":1,\"https\":true}", "{\"path\":\"/\"}",
		"{\"path\":\"/\",\"https\":true,\"cookie\":1}" };
	const char *protocols;
	struct exchange x = begin(all);
	int good = 0;
	size_t i;

	is_int(socket_enter(&x, &protocols), ERR_OK, "a handshake");
	is_str(x.request.path, "/ws/1", "its path");
	is_str(x.request.query, "a=b", "its query");
	is_str(x.request.authorization, "Bearer t", "its header");
	is_str(x.request.cookie, "c", "its cookie");
	is_str(x.request.origin, "o", "where it comes from");
	is_str(x.request.host, "h", "and goes to");
	ok(x.request.is_https, "how");
	is_str(protocols, "p", "and what it offers");
	exchange_release(&x);
	x = begin(least);
	is_int(socket_enter(&x, &protocols), ERR_OK, "the least of it");
	ok(protocols == NULL && x.request.cookie == NULL &&
	    x.request.query[0] == '\0', "what is not there is not there");
	exchange_release(&x);
	for (i = 0; i < ARRAY_LEN(wrong); i++) {
		x = begin(wrong[i]);
		good += socket_enter(&x, &protocols) == ERR_OK;
		exchange_release(&x);
	}
	is_int(good, 0, "anything else is no handshake");
}

static void
test_path_part(void)
{
	static const struct {
		const char *path;
		const char *part;	/* NULL: none */
	} t[] = {
		{ "/ws/chat/7", "7" }, { "/ws/chat/Tech Talk/", "Tech Talk" },
		{ "/ws/chat/", NULL }, { "/ws/chat//", NULL },
		{ "/ws/chat/7/8", NULL }, { "/ws/chat/7//", NULL },
		{ "/ws/chat", NULL }, { "/ws/7", NULL }
	};
	struct exchange x = begin("");
	const char *part;
	size_t i;

	for (i = 0; i < ARRAY_LEN(t); i++) {
		x.request.path = t[i].path;
		part = socket_path_part(&x, "/ws/chat/");
		ok(t[i].part == NULL ? part == NULL :
		    part != NULL && strcmp(part, t[i].part) == 0,
		    "behind the stem of %s", t[i].path);
	}
}

static void
test_identify(void)
{
	struct exchange x = begin("");

	is_int(socket_identify(&x, NULL), ERR_NO_TOKEN, "no token");
	is_int(socket_identify(&x, ""), ERR_NO_TOKEN, "an empty one");
	is_int(socket_identify(&x, "x.y.z"), ERR_BAD_TOKEN, "a bad one");
	is_int(x.call.user_id, 0, "nobody is known");
	is_int(socket_identify(&x, ann.access), ERR_OK, "a good one");
	ok(x.call.user_id == ann.user.id && x.call.session_id ==
	    ann.session_id, "the call is the account's from then on");
}

static void
test_protocols(void)
{
	static const struct {
		const char *list, *protocol, *token;
	} t[] = {
		{ NULL, NULL, NULL },
		{ "", NULL, NULL },
		{ " , ,", NULL, NULL },
		{ "chat", "chat", NULL },
		{ "natterjack.v1", "natterjack.v1", NULL },
		{ "a.b.c", "a.b.c", "a.b.c" },
		{ "bearer.a.b.c", "bearer.a.b.c", "a.b.c" },
		{ "bearer.opaque", "bearer.opaque", "opaque" },
		{ "chat, a.b.c", "chat", "a.b.c" },
		{ "a.b.c ,\tchat", "chat", "a.b.c" },
		{ "one,two,a.b.c,d.e.f", "one", "a.b.c" },
	};
	const char *protocol, *token;
	struct exchange x = begin("");
	size_t i;

	for (i = 0; i < ARRAY_LEN(t); i++) {
		protocol = socket_protocol(&x, t[i].list, &token);
		ok((protocol == NULL ? t[i].protocol == NULL :
		    t[i].protocol != NULL &&
		    strcmp(protocol, t[i].protocol) == 0) &&
		    (token == NULL ? t[i].token == NULL :
		    t[i].token != NULL && strcmp(token, t[i].token) == 0),
		    "subprotocols: %s", t[i].list == NULL ? "none" : t[i].list);
	}
}

static void
test_admit(void)
{
	struct exchange x = begin("");
	struct user user = { .username = "ann", .display_name = "Ann" };
	struct socket_entry entry = { .rooms_n = 0 };

	x.call.user_id = 12;
	x.call.session_id = 34;
	str_init_arena(&x.answer.body, x.call.arena);
	must(socket_admit(&x, &entry));
	is_str(x.answer.body.s, "{\"user\":\"12\",\"session\":\"34\","
	    "\"rooms\":[],\"frames\":[]}", "the least answer");
	entry = (struct socket_entry){ .rooms = { 7, 8 }, .rooms_n = 2,
	    .room = 7, .frame = { "{\"a\":1}" }, .frames_n = 1,
	    .protocol = "p", .close = 1000, .came_room = 7, .went_room = 8,
	    .user = &user };
	str_reset(&x.answer.body);
	must(socket_admit(&x, &entry));
	is_str(x.answer.body.s, "{\"user\":\"12\",\"session\":\"34\","
	    "\"room\":\"7\",\"rooms\":[\"7\",\"8\"],"
	    "\"frames\":[\"{\\\"a\\\":1}\"],\"came\":{\"room\":\"7\"},"
	    "\"went\":{\"room\":\"8\"},\"username\":\"ann\","
	    "\"display_name\":\"Ann\",\"protocol\":\"p\",\"close\":1000}",
	    "all of it");
}

/* Answers with what it has been given; nothing to "quiet". */
static void
run(struct exchange *x, const struct socket_frame *frame, struct str *answer)
{
	const struct cast cast = { .kind = EVENT_TYPING,
	    .room_id = (int64_t)frame->len };

	ok(x->call.field == NULL && x->status == 0 && x->detail == NULL,
	    "a frame begins anew");
	x->call.field = x->detail = "left";
	x->status = 400;
	must(socket_cast(x, &cast));
	if (strcmp(frame->text, "\"quiet\"") == 0)
		return;
	str_puts(answer, frame->json == NULL ? err_code(frame->fault) : "json");
}

static void
test_run(void)
{
	struct exchange x = begin("[\"{}\",\"nonsense\",\"\\\"quiet\\\"\","
	    "\"\\\"a\\u0000\\\"\",\"\"]");
	const struct cast *cast;

	str_init_arena(&x.answer.body, x.call.arena);
	must(socket_run(&x, run));
	is_str(x.answer.body.s, "[\"json\",\"bad_json\",null,\"bad_json\","
	    "\"bad_json\"]", "one answer for each frame, or null");
	cast = x.answer.cast;
	ok(cast->room_id == 2 && cast->next->room_id == 8 &&
	    cast->next->next->room_id == 7, "casts in the order of the frames");
	is_int(cast->origin, 77, "from this connection");
	exchange_release(&x);
	x = begin("{}");
	is_int(socket_run(&x, run), ERR_BAD_REQUEST, "no array");
	exchange_release(&x);
	x = begin("[1]");
	is_int(socket_run(&x, run), ERR_BAD_REQUEST, "no texts");
	exchange_release(&x);
}

/* What chatapp makes of an event; "" when its clients are not told. */
static const char *
chatapp(const struct event *ev)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, &rig.f.a);
	jw_init(&w, &s);
	return shape_chatapp.event(&w, ev) ? s.s : "";
}

static void
test_chatapp(void)
{
	struct message m = { .id = 5, .room_id = 7, .sender_id = 3,
	    .sender_username = "ann", .body = "h\"i",
	    .created_at = 1752507303618 };
	struct event ev = { .seq = 5, .kind = EVENT_MESSAGE_POSTED,
	    .message = &m };
	const struct problem problem = { .err = ERR_BUSY };
	enum event_kind kind;
	int told = 0;
	struct str s;
	struct jw w;

	is_str(chatapp(&ev), "{\"id\":5,\"room_id\":\"7\",\"user_id\":3,"
	    "\"username\":\"ann\",\"sender\":\"ann\",\"message\":\"h\\\"i\","
	    "\"content\":\"h\\\"i\","
	    "\"timestamp\":\"2025-07-14T15:35:03.618000\"}", "a message");
	for (kind = EVENT_MESSAGE_EDITED; kind <= EVENT_WENT; kind++) {
		ev.kind = kind;
		told += chatapp(&ev)[0] != '\0';
	}
	is_int(told, 0, "nothing else is told");
	ev.kind = EVENT_MESSAGE_POSTED;
	m.deleted_at = 1;
	is_str(chatapp(&ev), "", "nor what is deleted");
	ev.message = NULL;
	is_str(chatapp(&ev), "", "nor what has gone");
	str_init_arena(&s, &rig.f.a);
	jw_init(&w, &s);
	shape_chatapp.nack(&w, &problem);
	is_str(s.s, "{\"error\":\"The server is busy; try again.\"}",
	    "a frame that was not carried out");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	ann = rig_register(&rig, "ann");
	test_enter();
	test_path_part();
	test_identify();
	test_protocols();
	test_admit();
	test_run();
	test_chatapp();
	rig_close(&rig);
	return tap_done();
}
