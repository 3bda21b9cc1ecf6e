/*
 * Reading values field by field, and the 422 that comes of it: each kind of fault
 * with its type, place, words, input and context.
 */
#include "config.h"

#include "t/unit/fields-fix.h"

/* ---- texts */

static void
read_texts(struct fields *f)
{
	const char *text = NULL;

	fields_text(f, "a", NULL, &text);
	fields_text(f, "b", &(struct text_rule){ .min = 3, .max = 5 }, &text);
	fields_text(f, "c", &(struct text_rule){ .is_optional = true,
	    .min = 1, .max = 1 }, &text);
	fields_text(f, "d", &(struct text_rule){ .has_default = true },
	    &text);
}

#define MISSING(name, input) "{\"type\":\"missing\",\"loc\":[\"body\",\"" \
	name "\"],\"msg\":\"Field required\",\"input\":" input "}"
#define NO_TEXT(name, input) "{\"type\":\"string_type\",\"loc\":[\"body\",\"" \
	name "\"],\"msg\":\"Input should be a valid string\",\"input\":" input "}"
#define SHORT(name, input, n, s) "{\"type\":\"string_too_short\"," \
	"\"loc\":[\"body\",\"" name "\"],\"msg\":\"String should have at least " \
	#n " character" s "\",\"input\":" input ",\"ctx\":{\"min_length\":" #n "}}"
#define LONG(name, input, n, s) "{\"type\":\"string_too_long\"," \
	"\"loc\":[\"body\",\"" name "\"],\"msg\":\"String should have at most " \
	#n " character" s "\",\"input\":" input ",\"ctx\":{\"max_length\":" #n "}}"

static void
test_texts(void)
{
	faults("{\"a\":\"\",\"b\":\"\xc3\xa4\xc3\xa4\xc3\xa4\"}", read_texts,
	    "", "texts, whose length is counted in characters");
	faults("{\"a\":\"x\",\"b\":\"xxx\",\"c\":null}", read_texts, "",
	    "null where it may be");
	faults("{\"z\":1}", read_texts, MISSING("a", "{\"z\":1}") ","
	    MISSING("b", "{\"z\":1}"), "absent ones, with the whole object");
	faults("{\"a\":1,\"b\":true,\"c\":[],\"d\":null}", read_texts,
	    NO_TEXT("a", "1") "," NO_TEXT("b", "true") "," NO_TEXT("c", "[]")
	    "," NO_TEXT("d", "null"), "other things, all at once");
	faults("{\"a\":\"x\",\"b\":\"xx\",\"c\":\"\"}", read_texts,
	    SHORT("b", "\"xx\"", 3, "s") "," SHORT("c", "\"\"", 1, ""),
	    "too short");
	faults("{\"a\":\"x\",\"b\":\"\xc3\xa4xxxxx\",\"c\":\"xx\"}", read_texts,
	    LONG("b", "\"\xc3\xa4xxxxx\"", 5, "s") "," LONG("c", "\"xx\"", 1, ""),
	    "too long");
}

static void
test_left(void)
{
	struct exchange x = request("", "{\"a\":5,\"b\":\"\"}");
	const char *a = "a", *b = "b", *c = "c";
	int64_t n = 7;
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	fields_text(&f, "a", NULL, &a);
	fields_text(&f, "b", &(struct text_rule){ .min = 1 }, &b);
	fields_text(&f, "c", NULL, &c);
	fields_int(&f, "b", NULL, &n);
	is_err(fields_end(&f), ERR_REFUSED, "faults are one refusal");
	is_int(x.status, 422, "of 422");
	ok(strcmp(a, "a") == 0 && strcmp(b, "b") == 0 && strcmp(c, "c") == 0 &&
	    n == 7, "what is at fault stays as it was");
	exchange_release(&x);
}

static void
test_trimmed(void)
{
	static const struct text_rule rule = { .min = 3, .is_trimmed = true };
	struct exchange x = request("", "{\"a\":\" a b\\r\\n\",\"b\":\"\\t \"}");
	const char *a = NULL, *b = "b";
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	fields_text(&f, "a", &rule, &a);
	is_str(a, "a b", "the blanks around a text are taken off");
	is_err(fields_end(&f), ERR_OK, "without a fault");
	fields_text(&f, "b", &(struct text_rule){ .is_trimmed = true }, &b);
	is_str(b, "", "also where there is nothing else");
	fields_text(&f, "b", &rule, &b);
	is_err(fields_end(&f), ERR_REFUSED, "its length is what was sent");
	is_str(x.faults->type, "string_too_short", "with the blanks");
	exchange_release(&x);
}

