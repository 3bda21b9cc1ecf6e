/*
 * What is asked before a client of a dialect may come in, and what the answer
 * may look like.
 */
#include "config.h"

#include "push/entry.h"
#include "t/unit/tap.h"

static void
test_question(void)
{
	struct str s;
	struct jw w;

	str_init(&s, 4096);
	jw_init(&w, &s);
	entry_put_question(&w, &(struct entry_question){
	    .path = "/ws/\xc3\xa9", .query = "token=a%20b",
	    .cookie = "a=\xff", .is_https = true });
	is_str(s.s, "{\"path\":\"/ws/\xc3\xa9\",\"query\":\"token=a%20b\","
	    "\"authorization\":null,\"cookie\":null,\"protocol\":null,"
	    "\"origin\":null,\"host\":null,\"https\":true}",
	    "a handshake; what is not there is null, and so is what is no text");
	str_release(&s);
}

static void
test_answer(void)
{
	static const char text[] = "{\"user\":\"12\",\"session\":\"34\","
	    "\"room\":\"7\",\"rooms\":[\"7\",8],\"frames\":[\"a\",\"b\"],"
	    "\"protocol\":\"p\",\"close\":1000,\"came\":{\"room\":\"7\"},"
	    "\"went\":{\"room\":\"8\"},\"username\":\"ann\","
	    "\"display_name\":\"Ann\"}";
	struct entry e;

	is_int(entry_parse(text, strlen(text), &e), ERR_OK, "all there can be");
	is_int(e.user_id, 12, "user");
	is_int(e.session_id, 34, "session");
	is_int(e.room, 7, "room");
	ok(e.rooms_n == 2 && e.rooms[0] == 7 && e.rooms[1] == 8, "rooms");
	ok(json_array_size(e.frames) == 2, "frames");
	is_str(e.protocol, "p", "protocol");
	is_int(e.close, 1000, "close");
	ok(e.came_room == 7 && e.went_room == 8, "came and went");
	is_str(e.username, "ann", "username");
	is_str(e.display_name, "Ann", "display name");
	entry_release(&e);
}

static void
test_least(void)
{
	static const char text[] = "{\"user\":\"1\",\"session\":\"2\"}";
	struct entry e;

	is_int(entry_parse(text, strlen(text), &e), ERR_OK, "the least");
	ok(e.room == 0 && e.rooms_n == 0 && e.close == 0 &&
	    e.protocol == NULL && json_array_size(e.frames) == 0 &&
	    e.came_room == 0 && e.went_room == 0, "nothing else is said");
	is_str(e.username, "", "and there is no name");
	entry_release(&e);
}

static void
test_wrong(void)
{
	static const char *const more[] = {
		"\"room\":\"x\"", "\"rooms\":7", "\"rooms\":[\"0\"]",
		"\"frames\":[1]", "\"frames\":{}", "\"close\":-1",
		"\"close\":70000", "\"close\":\"1000\"", "\"protocol\":1",
		"\"came\":7", "\"came\":{}", "\"went\":[]",
		"\"came\":{\"room\":\"7\"}",
		"\"went\":{\"room\":\"7\"},\"username\":\"a\"",
	};
	static const char *const whole[] = { "", "[]", "null", "{}",
		"{\"user\":\"1\"}", "{\"session\":\"1\"}",
		"{\"user\":1.5,\"session\":\"1\"}" };
	struct entry e;
	char text[256];
	int wrong = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(whole); i++)
		wrong += entry_parse(whole[i], strlen(whole[i]), &e) !=
		    ERR_BAD_JSON;
	is_int(wrong, 0, "what says not who it is, is no answer");
	for (i = 0; i < ARRAY_LEN(more); i++) {
		snprintf(text, sizeof(text),
		    "{\"user\":\"1\",\"session\":\"2\",%s}", more[i]);
		is_int(entry_parse(text, strlen(text), &e), ERR_BAD_JSON,
		    more[i]);
	}
}

static void
test_many_rooms(void)
{
	struct entry e;
	struct str s;
	int i;

	str_init(&s, 64 * 1024);
	str_puts(&s, "{\"user\":\"1\",\"session\":\"2\",\"rooms\":[1");
	for (i = 1; i < SUB_ROOMS_MAX; i++)
		str_puts(&s, ",1");
	str_puts(&s, "]}");
	is_int(entry_parse(s.s, s.len, &e), ERR_OK, "as many rooms as may be");
	entry_release(&e);
	s.len -= 2;
	str_puts(&s, ",1]}");
	is_int(entry_parse(s.s, s.len, &e), ERR_BAD_JSON, "one more");
	str_release(&s);
}

int
main(void)
{
	test_question();
	test_answer();
	test_least();
	test_wrong();
	test_many_rooms();
	return tap_done();
}
