/*
 * d_rooms_reaction - rooms: reactions, by request and by frame.
 *
 * Here everybody has one reaction to a message, and a new one replaces it.  The
 * rooms and messages that somebody may not see are like those that there are
 * not.
 */
#include "config.h"

#include "dialect/d_rooms.h"
#include "dialect/history.h"
#include "dialect/sh_rooms.h"

enum { LIST_DEFAULT = 50 };

enum err
rooms_unreact(struct exchange *x, int64_t message_id)
{
	struct reaction_set set = { .removed_n = 0 };
	enum err e = core_reaction_set(&x->call, message_id, NULL, &set);

	return e == ERR_OK && set.removed_n == 0 ? ERR_NOT_FOUND : e;
}

/*
 * What has come of it: the caller's reaction, or none, and the message as it is
 * now.  A reaction has no number of its own; the instant stands for it.
 */
static enum err
answer_reaction(struct exchange *x, int64_t message_id, const char *emoji,
    int64_t at)
{
	struct message m;
	const struct rooms_reaction r = {
		.message = &m, .emoji = emoji, .id = at,
		.user_id = x->call.user_id, .at = at
	};
	struct jw w;
	enum err e;

	if ((e = core_message_get(&x->call, message_id, &m)) != ERR_OK)
		return e;
	exchange_json(x, 200, &w);
	sh_rooms_reaction(&w, &r);
	return ERR_OK;
}

static enum err
read_reaction(struct exchange *x, int64_t *id_out, int *reaction_out)
{
	static const struct enum_rule rule = {
		.words = rooms_reactions, .words_n = ROOMS_REACTIONS_N
	};
	struct fields f;

	fields_begin(&f, x);
	fields_body(&f);
	fields_int(&f, "message_id", NULL, id_out);
	fields_enum(&f, "reaction_type", &rule, reaction_out);
	return fields_end(&f);
}

enum err
rooms_reaction_add(struct exchange *x)
{
	struct reaction_set set;
	int64_t id = 0;
	int i = 0;
	enum err e;

	if ((e = read_reaction(x, &id, &i)) != ERR_OK)
		return e;
	e = core_reaction_set(&x->call, id, rooms_reactions[i], &set);
	if (e == ERR_OK)
		e = answer_reaction(x, id, rooms_reactions[i], set.created_at);
	return fastapi_word(x, e, rooms_message_words);
}

enum err
rooms_reaction_remove(struct exchange *x)
{
	static const struct fastapi_word words[] = {
		{ ERR_NOT_FOUND, 404, "Reaction not found", false },
		{ ERR_GONE, 404, "Reaction not found", false },
		{ ERR_OK, 0, NULL, false }
	};
	int64_t id = 0;
	enum err e;

	if ((e = rooms_path_id(x, "message_id", &id)) != ERR_OK)
		return e;
	if ((e = rooms_unreact(x, id)) == ERR_OK)
		e = answer_reaction(x, id, NULL, 0);
	return fastapi_word(x, e, words);
}

enum err
rooms_reacted_get(struct exchange *x)
{
	struct message m;
	int64_t id = 0;
	struct jw w;
	enum err e;

	if ((e = rooms_path_id(x, "message_id", &id)) != ERR_OK)
		return e;
	e = core_message_get(&x->call, id, &m);
	if (e == ERR_OK && m.deleted_at != 0)
		e = ERR_NOT_FOUND;
	if (e != ERR_OK)
		return fastapi_word(x, e, rooms_message_words);
	exchange_json(x, 200, &w);
	sh_rooms_reacted(&w, &m, x->call.user_id);
	return ERR_OK;
}

/* The newest first. */
static enum err
put_backwards(struct exchange *x, struct history *h, struct jw *w)
{
	const struct message **all;
	int i, n = h->n;

	all = arena_calloc(x->call.arena, (size_t)n + 1, sizeof(*all));
	if (all == NULL)
		return ERR_NOMEM;
	for (i = 0; i < n; i++)
		all[i] = history_next(h);
	while (i-- > 0)
		sh_rooms_reacted(w, all[i], x->call.user_id);
	return ERR_OK;
}

static enum err
read_room_limit(struct exchange *x, int64_t *room_id_out, int64_t *limit_out)
{
	struct fields f;

	fields_begin(&f, x);
	fields_path(&f);
	fields_int(&f, "room_id", NULL, room_id_out);
	fields_query(&f);
	fields_int(&f, "limit", &(struct int_rule){ .has_default = true },
	    limit_out);
	return fields_end(&f);
}

/* A room that there is not has no messages. */
enum err
rooms_reacted_list(struct exchange *x)
{
	int64_t id = 0, limit = LIST_DEFAULT;
	struct history_query q = { .room_id = 0 };
	struct history h = { .n = 0 };
	struct jw w;
	enum err e;

	if ((e = read_room_limit(x, &id, &limit)) != ERR_OK)
		return e;
	q.room_id = id;
	q.max = limit < 0 ? 0 : limit;
	if (limit != 0)
		e = history_load(x, &q, &h);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	if (e == ERR_OK)
		e = put_backwards(x, &h, &w);
	jw_array_end(&w);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
rooms_reaction_available(struct exchange *x)
{
	struct jw w;
	int i;

	exchange_json(x, 200, &w);
	jw_array_begin(&w);
	for (i = 0; i < ROOMS_REACTIONS_N; i++)
		jw_str(&w, rooms_reactions[i]);
	jw_array_end(&w);
	return ERR_OK;
}

static void
put_counts(struct jw *w, const struct reaction_count *counts, int n)
{
	int64_t total = 0;
	int i;

	jw_key(w, "reaction_stats");
	jw_object_begin(w);
	for (i = 0; i < n; i++) {
		jw_key_text(w, counts[i].emoji);
		jw_int(w, counts[i].n);
		total += counts[i].n;
	}
	jw_object_end(w);
	jw_key_int(w, "total_reactions", total);
}

enum err
rooms_reaction_stats(struct exchange *x)
{
	struct reaction_count *counts = NULL;
	int64_t id = 0;
	struct jw w;
	enum err e;
	int n = 0;

	if ((e = rooms_path_id(x, "room_id", &id)) != ERR_OK)
		return e;
	e = core_reaction_count(&x->call, id, &counts, &n);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	exchange_json(x, 200, &w);
	jw_object_begin(&w);
	jw_key_int(&w, "room_id", id);
	put_counts(&w, counts, e == ERR_OK ? n : 0);
	jw_object_end(&w);
	return ERR_OK;
}
