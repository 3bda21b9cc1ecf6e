/*
 * FastCGI as a client: what is asked, and what is understood of the answer.
 */
#include "config.h"

#include "push/fcgi_client.h"
#include "t/unit/tap.h"

enum { STDOUT = 6, STDERR = 7, END_REQUEST = 3 };

static void
put_record(struct str *s, uint8_t type, const char *bytes, size_t len,
    uint8_t padding)
{
	const uint8_t head[] = { 1, type, 0, 1, (uint8_t)(len >> 8),
	    (uint8_t)len, padding, 0 };

	str_put(s, head, sizeof(head));
	str_put(s, bytes, len);
	str_put(s, "\xff\xff\xff\xff\xff\xff\xff\xff", padding);
}

static void
put_end(struct str *s, uint8_t protocol_status)
{
	const char end[8] = { 0, 0, 0, 0, (char)protocol_status };

	put_record(s, END_REQUEST, end, sizeof(end), 0);
}

/* Take the bytes in pieces of `piece`; the last result. */
static enum err
take(struct fcgi_answer *a, const struct str *s, size_t piece)
{
	enum err e = ERR_AGAIN;
	size_t at, n;

	for (at = 0; at < s->len && e == ERR_AGAIN; at += n) {
		n = s->len - at < piece ? s->len - at : piece;
		e = fcgi_answer_take(a, s->s + at, n);
	}
	return e;
}

static void
test_answer(size_t piece)
{
	static const char text[] = "Status: 201 Created\r\n"
	    "Content-Type: text/plain\r\n\r\nhello\r\n\r\nworld";
	struct fcgi_answer a;
	struct str s;
	const char *body;
	size_t len;
	int status;

	str_init(&s, 65536);
	put_record(&s, STDOUT, text, 9, 3);
	put_record(&s, STDERR, "a complaint", 11, 5);
	put_record(&s, STDOUT, text + 9, sizeof(text) - 10, 0);
	put_record(&s, STDOUT, "", 0, 0);
	put_end(&s, 0);
	fcgi_answer_init(&a, 1000);
	is_err(take(&a, &s, piece), ERR_OK, "an answer is understood");
	ok(fcgi_answer_parse(&a, &status, &body, &len), "it has headers");
	is_int(status, 201, "its status");
	ok(len == 14 && memcmp(body, "hello\r\n\r\nworld", 14) == 0,
	    "its body, without the complaint");
	fcgi_answer_release(&a);

	fcgi_answer_init(&a, 1000);
	s.len--;
	is_err(take(&a, &s, piece), ERR_AGAIN, "one byte is missing");
	s.len++;
	fcgi_answer_release(&a);

	fcgi_answer_init(&a, 20);
	is_err(take(&a, &s, piece), ERR_TOO_LARGE, "more than it may be");
	fcgi_answer_release(&a);
	str_release(&s);
}

/* The bytes are no answer to us. */
static void
refuses(const char *bytes, size_t len, const char *what)
{
	struct fcgi_answer a;

	fcgi_answer_init(&a, 1000);
	is_err(fcgi_answer_take(&a, bytes, len), ERR_BAD_REQUEST, what);
	fcgi_answer_release(&a);
}

static void
test_nonsense(void)
{
	struct fcgi_answer a;
	const char *body;
	struct str s;
	size_t len;
	int status;

	refuses("HTTP/1.1 200", 12, "another protocol");
	refuses("\x01\x06\x00\x02\x00\x00\x00\x00", 8, "another request's");
	refuses("\x01\x01\x00\x01\x00\x08\x00\x00", 8, "a client's record");
	refuses("\x01\x03\x00\x01\x00\x07\x00\x00", 8, "an end that is too short");
	str_init(&s, 1000);
	put_end(&s, 2);
	refuses(s.s, s.len, "a worker that is overloaded");
	str_release(&s);

	fcgi_answer_init(&a, 1000);
	str_init(&s, 1000);
	put_record(&s, STDOUT, "Status: 500 x\r\nno end", 21, 0);
	put_end(&s, 0);
	is_err(take(&a, &s, 100), ERR_OK, "headers without an end are whole");
	ok(!fcgi_answer_parse(&a, &status, &body, &len), "but no answer");
	fcgi_answer_release(&a);
	str_release(&s);
}

/* Read back the streams of a request; the content of one type. */
static void
read_stream(const struct str *s, uint8_t type, struct str *out, int *ends_out)
{
	const uint8_t *p = (const uint8_t *)s->s, *end = p + s->len;
	size_t len;

	for (*ends_out = 0; end - p >= 8; p += 8 + len + p[6]) {
		len = (size_t)p[4] << 8 | p[5];
		if (p[1] == type) {
			str_put(out, p + 8, len);
			*ends_out += len == 0;
		}
	}
	ok(p == end, "the records fill the request");
}

static void
test_request(void)
{
	static char value[201], body[200001];
	const struct fcgi_param params[] = {
		{ "REQUEST_METHOD", "POST" }, { "EMPTY", "" }, { "LONG", value }
	};
	const struct fcgi_request r = { params, ARRAY_LEN(params), body,
	    sizeof(body) - 1 };
	struct str s, out;
	int ends;

	memset(value, 'v', sizeof(value) - 1);
	memset(body, 'b', sizeof(body) - 1);
	str_init(&s, 1 << 20);
	str_init(&out, 1 << 20);
	fcgi_put_request(&s, &r);
	ok(str_is_ok(&s), "a request is made");
	ok(memcmp(s.s, "\x01\x01\x00\x01\x00\x08\x00\x00"
	    "\x00\x01\x00\x00\x00\x00\x00\x00", 16) == 0,
	    "it begins: responder, close afterwards");
	read_stream(&s, 4, &out, &ends);
	ok(out.len == 2 + 18 + 2 + 5 + 5 + 4 + 200 && ends == 1 &&
	    memcmp(out.s, "\x0e\x04REQUEST_METHODPOST\x05\x00" "EMPTY"
	    "\x04\x80\x00\x00\xc8LONGvvv", 39) == 0,
	    "its parameters, long ones too");
	str_reset(&out);
	read_stream(&s, 5, &out, &ends);
	ok(out.len == sizeof(body) - 1 && ends == 1 &&
	    memcmp(out.s, body, out.len) == 0,
	    "its body, in as many records as it needs");
	str_release(&s);
	str_init(&s, 1000);
	fcgi_put_request(&s, &r);
	ok(!str_is_ok(&s), "one that does not fit is not sent in part");
	str_release(&s);
	str_release(&out);
}

int
main(void)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 8, 64, 100000 };
	size_t i;

	for (i = 0; i < ARRAY_LEN(pieces); i++)
		test_answer(pieces[i]);
	test_nonsense();
	test_request();
	return tap_done();
}
