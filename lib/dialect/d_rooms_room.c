/*
 * d_rooms_room - rooms: rooms and their histories.
 */
#include "config.h"

#include "core/member.h"
#include "core/receipt.h"
#include "dialect/d_rooms.h"
#include "dialect/history.h"
#include "dialect/sh_rooms.h"

enum { PAGE = 200, RECENT_DEFAULT = 50 };

/* Rooms that the caller sees, page after page. */
struct rooms_found {
	const struct room_entry **entry;
	int	 n;
	int	 cap;
};

static bool
keep(struct exchange *x, struct rooms_found *found,
    const struct room_entry *entry)
{
	const struct room_entry **bigger;

	if (found->n == found->cap) {
		found->cap = found->cap == 0 ? PAGE : 2 * found->cap;
		bigger = arena_calloc(x->call.arena, (size_t)found->cap,
		    sizeof(*bigger));
		if (bigger == NULL)
			return false;
		if (found->n > 0)
			memcpy(bigger, found->entry,
			    (size_t)found->n * sizeof(*bigger));
		found->entry = bigger;
	}
	found->entry[found->n++] = entry;
	return true;
}

/*
 * There is no limit to ask for, so the request's memory sets one: half of it is
 * for what is read, and of more rooms than that the newest are left out.
 */
static enum err
find_rooms(struct exchange *x, struct rooms_found *found)
{
	struct room_page page = { .max = PAGE, .public_too = true };
	struct arena *arena = x->call.arena;
	struct room_entry *entries;
	enum err e;
	int i, n;

	do {
		e = core_room_page(&x->call, &page, &entries, &n);
		if (e != ERR_OK)
			return e;
		for (i = 0; i < n; i++)
			if (!keep(x, found, &entries[i]))
				return ERR_NOMEM;
		if (n > 0)
			page.after = entries[n - 1].view.room.id;
	} while (n == PAGE && arena->used < arena->max / 2);
	return ERR_OK;
}

/* The newest first; of the same second the one with the lower id. */
static int
compare(const void *a, const void *b)
{
	const struct room *left = &(*(struct room_entry *const *)a)->view.room;
	const struct room *right = &(*(struct room_entry *const *)b)->view.room;
	int64_t l = left->created_at / 1000, r = right->created_at / 1000;

	if (l != r)
		return l > r ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
}

enum err
rooms_room_list(struct exchange *x)
{
	struct rooms_found found = { .n = 0 };
	struct jw w;
	enum err e;
	int i;

	if ((e = find_rooms(x, &found)) != ERR_OK)
		return e;
	if (found.n > 1)
		qsort(found.entry, (size_t)found.n, sizeof(*found.entry),
		    compare);
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	for (i = 0; i < found.n; i++)
		sh_rooms_room_item(&w, found.entry[i], x->call.user_id);
	jw_array_end(&w);
	return ERR_OK;
}

static enum err
answer_room(struct exchange *x, const struct room_entry *entry)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_rooms_room(&w, entry, x->call.user_id);
	return ERR_OK;
}

enum err
rooms_room_create(struct exchange *x)
{
	struct room_draft in = { .kind = ROOM_PUBLIC };
	struct room_entry entry;
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_body(&f);
	fields_text(&f, "name", &(struct text_rule){ .min = 1,
	    .is_trimmed = true }, &in.name);
	if ((e = fields_end(&f)) != ERR_OK ||
	    (e = core_room_create(&x->call, &in, &entry)) != ERR_OK)
		return e;
	return answer_room(x, &entry);
}

enum err
rooms_room_get(struct exchange *x)
{
	struct room_entry entry;
	int64_t id = 0;
	enum err e;

	if ((e = rooms_path_id(x, "room_id", &id)) != ERR_OK ||
	    (e = core_room_get(&x->call, id, &entry)) != ERR_OK)
		return e;
	return answer_room(x, &entry);
}

/* The newest `max` messages of a room, 0: all, the oldest first. */
static enum err
answer_history(struct exchange *x, int64_t room_id, int64_t max)
{
	const struct history_query q = { .room_id = room_id, .max = max };
	const struct message *m;
	struct history h;
	struct jw w;
	enum err e;

	if ((e = history_load(x, &q, &h)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	while ((m = history_next(&h)) != NULL)
		sh_rooms_message(&w, m, x->call.user_id);
	jw_array_end(&w);
	return ERR_OK;
}

enum err
rooms_message_list(struct exchange *x)
{
	int64_t id = 0;
	enum err e;

	e = rooms_path_id(x, "room_id", &id);
	return e != ERR_OK ? e : answer_history(x, id, 0);
}

/* No message of a room that there is. */
static enum err
answer_none(struct exchange *x, int64_t room_id)
{
	struct room_entry entry;
	struct jw w;
	enum err e;

	if ((e = core_room_get(&x->call, room_id, &entry)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	jw_array_end(&w);
	return ERR_OK;
}

/* A limit below 0 is none. */
enum err
rooms_message_recent(struct exchange *x)
{
	int64_t id = 0, limit = RECENT_DEFAULT;
	struct fields f;
	enum err e;

	fields_begin(&f, x);
	fields_path(&f);
	fields_int(&f, "room_id", NULL, &id);
	fields_query(&f);
	fields_int(&f, "limit", &(struct int_rule){ .has_default = true },
	    &limit);
	if ((e = fields_end(&f)) != ERR_OK)
		return e;
	if (limit == 0)
		return answer_none(x, id);
	return answer_history(x, id, limit < 0 ? 0 : limit);
}

static enum err
answer_marked(struct exchange *x, int64_t n)
{
	struct str text;
	struct jw w;

	str_init_arena(&text, x->call.arena);
	str_printf(&text, "Marked %lld messages as read", (long long)n);
	exchange_json(x, 200, &w);
	jw_object_begin(&w);
	jw_key_str(&w, "message", text.s);
	jw_key_int(&w, "read_count", n);
	jw_object_end(&w);
	return ERR_OK;
}

/* Who marks a public room joins it: only members have a mark. */
enum err
rooms_mark_read(struct exchange *x)
{
	struct room_entry entry;
	int64_t id = 0, stands_at;
	enum err e;

	if ((e = rooms_path_id(x, "room_id", &id)) != ERR_OK ||
	    (e = core_room_get(&x->call, id, &entry)) != ERR_OK)
		return e;
	if (!entry.view.is_member)
		e = core_member_join(&x->call, id, &entry);
	if (e == ERR_OK && entry.view.unread_n > 0)
		e = core_receipt_move(&x->call, id,
		    entry.view.room.posted_seq, &stands_at);
	return e != ERR_OK ? e : answer_marked(x, entry.view.unread_n);
}
