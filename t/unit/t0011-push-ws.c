/*
 * push/ws: every rule of RFC 6455 that the codec enforces, one by one.
 */
#include "config.h"

#include "push/ws.h"
#include "t/unit/tap.h"

enum { MAX = 70000, FIN = 0x80, MASK = 0x80 };

static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };

/* A client's frame with whatever first byte, in its shortest form. */
static size_t
put_frame(char *out, unsigned first, const void *payload, size_t len)
{
	uint8_t head[WS_HEAD_MAX];
	const char *p = payload;
	size_t i, n = ws_put_head(WS_TEXT, len, head);

	head[0] = (uint8_t)first;
	head[1] |= MASK;
	memcpy(out, head, n);
	memcpy(out + n, key, sizeof(key));
	for (i = 0; i < len; i++)
		out[n + sizeof(key) + i] = (char)(p[i] ^ key[i % 4]);
	return n + sizeof(key) + len;
}

/* One frame through a state; what ws_take() said. */
static enum err
take(struct ws *ws, unsigned first, const char *payload,
    struct ws_take_out *out)
{
	static char bytes[1024];
	size_t len = put_frame(bytes, first, payload, strlen(payload));

	return ws_take(ws, bytes, len, MAX, out);
}

/* These bytes, as the first of a connection, are refused with `code`. */
static void
refused(const char *bytes, size_t len, enum ws_code code, const char *what)
{
	struct ws_take_out out;
	struct ws ws;
	char copy[64];

	memcpy(copy, bytes, len);
	ws_init(&ws);
	is_err(ws_take(&ws, copy, len, MAX, &out), ERR_BAD_REQUEST, what);
	is_int(out.code, code, "  with the right code");
}

