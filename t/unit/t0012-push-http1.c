/*
 * push/http1: heads that are read, heads that are refused, and answers.
 */
#include "config.h"

#include "push/http1.h"
#include "t/unit/tap.h"

#define HOST	"Host: x\r\n"
#define END	HOST "\r\n"
#define UPGRADE	"Upgrade: websocket\r\nConnection: Upgrade\r\n"

enum { ARENA_MAX = 1 << 20 };

static struct arena arena;
static struct http1_head head;

static enum err
get(const char *text)
{
	size_t used;
	enum err e;

	arena_reset(&arena);
	e = http1_read_head(text, strlen(text), &arena, &head, &used);
	if (e == ERR_OK && used != strlen(text))
		return ERR_INTERNAL;
	return e;
}

static void
test_all_fields(void)
{
	static const char text[] =
	    "GET /v1/caf%C3%A9+/%2f?since=7&rooms=1%2C2 HTTP/1.1\r\n"
	    "hOST: chat.example\r\n"
	    "Authorization: \t Bearer a.b.c \t\r\n"
	    "Accept: text/event-stream\r\nAccept: */*\r\n"
	    "Cookie: a=1\r\nCookie: b=2\r\n"
	    "Origin: https://x\r\nLast-Event-ID: 41\r\n"
	    "X-Request-Id: deadbeef\r\nX-Real-IP: 2001:db8::1\r\n"
	    "Upgrade: h2c, WebSocket\r\n"
	    "Connection: keep-alive,  uPgrade\r\n"
	    "Sec-WebSocket-Key: k\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Protocol: natterjack.v1, bearer.t\r\n"
	    "X-Other: \xff\r\nX-Empty:\r\n\r\n";

	is_err(get(text), ERR_OK, "a head with everything in it");
	is_str(head.method, "GET", "method");
	is_str(head.path, "/v1/caf\xc3\xa9+//", "path, decoded");
	is_str(head.query, "since=7&rooms=1%2C2", "query, raw");
	is_str(head.authorization, "Bearer a.b.c", "a value without blanks");
	is_str(head.accept, "text/event-stream, */*", "two of a list joined");
	is_str(head.cookie, "a=1; b=2", "cookies too");
	is_str(head.origin, "https://x", "origin");
	is_str(head.last_event_id, "41", "last event id");
	is_str(head.request_id, "deadbeef", "request id");
	is_str(head.real_ip, "2001:db8::1", "the client's address");
	is_str(head.upgrade, "h2c, WebSocket", "upgrade");
	is_str(head.ws_key, "k", "key");
	is_str(head.ws_version, "13", "version");
	is_str(head.ws_protocol, "natterjack.v1, bearer.t", "protocols");
	ok(head.is_upgrade, "an upgrade, whatever the case");
	ok(head.keep_alive, "keep-alive");
	is_int(head.body_len, 0, "no body");
}

static void
test_absent(void)
{
	is_err(get("GET / HTTP/1.1\r\n" END), ERR_OK, "a head with nothing");
	is_str(head.query, "", "no query");
	ok(head.authorization == NULL && head.accept == NULL &&
	    head.cookie == NULL && head.origin == NULL &&
	    head.last_event_id == NULL && head.request_id == NULL &&
	    head.real_ip == NULL && head.upgrade == NULL &&
	    head.ws_key == NULL && head.ws_version == NULL &&
	    head.ws_protocol == NULL, "no header");
	ok(!head.is_upgrade && head.keep_alive, "HTTP/1.1 is kept alive");
	is_err(get("GET / HTTP/1.1\r\nOrigin:  \r\n" END), ERR_OK,
	    "an empty value");
	is_str(head.origin, "", "is not an absent one");
}

