/*
 * d_realtime_message - realtime's messages, reactions and receipts: /messages.
 *
 * A message with a recipient is in the direct room of the two, one with a chat
 * in that room.  Reading marks all that came before as read, too, because a
 * receipt is a place in the room.
 */
#include "config.h"

#include "base/ids.h"
#include "core/member.h"
#include "core/receipt.h"
#include "dialect/d_realtime.h"
#include "dialect/history.h"
#include "dialect/sh_realtime.h"

enum {
	CONTENT_MAX = 4000, EMOJI_MAX = 10,
	PAGE_MAX = 100, PAGE_DEFAULT = 50,
	REACTIONS_MAX = 5000,	/* of a page, shared alike by its messages */
	KEYS_LEN = 512, REACTION_LEN = 192
};

static const struct fastapi_word message_words[] = {
	{ ERR_NOT_FOUND, 404, "Message not found", false },
	{ ERR_GONE, 404, "Message not found", false },
	{ ERR_CONFLICT, 400, "Too many reactions", false },
	{ ERR_OK, 0, NULL, false }
};

/* The path's {message_id}; what is no id of ours names no message. */
static enum err
read_id(struct exchange *x, int64_t *out)
{
	return ids_parse_uuid(exchange_param(x, "message_id"), out) ? ERR_OK :
	    ERR_NOT_FOUND;
}

static enum err
answer_message(struct exchange *x, const struct message *m,
    const struct realtime_place *at)
{
	struct jw w;

	exchange_json(x, x->answer.status != 0 ? x->answer.status : 200, &w);
	sh_realtime_message(&w, m, at);
	return ERR_OK;
}

/* What the shapes need to know of a room; a direct one has two members. */
static enum err
load_place(struct exchange *x, int64_t room_id, struct realtime_place *out)
{
	const struct member_page page = { .room_id = room_id, .max = 2 };
	struct member *members;
	struct room_look look;
	enum err e;

	*out = (struct realtime_place){ .is_direct = false };
	e = core_room_look(&x->call, room_id, &look);
	if (e != ERR_OK || look.kind != ROOM_DIRECT)
		return e;
	out->is_direct = true;
	e = core_member_page(&x->call, &page, &members, &out->members_n);
	out->members = members;
	return e;
}

/* A message as it is now, and where. */
static enum err
load(struct exchange *x, int64_t id, struct message *out,
    struct realtime_place *at_out)
{
	enum err e;

	if ((e = core_message_get(&x->call, id, out)) != ERR_OK)
		return e;
	return load_place(x, out->room_id, at_out);
}

static enum err
answer_loaded(struct exchange *x, int64_t id)
{
	struct realtime_place at;
	struct message m;
	enum err e = load(x, id, &m, &at);

	return e == ERR_OK ? answer_message(x, &m, &at) : e;
}

enum err
realtime_message_get(struct exchange *x)
{
	int64_t id;
	enum err e = read_id(x, &id);

	if (e == ERR_OK)
		e = answer_loaded(x, id);
	return fastapi_word(x, e, message_words);
}

/* ---- sending */

/* What a request says about a new message. */
struct draft {
	struct realtime_target target;
	const char *content;	/* NULL: it has no text */
	const char *reply_to;
	const json_t *metadata;
	int	 type;
};

static enum err
read_draft(struct exchange *x, struct draft *out)
{
	static const struct text_rule text_if = { .is_optional = true };
	static const struct any_rule any_if = { .is_optional = true };
	struct fields f;

	*out = (struct draft){ .content = NULL };
	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "recipient_id", &text_if, &out->target.recipient_id);
	fields_text(&f, "chat_id", &text_if, &out->target.chat_id);
	fields_text(&f, "content", &(struct text_rule){ .is_optional = true,
	    .max = CONTENT_MAX }, &out->content);
	fields_enum(&f, "message_type", &(struct enum_rule){
	    .has_default = true, .words = realtime_types,
	    .words_n = REALTIME_TYPES_N }, &out->type);
	fields_text(&f, "reply_to_message_id", &text_if, &out->reply_to);
	fields_object(&f, "metadata", &any_if, &out->metadata);
	return fields_end(&f);
}

/* What is kept beside the text; NULL: nothing. */
static const char *
make_extra(struct exchange *x, const struct draft *in)
{
	struct str s;
	struct jw w;

	if (in->content != NULL && in->metadata == NULL)
		return NULL;
	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	if (in->content == NULL)
		jw_key_bool(&w, "no_text", true);
	if (in->metadata != NULL) {
		jw_key(&w, "metadata");
		json_put(&w, in->metadata);
	}
	jw_object_end(&w);
	return s.s;
}

