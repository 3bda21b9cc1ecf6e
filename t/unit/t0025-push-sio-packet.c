/*
 * Packets of Socket.IO: what they are made of, and what is none.  And the texts
 * by which a client says where it stood.
 */
#include "config.h"

#include "push/sio_offset.h"
#include "push/sio_packet.h"
#include "t/unit/tap.h"

static struct str out = { .s = "", .max = 65536 };

/* What a packet is made of: "type parts namespace id json". */
static const char *
parts(const char *text)
{
	struct sio_packet p;

	str_reset(&out);
	if (sio_packet_parse(text, strlen(text), &p) != ERR_OK)
		return "refused";
	str_printf(&out, "%d %d %.*s %lld %.*s", p.type, p.parts_n,
	    (int)p.ns_len, p.ns, (long long)p.id, (int)p.len, p.data);
	return out.s;
}

/* And whether its JSON fits. */
static enum err
read_it(const char *text)
{
	struct sio_packet p;
	json_t *json;
	enum err e;

	if ((e = sio_packet_parse(text, strlen(text), &p)) != ERR_OK)
		return e;
	e = sio_packet_read(&p, &json);
	json_decref(json);
	return e;
}

/* A text after it has been mended. */
static const char *
mended(const char *text)
{
	str_reset(&out);
	str_puts(&out, text);
	sio_packet_mend(out.s, out.len);
	return out.s;
}

static void
test_mend(void)
{
	is_str(mended("plain"), "plain", "nothing to mend");
	is_str(mended("\\ud83d\\ude00\\u0041"), "\\ud83d\\ude00\\u0041",
	    "a pair stays");
	is_str(mended("\\uD83D"), "\\ufffd", "the first half of one");
	is_str(mended("\\ude00\\ud83d"), "\\ufffd\\ufffd",
	    "both in the wrong order");
	is_str(mended("\\ud83d\\ud83d\\ude00"), "\\ufffd\\ud83d\\ude00",
	    "a half and a pair");
	is_str(mended("\\ud83d\\n"), "\\ufffd\\n", "a half and an escape");
	is_str(mended("a\\u0000b"), "a\\ufffdb", "NUL");
	is_str(mended("\\\\ud83d"), "\\\\ud83d", "a backslash before a word");
	is_str(mended("\\\\\\ud83d"), "\\\\\\ufffd", "and before a half");
	is_str(mended("\\ud83"), "\\ud83", "none at the end");
	is_str(mended("\\ud8zz"), "\\ud8zz", "none at all");
	is_str(mended("x\\"), "x\\", "a backslash at the end");
}

static void
test_parts(void)
{
	is_str(parts("0"), "0 0 / -1 ", "connect");
	is_str(parts("0{\"token\":\"x\"}"), "0 0 / -1 {\"token\":\"x\"}",
	    "connect with a payload");
	is_str(parts("0/admin,{}"), "0 0 /admin -1 {}", "to a namespace");
	is_str(parts("0/admin"), "0 0 /admin -1 ", "without its comma");
	is_str(parts("1/admin,"), "1 0 /admin -1 ", "disconnect");
	is_str(parts("2[\"a\"]"), "2 0 / -1 [\"a\"]", "event");
	is_str(parts("212[\"a\"]"), "2 0 / 12 [\"a\"]", "with an id");
	is_str(parts("2/a,007[\"a\"]"), "2 0 /a 7 [\"a\"]",
	    "in a namespace, with zeros");
	is_str(parts("2999999999999999[]"), "2 0 / 999999999999999 []",
	    "the largest id");
	is_str(parts("31[]"), "3 0 / 1 []", "ack");
	is_str(parts("51-[\"a\",{}]"), "5 1 / -1 [\"a\",{}]", "binary event");
	is_str(parts("510-/b,3[]"), "5 10 /b 3 []", "all that it may have");
	is_str(parts("62-1[]"), "6 2 / 1 []", "binary ack");
}

static void
test_refused(void)
{
	static const char *const texts[] = { "", "7", "x", "-", "5", "51",
	    "5-[]", "5a-[]", "511-[]", "5100-[]", "51[]",
	    "29999999999999999[]" };
	char ns[SIO_NAMESPACE_MAX + 3] = "0/";
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		is_str(parts(texts[i]), "refused", texts[i]);
	memset(ns + 2, 'n', SIO_NAMESPACE_MAX - 1);
	ok(strcmp(parts(ns), "refused") != 0, "a long namespace");
	ns[SIO_NAMESPACE_MAX + 1] = 'n';
	is_str(parts(ns), "refused", "one that is too long");
}

static void
test_json(void)
{
	static const char *const good[] = { "0", "0{}", "0/a,{\"a\":[]}", "1",
	    "2[\"a\"]", "2[7]", "2[\"a\",1,{\"b\":null}]", "3[]", "31[\"x\"]",
	    "50-[\"a\"]", "61-1[{\"_placeholder\":true,\"num\":0}]" };
	static const char *const bad[] = { "0[]", "0\"a\"", "0null", "0{",
	    "1{}", "1[]", "2", "2[]", "2{}", "2\"a\"", "2[null]", "2[[]]",
	    "2[\"connect\"]", "2[\"connect_error\"]", "2[\"disconnect\"]",
	    "2[\"disconnecting\"]", "2[\"newListener\"]",
	    "2[\"removeListener\"]", "2[\"a\"", "2[\"a\"]x", "2[\"\xff\"]",
	    "2[\"a\\u0000\"]", "3", "3{}", "31", "4", "4{\"message\":\"m\"}",
	    "50-", "50-[]", "60-{}" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++)
		is_err(read_it(good[i]), ERR_OK, good[i]);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		is_err(read_it(bad[i]), ERR_BAD_REQUEST, bad[i]);
}

