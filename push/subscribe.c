/*
 * subscribe - a client begins to wait.
 *
 * What is in the log at this moment may not be on disk yet; the client is live
 * when it is, and when the hub has been given it.
 */
#include "config.h"

#include "push/subscribe.h"

static enum err
is_public_room(void *arg, int64_t room_id, bool *out)
{
	struct push *p = arg;
	struct room room;
	enum err e;

	e = store_room_load(source_store(p->source), &p->arena, room_id,
	    &room);
	*out = e == ERR_OK && room.kind == ROOM_PUBLIC;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The account comes online: its rooms, and the log's head at that moment. */
static enum err
load_user(struct push *p, int64_t user_id, struct hub_user **out)
{
	struct store *store = source_store(p->source);
	struct hub_arrival a = { .user_id = user_id };
	struct membership *rooms = NULL;
	enum err e;

	if ((e = source_skip(p->source)) != ERR_OK ||
	    (e = store_read_begin(store)) != ERR_OK)
		return e;
	e = store_event_head(store, &a.loaded_seq);
	if (e == ERR_OK)
		e = store_membership_list(store, &p->arena, user_id, &rooms,
		    &a.rooms_n);
	store_read_end(store);
	if (e != ERR_OK)
		return e;
	a.rooms = rooms;
	*out = hub_add_user(p->hub, &a);
	return *out == NULL ? ERR_NOMEM : ERR_OK;
}

enum err
subscribe(struct push *p, struct sub *sub, const struct subscription *s)
{
	struct hub_joining joining = {
		.user = hub_find_user(p->hub, s->user_id),
		.session_id = s->session_id,
		.rooms = s->rooms, .rooms_n = s->rooms_n,
		.is_public = is_public_room, .arg = p
	};
	enum err e;

	if (joining.user != NULL &&
	    hub_user_subs(joining.user) >= p->conf->push_user_connections)
		return ERR_RATE;
	e = store_event_head(source_store(p->source), &sub->target);
	if (e == ERR_OK && joining.user == NULL)
		e = load_user(p, s->user_id, &joining.user);
	if (e != ERR_OK)
		return e;
	if (sub->target < hub_user_loaded_seq(joining.user))
		sub->target = hub_user_loaded_seq(joining.user);
	sub->cursor = s->since;
	return hub_add(p->hub, sub, &joining);
}
