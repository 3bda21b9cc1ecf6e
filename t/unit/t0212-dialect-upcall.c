/*
 * A batch of frames, as push sends it: each is answered, in order, and none
 * keeps the next from being carried out.
 */
#include "config.h"

#include "base/json.h"
#include "dialect/cast.h"
#include "dialect/d_v1.h"
#include "t/unit/core-fix.h"

static struct rig rig;
static int64_t ann, bob, room;

/* Send a batch as ann.  The answer, an array, is the caller's. */
static json_t *
call(const char *batch, struct exchange *x)
{
	json_t *answer;

	*x = (struct exchange){ .call = rig_call(&rig, ann) };
	x->request = (struct request){ .id = "rid", .method = "POST",
	    .path = "/upcall/v1", .query = "", .body = batch,
	    .body_len = strlen(batch) };
	str_init_arena(&x->answer.body, x->call.arena);
	must(v1_upcall(x));
	must(json_read(x->answer.body.s, x->answer.body.len, &answer, NULL));
	exchange_release(x);
	return answer;
}

/* The batch of `n` frames. */
static const char *
make_batch(const char *const *frames, int n)
{
	struct str s;
	struct jw w;
	int i;

	str_init_arena(&s, &rig.f.a);
	jw_init(&w, &s);
	jw_array_begin(&w);
	for (i = 0; i < n; i++)
		jw_str(&w, frames[i]);
	jw_array_end(&w);
	return s.s;
}

/* The one frame's answer, parsed; the caller's. */
static json_t *
one(const char *frame)
{
	struct exchange x;
	json_t *answers = call(make_batch(&frame, 1), &x), *answer = NULL;
	const char *text = json_string_value(json_array_get(answers, 0));

	if (text == NULL)
		must(ERR_INTERNAL);
	must(json_read(text, strlen(text), &answer, NULL));
	json_decref(answers);
	return answer;
}

static const char PRINTF_LIKE(1, 2) *
frame(const char *fmt, ...)
{
	struct str s;
	va_list ap;

	str_init_arena(&s, &rig.f.a);
	va_start(ap, fmt);
	str_vprintf(&s, fmt, ap);
	va_end(ap);
	return s.s;
}

/* A text inside an answer: "error.code". */
static const char *
at(const json_t *answer, const char *outer, const char *inner)
{
	const json_t *v = json_object_get(json_object_get(answer, outer), inner);

	return arena_strdup(&rig.f.a, json_string_value(v));
}

static void
test_errors(void)
{
	static const struct {
		const char *frame;
		const char *code;
		const char *field;
	} table[] = {
		{ "", "bad_json", NULL },
		{ "{", "bad_json", NULL },
		{ "hello", "bad_json", NULL },
		{ "{\"do\":\"x\"} ", "bad_value", "do" },
		{ "{\"do\":\"x\"}{}", "bad_json", NULL },
		{ "[]", "not_an_object", NULL },
		{ "\"x\"", "not_an_object", NULL },
		{ "null", "not_an_object", NULL },
		{ "{}", "missing_field", "do" },
		{ "{\"do\":null}", "missing_field", "do" },
		{ "{\"do\":7}", "wrong_type", "do" },
		{ "{\"do\":\"message.fly\"}", "bad_value", "do" },
		{ "{\"do\":\"message.post\"}", "missing_field", "room" },
		{ "{\"do\":\"message.post\",\"room\":\"x\"}", "wrong_type",
		    "room" },
		{ "{\"do\":\"message.post\",\"room\":\"1\"}", "missing_field",
		    "text" },
		{ "{\"do\":\"message.post\",\"room\":\"1\",\"text\":\"\"}",
		    "bad_value", "text" },
		{ "{\"do\":\"message.post\",\"room\":\"999\",\"text\":\"x\"}",
		    "not_found", NULL },
		{ "{\"do\":\"message.edit\",\"message\":\"1\"}",
		    "missing_field", "text" },
		{ "{\"do\":\"message.delete\"}", "missing_field", "message" },
		{ "{\"do\":\"reaction.add\",\"message\":\"1\"}",
		    "missing_field", "emoji" },
		{ "{\"do\":\"reaction.remove\",\"message\":[],\"emoji\":\"x\"}",
		    "wrong_type", "message" },
		{ "{\"do\":\"read.move\",\"room\":\"1\"}", "missing_field",
		    "seq" },
		{ "{\"do\":\"typing\",\"room\":\"1\",\"on\":\"yes\"}",
		    "wrong_type", "on" },
	};
	json_t *answer;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		answer = one(table[i].frame);
		is_str(at(answer, "error", "code"), table[i].code,
		    table[i].frame);
		is_str(at(answer, "error", "field"), table[i].field,
		    "  and the field");
		ok(json_is_null(json_object_get(answer, "ack")),
		    "  and whom it is to");
		json_decref(answer);
	}
	answer = one("{\"do\":\"x\",\"id\":1}");
	is_str(at(answer, "error", "request_id"), "rid",
	    "an error names the request");
	json_decref(answer);
}

/* By which name an answer calls its frame. */
static void
test_names(void)
{
	static const char *const table[][2] = {
		{ "{\"do\":\"x\",\"id\":77}", "77" },
		{ "{\"do\":\"x\",\"id\":\"77\"}", "\"77\"" },
		{ "{\"do\":\"x\",\"key\":\"k\"}", "\"k\"" },
		{ "{\"do\":\"x\",\"key\":\"k\",\"id\":77}", "\"k\"" },
		{ "{\"do\":\"x\",\"key\":5,\"id\":77}", "77" },
		{ "{\"do\":\"x\",\"id\":[1]}", "null" },
		{ "{\"do\":\"x\",\"id\":1.5}", "null" },
		{ "{\"do\":\"x\"}", "null" },
	};
	json_t *answer;
	char *text;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		answer = one(table[i][0]);
		text = json_dumps(json_object_get(answer, "ack"),
		    JSON_ENCODE_ANY);
		is_str(text, table[i][1], table[i][0]);
		free(text);
		json_decref(answer);
	}
}

