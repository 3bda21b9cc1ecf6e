/*
 * d_chatroom_message - chatroom: messages.
 *
 * The room is `chatroom_id` and the text `content`, or else the room is
 * `chatroom` and `message` an object.  A room that was made with a name says of
 * its history that there is none; one that was made with members gives an empty
 * list, and without a name what its reader has not read: its clients keep what
 * they have.
 */
#include "config.h"

#include <stdlib.h>

#include "core/receipt.h"
#include "dialect/d_chatroom.h"

enum {
	HISTORY_MAX = 100, PAGE = 20,
	READERS_MAX = 50,	/* more members: who has read is not told */
	FIRST_MAX = 100		/* more members: nobody is told of the room */
};

/* ---- posting, for events too */

/* Nobody has said anything there yet: the room, for those who hear of it now. */
static enum err
load_first(struct exchange *x, int64_t room_id, struct chatroom_room *out)
{
	struct message_page q = { .room_id = room_id, .max = 1 };
	struct room_entry *entry;
	struct message *messages;
	enum err e;
	int n;

	*out = (struct chatroom_room){ .room = NULL };
	if ((e = core_message_page(&x->call, &q, &messages, &n)) != ERR_OK ||
	    n > 0)
		return e;
	if ((entry = arena_alloc(x->call.arena, sizeof(*entry))) == NULL)
		return ERR_NOMEM;
	if ((e = core_room_get(&x->call, room_id, entry)) != ERR_OK)
		return e;
	return chatroom_load_members(x, &entry->view.room, FIRST_MAX + 1, out);
}

/* What is kept beside the text; NULL: nothing. */
static enum err
make_extra(struct exchange *x, const struct chatroom_post *in,
    const struct chatroom_room *first, const char **out)
{
	const bool is_told = first->room != NULL &&
	    first->members_n <= FIRST_MAX;
	struct str s;
	struct jw w;

	str_init_arena(&s, x->call.arena);
	jw_init(&w, &s);
	sh_chatroom_extra(&w, &(struct chatroom_extra){
		.details = in->details,
		.first = is_told ? first : NULL,
		.sender = x->call.user_id
	});
	*out = s.len > 0 ? s.s : NULL;
	return str_is_ok(&s) ? ERR_OK : ERR_NOMEM;
}

enum err
chatroom_post(struct exchange *x, const struct chatroom_post *in,
    struct message *out)
{
	struct post post = { .room_id = in->room_id, .text = in->content,
	    .origin = x->request.connection };
	struct chatroom_room first = { .room = NULL };
	struct room_look look;
	enum err e;

	if ((e = core_room_look(&x->call, in->room_id, &look)) != ERR_OK)
		return e;
	if (!look.is_member)
		return ERR_FORBIDDEN;
	if (look.kind != ROOM_PUBLIC)
		e = load_first(x, in->room_id, &first);
	if (e != ERR_OK ||
	    (e = make_extra(x, in, &first, &post.extra)) != ERR_OK)
		return e;
	return core_message_post(&x->call, &post, out);
}

/* ---- by request */

/* The text and what belongs to it, of a message that is an object. */
static void
read_object(struct fields *f, struct chatroom_post *out)
{
	const struct any_rule optional = { .is_optional = true };
	const json_t *value;
	int i;

	if (!fields_enter(f, "message", NULL))
		return;
	fields_text(f, "content", NULL, &out->content);
	for (i = 0; i < CHATROOM_DETAILS_N; i++)
		fields_any(f, chatroom_details[i],
		    i < CHATROOM_DETAILS_MUST_N ? NULL : &optional, &value);
	out->details = f->object;
	fields_leave(f);
}

/* A room that is none has the id 0. */
static enum err
read_post(struct exchange *x, struct chatroom_post *out)
{
	const char *name = "chatroom_id", *room = NULL;
	struct fields f;

	*out = (struct chatroom_post){ .room_id = 0 };
	fields_begin(&f, x);
	fields_body(&f);
	if (!fields_has(&f, name) && fields_has(&f, "chatroom"))
		name = "chatroom";
	fields_text(&f, name, NULL, &room);
	if (room != NULL && chatroom_hex(room, &out->room_id) == HEX_BAD)
		chatroom_bad_id(&f, name, room);
	if (fields_has(&f, "message") && !fields_has(&f, "content"))
		read_object(&f, out);
	else
		fields_text(&f, "content", NULL, &out->content);
	return fields_end(&f);
}

enum err
chatroom_message_post(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_NOT_FOUND, 404, "Chatroom not found!", false },
		{ ERR_FORBIDDEN, 403, "You are not authorized to send messages "
		    "in this chatroom.", false },
		{ ERR_OK, 0, NULL, false }
	};
	struct chatroom_post in;
	struct message message;
	struct jw w;
	enum err e;

	if ((e = read_post(x, &in)) != ERR_OK)
		return e;
	e = fastapi_word(x, chatroom_post(x, &in, &message), words);
	if (e != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_chatroom_message(&w, &(struct chatroom_message){
	    .message = &message });
	return ERR_OK;
}

/* ---- the history */

static bool
is_of_members(const struct room *room)
{
	return room->kind != ROOM_PUBLIC && room->name == NULL;
}

