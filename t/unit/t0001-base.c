/*
 * The building blocks of lib/base: arena, str, jw, json, clock, num, percent,
 * line, conf, err.
 */
#include "config.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/json_mem.h"
#include "base/jw.h"
#include "base/line.h"
#include "base/num.h"
#include "base/percent.h"
#include "t/unit/tap.h"

static void
test_err(void)
{
	size_t i, j;
	bool unique = true;

	for (i = 0; i < ERR_N; i++)
		for (j = 0; j < i; j++)
			unique &= strcmp(err_code((enum err)i),
			    err_code((enum err)j)) != 0;
	ok(unique, "every error has a code of its own");
	is_int(err_status(ERR_OK), 200, "ERR_OK is 200");
	is_int(ERR_OK, 0, "ERR_OK is 0");
}

static void
test_arena(void)
{
	struct arena a;
	char *p, *q;
	int i;

	arena_init(&a, 100000);
	p = arena_strdup(&a, "abc");
	is_str(p, "abc", "arena_strdup copies");
	q = arena_alloc(&a, 1);
	ok(((uintptr_t)q & (_Alignof(max_align_t) - 1)) == 0, "aligned");
	ok(arena_alloc(&a, 100000) == NULL, "beyond the ceiling: NULL");
	ok(arena_is_full(&a), "and the arena is full");
	ok(arena_alloc(&a, 1) == NULL, "and stays so");
	arena_reset(&a);
	ok(!arena_is_full(&a), "until it is reset");
	for (i = 0; i < 90; i++)
		if ((p = arena_alloc(&a, 1000)) != NULL)
			memset(p, i, 1000);
	ok(p != NULL, "ninety blocks of a thousand fit");
	ok(arena_extend(&a, p, 1000, 2000), "the last one can be extended");
	memset(p, 1, 2000);
	q = arena_alloc(&a, 1);
	ok(q >= p + 2000, "and what comes next lies behind it");
	ok(!arena_extend(&a, p, 2000, 3000), "it is the last one no longer");
	ok(!arena_extend(&a, q, 1, 100001), "nothing is extended beyond the ceiling");
	ok(!arena_is_full(&a), "which is no reason to be full");
	ok(arena_calloc(&a, SIZE_MAX, 2) == NULL, "an overflow is refused");
	arena_release(&a);
}

static void
test_str(void)
{
	struct arena a;
	struct str s;
	char *was;
	int i;

	str_init(&s, 1000);
	is_str(s.s, "", "a new str is empty");
	for (i = 0; i < 100; i++)
		str_puts(&s, "0123456789");
	ok(str_is_ok(&s) && s.len == 1000, "it grows up to its ceiling");
	str_putc(&s, 'x');
	ok(!str_is_ok(&s) && s.len == 1000, "and goes bad beyond it");
	str_reset(&s);
	str_printf(&s, "%s-%d", "a", 7);
	is_str(s.s, "a-7", "str_printf");
	str_put_int(&s, INT64_MIN);
	is_str(s.s, "a-7-9223372036854775808", "str_put_int, the smallest");
	str_drop(&s, 3);
	is_str(s.s, "-9223372036854775808", "str_drop");
	str_release(&s);

	arena_init(&a, 4096);
	str_init_arena(&s, &a);
	for (i = 0; i < 500; i++)
		str_puts(&s, "0123456789");
	ok(!str_is_ok(&s), "a str in an arena goes bad with it");
	arena_release(&a);

	arena_init(&a, 100000);
	str_init_arena(&s, &a);
	str_puts(&s, "0123456789");
	was = s.s;
	for (i = 0; i < 500; i++)
		str_puts(&s, "0123456789");
	ok(s.s == was && s.len == 5010, "alone in it, it grows where it is");
	ok(a.used <= 8192, "and takes no more than it needs");
	arena_strdup(&a, "x");
	for (i = 0; i < 500; i++)
		str_puts(&s, "0123456789");
	ok(s.s != was && s.len == 10010 && strncmp(s.s, "0123", 4) == 0,
	    "beside others it moves");
	arena_release(&a);
}

