/*
 * Reading a request field by field, and the 422 that comes of it: each kind of
 * fault with its type, place, words, input and context, and the documentation's
 * address where a dialect gives it.
 */
#include "config.h"

#include "dialect/fastapi.h"
#include "t/unit/tap.h"

static struct arena arena;

static const struct fastapi_style plain = { .has_url = false };
static const struct fastapi_style linked = { .has_url = true };

/* A request with this query and body. */
static struct exchange
request(const char *query, const char *body)
{
	struct exchange x = { .call.arena = &arena };

	arena_reset(&arena);
	x.request = (struct request){ .id = "r", .method = "POST",
	    .path = "/", .query = query, .body = body,
	    .body_len = strlen(body) };
	str_init_arena(&x.answer.body, &arena);
	return x;
}

/* What the client is told of the faults. */
static const char *
told(struct fields *f, const struct fastapi_style *style)
{
	enum err e = fields_end(f);

	if (e == ERR_OK)
		return "nothing";
	str_init_arena(&f->x->answer.body, &arena);
	fastapi_refuse(f->x, e, style);
	return f->x->answer.body.s;
}

/* The items that `read` makes of a body, without what is around them. */
static void
faults(const char *body, void (*read)(struct fields *), const char *want,
    const char *what)
{
	struct exchange x = request("", body);
	struct fields f;
	struct str s;

	fields_begin(&f, &x);
	fields_body(&f);
	read(&f);
	str_init(&s, 1 << 20);
	str_printf(&s, *want == '\0' ? "nothing" : "{\"detail\":[%s]}", want);
	is_str(told(&f, &plain), s.s, what);
	str_release(&s);
	exchange_release(&x);
}

/* ---- bodies */

static void
read_nothing(struct fields *f)
{
	(void)f;
}

static void
read_name(struct fields *f)
{
	const char *name = NULL;

	fields_text(f, "name", NULL, &name);
}

#define NO_OBJECT(input) "{\"type\":\"model_attributes_type\"," \
	"\"loc\":[\"body\"],\"msg\":\"Input should be a valid dictionary or " \
	"object to extract fields from\",\"input\":" input "}"
#define NO_BODY "{\"type\":\"missing\",\"loc\":[\"body\"]," \
	"\"msg\":\"Field required\",\"input\":null}"
#define NO_JSON(at, error) "{\"type\":\"json_invalid\",\"loc\":[\"body\"," \
	#at "],\"msg\":\"JSON decode error\",\"input\":{},\"ctx\":{\"error\":\"" \
	error "\"}}"

static void
test_bodies(void)
{
	faults("{}", read_nothing, "", "an object without fields");
	faults("", read_name, NO_BODY, "no body at all");
	faults("null", read_name, NO_BODY, "null is no body either");
	faults("[1,{\"a\":null}]", read_name, NO_OBJECT("[1,{\"a\":null}]"),
	    "a list");
	faults("\"x\"", read_name, NO_OBJECT("\"x\""), "a text");
	faults("5.5", read_name, NO_OBJECT("5.5"), "a number");
	faults("{\"a\":}", read_name, NO_JSON(5, "Expecting value"), "no JSON");
	faults("{\"a\":1,\"a\":2}", read_name, NO_JSON(0, "Expecting value"),
	    "a name twice, which Python would take");
}

static void
of_type(const char *type, const char *want)
{
	struct exchange x = request("", "{\"name\":\"x\"}");
	struct fields f;

	x.request.content_type = type;
	fields_begin(&f, &x);
	fields_body(&f);
	read_name(&f);
	is_str(told(&f, &plain), want, type != NULL ? type :
	    "no content type");
	exchange_release(&x);
}

static void
test_types(void)
{
	static const char raw[] = "{\"detail\":[" NO_OBJECT(
	    "\"{\\\"name\\\":\\\"x\\\"}\"") "]}";

	of_type(NULL, "nothing");
	of_type("application/json", "nothing");
	of_type("APPLICATION/JSON; charset=utf-8", "nothing");
	of_type("application/problem+json", "nothing");
	of_type("application/+json", "nothing");
	of_type("application/x-www-form-urlencoded", raw);
	of_type("text/json", raw);
	of_type("application/jsonx", raw);
	of_type("application/xml", raw);
}

