/*
 * How the dialects of FastAPI's family refuse, and the credentials and forms
 * that come with a request.
 */
#include "config.h"

#include "dialect/fastapi.h"
#include "t/unit/tap.h"

static struct arena arena;

static struct exchange
request(void)
{
	struct exchange x = { .call.arena = &arena };

	arena_reset(&arena);
	x.request = (struct request){ .id = "r", .method = "GET", .path = "/",
	    .query = "", .body = "" };
	str_init_arena(&x.answer.body, &arena);
	return x;
}

static const char *
header(const struct exchange *x, const char *name)
{
	int i;

	for (i = 0; i < x->answer.headers_n; i++)
		if (strcmp(x->answer.header[i].name, name) == 0)
			return x->answer.header[i].value;
	return NULL;
}

/* ---- refusals */

static const struct fastapi_word words[] = {
	{ ERR_BAD_TOKEN, 401, "Invalid token", false },
	{ ERR_ACCOUNT_GONE, 404, "Not here", false },
	{ ERR_NOT_FOUND, 404, "Room not found", false },
	{ ERR_OK, 0, NULL, false }
};

static const struct fastapi_name names[] = {
	{ "text", "content" },
	{ NULL, NULL }
};

static const struct fastapi_style plain = { .has_url = false };
static const struct fastapi_style own = {
	.words = words, .names = names,
	.other_scheme = { ERR_NO_TOKEN, 403, "Other scheme", false }
};

static void
refuses(const struct fastapi_style *style, enum err e, int status,
    const char *body)
{
	struct exchange x = request();

	fastapi_refuse(&x, e, style);
	is_str(x.answer.body.s, body, err_code(e));
	is_int(x.answer.status, status, "  its status");
}

static void
test_common(void)
{
	struct exchange x = request();

	refuses(&plain, ERR_NO_TOKEN, 401, "{\"detail\":\"Not authenticated\"}");
	refuses(&plain, ERR_BAD_TOKEN, 401,
	    "{\"detail\":\"Could not validate credentials\"}");
	refuses(&plain, ERR_TOKEN_EXPIRED, 401,
	    "{\"detail\":\"Could not validate credentials\"}");
	refuses(&plain, ERR_SESSION_ENDED, 401,
	    "{\"detail\":\"Could not validate credentials\"}");
	refuses(&plain, ERR_ACCOUNT_GONE, 401,
	    "{\"detail\":\"Could not validate credentials\"}");
	refuses(&plain, ERR_NO_ROUTE, 404, "{\"detail\":\"Not Found\"}");
	refuses(&plain, ERR_METHOD, 405, "{\"detail\":\"Method Not Allowed\"}");
	refuses(&plain, ERR_BAD_UTF8, 400,
	    "{\"detail\":\"There was an error parsing the body\"}");
	refuses(&plain, ERR_TOO_LARGE, 413,
	    "{\"detail\":\"The request is larger than this server accepts.\"}");
	refuses(&plain, ERR_BUSY, 503,
	    "{\"detail\":\"The server is busy; try again.\"}");
	refuses(&plain, ERR_INTERNAL, 500, "Internal Server Error");
	fastapi_refuse(&x, ERR_NO_TOKEN, &plain);
	is_str(header(&x, "WWW-Authenticate"), "Bearer", "asks for a token");
	x = request();
	fastapi_refuse(&x, ERR_INTERNAL, &plain);
	is_str(x.answer.content_type, "text/plain; charset=utf-8",
	    "a mistake of ours is plain text");
	x = request();
	fastapi_refuse(&x, ERR_NOT_FOUND, &plain);
	ok(header(&x, "WWW-Authenticate") == NULL, "others ask for no token");
}