static void
test_jw(void)
{
	struct str s;
	struct jw w;

	str_init(&s, 10000);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key_str(&w, "a", "q\"b\\n\n\x01\xc3\xa9");
	jw_key_id(&w, "id", 42);
	jw_key_time(&w, "at", 1);
	jw_key_time(&w, "never", 0);
	jw_key(&w, "list");
	jw_array_begin(&w);
	jw_int(&w, -5);
	jw_bool(&w, true);
	jw_array_begin(&w);
	jw_array_end(&w);
	jw_null(&w);
	jw_array_end(&w);
	jw_key_str(&w, "none", NULL);
	jw_key_text(&w, "\"\n\xc3\xa9");
	jw_int(&w, 1);
	jw_object_end(&w);
	ok(jw_is_whole(&w), "all scopes are closed");
	is_str(s.s, "{\"a\":\"q\\\"b\\\\n\\n\\u0001\xc3\xa9\",\"id\":\"42\","
	    "\"at\":\"1970-01-01T00:00:00.001Z\",\"never\":null,"
	    "\"list\":[-5,true,[],null],\"none\":null,"
	    "\"\\\"\\n\xc3\xa9\":1}", "the text");
	str_release(&s);
}

/* Read a text and drop the value. */
static enum err
reads(const char *text, size_t len)
{
	json_t *v = NULL;
	enum err e = json_read(text, len, &v, NULL);

	json_decref(v);
	return e;
}

static void
must_read(const char *text, json_t **out)
{
	if (json_read(text, strlen(text), out, NULL) != ERR_OK)
		exit(1);
}

/* `n` times the same members, each with another key if it is to have one. */
static void
read_many(const char *open, const char *member, const char *close)
{
	int64_t misses = json_mem_misses();
	struct str s;
	int i;

	str_init(&s, 1 << 20);
	str_puts(&s, open);
	for (i = 0; s.len < 60000; i++) {
		str_puts(&s, i > 0 ? "," : "");
		if (*open == '{')
			str_printf(&s, "\"%x\":", i);
		str_puts(&s, member);
	}
	str_puts(&s, close);
	ok(reads(s.s, s.len) == ERR_OK && json_mem_misses() == misses,
	    "what is taken is enough for %d times %s", i, member);
	str_release(&s);
}

static void
test_json_memory(void)
{
	char *text;
	json_t *v;

	read_many("[", "0", "]");
	read_many("[", "0.1", "]");
	read_many("[", "\"\"", "]");
	read_many("[", "\"x\"", "]");
	read_many("[", "{}", "]");
	read_many("[", "[]", "]");
	read_many("[", "{\"\":0}", "]");
	read_many("[", "[[[[[[0]]]]]]", "]");
	read_many("{", "0", "}");
	read_many("{", "\"x\"", "}");
	read_many("{", "{}", "}");
	read_many("[", "\"0123456789012345678901234567890123456789\"", "]");
	must_read("{\"a\":[1,2]}", &v);
	text = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	is_str(text, "{\"a\":[1,2]}", "what is written is plain memory");
	free(text);
}