/* Every part of a head is not a head, and no byte behind it is touched. */
static void
test_pieces(void)
{
	static const char text[] = "POST /x HTTP/1.1\r\n" HOST
	    "Content-Length: 3\r\n\r\nabcGET /";
	size_t n, used, wrong = 0, len = strlen(text) - strlen("abcGET /");
	char *copy;

	for (n = 0; n <= strlen(text); n++) {
		arena_reset(&arena);
		if ((copy = malloc(n > 0 ? n : 1)) == NULL)
			abort();
		memcpy(copy, text, n);
		if (n < len)
			wrong += http1_read_head(copy, n, &arena, &head,
			    &used) != ERR_AGAIN;
		else
			wrong += http1_read_head(copy, n, &arena, &head,
			    &used) != ERR_OK || used != len;
		free(copy);
	}
	is_int((int64_t)wrong, 0, "a head in pieces");
	is_int(head.body_len, 3, "and the length of its body");
}

static const char *const good[] = {
	"GET /?%E2%82%AC=%41 HTTP/1.1\r\n" END,
	"GET /? HTTP/1.1\r\n" END,
	"GET http://chat.example/x HTTP/1.1\r\n" END,
	"GET https://chat.example:8443/x HTTP/1.1\r\n" END,
	"GET /http://x/ HTTP/1.1\r\n" END,
	"OPTIONS / HTTP/1.1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 0\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length:  17  \r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n" END,
	"GET / HTTP/1.0\r\n\r\n",
	"GET / HTTP/1.1\r\nHost:\r\n\r\n",
	"GET / HTTP/1.1\r\nX:a\tb\r\n" END,
};

static const char *const bad[] = {
	/* Lines. */
	"\r\n\r\n", "\r\nGET / HTTP/1.1\r\n" END, "x\r\n\r\n",
	"GET / HTTP/1.1\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\n\r\n\r\n",
	"GET / HTTP/1.1\r\nA: b\rc: d\r\n" END,
	"GET / HTTP/1.1\r\r\n" END,
	"GET / HTTP/1.1\r\nA: b\r\n c\r\n" END,
	"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n" END,
	"GET / HTTP/1.1\r\n A: b\r\n" END,
	"GET / HTTP/1.1\r\nA: \x01\r\n" END, "GET / HTTP/1.1\r\nA: \x7f\r\n" END,
	/* The request line. */
	"GET /\r\n" END, "GET  HTTP/1.1\r\n" END, "GET\r\n" END,
	"GET / HTTP/0.9\r\n" END, "GET / HTTP/1.2\r\n" END,
	"GET / HTTP/2.0\r\n" END, "GET / HTTP/1.10\r\n" END,
	"GET / HTTP/1.1 \r\n" END, "GET / http/1.1\r\n" END,
	"SOURCE / ICE/1.0\r\n" END, "get / HTTP/1.1\r\n" END,
	"BREW / HTTP/1.1\r\n" END, "PRI * HTTP/2.0\r\n\r\n",
	/* The target. */
	"OPTIONS * HTTP/1.1\r\n" END, "CONNECT x:80 HTTP/1.1\r\n" END,
	"GET x HTTP/1.1\r\n" END, "GET http://x HTTP/1.1\r\n" END,
	"GET http:/x HTTP/1.1\r\n" END, "GET ?x HTTP/1.1\r\n" END,
	"GET /a b HTTP/1.1\r\n" END, "GET /a\tb HTTP/1.1\r\n" END,
	"GET /\xc3\xa4 HTTP/1.1\r\n" END, "GET /a#b HTTP/1.1\r\n" END,
	"GET /?a#b HTTP/1.1\r\n" END,
	"GET /%00 HTTP/1.1\r\n" END, "GET /% HTTP/1.1\r\n" END,
	"GET /%4 HTTP/1.1\r\n" END, "GET /%4g HTTP/1.1\r\n" END,
	"GET /%g4 HTTP/1.1\r\n" END, "GET /%?41 HTTP/1.1\r\n" END,
	"GET /%ff HTTP/1.1\r\n" END, "GET /%c3 HTTP/1.1\r\n" END,
	"GET /%ed%a0%80 HTTP/1.1\r\n" END, "GET /%c0%af HTTP/1.1\r\n" END,
	"GET /?a=%00 HTTP/1.1\r\n" END, "GET /?a=%ff HTTP/1.1\r\n" END,
	"GET /?a=%zz HTTP/1.1\r\n" END, "GET /?%c3&%a4 HTTP/1.1\r\n" END,
	/* Headers. */
	"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n" HOST END,
	"GET / HTTP/1.1\r\nA : b\r\n" END, "GET / HTTP/1.1\r\nA\r\n" END,
	"GET / HTTP/1.1\r\n: b\r\n" END, "GET / HTTP/1.1\r\nA b: c\r\n" END,
	"GET / HTTP/1.1\r\n\xc3\xa4: b\r\n" END,
	"GET / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: a\r\n" END,
	"GET / HTTP/1.1\r\nOrigin: a\r\norigin: b\r\n" END,
	"GET / HTTP/1.1\r\nSec-WebSocket-Key:\r\nSec-WebSocket-Key:\r\n" END,
	/* Bodies. */
	"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: +1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: -1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 0x1\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 1 2\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length:\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: \r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n" END,
	"POST / HTTP/1.1\r\nContent-Length: 18446744073709551616\r\n" END,
	"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END,
	"POST / HTTP/1.1\r\ntransfer-encoding: gzip\r\n" END,
	"POST / HTTP/1.1\r\nTransfer-Encoding:\r\n" END,
	"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
	    "Content-Length: 1\r\n" END,
};

