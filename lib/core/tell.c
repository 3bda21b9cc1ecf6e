/*
 * tell - appends what a verb has done to the log.
 *
 * It decides nothing: what happened, and whether, is the verbs' affair.
 */
#include "config.h"

#include "base/num.h"
#include "core/tell.h"

enum err
tell(struct call *c, struct event *event)
{
	if (event->user_id == 0)
		event->user_id = c->user_id;
	event->at = c->now;
	return store_event_append(c->store, event);
}

const char *
tell_number(struct arena *arena, int64_t n)
{
	char digits[20];

	return arena_strndup(arena, digits, num_format(n, digits));
}

enum err
tell_member(struct call *c, enum event_kind kind, const struct member *m,
    int64_t *seq_out)
{
	struct event event = {
		.kind = kind,
		.room_id = m->room_id,
		.subject_id = m->user.id
	};
	enum err e;

	if ((event.arg = tell_number(c->arena, m->role)) == NULL)
		return ERR_NOMEM;
	e = tell(c, &event);
	if (seq_out != NULL)
		*seq_out = event.seq;
	return e;
}
