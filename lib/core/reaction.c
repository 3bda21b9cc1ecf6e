/*
 * reaction - what people say to a message without words.
 *
 * Somebody may react to a message with many emoji, or, where a dialect knows
 * only one at a time, with the last one.  Each that comes or goes is an event.
 */
#include "config.h"

#include "core/access.h"
#include "core/check.h"
#include "core/message.h"
#include "core/tell.h"

/*
 * A message is loaded with all of its reactions, and so is a page of them, and
 * every event that speaks of it: one account must not fill the memory that all
 * others read with.
 */
enum { OWN_MAX = 20, EMOJI_MAX = 100 };

/* One emoji of the caller on its way. */
struct step {
	enum event_kind kind;
	const struct message *message;
	const char *emoji;
};

static enum err
tell_step(struct call *c, const struct step *step, int64_t *seq_out)
{
	struct event event = {
		.kind = step->kind,
		.room_id = step->message->room_id,
		.subject_id = step->message->id,
		.arg = step->emoji
	};
	enum err e;

	e = tell(c, &event);
	*seq_out = event.seq;
	return e;
}

/* Within a write; `*seq_out` is 0 when it was so before. */
static enum err
take_step(struct call *c, const struct step *step, int64_t *seq_out)
{
	int64_t id = step->message->id;
	enum err e;

	*seq_out = 0;
	if (step->kind == EVENT_REACTION_ADDED)
		e = store_reaction_add(c->store, id, c->user_id, step->emoji,
		    c->now);
	else
		e = store_reaction_remove(c->store, id, c->user_id,
		    step->emoji);
	if (e == ERR_EXISTS || e == ERR_NOT_FOUND)
		return ERR_OK;
	return e == ERR_OK ? tell_step(c, step, seq_out) : e;
}

/* The caller's one among those of an emoji; NULL: none. */
static const struct reaction_user *
find_own(const struct call *c, const struct reaction *r)
{
	int i;

	for (i = 0; i < r->n; i++)
		if (r->users[i].id == c->user_id)
			return &r->users[i];
	return NULL;
}

/* May the caller add this emoji to those that there are? */
static enum err
check_few(struct call *c, const struct message *m, const char *emoji)
{
	bool is_it, is_own, is_new = true;
	int i, own_n = 0;

	for (i = 0; i < m->reactions_n; i++) {
		is_it = strcmp(m->reactions[i].emoji, emoji) == 0;
		is_own = find_own(c, &m->reactions[i]) != NULL;
		if (is_it && is_own)
			return ERR_OK;
		is_new &= !is_it;
		own_n += is_own;
	}
	if (own_n >= OWN_MAX || (is_new && m->reactions_n >= EMOJI_MAX))
		return call_fault(c, "emoji", ERR_CONFLICT);
	return ERR_OK;
}

/* A message that the caller may react to. */
static enum err
find_alive(struct call *c, int64_t message_id, struct message *out)
{
	struct access a;
	enum err e;

	if ((e = access_message(c, message_id, out, &a)) != ERR_OK ||
	    (e = access_check(&a, DEED_POST)) != ERR_OK)
		return e;
	return out->deleted_at != 0 ? ERR_GONE : ERR_OK;
}

/* One step of the caller, on a message that is to be found first. */
static enum err
react(struct call *c, int64_t message_id, struct step step, bool *did_out)
{
	struct message m;
	int64_t seq = 0;
	enum err e;

	step.message = &m;
	if ((e = check_emoji(c, step.emoji)) != ERR_OK ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	e = find_alive(c, message_id, &m);
	if (e == ERR_OK && step.kind == EVENT_REACTION_ADDED)
		e = check_few(c, &m, step.emoji);
	if (e == ERR_OK)
		e = take_step(c, &step, &seq);
	if (did_out != NULL)
		*did_out = seq != 0;
	return store_end(c->store, e);
}

enum err
core_reaction_add(struct call *c, int64_t message_id, const char *emoji,
    bool *did_out)
{
	const struct step step = {
		.kind = EVENT_REACTION_ADDED, .emoji = emoji
	};

	return react(c, message_id, step, did_out);
}

enum err
core_reaction_remove(struct call *c, int64_t message_id, const char *emoji,
    bool *did_out)
{
	const struct step step = {
		.kind = EVENT_REACTION_REMOVED, .emoji = emoji
	};

	return react(c, message_id, step, did_out);
}

/* Take away all of the caller's but `emoji`. */
static enum err
remove_others(struct call *c, const struct message *m, const char *emoji,
    struct reaction_set *out)
{
	struct step step = { .kind = EVENT_REACTION_REMOVED, .message = m };
	const struct reaction_user *own;
	int64_t seq;
	enum err e = ERR_OK;
	int i;

	for (i = 0; e == ERR_OK && i < m->reactions_n; i++) {
		if ((own = find_own(c, &m->reactions[i])) == NULL)
			continue;
		step.emoji = m->reactions[i].emoji;
		if (emoji != NULL && strcmp(step.emoji, emoji) == 0) {
			out->created_at = own->created_at;
			continue;
		}
		out->removed_n++;
		e = take_step(c, &step, &seq);
	}
	return e;
}

static enum err
set(struct call *c, int64_t message_id, const char *emoji,
    struct reaction_set *out)
{
	struct message m;
	const struct step step = { EVENT_REACTION_ADDED, &m, emoji };
	enum err e;

	if ((e = find_alive(c, message_id, &m)) != ERR_OK ||
	    (e = remove_others(c, &m, emoji, out)) != ERR_OK ||
	    emoji == NULL || out->created_at != 0)
		return e;
	out->created_at = c->now;
	return take_step(c, &step, &out->seq);
}

enum err
core_reaction_set(struct call *c, int64_t message_id, const char *emoji,
    struct reaction_set *out)
{
	enum err e;

	*out = (struct reaction_set){ .seq = 0 };
	if ((emoji != NULL && (e = check_emoji(c, emoji)) != ERR_OK) ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, set(c, message_id, emoji, out));
}

enum err
core_reaction_count(struct call *c, int64_t room_id,
    struct reaction_count **out, int *n_out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, room_id, DEED_SEE, &a)) != ERR_OK)
		return e;
	return store_reaction_count(c->store, c->arena, room_id, out, n_out);
}
