/*
 * d_v1_upcall - what v1's clients say on a WebSocket.
 *
 * Each frame is a command and a verb of its own, and each has an answer.
 *
 *	{"do":"message.post","room":"7","text":"hi","key":"k"}
 *	{"ack":"k","message":{…}}
 *	{"ack":"k","error":{…}}
 */
#include "config.h"

#include "base/json.h"
#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"
#include "dialect/socket.h"

/* What a command that was carried out gives. */
struct outcome {
	bool	 has_message;
	struct message message;
};

typedef enum err (*command_fn)(struct exchange *, const json_t *frame,
    struct outcome *out);

static enum err
message_post(struct exchange *x, const json_t *frame, struct outcome *out)
{
	struct post in = { .key = NULL };
	enum err e;

	if ((e = v1_id(x, frame, "room", &in.room_id)) != ERR_OK ||
	    (e = v1_read_post(x, frame, &in)) != ERR_OK)
		return e;
	out->has_message = true;
	return core_message_post(&x->call, &in, &out->message);
}

static enum err
message_edit(struct exchange *x, const json_t *frame, struct outcome *out)
{
	const char *text;
	int64_t id;
	enum err e;

	if ((e = v1_id(x, frame, "message", &id)) != ERR_OK ||
	    (e = v1_read_text(x, frame, &text)) != ERR_OK)
		return e;
	out->has_message = true;
	return core_message_edit(&x->call, id, text, &out->message);
}

static enum err
message_delete(struct exchange *x, const json_t *frame, struct outcome *out)
{
	int64_t id;
	enum err e;

	e = v1_id(x, frame, "message", &id);
	return e == ERR_OK ? core_message_delete(&x->call, id) : e;
}

static enum err
read_reaction(struct exchange *x, const json_t *frame, int64_t *id_out,
    const char **emoji_out)
{
	enum err e;

	if ((e = v1_id(x, frame, "message", id_out)) != ERR_OK)
		return e;
	return v1_text(x, frame, "emoji", emoji_out);
}

static enum err
reaction_add(struct exchange *x, const json_t *frame, struct outcome *out)
{
	const char *emoji;
	int64_t id;
	enum err e;

	e = read_reaction(x, frame, &id, &emoji);
	return e == ERR_OK ? core_reaction_add(&x->call, id, emoji, NULL) : e;
}

static enum err
reaction_remove(struct exchange *x, const json_t *frame, struct outcome *out)
{
	const char *emoji;
	int64_t id;
	enum err e;

	e = read_reaction(x, frame, &id, &emoji);
	return e == ERR_OK ? core_reaction_remove(&x->call, id, emoji,
	    NULL) : e;
}

static enum err
read_move(struct exchange *x, const json_t *frame, struct outcome *out)
{
	int64_t room_id;
	enum err e;

	e = v1_id(x, frame, "room", &room_id);
	return e == ERR_OK ? v1_receipt_from(x, frame, room_id) : e;
}

static enum err
typing(struct exchange *x, const json_t *frame, struct outcome *out)
{
	int64_t room_id;
	enum err e;

	e = v1_id(x, frame, "room", &room_id);
	return e == ERR_OK ? v1_typing_from(x, frame, room_id) : e;
}

static const struct {
	const char *name;
	command_fn run;
} commands[] = {
	{ "message.post", message_post },
	{ "message.edit", message_edit },
	{ "message.delete", message_delete },
	{ "reaction.add", reaction_add },
	{ "reaction.remove", reaction_remove },
	{ "read.move", read_move },
	{ "typing", typing }
};

static enum err
run_command(struct exchange *x, const json_t *frame, struct outcome *out)
{
	const char *name;
	size_t i;
	enum err e;

	if ((e = v1_text(x, frame, "do", &name)) != ERR_OK)
		return e;
	for (i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(x, frame, out);
	return call_fault(&x->call, "do", ERR_BAD_VALUE);
}

/* Name the frame that is answered: by its key, or its id, as it has one. */
static void
put_ack(struct jw *w, const json_t *frame)
{
	const json_t *name = json_object_get(frame, "key");

	if (!json_is_string(name))
		name = json_object_get(frame, "id");
	jw_key(w, "ack");
	if (json_is_string(name))
		jw_str(w, json_string_value(name));
	else if (json_is_integer(name))
		jw_int(w, json_integer_value(name));
	else
		jw_null(w);
}

static void
put_error(struct jw *w, const struct exchange *x, enum err e)
{
	struct problem p = {
		.err = e,
		.detail = x->detail,
		.field = x->call.field,
		.request_id = x->request.id
	};

	jw_key(w, "error");
	sh_v1_problem(w, &p);
}

/* The answer to a frame; what `out` borrows from the frame is still there. */
static void
put_answer(struct jw *w, const struct exchange *x, const struct outcome *out,
    enum err e)
{
	if (e != ERR_OK)
		put_error(w, x, e);
	else if (out->has_message) {
		jw_key(w, "message");
		sh_v1_message(w, &out->message);
	} else
		jw_key_bool(w, "ok", true);
}

static void
run_frame(struct exchange *x, const struct socket_frame *frame,
    struct str *answer)
{
	struct outcome out = { .has_message = false };
	struct jw w;
	enum err e = frame->fault;

	if (e == ERR_OK && !json_is_object(frame->json))
		e = ERR_NOT_OBJECT;
	if (e == ERR_OK)
		e = run_command(x, frame->json, &out);
	jw_init(&w, answer);
	jw_object_begin(&w);
	put_ack(&w, frame->json);
	put_answer(&w, x, &out, e);
	jw_object_end(&w);
}

enum err
v1_upcall(struct exchange *x)
{
	return socket_run(x, run_frame);
}