static void
test_body_if(void)
{
	static const struct { const char *type, *body, *want; } table[] = {
		{ NULL, "", "nothing" },
		{ "text/plain", "x", "nothing" },
		{ NULL, "{\"name\":\"y\"}", "nothing" },
		{ NULL, "[]", "{\"detail\":[" NO_OBJECT("[]") "]}" },
		{ NULL, "{", "{\"detail\":[" NO_JSON(1, "Expecting property "
		    "name enclosed in double quotes") "]}" },
	};
	const struct text_rule rule = { .is_optional = true };
	const char *name;
	struct exchange x;
	struct fields f;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		x = request("", table[i].body);
		x.request.content_type = table[i].type;
		name = "before";
		fields_begin(&f, &x);
		fields_body_if(&f);
		fields_text(&f, "name", &rule, &name);
		is_str(told(&f, &plain), table[i].want,
		    "a body that may be none");
		is_str(name, i == 2 ? "y" : "before", "  and its field");
		exchange_release(&x);
	}
}

static void
test_bytes(void)
{
	struct exchange x = request("", "{\"name\":\"\xff\"}");
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	read_name(&f);
	is_str(told(&f, &plain),
	    "{\"detail\":\"There was an error parsing the body\"}",
	    "a body that is no UTF-8");
	is_int(x.answer.status, 400, "  is a 400");
}

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

static void
read_bool(struct fields *f)
{
	bool b;

	fields_bool(f, "n", NULL, &b);
}