static enum err
post(struct exchange *x, const struct draft *in, struct message *out)
{
	struct post post = {
		.text = in->content != NULL ? in->content : "",
		.kind = realtime_types[in->type],
		.extra = make_extra(x, in)
	};
	enum err e;

	if (in->reply_to != NULL && *in->reply_to != '\0' &&
	    !ids_parse_uuid(in->reply_to, &post.reply_to))
		return fastapi_fail(x, 404, "Message not found");
	if ((e = realtime_get(x, &in->target, &post.room_id)) != ERR_OK)
		return e;
	e = core_message_post(&x->call, &post, out);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "Chat not found");
	if (e == ERR_BAD_VALUE && x->call.field != NULL &&
	    strcmp(x->call.field, "reply_to") == 0)
		return fastapi_fail(x, 404, "Message not found");
	return e;
}

/*
 * The answer names the chat as the request did.  Nobody has read the message
 * yet, except who writes to himself.
 */
static enum err
answer_posted(struct exchange *x, const struct draft *in,
    const struct message *m)
{
	const char *recipient_id = in->target.recipient_id;
	struct realtime_place at = { .chat_id = in->target.chat_id };
	struct member to = { .read_seq = 0 };

	if (recipient_id != NULL && ids_parse_uuid(recipient_id, &to.user.id)) {
		at.is_direct = true;
		at.members = &to;
		at.members_n = 1;
	}
	x->answer.status = 201;
	return answer_message(x, m, &at);
}

enum err
realtime_message_post(struct exchange *x)
{
	const struct realtime_target *t;
	struct message m;
	struct draft in;
	enum err e;

	if ((e = read_draft(x, &in)) != ERR_OK)
		return e;
	t = &in.target;
	if ((t->recipient_id == NULL || *t->recipient_id == '\0') &&
	    (t->chat_id == NULL || *t->chat_id == '\0'))
		return fastapi_fail(x, 400,
		    "Either recipient_id or chat_id must be provided");
	e = post(x, &in, &m);
	return e == ERR_OK ? answer_posted(x, &in, &m) : e;
}

/* ---- lists */

struct page {
	int64_t	 skip;
	int64_t	 limit;
};

static void
read_page(struct fields *f, struct page *out)
{
	*out = (struct page){ .limit = PAGE_DEFAULT };
	fields_query(f);
	fields_int(f, "skip", &(struct int_rule){ .has_default = true,
	    .has_min = true, .min = 0 }, &out->skip);
	fields_int(f, "limit", &(struct int_rule){ .has_default = true,
	    .has_min = true, .min = 1, .has_max = true, .max = PAGE_MAX },
	    &out->limit);
}

static enum err
answer_none(struct exchange *x)
{
	struct jw w;

	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	jw_array_end(&w);
	return ERR_OK;
}

/*
 * Newest first.  Who counts pages by what he skips must not find short ones: of
 * each message only the first reactions are listed, so that a page of usual
 * texts is whole whatever is said to them.  What does not fit even so is left
 * out at the end.
 */
static enum err
answer_page(struct exchange *x, int64_t room_id, const struct page *page,
    const struct realtime_place *at)
{
	const struct history_query q = {
		.room_id = room_id,
		.max = page->limit,
		.is_page = true,
		.skip = page->skip < INT32_MAX ? (int)page->skip : INT32_MAX,
		.each_len = KEYS_LEN,
		.reaction_len = REACTION_LEN,
		.reactions_max = REACTIONS_MAX / page->limit
	};
	const struct message *m[PAGE_MAX];
	struct history h;
	struct jw w;
	enum err e;
	int n;

	if ((e = history_load(x, &q, &h)) != ERR_OK)
		return e;
	for (n = 0; n < h.n; n++)
		m[n] = history_next(&h);
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	while (n-- > 0)
		sh_realtime_message(&w, m[n], at);
	jw_array_end(&w);
	return ERR_OK;
}

/* What a room that the caller may not see holds is nothing. */
static enum err
answer_room(struct exchange *x, const struct realtime_target *t,
    const struct page *page)
{
	struct realtime_place at;
	int64_t id;
	enum err e;

	if ((e = realtime_find(x, t, &id)) != ERR_OK)
		return e;
	if (id == 0)
		return answer_none(x);
	if ((e = load_place(x, id, &at)) == ERR_OK) {
		at.chat_id = t->chat_id;
		e = answer_page(x, id, page, &at);
	}
	return e == ERR_NOT_FOUND ? answer_none(x) : e;
}

/* The page that the query asks for, of a room that the path names. */
static enum err
answer_target(struct exchange *x, const struct realtime_target *t)
{
	struct fields f;
	struct page page;
	enum err e;

	fields_begin(&f, x);
	read_page(&f, &page);
	e = fields_end(&f);
	return e == ERR_OK ? answer_room(x, t, &page) : e;
}