static void
test_below(void)
{
	static const char *const stems[] = { "/users", "/api/rooms" };

	ok(fastapi_is_below("/users", stems, 2) &&
	    fastapi_is_below("/users/", stems, 2) &&
	    fastapi_is_below("/api/rooms/7", stems, 2), "at or below a stem");
	ok(!fastapi_is_below("/user", stems, 2) &&
	    !fastapi_is_below("/users2", stems, 2) &&
	    !fastapi_is_below("/api", stems, 2) &&
	    !fastapi_is_below("/x/users", stems, 2), "or beside them");
}

static void
test_own(void)
{
	struct exchange x = request();

	refuses(&own, ERR_BAD_TOKEN, 401, "{\"detail\":\"Invalid token\"}");
	refuses(&own, ERR_TOKEN_EXPIRED, 401, "{\"detail\":\"Invalid token\"}");
	refuses(&own, ERR_ACCOUNT_GONE, 404, "{\"detail\":\"Not here\"}");
	refuses(&own, ERR_NOT_FOUND, 404, "{\"detail\":\"Room not found\"}");
	refuses(&own, ERR_NO_TOKEN, 401, "{\"detail\":\"Not authenticated\"}");
	x.request.authorization = "Basic x";
	fastapi_refuse(&x, ERR_NO_TOKEN, &own);
	is_str(x.answer.body.s, "{\"detail\":\"Other scheme\"}",
	    "a token in another scheme");
	is_int(x.answer.status, 403, "  its status");
	ok(header(&x, "WWW-Authenticate") == NULL, "  without a challenge");
	x = request();
	x.request.authorization = "Basic ";
	fastapi_refuse(&x, ERR_NO_TOKEN, &own);
	is_str(x.answer.body.s, "{\"detail\":\"Not authenticated\"}",
	    "a scheme without a token");
}

static void
test_fail(void)
{
	static const struct fastapi_word mine[] = {
		{ ERR_TAKEN, 400, "Taken", false },
		{ ERR_GONE, 401, "Gone", true },
		{ ERR_OK, 0, NULL, false }
	};
	struct exchange x = request();

	is_err(fastapi_fail(&x, 418, "No \"coffee\""), ERR_REFUSED,
	    "a refusal");
	fastapi_refuse(&x, ERR_REFUSED, &own);
	is_str(x.answer.body.s, "{\"detail\":\"No \\\"coffee\\\"\"}",
	    "has its text");
	is_int(x.answer.status, 418, "and its status");
	x = request();
	is_err(fastapi_word(&x, ERR_OK, mine), ERR_OK, "what is fine is fine");
	is_err(fastapi_word(&x, ERR_BUSY, mine), ERR_BUSY,
	    "what has no word stays");
	is_err(fastapi_word(&x, ERR_TAKEN, mine), ERR_REFUSED, "one that has");
	fastapi_refuse(&x, ERR_REFUSED, &own);
	is_str(x.answer.body.s, "{\"detail\":\"Taken\"}", "says it");
	ok(header(&x, "WWW-Authenticate") == NULL, "without a challenge");
	x = request();
	is_err(fastapi_word(&x, ERR_GONE, mine), ERR_REFUSED, "or with one");
	fastapi_refuse(&x, ERR_REFUSED, &own);
	is_str(header(&x, "WWW-Authenticate"), "Bearer", "as the word says");
	x = request();
	is_err(fastapi_message(&x, "hello"), ERR_OK, "a message");
	is_str(x.answer.body.s, "{\"message\":\"hello\"}", "is an object");
	is_int(x.answer.status, 200, "of 200");
}