/* ---- e-mail */

static void
read_email(struct fields *f)
{
	const char *email = NULL;

	fields_email(f, "email", NULL, &email);
}

static void
test_email(void)
{
	struct exchange x = request("", "{\"email\":\" A.b@Example.ORG \"}");
	const char *email = NULL;
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	fields_email(&f, "email", NULL, &email);
	is_str(told(&f, &plain), "nothing", "an address");
	is_str(email, "A.b@example.org", "  trimmed, its domain in lower case");
	exchange_release(&x);
	faults("{\"email\":\"x\"}", read_email, "{\"type\":\"value_error\","
	    "\"loc\":[\"body\",\"email\"],\"msg\":\"value is not a valid email "
	    "address: An email address must have an @-sign.\",\"input\":\"x\","
	    "\"ctx\":{\"reason\":\"An email address must have an @-sign.\"}}",
	    "none");
	faults("{\"email\":5}", read_email, NO_TEXT("email", "5"), "a number");
	faults("{}", read_email, MISSING("email", "{}"), "nothing");
}

/* ---- numbers */

static void
read_ints(struct fields *f)
{
	int64_t n;

	fields_int(f, "n", &(struct int_rule){ .has_min = true, .min = 0,
	    .has_max = true, .max = 100 }, &n);
}

#define INT(type, input, msg) "{\"type\":\"" type "\",\"loc\":[\"body\"," \
	"\"n\"],\"msg\":\"Input should be " msg "\",\"input\":" input "}"
#define BOUND(type, input, msg, ctx) "{\"type\":\"" type "\",\"loc\":[" \
	"\"body\",\"n\"],\"msg\":\"Input should be " msg "\",\"input\":" input \
	",\"ctx\":{" ctx "}}"

static void
test_ints(void)
{
	static const struct { const char *body; int64_t want; } good[] = {
		{ "{\"n\":5}", 5 }, { "{\"n\":5.0}", 5 }, { "{\"n\":\"5\"}", 5 },
		{ "{\"n\":\" +05.00 \"}", 5 }, { "{\"n\":true}", 1 },
		{ "{\"n\":0}", 0 }, { "{\"n\":\"-0\"}", 0 },
		{ "{\"n\":100}", 100 },
	};
	struct exchange x;
	struct fields f;
	int64_t n;
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++) {
		x = request("", good[i].body);
		n = -1;
		fields_begin(&f, &x);
		fields_body(&f);
		fields_int(&f, "n", NULL, &n);
		is_str(told(&f, &plain), "nothing", good[i].body);
		is_int(n, good[i].want, "  is a number");
		exchange_release(&x);
	}
	faults("{\"n\":\"x\"}", read_ints, INT("int_parsing", "\"x\"",
	    "a valid integer, unable to parse string as an integer"), "letters");
	faults("{\"n\":\"\"}", read_ints, INT("int_parsing", "\"\"",
	    "a valid integer, unable to parse string as an integer"), "\"\"");
	faults("{\"n\":\"1.5\"}", read_ints, INT("int_parsing", "\"1.5\"",
	    "a valid integer, unable to parse string as an integer"), "1.5");
	faults("{\"n\":1.5}", read_ints, INT("int_from_float", "1.5",
	    "a valid integer, got a number with a fractional part"),
	    "a fraction");
	faults("{\"n\":[]}", read_ints, INT("int_type", "[]",
	    "a valid integer"), "a list");
	faults("{\"n\":null}", read_ints, INT("int_type", "null",
	    "a valid integer"), "null");
	faults("{\"n\":-1}", read_ints, BOUND("greater_than_equal", "-1",
	    "greater than or equal to 0", "\"ge\":0"), "too small");
	faults("{\"n\":101}", read_ints, BOUND("less_than_equal", "101",
	    "less than or equal to 100", "\"le\":100"), "too large");
	faults("{\"n\":\"-99999999999999999999\"}", read_ints,
	    BOUND("greater_than_equal", "\"-99999999999999999999\"",
	    "greater than or equal to 0", "\"ge\":0"),
	    "smaller than 64 bits can hold");
	faults("{\"n\":\"99999999999999999999\"}", read_ints,
	    BOUND("less_than_equal", "\"99999999999999999999\"",
	    "less than or equal to 100", "\"le\":100"), "and larger");
}

/* ---- words, lists, objects */

static void
read_enum(struct fields *f)
{
	static const char *const words[] = { "a", "b", "c" };
	int word;

	fields_enum(f, "n", &(struct enum_rule){ .words = words, .words_n = 3 },
	    &word);
	fields_enum(f, "m", &(struct enum_rule){ .is_optional = true,
	    .words = words, .words_n = 1 }, &word);
}

