/*
 * Where the fields of a request come from, a body, a query, a path or a form, and
 * what is told when that is at fault as a whole; the documentation's address where
 * a dialect gives it; and the bounds of what is told.
 */
#include "config.h"

#include "t/unit/fields-fix.h"

static const struct fastapi_style linked = { .has_url = true };

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
	test_bytes();
	test_places();
	test_urls();
	test_bounds();
	test_no_memory();
	arena_release(&arena);
	return tap_done();
}
