/*
 * message - messages and the reactions to them.
 *
 * A message counts its reactions and its files, so that a page looks for them
 * only where there are any.  A deleted message keeps its row and its key: a send
 * that is tried again still finds it.  Events and permission are not its affair.
 */
#include "config.h"

#include "store/message.h"
#include "store/row.h"

/* One emoji while its reactions are being read. */
struct tally {
	const char *emoji;
	struct row_list users;
};

/* The tally of the emoji of the row, a new one if need be; NULL: arena full. */
static struct tally *
find_tally(struct row *r, struct row_list *tallies)
{
	struct tally *t = tallies->items;
	const char *emoji = row_text(r);
	int i;

	if (emoji == NULL)
		return NULL;
	for (i = 0; i < tallies->n; i++)
		if (strcmp(t[i].emoji, emoji) == 0)
			return &t[i];
	if ((t = row_list_add(tallies)) == NULL)
		return NULL;
	t->emoji = emoji;
	t->users = (struct row_list){ .arena = r->arena,
	    .size = sizeof(struct reaction_user) };
	return t;
}

/* Take the row into its tally; false when the arena is full. */
static bool
take_reaction(struct row *r, struct row_list *tallies)
{
	struct reaction_user *user;
	struct tally *t;

	if ((t = find_tally(r, tallies)) == NULL ||
	    (user = row_list_add(&t->users)) == NULL)
		return false;
	user->id = row_int(r);
	user->username = row_text(r);
	user->created_at = row_int(r);
	return true;
}