static void
test_json(void)
{
	static const char object[] = "{\"t\":\"x\",\"n\":3,\"id\":\"17\","
	    "\"b\":true,\"z\":null,\"l\":[]}";
	char deep[200];
	const char *text;
	const json_t *list;
	json_t *v = NULL;
	int64_t n;
	bool b;

	is_err(reads("{\"a\":1}", 7), ERR_OK, "an object");
	is_err(reads("3", 1), ERR_OK, "any value");
	is_err(reads("", 0), ERR_BAD_JSON, "nothing");
	is_err(reads("{\"a\":1}x", 8), ERR_BAD_JSON, "something behind it");
	is_err(reads("{\"a\":1,\"a\":2}", 13), ERR_BAD_JSON, "a key twice");
	is_err(reads("\"\xff\"", 3), ERR_BAD_UTF8, "bad UTF-8");
	is_err(reads("\"\\u0000\"", 8), ERR_BAD_JSON, "a NUL");
	is_err(reads("2\0", 2), ERR_BAD_JSON, "a NUL behind a number");
	is_err(reads("[1\0,2]", 7), ERR_BAD_JSON, "also within a list");
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	is_err(reads(deep, 200), ERR_BAD_JSON, "too deep");
	is_err(reads(deep + 80, 40), ERR_OK, "deep, but not too deep");
	is_err(reads("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", 43),
	    ERR_OK, "brackets in a string do not count");

	is_err(json_read(object, sizeof(object) - 1, &v, NULL), ERR_OK,
	    "an object with all types");
	is_err(json_get_text(v, "t", &text), ERR_OK, "text");
	is_err(json_get_text(v, "n", &text), ERR_WRONG_TYPE, "no text");
	is_err(json_get_text(v, "z", &text), ERR_MISSING, "null is absent");
	is_err(json_get_int(v, "n", &n), ERR_OK, "a number");
	is_err(json_get_id(v, "id", &n), ERR_OK, "an id of digits");
	is_int(n, 17, "its value");
	is_err(json_get_id(v, "t", &n), ERR_WRONG_TYPE, "no id");
	is_err(json_get_bool(v, "b", &b), ERR_OK, "a bool");
	is_err(json_get_array(v, "l", &list), ERR_OK, "an array");
	is_err(json_get_array(v, "q", &list), ERR_MISSING, "no such key");
	json_decref(v);
}

/* What was read is written as it was. */
static void
puts_again(const char *text)
{
	json_t *v = NULL;
	struct str out;
	struct jw w;

	is_err(json_read(text, strlen(text), &v, NULL), ERR_OK, "a value");
	str_init(&out, 1000);
	jw_init(&w, &out);
	json_put(&w, v);
	is_str(out.s, text, "  is written again");
	str_release(&out);
	json_decref(v);
}

static void
test_json_put(void)
{
	struct str deep;
	int i;

	puts_again("{\"z\":[1,-9223372036854775808,true,false,null],"
	    "\"a\":{\"\\u0001\\n\":\"\xc3\xa4 \\\\ \\\" / \x7f\"},\"\":[]}");
	puts_again("[1.1,0.30000000000000004,1e+20,1.5,-0.0,2.0,1e-07,"
	    "123456789012345.6,2.5e-300,1.7976931348623157e+308]");
	puts_again("\"text\"");
	puts_again("7");
	str_init(&deep, 1000);
	for (i = 0; i < JSON_NESTING_MAX; i++)
		str_putc(&deep, '[');
	for (i = 0; i < JSON_NESTING_MAX; i++)
		str_putc(&deep, ']');
	puts_again(deep.s);
	str_release(&deep);
}

static void
test_clock(void)
{
	static const struct { const char *text; int64_t at; } cases[] = {
		{ "1970-01-01T00:00:00.000Z", 0 },
		{ "2000-02-29T23:59:59.999Z", 951868799999 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2026-03-01T00:00:00.123Z", 1772323200123 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
	};
	char text[CLOCK_TEXT_LEN + 1];
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		clock_format(cases[i].at, text);
		is_str(text, cases[i].text, "an instant as text");
	}
	ok(clock_mono_ms() > 0 && clock_now_ms() > 1700000000000, "now");
}