enum err
realtime_conversation(struct exchange *x)
{
	return answer_target(x, &(struct realtime_target){
	    .recipient_id = exchange_param(x, "user_id") });
}

enum err
realtime_chat(struct exchange *x)
{
	return answer_target(x, &(struct realtime_target){
	    .chat_id = exchange_param(x, "chat_id") });
}

/* Without a target it is the lobby, where the sockets are. */
enum err
realtime_message_list(struct exchange *x)
{
	static const struct text_rule text_if = { .is_optional = true };
	struct realtime_target target = { .chat_id = NULL };
	struct fields f;
	struct page page;
	enum err e;

	fields_begin(&f, x);
	read_page(&f, &page);
	fields_text(&f, "chat_id", &text_if, &target.chat_id);
	fields_text(&f, "recipient_id", &text_if, &target.recipient_id);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	return answer_room(x, &target, &page);
}

/* ---- changing */

enum err
realtime_message_edit(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_FORBIDDEN, 403, "You can only edit your own messages",
		    false },
		{ ERR_OK, 0, NULL, false }
	};
	const char *content = NULL;
	struct fields f;
	struct message m;
	int64_t id;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "content", &(struct text_rule){ .is_optional = true,
	    .max = CONTENT_MAX }, &content);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	if ((e = read_id(x, &id)) == ERR_OK && content == NULL) {
		e = core_message_get(&x->call, id, &m);
		content = e == ERR_OK ? m.body : NULL;
	}
	if (e == ERR_OK)
		e = core_message_edit(&x->call, id, content, &m);
	if (e == ERR_OK)
		e = answer_loaded(x, id);
	return fastapi_word(x, fastapi_word(x, e, words), message_words);
}

enum err
realtime_message_delete(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_NOT_FOUND, 404, "Message not found", false },
		{ ERR_FORBIDDEN, 403, "You can only delete your own messages",
		    false },
		{ ERR_OK, 0, NULL, false }
	};
	int64_t id;
	enum err e;

	if ((e = read_id(x, &id)) == ERR_OK)
		e = core_message_delete(&x->call, id);
	return e == ERR_OK ?
	    fastapi_message(x, "Message deleted successfully") :
	    fastapi_word(x, e, words);
}

/* In the query, or else in the body. */
static enum err
read_emoji(struct exchange *x, const char **out)
{
	const json_t *body;
	struct fields f;

	fields_begin(&f, x);
	fields_query(&f);
	if (!fields_has(&f, "emoji") && x->request.body_len > 0 &&
	    exchange_body(x, &body) == ERR_OK &&
	    json_object_get(body, "emoji") != NULL)
		fields_body(&f);
	fields_text(&f, "emoji", &(struct text_rule){ .min = 1,
	    .max = EMOJI_MAX }, out);
	return fields_end(&f);
}

enum err
realtime_react(struct exchange *x)
{
	const char *emoji;
	bool did;
	int64_t id;
	enum err e;

	if ((e = read_emoji(x, &emoji)) != ERR_OK)
		return e;
	if ((e = read_id(x, &id)) == ERR_OK)
		e = core_reaction_add(&x->call, id, emoji, &did);
	if (e == ERR_OK && !did)
		return fastapi_fail(x, 400,
		    "You already reacted with this emoji");
	if (e == ERR_OK)
		e = answer_loaded(x, id);
	return fastapi_word(x, e, message_words);
}

enum err
realtime_unreact(struct exchange *x)
{
	const char *emoji;
	bool did;
	int64_t id;
	enum err e;

	if ((e = read_emoji(x, &emoji)) != ERR_OK)
		return e;
	if ((e = read_id(x, &id)) == ERR_OK)
		e = core_reaction_remove(&x->call, id, emoji, &did);
	if (e == ERR_OK && !did)
		return fastapi_fail(x, 404, "Reaction not found");
	if (e == ERR_OK)
		e = answer_loaded(x, id);
	return fastapi_word(x, e, message_words);
}

enum err
realtime_read(struct exchange *x)
{
	const struct member *to = NULL;
	struct realtime_place at;
	struct message m;
	int64_t id, seq;
	enum err e;

	if ((e = read_id(x, &id)) == ERR_OK)
		e = load(x, id, &m, &at);
	if (e != ERR_OK)
		return fastapi_word(x, e, message_words);
	if (at.is_direct)
		to = sh_realtime_recipient(&m, &at);
	if (to == NULL || to->user.id != x->call.user_id)
		return fastapi_fail(x, 403,
		    "You can only mark messages sent to you as read");
	e = core_receipt_move(&x->call, m.room_id, m.id, &seq);
	if (e == ERR_OK)
		e = answer_loaded(x, id);
	return fastapi_word(x, e, message_words);
}