static void
test_lists(void)
{
	static const char nul[] = "GET / HTTP/1.1\r\nA: \0\r\n" END;
	size_t i, used;
	char name[64];

	for (i = 0; i < ARRAY_LEN(good); i++)
		ok(get(good[i]) == ERR_OK, "read: %.*s",
		    (int)strcspn(good[i], "\r\n"), good[i]);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(name, sizeof(name), "refused: number %zu", i);
		is_err(get(bad[i]), ERR_BAD_REQUEST, name);
	}
	arena_reset(&arena);
	is_err(http1_read_head(nul, sizeof(nul) - 1, &arena, &head, &used),
	    ERR_BAD_REQUEST, "refused: NUL in a value");
}

static void
test_absolute(void)
{
	is_err(get("GET http://u@h:1/p/q?r HTTP/1.1\r\n" END), ERR_OK,
	    "an absolute target");
	is_str(head.path, "/p/q", "has a path");
	is_str(head.query, "r", "and a query");
	is_err(get("GET /a://b/c?d=http://e/f HTTP/1.1\r\n" END), ERR_OK,
	    "a path that looks like one");
	is_str(head.path, "/a://b/c", "stays a path");
	is_str(head.query, "d=http://e/f", "and its query too");
}

static void
test_connection(void)
{
	is_err(get("GET / HTTP/1.0\r\n\r\n"), ERR_OK, "HTTP/1.0");
	ok(!head.keep_alive, "ends with its answer");
	is_err(get("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), ERR_OK,
	    "HTTP/1.0, kept alive");
	ok(head.keep_alive, "does not");
	is_err(get("GET / HTTP/1.1\r\nConnection: foo, close\r\n" END), ERR_OK,
	    "HTTP/1.1, to be closed");
	ok(!head.keep_alive, "ends with its answer");
	is_err(get("GET / HTTP/1.1\r\n" UPGRADE END), ERR_OK, "an upgrade");
	ok(head.is_upgrade, "is one");
	is_err(get("GET / HTTP/1.0\r\n" UPGRADE END), ERR_OK, "in HTTP/1.0");
	ok(!head.is_upgrade, "is none");
	is_err(get("POST / HTTP/1.1\r\n" UPGRADE END), ERR_OK, "in a POST");
	ok(!head.is_upgrade, "is none");
	is_err(get("GET / HTTP/1.1\r\nContent-Length: 1\r\n" UPGRADE END),
	    ERR_OK, "before a body");
	ok(!head.is_upgrade, "is none");
	is_err(get("GET / HTTP/1.1\r\nUpgrade: websocket\r\n" END), ERR_OK,
	    "without Connection: upgrade");
	ok(!head.is_upgrade, "is none");
	is_err(get("GET / HTTP/1.1\r\nUpgrade: websockets, h2c\r\n"
	    "Connection: upgrade\r\n" END), ERR_OK, "to something else");
	ok(!head.is_upgrade, "is none of ours");
}

static void
test_query(void)
{
	is_err(get("GET /?a=1&b&=x&c=&d=%26%3d+%2B&%61b=e&a=2&f=g=h&&i=%E2%82"
	    "%AC HTTP/1.1\r\n" END), ERR_OK, "a query");
	is_str(http1_query(&head, &arena, "a"), "1", "the first of two");
	is_str(http1_query(&head, &arena, "b"), "", "a name alone");
	is_str(http1_query(&head, &arena, ""), "x", "a value alone");
	is_str(http1_query(&head, &arena, "c"), "", "an empty value");
	is_str(http1_query(&head, &arena, "d"), "&= +", "a decoded value");
	is_str(http1_query(&head, &arena, "ab"), "e", "a decoded name");
	is_str(http1_query(&head, &arena, "f"), "g=h", "a second =");
	is_str(http1_query(&head, &arena, "i"), "\xe2\x82\xac", "UTF-8");
	is_str(http1_query(&head, &arena, "g"), NULL, "an absent one");
	is_str(http1_query(&head, &arena, "A"), NULL, "another case");
	is_err(get("GET / HTTP/1.1\r\n" END), ERR_OK, "no query");
	is_str(http1_query(&head, &arena, ""), NULL, "has nothing");
}

static void
test_ceiling(void)
{
	static const char text[] = "GET / HTTP/1.1\r\nCookie: abcdefghijkl\r\n"
	    "Cookie: mnopqrstuvwxyz\r\n" END;
	struct arena small;
	size_t max, used, full = 0;
	enum err e;

	for (max = 0; max < 2000; max++) {
		arena_init(&small, max);
		e = http1_read_head(text, strlen(text), &small, &head, &used);
		full += e == ERR_NOMEM;
		arena_release(&small);
		if (e != ERR_NOMEM)
			break;
	}
	is_err(e, ERR_OK, "an arena that is large enough");
	ok(full > 40, "every smaller one is full, and that is said");
}

/* What is joined grows with the head, not with its square. */
static void
test_many_cookies(void)
{
	static char text[16 * 1024];
	struct arena sixteen;
	struct str s;
	size_t used;

	str_init(&s, sizeof(text));
	str_puts(&s, "GET / HTTP/1.1\r\n");
	while (s.len < sizeof(text) - 64)
		str_puts(&s, "Cookie:a\r\n");
	str_puts(&s, END);
	arena_init(&sixteen, 16 * s.len);
	is_err(http1_read_head(s.s, s.len, &sixteen, &head, &used), ERR_OK,
	    "a head of nothing but cookies");
	ok(strlen(head.cookie) > s.len / 4, "has all of them");
	arena_release(&sixteen);
	str_release(&s);
}

static void
answer_is(const struct http1_answer *a, const char *want, const char *what)
{
	struct str s;

	str_init(&s, 4096);
	http1_put_answer(&s, a);
	is_str(s.s, want, what);
	str_release(&s);
}

static void
test_answer(void)
{
	answer_is(&(struct http1_answer){ .status = 200, .body = "{}",
	    .body_len = 2, .content_type = "application/json",
	    .keep_alive = true, .extra = "A: b\r\n" },
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: 2\r\nConnection: keep-alive\r\nA: b\r\n\r\n{}",
	    "an answer");
	answer_is(&(struct http1_answer){ .status = 404, .body = "" },
	    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n", "an empty one");
	answer_is(&(struct http1_answer){ .status = 204, .keep_alive = true },
	    "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n",
	    "one that has no body");
	answer_is(&(struct http1_answer){ .status = 101,
	    .extra = "Connection: Upgrade\r\n" },
	    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n",
	    "another protocol");
	is_str(http1_reason(503), "Service Unavailable", "a reason");
	is_str(http1_reason(299), "", "none");
}

int
main(void)
{
	arena_init(&arena, ARENA_MAX);
	test_all_fields();
	test_absent();
	test_pieces();
	test_lists();
	test_absolute();
	test_connection();
	test_query();
	test_ceiling();
	test_many_cookies();
	test_answer();
	arena_release(&arena);
	return tap_done();
}