/* Who may have read what; a public room is everybody's. */
static enum err
load_readers(struct exchange *x, const struct room *room,
    struct chatroom_room *out)
{
	enum err e;

	*out = (struct chatroom_room){ .room = room };
	if (room->kind == ROOM_PUBLIC)
		return ERR_OK;
	e = chatroom_load_members(x, room, READERS_MAX + 1, out);
	if (out->members_n > READERS_MAX)
		out->members_n = 0;
	return e;
}

static void
put_message(struct jw *w, const struct message *m,
    const struct chatroom_room *readers)
{
	sh_chatroom_message(w, &(struct chatroom_message){ .message = m,
	    .members = readers->members, .members_n = readers->members_n });
}

/* Messages after `after`, into an array that has begun; ERR_DONE: none. */
static enum err
put_history(struct exchange *x, struct jw *w, const struct chatroom_room *r,
    int64_t after)
{
	struct message_page q = { .room_id = r->room->id, .after = after,
	    .max = PAGE, .is_alive = true };
	struct message *messages;
	int i, n, all = 0;
	enum err e;

	do {
		e = core_message_page(&x->call, &q, &messages, &n);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < n && chatroom_goes_on(x); i++)
			put_message(w, &messages[i], r);
		all += i;
		if (i > 0)
			q.after = messages[i - 1].id;
	} while (i == PAGE && all < HISTORY_MAX);
	return all > 0 ? ERR_OK : ERR_DONE;
}

/* The room, of which the caller is a member. */
static enum err
get_room(struct exchange *x, struct room_view *out)
{
	struct room_entry entry;
	int64_t id;
	enum err e;

	if ((e = chatroom_path_id(x, "chatroom", &id)) == ERR_OK)
		e = core_room_get(&x->call, id, &entry);
	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "Chatroom not found!");
	if (e != ERR_OK)
		return e;
	*out = entry.view;
	return entry.view.is_member ? ERR_OK : fastapi_fail(x, 403,
	    "You are not authorized to access this chatroom.");
}

enum err
chatroom_message_list(struct exchange *x)
{
	struct room_view view = { .is_member = false };
	struct chatroom_room readers;
	struct jw w;
	enum err e;

	if ((e = get_room(x, &view)) != ERR_OK ||
	    (e = load_readers(x, &view.room, &readers)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	e = put_history(x, &w, &readers,
	    is_of_members(&view.room) ? view.read_seq : 0);
	jw_array_end(&w);
	if (e == ERR_DONE && view.room.kind == ROOM_PUBLIC)
		return fastapi_fail(x, 404,
		    "No messages found in this chatroom!");
	return e == ERR_DONE ? ERR_OK : e;
}

/* ---- what has been read */

/* Some clients send the list alone. */
static enum err
read_ids(struct exchange *x, struct texts *out)
{
	const json_t *body;
	struct fields f;

	if (x->request.body_len > 0 &&
	    exchange_body(x, &body) == ERR_NOT_OBJECT && json_is_array(x->json))
		x->json = json_pack("{s:o}", "message_ids", x->json);
	fields_begin(&f, x);
	fields_body(&f);
	fields_texts(&f, "message_ids", NULL, out);
	return fields_end(&f);
}

/* Move the caller's receipt there, if it is not further already. */
static enum err
mark(struct exchange *x, int64_t message_id, bool *did_out)
{
	struct room_entry room;
	struct message m;
	int64_t stands_at;
	enum err e;

	if ((e = core_message_get(&x->call, message_id, &m)) != ERR_OK ||
	    (e = core_room_get(&x->call, m.room_id, &room)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (!room.view.is_member || room.view.read_seq >= m.id)
		return ERR_OK;
	*did_out = true;
	return core_receipt_move(&x->call, m.room_id, m.id, &stands_at);
}

static int
compare_down(const void *a, const void *b)
{
	int64_t l = *(const int64_t *)a, r = *(const int64_t *)b;

	return (l < r) - (l > r);
}

/*
 * The newest first: what is before it in its room is read by that, too.  Of more
 * than there is memory for, the rest is as it was.
 */
static enum err
mark_all(struct exchange *x, int64_t *ids, int n)
{
	bool did = false;
	enum err e = ERR_OK;
	int i;

	qsort(ids, (size_t)n, sizeof(*ids), compare_down);
	for (i = 0; i < n && e == ERR_OK && chatroom_goes_on(x); i++)
		e = mark(x, ids[i], &did);
	if (e == ERR_OK && !did)
		return fastapi_fail(x, 404, "No unread messages found!");
	return e;
}

enum err
chatroom_message_read(struct exchange *x)
{
	struct texts texts = { .n = 0 };
	int64_t *ids;
	enum err e;
	int i;

	if ((e = read_ids(x, &texts)) != ERR_OK)
		return e;
	ids = arena_calloc(x->call.arena, (size_t)texts.n + 1, sizeof(*ids));
	if (ids == NULL)
		return ERR_NOMEM;
	for (i = 0; i < texts.n; i++)
		if (chatroom_hex(texts.text[i], &ids[i]) == HEX_BAD)
			return fastapi_fail(x, 400,
			    "Invalid message ID format.");
	e = mark_all(x, ids, texts.n);
	return e != ERR_OK ? e : fastapi_message(x, "Messages marked as read.");
}