static void
test_num(void)
{
	uint8_t sum[SHA256_LEN];
	char text[80];
	int64_t n;

	ok(num_parse("-9223372036854775808", INT64_MIN, INT64_MAX, &n) &&
	    n == INT64_MIN, "the smallest number");
	ok(!num_parse("9223372036854775808", INT64_MIN, INT64_MAX, &n),
	    "one too large");
	ok(!num_parse("", 0, 9, &n) && !num_parse("-", -9, 9, &n) &&
	    !num_parse("1x", 0, 9, &n) && !num_parse(" 1", 0, 9, &n),
	    "not numbers");
	ok(!num_parse("10", 0, 9, &n), "out of bounds");
	ok(!num_parse_id("0", &n) && !num_parse_id("01", &n) &&
	    num_parse_id("1", &n), "ids");
	num_sha256("abc", 3, sum);
	num_hex(sum, sizeof(sum), text);
	is_str(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
	    "f20015ad", "SHA-256 of abc (FIPS 180-4)");
	ok(num_sha1("abc", 3, sum), "a digest is made");
	num_base64(sum, SHA1_LEN, text);
	is_str(text, "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "SHA-1, in base64");
	ok(num_equal_secret("abc", "abc", 3) && !num_equal_secret("abc", "abd",
	    3), "comparison of secrets");
}

/* The byte that `s` of `len` bytes begins with, and how many are used. */
static void
is_percent(const char *s, size_t len, int want, size_t want_used)
{
	size_t used;
	int byte = percent_byte(s, len, &used);

	ok(byte == want && (byte < 0 || used == want_used),
	    "%.*s is the byte %d", (int)len, s, want);
}

static void
test_percent(void)
{
	static const char in[] = "a+b%20c%2B%e2%82%AC%zz%4";
	struct arena arena;
	size_t len;
	char *out;

	arena_init(&arena, 100000);
	out = percent_form(&arena, in, strlen(in), &len);
	is_str(out, "a b c+\xe2\x82\xac%zz%4", "what a form writes");
	is_int((int64_t)len, (int64_t)strlen(out), "its length");
	out = percent_form(&arena, "a%00b", 5, &len);
	ok(len == 3 && memcmp(out, "a\0b", 4) == 0, "a NUL is a byte of it");
	ok(percent_form(&arena, in, 1 << 20, &len) == NULL, "too long a one");
	is_percent("%41b", 4, 'A', 3);
	is_percent("A", 1, 'A', 1);
	is_percent("+", 1, '+', 1);
	is_percent("\xff", 1, 0xff, 1);
	is_percent("%00", 3, 0, 3);
	is_percent("%4", 2, -1, 0);
	is_percent("%41", 2, -1, 0);
	is_percent("%", 1, -1, 0);
	is_percent("%g1", 3, -1, 0);
	arena_release(&arena);
}

static void
test_line(void)
{
	struct str s;
	struct line l;
	size_t used;

	str_init(&s, 1000);
	line_put(&s, "cast");
	line_put_int(&s, 17);
	line_put(&s, "a\tb\nc\\d");
	line_put(&s, "");
	line_end(&s);
	is_str(s.s, "cast\t17\ta\\tb\\nc\\\\d\t\n", "a line as text");
	is_err(line_take(s.s, s.len - 1, &l, &used), ERR_AGAIN, "no newline yet");
	is_err(line_take(s.s, s.len, &l, &used), ERR_OK, "a whole line");
	is_int(l.n, 4, "its fields");
	is_str(l.field[2], "a\tb\nc\\d", "unescaped");
	is_str(l.field[3], "", "an empty one");
	is_int((int64_t)used, (int64_t)s.len, "all used");
	str_reset(&s);
	str_puts(&s, "a\\x\n");
	is_err(line_take(s.s, s.len, &l, &used), ERR_BAD_REQUEST, "bad escape");
	str_release(&s);
}

/* Write `text` as a configuration and load it. */
static enum err
load(const char *text, struct conf **c, char fault[CONF_FAULT_LEN])
{
	char path[] = "/tmp/natterjack-conf-XXXXXX";
	int fd = mkstemp(path);
	enum err e = ERR_IO;

	if (fd == -1)
		return ERR_IO;
	if (write(fd, text, strlen(text)) == (ssize_t)strlen(text))
		e = conf_load(path, c, fault);
	close(fd);
	unlink(path);
	return e;
}

static void
must_load(struct conf **out)
{
	char fault[CONF_FAULT_LEN];

	is_err(load("", out, fault), ERR_OK, "the environment is taken");
}

static void
test_conf(void)
{
	char fault[CONF_FAULT_LEN];
	struct conf *c = NULL;

	is_err(load("# comment\npool.workers = 7 # seven\n"
	    "request.body_max=64k\npush.echo = yes\n", &c, fault), ERR_OK,
	    "a file");
	is_int(c->pool_workers, 7, "a number");
	is_int((int64_t)c->request_body_max, 65536, "a size");
	ok(c->push_echo, "a yes");
	is_int(c->auth_token_s, 900, "a default");
	is_err(conf_check_secret(c, fault), ERR_CONFIG, "no secret");
	conf_free(c);

	is_err(load("\npool.wurkers = 7\n", &c, fault), ERR_CONFIG, "a typo");
	ok(strstr(fault, ":2: ") != NULL && strstr(fault, "pool.wurkers") != NULL,
	    "the fault names line and key");
	is_err(load("pool.workers = 0\n", &c, fault), ERR_CONFIG, "a bound");
	is_err(load("pool.workers\n", &c, fault), ERR_CONFIG, "no value");

	setenv("NATTERJACK_POOL_WORKERS", "9", 1);
	setenv("SECRET_KEY", "0123456789abcdef0123456789abcdef", 1);
	setenv("DATABASE_URL", "sqlite:////tmp/x.db", 1);
	setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "30", 1);
	is_err(load("pool.workers = 7\n", &c, fault), ERR_OK, "environment");
	is_int(c->pool_workers, 9, "the environment beats the file");
	is_str(c->database_path, "/tmp/x.db", "DATABASE_URL");
	is_int(c->auth_token_s, 1800, "ACCESS_TOKEN_EXPIRE_MINUTES");
	is_int(c->chatapp_token_s, 1800, "is also chatapp's");
	is_int(c->rooms_token_s, 1800, "and rooms'");
	is_int(c->realtime_token_s, 2592000, "but not everybody's");
	is_err(conf_check_secret(c, fault), ERR_OK, "SECRET_KEY is enough");
	conf_free(c);
	setenv("DATABASE_URL", "postgres://x", 1);
	is_err(load("", &c, fault), ERR_CONFIG, "another database");
	unsetenv("DATABASE_URL");
	setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "soon", 1);
	is_err(load("", &c, fault), ERR_CONFIG, "no number of minutes");
	unsetenv("ACCESS_TOKEN_EXPIRE_MINUTES");
}