static void
test_core(void)
{
	struct exchange x = request();

	x.call.field = "text";
	x.json = json_loads("{\"content\":\"too long\"}", 0, NULL);
	fastapi_refuse(&x, ERR_TOO_LONG, &own);
	is_str(x.answer.body.s, "{\"detail\":[{\"type\":\"value_error\",\"loc\":"
	    "[\"body\",\"content\"],\"msg\":\"A field is too long.\",\"input\":"
	    "\"too long\",\"ctx\":{\"error\":{}}}]}",
	    "what the core refuses is an item, by the name it has here");
	is_int(x.answer.status, 422, "of a 422");
	exchange_release(&x);
	x = request();
	x.call.field = "reply_to";
	fastapi_refuse(&x, ERR_BAD_VALUE, &plain);
	ok(strstr(x.answer.body.s, "\"loc\":[\"body\",\"reply_to\"]") != NULL &&
	    strstr(x.answer.body.s, "\"input\":null") != NULL,
	    "also of a field that did not come");
}

static void
test_nobody(void)
{
	struct exchange x = request();

	ok(dialect_nobody.owns("/anything"), "nobody owns what is left");
	dialect_nobody.refuse(&x, ERR_NO_ROUTE);
	is_str(x.answer.body.s, "{\"detail\":\"Not Found\"}",
	    "and says that there is nothing");
}

static void
grants(const char *body, const char *want)
{
	struct exchange x = request();
	struct fields f;
	enum err e;

	x.request.content_type = "application/x-www-form-urlencoded";
	x.request.body = body;
	x.request.body_len = strlen(body);
	fields_begin(&f, &x);
	fields_form(&f);
	fields_grant(&f);
	if ((e = fields_end(&f)) != ERR_OK)
		fastapi_refuse(&x, e, &plain);
	is_str(x.answer.body.s, want, body);
}

static void
test_grant(void)
{
	grants("a=b", "");
	grants("grant_type=password", "");
	grants("grant_type=", "");
	grants("grant_type=code", "{\"detail\":[{\"type\":"
	    "\"string_pattern_mismatch\",\"loc\":[\"body\",\"grant_type\"],"
	    "\"msg\":\"String should match pattern '^password$'\",\"input\":"
	    "\"code\",\"ctx\":{\"pattern\":\"^password$\"}}]}");
}

/* ---- cookies */

static const char *
cookie(const char *header, const char *name)
{
	struct exchange x = request();

	x.request.cookie = header;
	return exchange_cookie(&x, name);
}

static void
test_cookies(void)
{
	is_str(cookie(NULL, "a"), NULL, "no cookies");
	is_str(cookie("a=1", "a"), "1", "one");
	is_str(cookie("a=1; b=2;c=3", "b"), "2", "among others");
	is_str(cookie("a=1; b=2;c=3", "c"), "3", "without a space");
	is_str(cookie("ab=1; xa=2", "a"), NULL, "other names");
	is_str(cookie("b=a=1; a=", "a"), "", "an empty one");
	is_str(cookie("a", "a"), NULL, "a name without a value");
	is_str(cookie("a=1; a=2", "a"), "1", "the first of two");
	is_str(cookie("b=; ;;a=x=y", "a"), "x=y", "odd ones around");
}

static const char *
token(const char *origin, const char *host, bool is_https)
{
	struct exchange x = request();

	x.request.cookie = "natterjack_token=t";
	x.request.origin = origin;
	x.request.host = host;
	x.request.is_https = is_https;
	return exchange_cookie_token(&x);
}

static void
test_origin(void)
{
	is_str(token(NULL, "h", false), "t", "no Origin: no page of another's");
	is_str(token("http://h", "h", false), "t", "the site itself");
	is_str(token("http://h:8080", "h:8080", false), "t", "with a port");
	is_str(token("HTTP://H", "h", false), "t", "in any case");
	is_str(token("https://h", "h", true), "t", "by TLS");
	is_str(token("https://h", "h", false), "t",
	    "by TLS that a proxy has taken off");
	is_str(token("http://h", "h", true), NULL,
	    "a page without TLS, of a site that has it");
	is_str(token("http://h:8080", "h", false), NULL, "another port");
	is_str(token("http://evil", "h", false), NULL, "another site");
	is_str(token("http://h.evil", "h", false), NULL, "one that begins so");
	is_str(token("http://evil/h", "h", false), NULL, "one that ends so");
	is_str(token("null", "h", false), NULL, "no site at all");
	is_str(token("", "h", false), NULL, "nor this");
	is_str(token("file://h", "h", false), NULL, "another scheme");
	is_str(token("http://h", NULL, false), NULL, "no Host");
}