/* The event with nulls in place of what was binary. */
static const char *
filled(const char *text, int n)
{
	json_t *json = json_loads(text, 0, NULL);
	static char *dump;

	free(dump);
	dump = NULL;
	if (sio_packet_fill(json, n) == ERR_OK)
		dump = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return dump == NULL ? "refused" : dump;
}

#define PART(n)	"{\"_placeholder\":true,\"num\":" #n "}"

static void
test_fill(void)
{
	is_str(filled("[\"a\",1]", 0), "[\"a\",1]", "nothing binary");
	is_str(filled("[\"a\"," PART(0) "]", 1), "[\"a\",null]", "an element");
	is_str(filled("[\"a\",{\"b\":[" PART(1) "],\"c\":" PART(0) "}]", 2),
	    "[\"a\",{\"b\":[null],\"c\":null}]", "and further in");
	is_str(filled("[\"a\"," PART(1) "]", 1), "refused", "one too many");
	is_str(filled("[\"a\"," PART(-1) "]", 1), "refused", "below them");
	is_str(filled("[\"a\"," PART("0") "]", 1), "refused", "no number");
	is_str(filled("[\"a\",{\"_placeholder\":false,\"num\":7}]", 1),
	    "[\"a\",{\"_placeholder\":false,\"num\":7}]", "somebody's own");
}

static void
test_head(void)
{
	str_reset(&out);
	sio_packet_put_head(&out, &(struct sio_packet){ .type = SIO_EVENT,
	    .ns = "/", .ns_len = 1, .id = SIO_NO_ID });
	is_str(out.s, "42", "the head of an event");
	str_reset(&out);
	sio_packet_put_head(&out, &(struct sio_packet){ .type = SIO_ACK,
	    .ns = "/admin", .ns_len = 6, .id = 13 });
	is_str(out.s, "43/admin,13", "of an ack in a namespace");
}

static void
test_pid(void)
{
	static const char *const bad[] = { "", "a.1.2",
	    "aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa.1",
	    "aaaaaaaaaaaaaaaaaaaa.1.", "aaaaaaaaaaaaaaaaaaaa.1.2.",
	    "aaaaaaaaaaaaaaaaaaaa.1.2.3", "aaaaaaaaaaaaaaaaaaaaa.1.2",
	    "aaaaaaaaaaaaaaaaaaa\".1.2", "aaaaaaaaaaaaaaaaaaaa.-1.2",
	    "aaaaaaaaaaaaaaaaaaaa.1.99999999999999999999" };
	struct sio_pid pid = { .user_id = 12, .seq = 34 }, got;
	char other[SIO_SID_LEN + 1];
	size_t i;

	sio_sid_make(pid.sid);
	sio_sid_make(other);
	ok(strlen(pid.sid) == SIO_SID_LEN && strcmp(pid.sid, other) != 0,
	    "sids are random");
	str_reset(&out);
	sio_pid_put(&out, &pid);
	ok(sio_pid_parse(out.s, &got) && strcmp(got.sid, pid.sid) == 0 &&
	    got.user_id == 12 && got.seq == 34, "a pid comes back");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ok(!sio_pid_parse(bad[i], &got), "\"%s\" is no pid", bad[i]);
}

static void
test_offset(void)
{
	static const char *const bad[] = { "", ".", "a", "1.", "1..2", "1.0",
	    "1.2.2", "1.3.2", "-1", "1.-2", "1 ", "99999999999999999999",
	    "1.9223372036854775807.9223372036854775808" };
	int64_t rooms[SIO_ROOMS_MAX + 1];
	struct sio_offset got;
	int i;

	for (i = 0; i <= SIO_ROOMS_MAX; i++)
		rooms[i] = INT64_MAX - SIO_ROOMS_MAX + i;
	str_reset(&out);
	sio_offset_put(&out, 5, rooms, 0);
	ok(sio_offset_parse(out.s, &got) && got.seq == 5 && got.rooms_n == 0,
	    "an offset: %s", out.s);
	str_reset(&out);
	sio_offset_put(&out, 0, rooms, SIO_ROOMS_MAX);
	ok(sio_offset_parse(out.s, &got) && got.seq == 0 &&
	    got.rooms_n == SIO_ROOMS_MAX && memcmp(got.rooms, rooms,
	    sizeof(got.rooms)) == 0, "with all the rooms that may be joined");
	sio_offset_put(&out, rooms[SIO_ROOMS_MAX], rooms, 0);
	ok(!sio_offset_parse(out.s, &got), "and not more");
	for (i = 0; i < (int)ARRAY_LEN(bad); i++)
		ok(!sio_offset_parse(bad[i], &got), "\"%s\" is no offset",
		    bad[i]);
}

int
main(void)
{
	test_mend();
	test_parts();
	test_refused();
	test_json();
	test_fill();
	test_head();
	test_pid();
	test_offset();
	return tap_done();
}