static void
test_whole(void)
{
	struct ws_take_out out;
	struct ws ws;
	char bytes[64];
	size_t len;

	ws_init(&ws);
	/* The example of RFC 6455, section 5.7. */
	memcpy(bytes, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
	is_err(ws_take(&ws, bytes, 11, MAX, &out), ERR_OK, "the RFC's Hello");
	is_int(out.part.op, WS_TEXT, "is text");
	ok(out.part.fin, "whole");
	ok(out.part.len == 5 && memcmp(out.part.payload, "Hello", 5) == 0 &&
	    out.part.payload == bytes + 6, "unmasked in place");
	is_int((int64_t)out.used, 11, "and all bytes are used");
	len = put_frame(bytes, FIN | WS_BINARY, "\xff\xfe", 2);
	is_err(ws_take(&ws, bytes, len + 20, MAX, &out), ERR_OK,
	    "binary needs no UTF-8");
	is_int((int64_t)out.used, (int64_t)len, "what follows is left alone");
	is_err(take(&ws, FIN | WS_TEXT, "", &out), ERR_OK, "an empty text");
	is_int((int64_t)out.part.len, 0, "has no payload");
	is_err(take(&ws, FIN | WS_PONG, "x", &out), ERR_OK,
	    "a pong that nobody asked for");
}

/*
 * Every length around the steps of the length's forms and of the unmasking,
 * at every alignment; cut at every byte of the head and before the last one.
 */
static void
test_lengths(void)
{
	static const size_t lens[] = { 0, 1, 3, 4, 7, 8, 31, 32, 33, 63, 64, 65,
	    124, 125, 126, 127, 1000, 65535, 65536, 65537, MAX };
	static char payload[MAX], bytes[MAX + 32];
	size_t i, shift, cut, len, bad = 0, early = 0;
	struct ws_take_out out;
	struct ws ws;

	for (i = 0; i < MAX; i++)
		payload[i] = (char)('!' + i % 90);
	for (i = 0; i < ARRAY_LEN(lens) * 8; i++) {
		shift = i % 8;
		ws_init(&ws);
		len = put_frame(bytes + shift, FIN | WS_TEXT, payload,
		    lens[i / 8]);
		for (cut = 0; cut < 14 && cut < len; cut++)
			early += ws_take(&ws, bytes + shift, cut, MAX, &out) !=
			    ERR_AGAIN || out.used <= cut || out.used > len;
		early += ws_take(&ws, bytes + shift, len - 1, MAX, &out) !=
		    ERR_AGAIN || out.used != len;
		bad += ws_take(&ws, bytes + shift, len, MAX, &out) != ERR_OK ||
		    out.part.len != lens[i / 8] || out.used != len ||
		    memcmp(out.part.payload, payload, out.part.len) != 0;
	}
	is_int((int64_t)bad, 0, "frames of every form of length");
	is_int((int64_t)early, 0, "a part of one says how much it needs");
}

static void
test_head_rules(void)
{
	char bytes[2];
	unsigned op, bit;

	refused("\x81\x05", 2, WS_PROTOCOL, "a frame without a mask");
	for (bit = 0x10; bit <= 0x40; bit <<= 1) {
		bytes[0] = (char)(FIN | bit | WS_TEXT);
		bytes[1] = (char)(MASK | 1);
		refused(bytes, 2, WS_PROTOCOL, "a reserved bit");
	}
	for (op = 3; op < 16; op++) {
		if (op >= WS_CLOSE && op <= WS_PONG)
			continue;
		bytes[0] = (char)(FIN | op);
		bytes[1] = (char)(MASK | 1);
		refused(bytes, 2, WS_PROTOCOL, "a reserved opcode");
	}
	for (op = WS_CLOSE; op <= WS_PONG; op++) {
		bytes[0] = (char)op;
		bytes[1] = (char)(MASK | 1);
		refused(bytes, 2, WS_PROTOCOL, "a control frame in fragments");
		bytes[0] = (char)(FIN | op);
		bytes[1] = (char)(MASK | 126);
		refused(bytes, 2, WS_PROTOCOL, "a control frame over 125");
		bytes[1] = (char)(MASK | 127);
		refused(bytes, 2, WS_PROTOCOL, "a control frame far over 125");
	}
}

static void
test_length_rules(void)
{
	refused("\x81\xfe\x00\x7d", 4, WS_PROTOCOL, "125 in 16 bits");
	refused("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff", 10, WS_PROTOCOL,
	    "65535 in 64 bits");
	refused("\x81\xff\x00\x00\x00\x00\x00\x00\x00\x00", 10, WS_PROTOCOL,
	    "0 in 64 bits");
	refused("\x81\xff\x80\x00\x00\x00\x00\x01\x00\x00", 10, WS_PROTOCOL,
	    "a length with its top bit set");
	refused("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10, WS_TOO_BIG,
	    "the longest length of all");
	refused("\x81\xff\x00\x00\x00\x00\x00\x01\x11\x71", 10, WS_TOO_BIG,
	    "one byte over the limit, before the payload");
}

static void
test_limit(void)
{
	struct ws_take_out out;
	struct ws ws;
	char bytes[64];
	size_t len;

	ws_init(&ws);
	len = put_frame(bytes, WS_TEXT, "12345678", 8);
	is_err(ws_take(&ws, bytes, len, 10, &out), ERR_OK, "8 of 10 bytes");
	len = put_frame(bytes, FIN | WS_PING, "123456789abc", 12);
	is_err(ws_take(&ws, bytes, len, 10, &out), ERR_OK,
	    "a ping does not count");
	len = put_frame(bytes, FIN | WS_CONT, "123", 3);
	is_err(ws_take(&ws, bytes, 2, 10, &out), ERR_BAD_REQUEST,
	    "3 more are too many");
	is_int(out.code, WS_TOO_BIG, "  with 1009");
	len = put_frame(bytes, FIN | WS_CONT, "12", 2);
	is_err(ws_take(&ws, bytes, len, 10, &out), ERR_OK, "2 more are not");
	len = put_frame(bytes, FIN | WS_TEXT, "1234567890", 10);
	is_err(ws_take(&ws, bytes, len, 10, &out), ERR_OK,
	    "the next message counts from 0");
	len = put_frame(bytes, FIN | WS_TEXT, "1", 1);
	is_err(ws_take(&ws, bytes, len, SIZE_MAX, &out), ERR_OK,
	    "a limit beyond the state's counter");
	ws = (struct ws){ .op = WS_BINARY, .taken = UINT32_MAX };
	len = put_frame(bytes, FIN | WS_CONT, "1", 1);
	is_err(ws_take(&ws, bytes, len, SIZE_MAX, &out), ERR_BAD_REQUEST,
	    "is cut to it");
	is_int(out.code, WS_TOO_BIG, "  with 1009");
}

static void
test_fragments(void)
{
	struct ws_take_out out;
	struct ws ws;

	ws_init(&ws);
	is_err(take(&ws, WS_TEXT, "a\xe2", &out), ERR_OK,
	    "a fragment may end within a character");
	ok(out.part.op == WS_TEXT && !out.part.fin, "it is not the last");
	is_err(take(&ws, FIN | WS_PING, "\xff", &out), ERR_OK,
	    "a ping between fragments");
	ok(out.part.op == WS_PING && out.part.fin, "is whole");
	is_err(take(&ws, WS_CONT, "\x82", &out), ERR_OK, "more of it");
	is_int(out.part.op, WS_TEXT, "a continuation has its message's opcode");
	is_err(take(&ws, WS_CONT, "", &out), ERR_OK, "an empty fragment");
	is_err(take(&ws, FIN | WS_CONT, "\xac", &out), ERR_OK, "the last");
	ok(out.part.op == WS_TEXT && out.part.fin, "ends the message");
	is_err(take(&ws, FIN | WS_CONT, "b", &out), ERR_BAD_REQUEST,
	    "a continuation of nothing");
	is_int(out.code, WS_PROTOCOL, "  with 1002");
	ws_init(&ws);
	is_err(take(&ws, WS_BINARY, "\xff", &out), ERR_OK, "binary fragment");
	is_err(take(&ws, FIN | WS_CONT, "\xff", &out), ERR_OK, "goes on");
	is_int(out.part.op, WS_BINARY, "as binary");
	is_err(take(&ws, WS_BINARY, "a", &out), ERR_OK, "binary fragment");
	is_err(take(&ws, FIN | WS_TEXT, "a", &out), ERR_BAD_REQUEST,
	    "a message within a message");
	is_int(out.code, WS_PROTOCOL, "  with 1002");
}

static void
test_text(void)
{
	struct ws_take_out out;
	struct ws ws;

	ws_init(&ws);
	is_err(take(&ws, FIN | WS_TEXT, "a\xc0\x80", &out), ERR_BAD_REQUEST,
	    "text that is not UTF-8");
	is_int(out.code, WS_INVALID, "  with 1007");
	ws_init(&ws);
	is_err(take(&ws, FIN | WS_TEXT, "a\xe2\x82", &out), ERR_BAD_REQUEST,
	    "text that ends within a character");
	is_int(out.code, WS_INVALID, "  with 1007");
	ws_init(&ws);
	is_err(take(&ws, WS_TEXT, "\xed", &out), ERR_OK, "half a surrogate");
	is_err(take(&ws, WS_CONT, "\xa0", &out), ERR_BAD_REQUEST,
	    "is refused in the fragment that shows it");
	is_int(out.code, WS_INVALID, "  with 1007");
	ws_init(&ws);
	is_err(take(&ws, WS_TEXT, "\xe2", &out), ERR_OK, "text left open");
	is_err(take(&ws, FIN | WS_CONT, "", &out), ERR_BAD_REQUEST,
	    "by an empty last fragment");
	is_int(out.code, WS_INVALID, "  with 1007");
}

static enum err
parse_close(const char *payload, size_t len, enum ws_code *code)
{
	char copy[128];
	struct ws_part part = { .op = WS_CLOSE, .fin = true, .len = len,
	    .payload = copy };

	memcpy(copy, payload, len);
	return ws_parse_close(&part, code);
}

/* The codes that may be on the wire: RFC 6455, 7.4, and IANA's registry. */
static bool
may_be_sent(unsigned code)
{
	switch (code) {
	case 1000: case 1001: case 1002: case 1003:
	case 1007: case 1008: case 1009: case 1010:
	case 1011: case 1012: case 1013: case 1014:
		return true;
	default:
		return code / 1000 == 3 || code / 1000 == 4;
	}
}

static void
test_close(void)
{
	enum ws_code got;
	unsigned code, wrong = 0;
	char bytes[2];

	is_err(parse_close("", 0, &got), ERR_OK, "a close without payload");
	is_int(got, WS_NO_CODE, "  has no code");
	is_err(parse_close("\x03", 1, &got), ERR_BAD_REQUEST,
	    "a close with half a code");
	is_int(got, WS_PROTOCOL, "  is answered 1002");
	is_err(parse_close("\x03\xe8" "bye \xe2\x82\xac", 9, &got), ERR_OK,
	    "a close with a reason");
	is_int(got, WS_NORMAL, "  has its code");
	is_err(parse_close("\x03\xe8" "bye \xe2\x82", 8, &got),
	    ERR_BAD_REQUEST, "a reason that is not UTF-8");
	is_int(got, WS_INVALID, "  is answered 1007");
	for (code = 0; code <= UINT16_MAX; code++) {
		bytes[0] = (char)(code >> 8);
		bytes[1] = (char)code;
		if (parse_close(bytes, 2, &got) == ERR_OK)
			wrong += got != (enum ws_code)code ||
			    !may_be_sent(code);
		else
			wrong += got != WS_PROTOCOL || may_be_sent(code);
	}
	is_int(wrong, 0, "of all codes only those that may be sent");
}

static void
test_put(void)
{
	static char big[65536];
	struct str s;

	str_init(&s, 1 << 20);
	ws_put(&s, WS_TEXT, "Hello", 5);
	ok(s.len == 7 && memcmp(s.s, "\x81\x05Hello", 7) == 0,
	    "the RFC's unmasked Hello");
	str_reset(&s);
	ws_put(&s, WS_BINARY, big, 256);
	ok(s.len == 260 && memcmp(s.s, "\x82\x7e\x01\x00", 4) == 0,
	    "the RFC's 256 bytes");
	str_reset(&s);
	ws_put(&s, WS_BINARY, big, 65536);
	ok(s.len == 65546 && memcmp(s.s, "\x82\x7f\0\0\0\0\0\1\0\0", 10) == 0,
	    "the RFC's 64 KiB");
	str_reset(&s);
	ws_put(&s, WS_TEXT, big, 125);
	ok(s.len == 127 && s.s[1] == 125, "125 bytes in the short form");
	str_reset(&s);
	ws_put(&s, WS_TEXT, big, 65535);
	ok(s.len == 65539 && memcmp(s.s, "\x81\x7e\xff\xff", 4) == 0,
	    "65535 bytes in the middle form");
	str_reset(&s);
	ws_put_close(&s, (enum ws_code)4401, "session ended");
	ok(s.len == 17 && memcmp(s.s, "\x88\x0f\x11\x31session ended", 17) == 0,
	    "a close with code and reason");
	str_reset(&s);
	ws_put_close(&s, WS_NO_CODE, "");
	ok(s.len == 2 && memcmp(s.s, "\x88\x00", 2) == 0, "a close with none");
	str_release(&s);
}

static void
test_accept(void)
{
	static const char *const bad[] = {
		"", "x", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
		"dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25jZQA=",
		"dGhlIHNhbXBsZ_Bub25jZQ==", "dGhlIHNhbXBsZSBub25=ZQ==",
		" GhlIHNhbXBsZSBub25jZQ==",
	};
	char accept[WS_ACCEPT_LEN + 1];
	size_t i;

	is_err(ws_accept("dGhlIHNhbXBsZSBub25jZQ==", accept), ERR_OK,
	    "the RFC's key");
	is_str(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "the RFC's answer");
	is_err(ws_accept(NULL, accept), ERR_BAD_REQUEST, "no key");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ok(ws_accept(bad[i], accept) == ERR_BAD_REQUEST,
		    "a bad key: '%s'", bad[i]);
}

int
main(void)
{
	test_whole();
	test_lengths();
	test_head_rules();
	test_length_rules();
	test_limit();
	test_fragments();
	test_text();
	test_close();
	test_put();
	test_accept();
	return tap_done();
}