static void
test_keeping(void)
{
	struct exchange x = request();

	exchange_keep_token(&x, "a.b.c", 3600);
	is_str(header(&x, "Set-Cookie"), "natterjack_token=a.b.c; Path=/; "
	    "Max-Age=3600; HttpOnly; SameSite=Strict", "the login cookie");
	x = request();
	x.request.is_https = true;
	exchange_keep_token(&x, "a.b.c", 60);
	is_str(header(&x, "Set-Cookie"), "natterjack_token=a.b.c; Path=/; "
	    "Max-Age=60; HttpOnly; SameSite=Strict; Secure", "by TLS");
}

/* ---- forms */

static const char *
field(const char *text, const char *name)
{
	struct form form;

	arena_reset(&arena);
	if (form_parse(&arena, text, strlen(text), &form) != ERR_OK)
		return "?";
	return form_find(&form, name);
}

static void
test_form(void)
{
	struct str s;
	int i;

	is_str(field("a=1&b=2", "b"), "2", "a field");
	is_str(field("a=1&a=2", "a"), "2", "the last of two");
	is_str(field("a+b%3D=x%20y%2B+z", "a b="), "x y+ z", "encoded");
	is_str(field("a=b=c", "a"), "b=c", "an equals sign in it");
	is_str(field("a", "a"), "", "without a value");
	is_str(field("&&a=1&", "a"), "1", "empty ones around it");
	is_str(field("a=%zz%4%", "a"), "%zz%4%", "percent signs");
	is_str(field("a=%ff%00x", "a"), "\xef\xbf\xbd\xef\xbf\xbdx",
	    "what is no text");
	is_str(field("", "a"), NULL, "nothing");
	str_init(&s, 1 << 16);
	for (i = 0; i <= FORM_FIELDS_MAX; i++)
		str_puts(&s, "a=1&");
	is_str(field(s.s, "a"), "?", "too many fields");
	str_release(&s);
}

static const char *
form_body(const char *type, const char *body, const char *name)
{
	static struct exchange x;
	struct form form;

	x = request();
	x.request.content_type = type;
	x.request.body = body;
	x.request.body_len = strlen(body);
	if (form_read(&x, &form) != ERR_OK)
		return x.detail;
	return form_find(&form, name);
}

static void
test_form_body(void)
{
	static const char parts[] =
	    "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1&2\r\n"
	    "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\""
	    "\r\n\r\nbytes\r\n--x--\r\n";

	is_str(form_body("application/x-www-form-urlencoded", "a=1%26", "a"),
	    "1&", "urlencoded");
	is_str(form_body("Application/X-WWW-form-urlencoded;charset=utf-8",
	    "a=1", "a"), "1", "in any case, with a charset");
	is_str(form_body("multipart/form-data; boundary=x", parts, "a"),
	    "1&2", "multipart");
	is_str(form_body("multipart/form-data; boundary=x", parts, "f"),
	    NULL, "a file is no field");
	is_str(form_body("multipart/form-data; boundary=y", parts, "a"),
	    "There was an error parsing the body", "another boundary");
	is_str(form_body("multipart/form-data", parts, "a"),
	    "There was an error parsing the body", "none");
	is_str(form_body("application/json", "a=1", "a"), NULL, "JSON");
	is_str(form_body(NULL, "a=1", "a"), NULL, "no type");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_common();
	test_below();
	test_own();
	test_fail();
	test_core();
	test_nobody();
	test_grant();
	test_cookies();
	test_origin();
	test_keeping();
	test_form();
	test_form_body();
	arena_release(&arena);
	return tap_done();
}