static void
test_enum(void)
{
	static const char *const words[] = { "on", "off" };
	struct exchange x = request("s=off", "");
	struct fields f;
	int word = -1;

	faults("{\"n\":\"c\"}", read_enum, "", "one of the words");
	faults("{\"n\":\"d\",\"m\":5}", read_enum, BOUND("enum", "\"d\"",
	    "'a', 'b' or 'c'", "\"expected\":\"'a', 'b' or 'c'\"") ","
	    "{\"type\":\"enum\",\"loc\":[\"body\",\"m\"],\"msg\":\"Input should "
	    "be 'a'\",\"input\":5,\"ctx\":{\"expected\":\"'a'\"}}",
	    "none of them");
	fields_begin(&f, &x);
	fields_query(&f);
	fields_enum(&f, "s", &(struct enum_rule){ .words = words, .words_n = 2 },
	    &word);
	is_str(told(&f, &plain), "nothing", "a word in a query");
	is_int(word, 1, "  is known by its place");
}

static void
read_lists(struct fields *f)
{
	const json_t *value = NULL;
	struct texts list;

	fields_texts(f, "l", NULL, &list);
	fields_object(f, "o", &(struct any_rule){ .is_optional = true },
	    &value);
	fields_any(f, "a", NULL, &value);
}

static void
test_lists(void)
{
	struct exchange x = request("", "{\"l\":[\"x\",\"y\"],\"o\":{\"p\":1},"
	    "\"a\":null}");
	const json_t *object = NULL, *any = NULL;
	struct texts list = { NULL, 0 };
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	fields_texts(&f, "l", NULL, &list);
	fields_object(&f, "o", NULL, &object);
	fields_any(&f, "a", NULL, &any);
	is_str(told(&f, &plain), "nothing", "a list, an object, and anything");
	ok(list.n == 2 && strcmp(list.text[1], "y") == 0, "  the texts");
	is_int((int64_t)json_object_size(object), 1, "  the object");
	ok(json_is_null(any), "  and null, which is something");
	ok(fields_has(&f, "a") && !fields_has(&f, "b"), "  a field is there");
	exchange_release(&x);
	faults("{\"l\":[\"x\",5,null],\"o\":[]}", read_lists,
	    "{\"type\":\"string_type\",\"loc\":[\"body\",\"l\",1],\"msg\":\"Input "
	    "should be a valid string\",\"input\":5},"
	    "{\"type\":\"string_type\",\"loc\":[\"body\",\"l\",2],\"msg\":\"Input "
	    "should be a valid string\",\"input\":null},"
	    "{\"type\":\"dict_type\",\"loc\":[\"body\",\"o\"],\"msg\":\"Input "
	    "should be a valid dictionary\",\"input\":[]},"
	    MISSING("a", "{\"l\":[\"x\",5,null],\"o\":[]}"),
	    "a list of other things, and a list for an object");
	faults("{\"l\":\"x\",\"o\":null,\"a\":1}", read_lists,
	    "{\"type\":\"list_type\",\"loc\":[\"body\",\"l\"],\"msg\":\"Input "
	    "should be a valid list\",\"input\":\"x\"}", "a text for a list");
}

static void
read_within(struct fields *f)
{
	const char *name, *after;

	if (fields_enter(f, "profile", NULL)) {
		fields_text(f, "name", NULL, &name);
		fields_leave(f);
	}
	fields_text(f, "after", NULL, &after);
}

static void
test_within(void)
{
	faults("{\"profile\":{\"name\":\"x\"},\"after\":\"y\"}", read_within, "",
	    "a field of an object within");
	faults("{\"profile\":{\"x\":1}}", read_within,
	    "{\"type\":\"missing\",\"loc\":[\"body\",\"profile\",\"name\"],"
	    "\"msg\":\"Field required\",\"input\":{\"x\":1}},"
	    MISSING("after", "{\"profile\":{\"x\":1}}"),
	    "one that is missing, and one behind it");
	faults("{\"profile\":\"x\",\"after\":\"y\"}", read_within,
	    "{\"type\":\"model_attributes_type\",\"loc\":[\"body\",\"profile\"],"
	    "\"msg\":\"Input should be a valid dictionary or object to extract "
	    "fields from\",\"input\":\"x\"}", "no object");
}

int
main(void)
{
	arena_init(&arena, 1 << 22);
	test_texts();
	test_trimmed();
	test_left();
	test_email();
	test_ints();
	test_enum();
	test_lists();
	test_within();
	arena_release(&arena);
	return tap_done();
}