/* The first `max` of the message. */
static enum err
load_reactions(struct row *outer, struct message *m, int64_t max)
{
	struct row r = { .store = outer->store, .arena = outer->arena };
	struct row_list tallies = { .arena = r.arena,
	    .size = sizeof(struct tally) };
	struct reaction *reactions;
	const struct tally *t;
	enum err e;
	int i;

	e = row_begin(&r, SQL_REACTION_LIST,
	    DB_ARGS(DB_I(m->id), DB_I(max)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK && take_reaction(&r, &tallies))
		;
	reactions = arena_calloc(r.arena, (size_t)tallies.n,
	    sizeof(*reactions));
	for (i = 0, t = tallies.items; reactions != NULL && i < tallies.n; i++)
		reactions[i] = (struct reaction){ .emoji = t[i].emoji,
		    .n = t[i].users.n, .users = t[i].users.items };
	m->reactions = reactions;
	m->reactions_n = tallies.n;
	return row_end(&r, e);
}

enum err
row_load_counted(struct row *r, const struct row_counts *counts,
    struct message *m)
{
	enum err e = ERR_OK;

	if (counts->reactions > 0)
		e = load_reactions(r, m, counts->reactions);
	if (e == ERR_OK && counts->files > 0)
		e = row_load_files(r, m);
	return e;
}

void
row_message(struct row *r, struct message *out, struct row_counts *counts_out)
{
	out->id = row_int(r);
	out->room_id = row_int(r);
	out->sender_id = row_int(r);
	out->sender_username = row_text(r);
	out->kind = row_text(r);
	out->body = row_text(r);
	out->reply_to = row_int(r);
	out->key = row_text(r);
	out->created_at = row_int(r);
	out->edited_at = row_int(r);
	out->deleted_at = row_int(r);
	out->reactions = NULL;
	out->reactions_n = 0;
	out->files = NULL;
	out->files_n = 0;
	counts_out->reactions = row_int(r);
	out->origin = row_int(r);
	out->extra = row_text(r);
	counts_out->files = row_int(r);
}

/* The row's message, with what it counts. */
static enum err
read_message(struct row *r, struct message *out)
{
	struct row_counts counts;

	row_message(r, out, &counts);
	return row_load_counted(r, &counts, out);
}

enum err
store_message_add(struct store *s, const struct message *m)
{
	enum err e;

	e = row_change(s, SQL_MESSAGE_ADD, DB_ARGS(DB_I(m->id),
	    DB_I(m->room_id), DB_I(m->sender_id), DB_T(m->kind),
	    DB_T(m->body), DB_ID(m->reply_to), DB_T(m->key),
	    DB_I(m->created_at), DB_ID(m->origin), DB_T(m->extra),
	    DB_I(m->files_n)));
	return e == ERR_NOT_FOUND ? ERR_EXISTS : e;
}

enum err
store_message_load(struct store *s, struct arena *a, int64_t id,
    struct message *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	if ((e = row_first(&r, SQL_MESSAGE_LOAD, DB_ARGS(DB_I(id)))) != ERR_OK)
		return e;
	return row_end(&r, read_message(&r, out));
}

enum err
store_message_by_key(struct store *s, int64_t sender_id, const char *key,
    int64_t *id_out)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_MESSAGE_BY_KEY,
	    DB_ARGS(DB_I(sender_id), DB_T(key)));
	if (e != ERR_OK)
		return e;
	*id_out = row_int(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_message_edit(struct store *s, int64_t id, const char *body, int64_t now)
{
	return row_change(s, SQL_MESSAGE_EDIT,
	    DB_ARGS(DB_I(id), DB_T(body), DB_I(now)));
}

enum err
store_message_delete(struct store *s, int64_t id, int64_t now)
{
	enum err e;

	e = row_change(s, SQL_MESSAGE_DELETE, DB_ARGS(DB_I(id), DB_I(now)));
	if (e != ERR_OK)
		return e;
	return db_run(s->db, SQL_REACTION_CLEAR, DB_ARGS(DB_I(id)));
}

/* The row's message, with no more than the page wants of it. */
static enum err
read_paged(struct row *r, const struct message_page *page, struct message *out)
{
	struct row_counts counts;

	row_message(r, out, &counts);
	if (page->reactions_max > 0 && counts.reactions > page->reactions_max)
		counts.reactions = page->reactions_max;
	return row_load_counted(r, &counts, out);
}

static void
reverse(struct message *m, int n)
{
	struct message held;
	int i;

	for (i = 0; i < n / 2; i++) {
		held = m[i];
		m[i] = m[n - 1 - i];
		m[n - 1 - i] = held;
	}
}

enum err
store_message_page(struct store *s, struct arena *a,
    const struct message_page *page, struct message **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	struct row_list l = { .arena = a, .size = sizeof(struct message) };
	bool upward = page->after >= 0;
	int64_t from = page->before > 0 ? page->before : INT64_MAX;
	struct message *m;
	enum err e;

	e = row_begin(&r, upward ? SQL_MESSAGE_AFTER : SQL_MESSAGE_BEFORE,
	    DB_ARGS(DB_I(page->room_id), DB_I(upward ? page->after : from),
	    DB_I(page->max), DB_I(page->skip), DB_I(!page->is_alive)));
	if (e != ERR_OK)
		return e;
	while ((page->used_max == 0 || l.n == 0 ||
	    a->used <= page->used_max) &&
	    (e = row_next(&r)) == ERR_OK) {
		if ((m = row_list_add(&l)) == NULL ||
		    (e = read_paged(&r, page, m)) != ERR_OK)
			break;
	}
	if (!upward)
		reverse(l.items, l.n);
	*out = l.items;
	*n_out = l.n;
	return row_end(&r, e);
}

/* Tell the message that it has `n` reactions more. */
static enum err
count_reaction(struct store *s, int64_t message_id, int n)
{
	return row_change(s, SQL_MESSAGE_COUNT_REACTION,
	    DB_ARGS(DB_I(message_id), DB_I(n)));
}

enum err
store_reaction_add(struct store *s, int64_t message_id, int64_t user_id,
    const char *emoji, int64_t now)
{
	enum err e;

	e = row_change(s, SQL_REACTION_ADD, DB_ARGS(DB_I(message_id),
	    DB_I(user_id), DB_T(emoji), DB_I(now)));
	if (e == ERR_NOT_FOUND)
		return ERR_EXISTS;
	return e == ERR_OK ? count_reaction(s, message_id, 1) : e;
}

enum err
store_reaction_remove(struct store *s, int64_t message_id, int64_t user_id,
    const char *emoji)
{
	enum err e;

	e = row_change(s, SQL_REACTION_REMOVE, DB_ARGS(DB_I(message_id),
	    DB_I(user_id), DB_T(emoji)));
	return e == ERR_OK ? count_reaction(s, message_id, -1) : e;
}

enum err
store_reaction_count(struct store *s, struct arena *a, int64_t room_id,
    struct reaction_count **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	struct row_list l = { .arena = a, .size = sizeof(**out) };
	struct reaction_count *count;
	enum err e;

	e = row_begin(&r, SQL_REACTION_COUNT, DB_ARGS(DB_I(room_id)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK &&
	    (count = row_list_add(&l)) != NULL) {
		count->emoji = row_text(&r);
		count->n = row_int(&r);
	}
	*out = l.items;
	*n_out = l.n;
	return row_end(&r, e);
}