static void
test_commands(void)
{
	json_t *answer;
	const char *id;

	rig_log(&rig);
	answer = one(frame("{\"do\":\"message.post\",\"room\":\"%lld\","
	    "\"text\":\"hi\",\"key\":\"k1\"}", (long long)room));
	is_str(at(answer, "message", "text"), "hi", "message.post");
	is_str(rig_log(&rig), "message.posted", "  is carried out");
	id = at(answer, "message", "id");
	json_decref(answer);
	answer = one(frame("{\"do\":\"message.edit\",\"message\":\"%s\","
	    "\"text\":\"ho\"}", id));
	is_str(at(answer, "message", "text"), "ho", "message.edit");
	is_str(rig_log(&rig), "message.edited", "  is carried out");
	json_decref(answer);
	json_decref(one(frame("{\"do\":\"reaction.add\",\"message\":\"%s\","
	    "\"emoji\":\"+1\"}", id)));
	json_decref(one(frame("{\"do\":\"reaction.remove\",\"message\":\"%s\","
	    "\"emoji\":\"+1\"}", id)));
	json_decref(one(frame("{\"do\":\"read.move\",\"room\":\"%lld\","
	    "\"seq\":%s}", (long long)room, id)));
	is_str(rig_log(&rig), "reaction.added reaction.removed read.moved",
	    "reactions and a receipt");
	answer = one(frame("{\"do\":\"message.delete\",\"message\":\"%s\","
	    "\"id\":1}", id));
	ok(json_is_true(json_object_get(answer, "ok")), "message.delete");
	is_str(rig_log(&rig), "message.deleted", "  is carried out");
	json_decref(answer);
}

static void
test_batch(void)
{
	const char *frames[] = {
		frame("{\"do\":\"message.post\",\"room\":\"%lld\","
		    "\"text\":\"1\"}", (long long)room),
		"{",
		frame("{\"do\":\"message.post\",\"room\":\"%lld\","
		    "\"text\":3}", (long long)room),
		frame("{\"do\":\"message.post\",\"room\":\"%lld\","
		    "\"text\":\"4\"}", (long long)room),
		"{\"do\":\"message.delete\",\"message\":\"999999\"}",
		frame("{\"do\":\"message.post\",\"room\":\"%lld\","
		    "\"text\":\"6\"}", (long long)room),
	};
	struct exchange x;
	json_t *answers;
	size_t i;
	bool texts = true;

	rig_log(&rig);
	answers = call(make_batch(frames, (int)ARRAY_LEN(frames)), &x);
	is_int((int64_t)json_array_size(answers), ARRAY_LEN(frames),
	    "a batch: an answer for each frame");
	for (i = 0; i < json_array_size(answers); i++)
		texts = texts && json_is_string(json_array_get(answers, i));
	ok(texts, "a batch: each is a text");
	is_str(rig_log(&rig), "message.posted message.posted message.posted",
	    "a batch: the good ones are carried out");
	ok(strstr(json_string_value(json_array_get(answers, 4)),
	    "\"field\"") == NULL,
	    "a batch: an error does not name another's field");
	json_decref(answers);
	answers = call("[]", &x);
	is_int((int64_t)json_array_size(answers), 0, "a batch of nothing");
	json_decref(answers);
	answers = call("[\"{\\\"do\\\":\\\"a\\u0000b\\\"}\"]", &x);
	ok(strstr(json_string_value(json_array_get(answers, 0)), "bad_json") !=
	    NULL, "U+0000 in a frame is refused with the frame");
	json_decref(answers);
}

static void
test_malformed(void)
{
	static const char *const batches[] = { "", "{}", "[1]", "[\"{}\",null]",
	    "[", "[\"\xff\"]" };
	struct exchange x;
	size_t i;

	for (i = 0; i < ARRAY_LEN(batches); i++) {
		x = (struct exchange){ .call = rig_call(&rig, ann) };
		x.request.body = batches[i];
		x.request.body_len = strlen(batches[i]);
		str_init_arena(&x.answer.body, x.call.arena);
		is_err(v1_upcall(&x), ERR_BAD_REQUEST, batches[i]);
		exchange_release(&x);
	}
}

/* What somebody types in one batch arrives in its order. */
static void
test_typing(void)
{
	const char *on = frame("{\"do\":\"typing\",\"room\":\"%lld\"}",
	    (long long)room);
	const char *off = frame("{\"do\":\"typing\",\"room\":\"%lld\","
	    "\"on\":false}", (long long)room);
	const char *frames[] = { on, "{", off };
	struct exchange x;
	const struct cast *cast;

	rig_log(&rig);
	json_decref(call(make_batch(frames, 3), &x));
	cast = x.answer.cast;
	ok(cast != NULL && cast->on, "typing: the first cast");
	is_int(cast->room_id, room, "typing: its room");
	is_str(cast->user.username, "ann", "typing: who");
	cast = cast->next;
	ok(cast != NULL && !cast->on && cast->next == NULL,
	    "typing: then the other, and no more");
	is_str(rig_log(&rig), "", "typing: nothing is kept");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	ann = rig_user(&rig, "ann");
	bob = rig_user(&rig, "bob");
	room = rig_room(&rig, ROOM_PRIVATE, ann, (int64_t[]){ bob, 0 });
	test_errors();
	test_names();
	test_commands();
	test_batch();
	test_malformed();
	test_typing();
	rig_close(&rig);
	return tap_done();
}