static void
test_conf_tokens(void)
{
	static const char *const names[] = { "ALGORITHM", "JWT_ALGO" };
	char fault[CONF_FAULT_LEN];
	struct conf *c = NULL;
	size_t i;

	setenv("JWT_SECRET", "fedcba9876543210fedcba9876543210", 1);
	must_load(&c);
	is_str(c->secret, "0123456789abcdef0123456789abcdef",
	    "SECRET_KEY goes before JWT_SECRET");
	conf_free(c);
	unsetenv("SECRET_KEY");
	must_load(&c);
	is_str(c->secret, "fedcba9876543210fedcba9876543210",
	    "which is its other name");
	conf_free(c);
	setenv("NATTERJACK_AUTH_SECRET", "ours", 1);
	must_load(&c);
	is_str(c->secret, "ours", "our own name beats both");
	conf_free(c);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		setenv(names[i], "HS256", 1);
		must_load(&c);
		conf_free(c);
		setenv(names[i], "RS256", 1);
		is_err(load("", &c, fault), ERR_CONFIG, names[i]);
		ok(strncmp(fault, names[i], strlen(names[i])) == 0 &&
		    strstr(fault, "HS256") != NULL && strchr(fault, '\n') ==
		    NULL, "one line says why: %s", fault);
		unsetenv(names[i]);
	}
}

int
main(void)
{
	test_err();
	test_arena();
	test_str();
	test_jw();
	test_json();
	test_json_memory();
	test_json_put();
	test_clock();
	test_num();
	test_percent();
	test_line();
	test_conf();
	test_conf_tokens();
	return tap_done();
}
