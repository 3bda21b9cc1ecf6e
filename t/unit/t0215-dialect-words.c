/*
 * The words that others have for what is wrong: Python's JSON parser, and the
 * validator of addresses.
 */
#include "config.h"

#include "base/str.h"
#include "dialect/email.h"
#include "dialect/json_fault.h"
#include "t/unit/tap.h"

static struct arena arena;

#define VALUE "Expecting value"
#define NAME "Expecting property name enclosed in double quotes"
#define COMMA "Expecting ',' delimiter"
#define COLON "Expecting ':' delimiter"
#define END "Unterminated string starting at"
#define EXTRA "Extra data"
#define CONTROL "Invalid control character at"
#define ESCAPE "Invalid \\escape"
#define CODE "Invalid \\uXXXX escape"

static void
test_json(void)
{
	static const struct {
		const char *text;
		int	 at;
		const char *want;	/* NULL: it is JSON */
	} table[] = {
		{ "{}", 0, NULL },
		{ " [1, 2.5e-3, -0, \"\\u00e4\\n\", true, null] ", 0, NULL },
		{ "{\"a\":1,\"a\":2}", 0, NULL },
		{ "[NaN, Infinity, -Infinity]", 0, NULL },
		{ "99999999999999999999", 0, NULL },
		{ "", 0, VALUE },
		{ "  ", 2, VALUE },
		{ "x", 0, VALUE },
		{ "nul", 0, VALUE },
		{ "-", 0, VALUE },
		{ "+1", 0, VALUE },
		{ "[", 1, VALUE },
		{ "[1,", 3, VALUE },
		{ "[1,]", 3, VALUE },
		{ "[1 2]", 3, COMMA },
		{ "[1", 2, COMMA },
		{ "01", 1, EXTRA },
		{ "1.", 1, EXTRA },
		{ "1e", 1, EXTRA },
		{ "1e+", 1, EXTRA },
		{ "{} x", 3, EXTRA },
		{ "{", 1, NAME },
		{ "{a:1}", 1, NAME },
		{ "{'a':1}", 1, NAME },
		{ "{\"a\":1,}", 7, NAME },
		{ "{\"a\":1,", 7, NAME },
		{ "{\"a\" 1}", 5, COLON },
		{ "{\"a\"", 4, COLON },
		{ "{\"a\":", 5, VALUE },
		{ "{\"a\":}", 5, VALUE },
		{ "{\"a\":1 \"b\"}", 7, COMMA },
		{ "{\"a\":1", 6, COMMA },
		{ "\"abc", 0, END },
		{ "{\"a\":\"b", 5, END },
		{ "\"abc\\", 0, END },
		{ "\"a\nb\"", 2, CONTROL },
		{ "\"a\\x\"", 2, ESCAPE },
		{ "\"\\u12\"", 2, CODE },
		{ "\"\\u12g4\"", 2, CODE },
		{ "\"\\u1234", 2, CODE },
		{ "\"\\u12345", 0, END },
		{ "[\"\xc3\xa4\", \"\xf0\x9f\x90\xb8\" x]", 10, COMMA },
		{ "\xef\xbb\xbf{}", 0, VALUE },
	};
	struct json_fault got;
	bool found;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		got = (struct json_fault){ 0, NULL };
		found = json_fault_find(table[i].text, strlen(table[i].text),
		    &got);
		is_str(found ? got.text : NULL, table[i].want,
		    table[i].want != NULL ? table[i].want : table[i].text);
		is_int((int64_t)got.at, table[i].at, "  at its character");
	}
}

static void
test_deep(void)
{
	struct json_fault got;
	char text[5000];

	memset(text, '[', sizeof(text));
	ok(json_fault_find(text, sizeof(text), &got),
	    "thousands of brackets take no thousands of frames");
	is_str(got.text, VALUE, "they have no end");
}

