/*
 * Reading requests: queries, parameters, bodies; and what v1 makes of them.
 */
#include "config.h"

#include "dialect/d_v1.h"
#include "t/unit/core-fix.h"

static struct rig rig;

/* A request of nobody, in the arena of the rig. */
static struct exchange
request(const char *query, const char *body)
{
	struct exchange x = { .call = rig_call(&rig, 0) };

	x.request = (struct request){ .id = "r", .method = "GET", .path = "/",
	    .query = query, .body = body, .body_len = strlen(body) };
	str_init_arena(&x.answer.body, x.call.arena);
	return x;
}

static void
test_query(void)
{
	static const struct {
		const char *query;
		const char *want;
		const char *what;
	} table[] = {
		{ "", NULL, "no query" },
		{ "q=", "", "an empty value" },
		{ "q", NULL, "a name without a value" },
		{ "q=frog", "frog", "a value" },
		{ "a=1&q=frog&b=2", "frog", "among others" },
		{ "qq=1&q=frog", "frog", "beside a longer name" },
		{ "a=q=1&q=frog", "frog", "not inside another's value" },
		{ "q=one&q=two", "one", "the first of two" },
		{ "&&q=frog&&", "frog", "between empty ones" },
		{ "q=a+b%20c%2Bd", "a b c+d", "spaces and a plus" },
		{ "q=%c3%A4", "\xc3\xa4", "UTF-8 in either case of hex" },
		{ "q=100%", "100%", "a percent sign that begins nothing" },
		{ "q=%4", "%4", "half a code" },
		{ "q=%zz", "%zz", "a code that is none" },
		{ "q=%26%3D", "&=", "what would separate" },
		{ "q=%ff", NULL, "not UTF-8" },
		{ "q=a%00b", NULL, "a NUL" },
		{ "q=a=b", "a=b", "an equals sign in the value" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		struct exchange x = request(table[i].query, "");

		is_str(exchange_query(&x, "q"), table[i].want, table[i].what);
	}
}

static void
test_body(void)
{
	struct exchange x = request("", "{\"a\":1}");
	const json_t *body, *again;

	must(exchange_body(&x, &body));
	must(exchange_body(&x, &again));
	ok(body == again, "a body is parsed once");
	exchange_release(&x);
	ok(x.json == NULL, "and freed");
	exchange_release(&x);
	x = request("", "[]");
	is_err(exchange_body(&x, &body), ERR_NOT_OBJECT, "an array");
	is_err(exchange_body(&x, &body), ERR_NOT_OBJECT, "is one twice");
	exchange_release(&x);
	x = request("", "");
	is_err(exchange_body(&x, &body), ERR_BAD_JSON, "no body");
	is_err(v1_body_if(&x, &body), ERR_OK, "which is fine where it may be");
	is_int((int64_t)json_object_size(body), 0, "and has no fields");
	exchange_release(&x);
	x = request("", "{\"a\":}");
	is_err(v1_body_if(&x, &body), ERR_BAD_JSON, "broken JSON never is");
	ok(x.detail != NULL && strstr(x.detail, "byte") != NULL,
	    "it is said where: %s", x.detail);
	x = request("", "{\"a\":\"\xff\"}");
	is_err(exchange_body(&x, &body), ERR_BAD_UTF8, "broken UTF-8");
	exchange_release(&x);
}

static void
test_params(void)
{
	struct exchange x = request("", "");
	int64_t id = 0;

	x.request.param[0] = (struct param){ "id", "42" };
	x.request.param[1] = (struct param){ "emoji", "+1" };
	x.request.params_n = 2;
	is_str(exchange_param(&x, "emoji"), "+1", "a parameter");
	is_str(exchange_param(&x, "other"), "", "one that there is not");
	is_err(v1_path_id(&x, "id", &id), ERR_OK, "an id");
	is_int(id, 42, "is that number");
	is_err(v1_path_id(&x, "emoji", &id), ERR_NOT_FOUND,
	    "what is no id leads nowhere");
}

static void
test_fields(void)
{
	struct exchange x = request("", "{\"t\":\"x\",\"n\":null,\"i\":\"7\","
	    "\"b\":false}");
	const char *text = "before";
	const json_t *body;
	int64_t id = 0;
	bool yes = true;

	must(exchange_body(&x, &body));
	is_err(v1_text(&x, body, "t", &text), ERR_OK, "a text");
	is_str(text, "x", "is read");
	is_err(v1_text(&x, body, "n", &text), ERR_MISSING, "null is absent");
	is_str(x.call.field, "n", "and named");
	is_err(v1_text(&x, body, "gone", &text), ERR_MISSING, "so is nothing");
	is_str(x.call.field, "gone", "and named");
	is_err(v1_text(&x, body, "b", &text), ERR_WRONG_TYPE, "a truth");
	x.call.field = NULL;
	is_err(v1_text_if(&x, body, "n", &text), ERR_OK, "null where it may be");
	is_str(text, "x", "leaves what was");
	ok(x.call.field == NULL, "and names nothing");
	is_err(v1_text_if(&x, body, "b", &text), ERR_WRONG_TYPE,
	    "a wrong type is wrong all the same");
	is_err(v1_id(&x, body, "i", &id), ERR_OK, "an id in digits");
	is_err(v1_id_if(&x, body, "t", &id), ERR_WRONG_TYPE, "an id of letters");
	is_err(v1_bool_if(&x, body, "b", &yes), ERR_OK, "a truth");
	ok(!yes, "is read");
	exchange_release(&x);
}

static void
test_pages(void)
{
	static const struct {
		const char *query;
		enum err want;
		const char *field;
	} table[] = {
		{ "limit=0", ERR_BAD_VALUE, "limit" },
		{ "limit=201", ERR_BAD_VALUE, "limit" },
		{ "limit=x", ERR_BAD_VALUE, "limit" },
		{ "limit=-1", ERR_BAD_VALUE, "limit" },
		{ "after=x", ERR_BAD_CURSOR, "after" },
		{ "after=-1", ERR_BAD_CURSOR, "after" },
		{ "after=9223372036854775808", ERR_BAD_CURSOR, "after" },
		{ "before=0", ERR_BAD_CURSOR, "before" },
		{ "before=", ERR_BAD_CURSOR, "before" },
		{ "before=5&after=5", ERR_BAD_VALUE, "before" },
	};
	struct exchange x = request("limit=200&before=7", "");
	struct v1_page page;
	size_t i;

	is_err(v1_page_both(&x, &page), ERR_OK, "a page before");
	is_int(page.before, 7, "of there");
	is_int(page.limit, 200, "as large as can be");
	x = request("after=0&limit=1", "");
	is_err(v1_page_both(&x, &page), ERR_OK, "a page after");
	is_int(page.after, 0, "the very beginning");
	x = request("", "");
	is_err(v1_page_both(&x, &page), ERR_OK, "a page of neither");
	ok(page.before == 0 && page.after == -1 && page.limit == 50,
	    "is the newest fifty");
	for (i = 0; i < ARRAY_LEN(table); i++) {
		x = request(table[i].query, "");
		is_err(v1_page_both(&x, &page), table[i].want, table[i].query);
		is_str(x.call.field, table[i].field, "  and what is wrong");
	}
}

static const char *
token(const char *authorization)
{
	struct exchange x = request("", "");

	x.request.authorization = authorization;
	return dialect_v1.token(&x);
}

static void
test_token(void)
{
	is_str(token("Bearer abc"), "abc", "a bearer token");
	is_str(token("bearer abc"), "abc", "in any case");
	is_str(token("BEARER   abc"), "abc", "after any space");
	is_str(token(NULL), NULL, "no header");
	is_str(token("Basic abc"), NULL, "another scheme");
	is_str(token("Bearerabc"), NULL, "no space");
	is_str(token("Bearer"), NULL, "no token");
	is_str(token("Bearer "), "", "an empty token is one, and a bad one");
	ok(dialect_v1.owns("/v1/rooms") && dialect_v1.owns("/v1"),
	    "v1 owns its paths");
	ok(!dialect_v1.owns("/v10") && !dialect_v1.owns("/"), "and no others");
}

/* The value of a header of the answer; NULL: it has none. */
static const char *
header(const struct exchange *x, const char *name)
{
	int i;

	for (i = 0; i < x->answer.headers_n; i++)
		if (strcmp(x->answer.header[i].name, name) == 0)
			return x->answer.header[i].value;
	return NULL;
}

static void
test_refusal(void)
{
	struct exchange x = request("", "");

	dialect_v1.refuse(&x, ERR_NO_TOKEN);
	is_int(x.answer.status, 401, "a refusal has the error's status");
	is_str(x.answer.content_type, "application/problem+json", "its type");
	is_str(header(&x, "WWW-Authenticate"), "Bearer realm=\"natterjack\"",
	    "without a token there is nothing wrong with it");
	x = request("", "");
	dialect_v1.refuse(&x, ERR_TOKEN_EXPIRED);
	is_str(header(&x, "WWW-Authenticate"),
	    "Bearer realm=\"natterjack\", error=\"invalid_token\"",
	    "with one there is");
	x = request("", "");
	dialect_v1.refuse(&x, ERR_NOT_FOUND);
	ok(header(&x, "WWW-Authenticate") == NULL, "others ask for no token");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	test_query();
	test_body();
	test_params();
	test_fields();
	test_pages();
	test_token();
	test_refusal();
	rig_close(&rig);
	return tap_done();
}
