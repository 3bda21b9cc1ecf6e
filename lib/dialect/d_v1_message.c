/*
 * d_v1_message - v1's messages, reactions, receipts, and typing.
 */
#include "config.h"

#include "base/json.h"
#include "core/file.h"
#include "core/message.h"
#include "core/receipt.h"
#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"
#include "dialect/socket.h"

/* A page, and one message more than asked for if there is one. */
struct page_found {
	const struct message *m;	/* ascending */
	int	 n;
	int	 limit;
	bool	 is_cut;	/* there may be more than these */
};

/* Newest first, on from a position to what is older. */
static void
put_down(struct jw *w, const struct page_found *found)
{
	int last = found->n > found->limit ? 1 : 0, i;

	for (i = found->n - 1; i >= last; i--)
		sh_v1_message(w, &found->m[i]);
	v1_list_end(w, last == 1 || found->is_cut ? found->m[last].id : 0);
}

/* Oldest first, on from a position to what is newer. */
static void
put_up(struct jw *w, const struct page_found *found)
{
	int i;

	for (i = 0; i < found->n && i < found->limit; i++)
		sh_v1_message(w, &found->m[i]);
	v1_list_end(w, found->n > found->limit || found->is_cut ?
	    found->m[i - 1].id : 0);
}

/*
 * An eighth of the memory is for what is read; the answer is about as long, and
 * takes up to four times that while it grows.  A page that is cut there has a
 * position to go on from.
 */
enum err
v1_message_list(struct exchange *x)
{
	const struct arena *arena = x->call.arena;
	struct message_page q = { .room_id = 0 };
	struct page_found found;
	struct message *messages;
	struct v1_page page;
	struct jw w;
	enum err e;

	if ((e = v1_path_id(x, "id", &q.room_id)) != ERR_OK ||
	    (e = v1_page_both(x, &page)) != ERR_OK)
		return e;
	q.before = page.before;
	q.after = page.after;
	q.max = page.limit + 1;
	q.used_max = arena->used + (arena->max - arena->used) / 8;
	e = core_message_page(&x->call, &q, &messages, &found.n);
	if (e != ERR_OK)
		return e;
	found.m = messages;
	found.is_cut = found.n > 0 && arena->used > q.used_max;
	found.limit = page.limit;
	v1_list_begin(x, &w);
	if (q.after < 0)
		put_down(&w, &found);
	else
		put_up(&w, &found);
	return ERR_OK;
}

enum err
v1_read_text(struct exchange *x, const json_t *from, const char **out)
{
	enum err e;

	if ((e = v1_text(x, from, "text", out)) != ERR_OK)
		return e;
	return **out != '\0' ? ERR_OK :
	    call_fault(&x->call, "text", ERR_BAD_VALUE);
}

/* The ids of files; null is as good as none. */
static enum err
read_files(struct exchange *x, const json_t *from, struct post *out)
{
	const json_t *list, *item;
	int64_t *ids;
	size_t i;
	enum err e = json_get_array(from, "files", &list);

	if (e == ERR_MISSING)
		return ERR_OK;
	if (e == ERR_OK && json_array_size(list) > FILE_MESSAGE_MAX)
		e = ERR_TOO_LONG;
	if (e != ERR_OK)
		return call_fault(&x->call, "files", e);
	ids = arena_calloc(x->call.arena, json_array_size(list), sizeof(*ids));
	if (ids == NULL)
		return ERR_NOMEM;
	json_array_foreach(list, i, item)
		if ((e = json_as_id(item, &ids[i])) != ERR_OK)
			return call_fault(&x->call, "files", e);
	out->files = ids;
	out->files_n = (int)json_array_size(list);
	return ERR_OK;
}

/* A message that has files needs no text. */
static enum err
read_post_text(struct exchange *x, const json_t *from, struct post *out)
{
	if (out->files_n == 0)
		return v1_read_text(x, from, &out->text);
	out->text = "";
	return v1_text_if(x, from, "text", &out->text);
}

enum err
v1_read_post(struct exchange *x, const json_t *from, struct post *out)
{
	enum err e;

	if ((e = read_files(x, from, out)) != ERR_OK ||
	    (e = read_post_text(x, from, out)) != ERR_OK ||
	    (e = v1_id_if(x, from, "reply_to", &out->reply_to)) != ERR_OK)
		return e;
	return v1_text_if(x, from, "key", &out->key);
}

static enum err
answer_message(struct exchange *x, const struct message *m)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_v1_message(&w, m);
	return ERR_OK;
}

/* A retry is answered as the first one was. */
enum err
v1_message_post(struct exchange *x)
{
	struct post in = { .key = x->request.idempotency_key };
	const json_t *body;
	struct message m;
	struct jw w;
	enum err e;

	if ((e = v1_path_id(x, "id", &in.room_id)) != ERR_OK ||
	    (e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_read_post(x, body, &in)) != ERR_OK ||
	    (e = core_message_post(&x->call, &in, &m)) != ERR_OK)
		return e;
	v1_created(x, "/v1/messages/", m.id, &w);
	sh_v1_message(&w, &m);
	return ERR_OK;
}

enum err
v1_message_get(struct exchange *x)
{
	struct message m;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = core_message_get(&x->call, id, &m)) != ERR_OK)
		return e;
	return answer_message(x, &m);
}

enum err
v1_message_edit(struct exchange *x)
{
	const json_t *body;
	const char *text;
	struct message m;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = exchange_body(x, &body)) != ERR_OK ||
	    (e = v1_read_text(x, body, &text)) != ERR_OK ||
	    (e = core_message_edit(&x->call, id, text, &m)) != ERR_OK)
		return e;
	return answer_message(x, &m);
}

enum err
v1_message_delete(struct exchange *x)
{
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_message_delete(&x->call, id));
}

enum err
v1_reaction_add(struct exchange *x)
{
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_reaction_add(&x->call, id,
	    exchange_param(x, "emoji"), NULL));
}

enum err
v1_reaction_remove(struct exchange *x)
{
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK)
		return e;
	return v1_done(x, core_reaction_remove(&x->call, id,
	    exchange_param(x, "emoji"), NULL));
}

enum err
v1_receipt_from(struct exchange *x, const json_t *from, int64_t room_id)
{
	int64_t seq, stands_at;
	enum err e;

	if ((e = v1_id(x, from, "seq", &seq)) != ERR_OK)
		return e;
	return core_receipt_move(&x->call, room_id, seq, &stands_at);
}

enum err
v1_receipt_move(struct exchange *x)
{
	const json_t *body;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = exchange_body(x, &body)) != ERR_OK)
		return e;
	return v1_done(x, v1_receipt_from(x, body, id));
}

/* That somebody types is said unless the field `on` says otherwise. */
enum err
v1_typing_from(struct exchange *x, const json_t *from, int64_t room_id)
{
	struct cast cast = {
		.kind = EVENT_TYPING, .room_id = room_id, .on = true
	};
	enum err e;

	if ((e = v1_bool_if(x, from, "on", &cast.on)) != ERR_OK ||
	    (e = core_typing_show(&x->call, room_id, &cast.user)) != ERR_OK)
		return e;
	return socket_cast(x, &cast);
}

enum err
v1_typing_show(struct exchange *x)
{
	const json_t *body;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = v1_body_if(x, &body)) != ERR_OK)
		return e;
	return v1_done(x, v1_typing_from(x, body, id));
}