static void
test_email(void)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: an address */
	} table[] = {
		{ "a@b.cc", NULL },
		{ "a.b+c_d'e@x-y.example.org", NULL },
		{ "\xc3\xa4@b\xc3\xbc.de", NULL },
		{ "a@b.xn--p1ai", NULL },
		{ "", "An email address must have an @-sign." },
		{ "a", "An email address must have an @-sign." },
		{ "@b.cc", "There must be something before the @-sign." },
		{ "a@", "There must be something after the @-sign." },
		{ "a@b", "The part after the @-sign is not valid. It should "
		    "have a period." },
		{ "a@b.c1", "The part after the @-sign is not valid. It is not "
		    "within a valid top-level domain." },
		{ "a@b.test", "The part after the @-sign is a special-use or "
		    "reserved name that cannot be used with email." },
		{ "a@x.LOCALHOST", "The part after the @-sign is a special-use "
		    "or reserved name that cannot be used with email." },
		{ "a@mylocal.contest", NULL },
		{ "a b(c@b.cc", "The email address contains invalid characters "
		    "before the @-sign: '(', SPACE." },
		{ "a@b@c.dd", "The part after the @-sign contains invalid "
		    "characters: '@'." },
		{ "a\x01\x7f\\@b.cc", "The email address contains invalid "
		    "characters before the @-sign: \"\\\", U+0001, U+007F." },
		{ "a@b_c'.dd", "The part after the @-sign contains invalid "
		    "characters: \"'\", '_'." },
		{ ".a@b.cc", "An email address cannot start with a period." },
		{ "a.@b.cc", "An email address cannot have a period "
		    "immediately before the @-sign." },
		{ "a..b@b.cc", "An email address cannot have two periods in a "
		    "row." },
		{ "a@.b.cc", "An email address cannot have a period "
		    "immediately after the @-sign." },
		{ "a@b.cc.", "An email address cannot end with a period." },
		{ "a@b..cc", "An email address cannot have two periods in a "
		    "row." },
		{ "a@-b.cc", "An email address cannot have a hyphen "
		    "immediately after the @-sign." },
		{ "a@b.cc-", "An email address cannot end with a hyphen." },
		{ "a@b-.cc", "An email address cannot have a period and a "
		    "hyphen next to each other." },
		{ "a@ab--c.dd", "An email address cannot have two letters "
		    "followed by two dashes immediately after the @-sign or "
		    "after a period, except Punycode." },
		{ "\"a b\"@b.cc", "Quoting the part before the @-sign is not "
		    "allowed here." },
		{ "a@[127.0.0.1]", "A bracketed IP address after the @-sign is "
		    "not allowed here." },
	};
	const char *email;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		is_str(email_read(&arena, table[i].text, &email),
		    table[i].want, table[i].text);
	is_str(email_read(&arena, " \tAB@CD.Ee\n", &email), NULL,
	    "white space around it");
	is_str(email, "AB@cd.ee", "goes, and the domain is in lower case");
}

/* An address with parts of these lengths. */
static const char *
long_email(size_t local_len, size_t label_len, int labels)
{
	struct str s;
	size_t i;

	str_init_arena(&s, &arena);
	for (i = 0; i < local_len; i++)
		str_putc(&s, 'x');
	str_putc(&s, '@');
	for (; labels > 0; labels--) {
		for (i = 0; i < label_len; i++)
			str_putc(&s, 'y');
		str_putc(&s, '.');
	}
	str_puts(&s, "cc");
	return s.s;
}

static void
test_lengths(void)
{
	const char *email;

	is_str(email_read(&arena, long_email(64, 63, 1), &email), NULL,
	    "a long label");
	is_str(email_read(&arena, long_email(1, 64, 1), &email),
	    "After the @-sign, periods cannot be separated by so many "
	    "characters (1 character too many).", "too long");
	is_str(email_read(&arena, long_email(1, 63, 4), &email),
	    "The email address is too long after the @-sign "
	    "(5 characters too many).", "a long domain");
	is_str(email_read(&arena, long_email(200, 60, 1), &email),
	    "The email address is too long (10 characters too many).",
	    "a long address");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_json();
	test_deep();
	test_email();
	test_lengths();
	arena_release(&arena);
	return tap_done();
}