static void
test_bools(void)
{
	static const struct { const char *body; bool want; } good[] = {
		{ "{\"n\":true}", true }, { "{\"n\":false}", false },
		{ "{\"n\":1}", true }, { "{\"n\":0}", false },
		{ "{\"n\":1.0}", true }, { "{\"n\":\"TRUE\"}", true },
		{ "{\"n\":\"yes\"}", true }, { "{\"n\":\"off\"}", false },
		{ "{\"n\":\"n\"}", false }, { "{\"n\":\"0\"}", false },
	};
	struct exchange x;
	struct fields f;
	size_t i;
	bool b;

	for (i = 0; i < ARRAY_LEN(good); i++) {
		x = request("", good[i].body);
		b = !good[i].want;
		fields_begin(&f, &x);
		fields_body(&f);
		fields_bool(&f, "n", NULL, &b);
		is_str(told(&f, &plain), "nothing", good[i].body);
		ok(b == good[i].want, "  is %s", b ? "true" : "false");
		exchange_release(&x);
	}
	faults("{\"n\":\"maybe\"}", read_bool, INT("bool_parsing",
	    "\"maybe\"", "a valid boolean, unable to interpret input"), "maybe");
	faults("{\"n\":2}", read_bool, INT("bool_parsing", "2",
	    "a valid boolean, unable to interpret input"), "two");
	faults("{\"n\":{}}", read_bool, INT("bool_type", "{}",
	    "a valid boolean"), "an object");
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

/* ---- queries, paths, forms */

static void
test_places(void)
{
	struct exchange x = request("limit=x&q=&limit=1000", "a=1&b=");
	const char *text = NULL;
	struct fields f;
	int64_t n;

	x.request.param[0] = (struct param){ "room_id", "abc" };
	x.request.params_n = 1;
	x.request.content_type = "application/x-www-form-urlencoded";
	fields_begin(&f, &x);
	fields_path(&f);
	fields_int(&f, "room_id", NULL, &n);
	fields_query(&f);
	fields_int(&f, "limit", &(struct int_rule){ .has_max = true,
	    .max = 100 }, &n);
	fields_text(&f, "q", &(struct text_rule){ .min = 1 }, &text);
	fields_int(&f, "skip", NULL, &n);
	fields_form(&f);
	fields_text(&f, "a", NULL, &text);
	fields_text(&f, "b", NULL, &text);
	is_str(told(&f, &plain), "{\"detail\":["
	    "{\"type\":\"int_parsing\",\"loc\":[\"path\",\"room_id\"],\"msg\":"
	    "\"Input should be a valid integer, unable to parse string as an "
	    "integer\",\"input\":\"abc\"},"
	    "{\"type\":\"less_than_equal\",\"loc\":[\"query\",\"limit\"],"
	    "\"msg\":\"Input should be less than or equal to 100\","
	    "\"input\":\"1000\",\"ctx\":{\"le\":100}},"
	    "{\"type\":\"string_too_short\",\"loc\":[\"query\",\"q\"],\"msg\":"
	    "\"String should have at least 1 character\",\"input\":\"\","
	    "\"ctx\":{\"min_length\":1}},"
	    "{\"type\":\"missing\",\"loc\":[\"query\",\"skip\"],\"msg\":\"Field "
	    "required\",\"input\":null},"
	    "{\"type\":\"missing\",\"loc\":[\"body\",\"b\"],\"msg\":\"Field "
	    "required\",\"input\":null}]}",
	    "faults of the path, the query and a form together");
	is_str(text, "1", "and what was right is read");
}

/* ---- addresses of the documentation */

static void
read_all_sorts(struct fields *f)
{
	static const char *const words[] = { "a" };
	const char *text;
	int word;

	fields_text(f, "text", NULL, &text);
	fields_email(f, "email", NULL, &text);
	fields_enum(f, "word", &(struct enum_rule){ .words = words,
	    .words_n = 1 }, &word);
	fields_fault(f, "own", "Value error, it is not");
}

static void
test_urls(void)
{
	struct exchange x = request("", "{\"email\":\"x\",\"word\":1,"
	    "\"own\":[2]}");
	const char *got;
	struct fields f;

	fields_begin(&f, &x);
	fields_body(&f);
	read_all_sorts(&f);
	got = told(&f, &linked);
	ok(strstr(got, "\"url\":\"https://errors.pydantic.dev/2.5/v/missing\"")
	    != NULL, "a fault of the validator's own has a page");
	ok(strstr(got, "/v/enum") == NULL && strstr(got, "ctx\":{\"reason\":\""
	    "An email address must have an @-sign.\"}}") != NULL,
	    "others have none");
	ok(strstr(got, "{\"type\":\"value_error\",\"loc\":[\"body\",\"own\"],"
	    "\"msg\":\"Value error, it is not\",\"input\":[2],\"ctx\":{"
	    "\"error\":{}},\"url\":\"https://errors.pydantic.dev/2.5/v/"
	    "value_error\"}") != NULL, "a dialect's own: %s", got);
	exchange_release(&x);
	x = request("", "{");
	fields_begin(&f, &x);
	fields_body(&f);
	ok(strstr(told(&f, &linked), "url") == NULL, "no JSON has none");
	exchange_release(&x);
}

/* ---- bounds */

static void
test_bounds(void)
{
	struct exchange x;
	struct fields f;
	struct texts list;
	struct str s;
	int i;

	str_init(&s, 1 << 20);
	str_puts(&s, "{\"l\":[0");
	for (i = 0; i < 5000; i++)
		str_puts(&s, ",1");
	str_puts(&s, "]}");
	x = request("", s.s);
	fields_begin(&f, &x);
	fields_body(&f);
	fields_texts(&f, "l", NULL, &list);
	is_err(fields_end(&f), ERR_REFUSED, "thousands of faults");
	is_int(f.faults_n, FIELDS_FAULTS_MAX, "are told up to a number");
	exchange_release(&x);

	str_reset(&s);
	str_puts(&s, "{\"l\":\"");
	for (i = 0; i < 30000; i++)
		str_putc(&s, 'x');
	str_puts(&s, "\"}");
	x = request("", s.s);
	fields_begin(&f, &x);
	fields_body(&f);
	for (i = 0; i < 10; i++)
		fields_fault(&f, i < 9 ? "l" : "none", "x");
	ok(strlen(told(&f, &plain)) < FIELDS_SHOWN_MAX + 4096,
	    "what is given back is bounded");
	exchange_release(&x);
	str_release(&s);
}

static void
test_no_memory(void)
{
	struct exchange x;
	struct arena small;
	const char *name;
	struct fields f;

	x = request("", "{}");
	arena_init(&small, 64);
	x.call.arena = &small;
	fields_begin(&f, &x);
	fields_body(&f);
	fields_text(&f, "name", NULL, &name);
	is_err(fields_end(&f), ERR_NOMEM, "no memory for a fault");
	exchange_release(&x);
	arena_release(&small);
}

int
main(void)
{
	arena_init(&arena, 1 << 22);
	test_bodies();
	test_types();
	test_body_if();
	test_bytes();
	test_texts();
	test_trimmed();
	test_left();
	test_email();
	test_ints();
	test_bools();
	test_enum();
	test_lists();
	test_within();
	test_places();
	test_urls();
	test_bounds();
	test_no_memory();
	arena_release(&arena);
	return tap_done();
}
