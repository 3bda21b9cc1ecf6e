/*
 * hub - who is waiting for what.
 *
 * Subscribers without a filter are found through their account, which is in the
 * rooms (roster.h).  Those with one are found through the watchers of a room
 * instead, because they may watch public rooms that their account is not in.
 *
 * Nothing is taken out while an event is being given: a subscriber that cannot
 * take more marks itself and leaves at the end of the turn.
 */
#include "config.h"

#include <utlist.h>

#include "push/hub.h"
#include "push/roster.h"

/* A subscriber that asked for this room. */
struct watch {
	struct sub *sub;
	struct hub_room *room;
	struct watch *next, *prev;	/* of the same room */
};

struct hub_filter {
	int	 n;
	struct watch watch[];
};

struct hub {
	struct roster roster;
	int64_t	 except_id;	/* this account is not given the present one */
	int64_t	 given_n;	/* so often the present one has been given */
};

struct hub *
hub_new(void)
{
	return calloc(1, sizeof(struct hub));
}

struct hub_user *
hub_find_user(struct hub *h, int64_t user_id)
{
	return roster_find_user(&h->roster, user_id);
}

struct hub_user *
hub_add_user(struct hub *h, const struct hub_arrival *a)
{
	return roster_add_user(&h->roster, a);
}

int64_t
hub_user_id(const struct hub_user *u)
{
	return u->id;
}

int64_t
hub_user_loaded_seq(const struct hub_user *u)
{
	return u->loaded_seq;
}

int
hub_user_subs(const struct hub_user *u)
{
	return u->subs_n;
}

static void
release_filter(struct hub *h, struct hub_filter *f)
{
	struct watch *w;

	if (f == NULL)
		return;
	while (f->n > 0) {
		w = &f->watch[--f->n];
		DL_DELETE(w->room->watches, w);
		roster_trim(&h->roster, w->room);
	}
	free(f);
}

/* Watch a room, as the next of a filter. */
static enum err
watch_room(struct hub *h, struct sub *s, const struct hub_joining *j)
{
	struct hub_filter *f = s->filter;
	struct hub_room *r = roster_get_room(&h->roster, j->rooms[f->n]);
	struct watch *w = &f->watch[f->n];
	enum err e = ERR_OK;

	if (r == NULL)
		return ERR_NOMEM;
	if (!r->is_kind_known)
		e = j->is_public(j->arg, r->id, &r->is_public);
	if (e != ERR_OK) {
		roster_trim(&h->roster, r);
		return e;
	}
	r->is_kind_known = true;
	*w = (struct watch){ .sub = s, .room = r };
	DL_APPEND(r->watches, w);
	f->n++;
	return ERR_OK;
}

static enum err
make_filter(struct hub *h, struct sub *s, const struct hub_joining *j)
{
	size_t size = (size_t)j->rooms_n * sizeof(s->filter->watch[0]);
	enum err e = ERR_OK;

	if ((s->filter = malloc(sizeof(*s->filter) + size)) == NULL)
		return ERR_NOMEM;
	s->filter->n = 0;
	while (e == ERR_OK && s->filter->n < j->rooms_n)
		e = watch_room(h, s, j);
	if (e != ERR_OK) {
		release_filter(h, s->filter);
		s->filter = NULL;
	}
	return e;
}

enum err
hub_add(struct hub *h, struct sub *s, const struct hub_joining *j)
{
	enum err e = ERR_OK;

	if (j->rooms_n > 0 && (e = make_filter(h, s, j)) != ERR_OK) {
		if (j->user->subs_n == 0)
			roster_remove_user(&h->roster, j->user);
		return e;
	}
	s->user = j->user;
	s->session_id = j->session_id;
	s->is_live = false;
	DL_APPEND(s->user->subs, s);
	s->user->subs_n++;
	return ERR_OK;
}

void
hub_remove(struct hub *h, struct sub *s)
{
	struct hub_user *u = s->user;

	if (u == NULL)
		return;
	release_filter(h, s->filter);
	s->filter = NULL;
	s->user = NULL;
	s->is_live = false;
	DL_DELETE(u->subs, s);
	if (--u->subs_n == 0)
		roster_remove_user(&h->roster, u);
}

int
hub_filter_rooms(const struct sub *s, int64_t rooms[SUB_ROOMS_MAX])
{
	int i, n = s->filter == NULL ? 0 : s->filter->n;

	for (i = 0; i < n; i++)
		rooms[i] = s->filter->watch[i].room->id;
	return n;
}

static void
give_sub(struct hub *h, struct sub *s, struct news *news)
{
	int64_t seq = news->event->seq;
	enum sub_taken taken;

	if (!s->is_live || (seq > 0 && seq <= s->cursor))
		return;
	if ((taken = s->ops->deliver(s, news)) == SUB_REFUSED)
		return;
	if (seq > 0)
		s->cursor = seq;
	h->given_n += taken == SUB_GIVEN;
}

/* All subscribers of an account that want every room of it. */
static void
give_user(struct hub *h, struct hub_user *u, struct news *news)
{
	struct sub *s;

	if (u->id == h->except_id)
		return;
	DL_FOREACH(u->subs, s)
		if (s->filter == NULL)
			give_sub(h, s, news);
}

static void
give_watch(struct hub *h, struct watch *w, struct news *news)
{
	struct hub_user *u = w->sub->user;

	if (u->id == h->except_id)
		return;
	if (w->room->is_public || roster_find_place(u, w->room) != NULL)
		give_sub(h, w->sub, news);
}

static void
give_room(struct hub *h, struct hub_room *r, struct news *news)
{
	struct watch *w;
	uint32_t i;

	for (i = 0; i < r->users_n; i++)
		give_user(h, r->users[i], news);
	DL_FOREACH(r->watches, w)
		give_watch(h, w, news);
}

/* An event of the whole site passes every filter. */
static void
give_site(struct hub *h, struct news *news)
{
	struct hub_user *u, *next;
	struct sub *s;

	HASH_ITER(hh, h->roster.users, u, next)
		DL_FOREACH(u->subs, s)
			give_sub(h, s, news);
}

static bool
wants(const struct sub *s, int64_t room_id)
{
	int i;

	if (s->filter == NULL)
		return true;
	for (i = 0; i < s->filter->n; i++)
		if (s->filter->watch[i].room->id == room_id)
			return true;
	return false;
}

/*
 * The account has left the room, and is told of it even if it came online
 * after that and is not in the room here.
 */
static void
on_left(struct hub *h, struct hub_room *r, struct news *news)
{
	const struct event *ev = news->event;
	struct hub_user *u = hub_find_user(h, ev->subject_id);
	struct place *p;
	struct sub *s;

	if (u == NULL || u->loaded_seq >= ev->seq)
		return;
	DL_FOREACH(u->subs, s)
		if (wants(s, ev->room_id))
			give_sub(h, s, news);
	if (r != NULL && (p = roster_find_place(u, r)) != NULL)
		roster_leave(&h->roster, u, p);
}

/* Nobody is in a room that has been deleted. */
static void
on_deleted(struct hub *h, struct hub_room *r)
{
	struct hub_user *u;
	bool was_last;

	while (r->users_n > 0) {
		u = r->users[r->users_n - 1];
		was_last = r->users_n == 1 && r->watches == NULL;
		roster_leave(&h->roster, u, roster_find_place(u, r));
		if (was_last)
			return;
	}
}

void
hub_end_session(struct hub *h, int64_t user_id, int64_t session_id)
{
	struct hub_user *u = hub_find_user(h, user_id);
	struct sub *s;

	if (u == NULL)
		return;
	DL_FOREACH(u->subs, s)
		if (s->session_id == session_id)
			s->ops->end(s, SUB_SESSION_ENDED);
}

void
hub_end_all(struct hub *h, enum sub_end why)
{
	struct hub_user *u, *next;
	struct sub *s;

	HASH_ITER(hh, h->roster.users, u, next)
		DL_FOREACH(u->subs, s)
			s->ops->end(s, why);
}

void
hub_join(struct hub *h, int64_t room_id, int64_t user_id, int64_t seq)
{
	struct hub_user *u = hub_find_user(h, user_id);
	struct hub_room *r;
	struct sub *s;

	if (u == NULL || u->loaded_seq >= seq)
		return;
	r = roster_get_room(&h->roster, room_id);
	if (r != NULL && roster_enter(u, r))
		return;
	if (r != NULL)
		roster_trim(&h->roster, r);
	/* Without memory for its rooms it would miss events: it comes again. */
	DL_FOREACH(u->subs, s)
		s->ops->end(s, SUB_BROKEN);
}

/* Give an event of a room and apply what it changes. */
static void
give_in_room(struct hub *h, struct news *news)
{
	const struct event *ev = news->event;
	struct hub_room *r;

	if (ev->kind == EVENT_MEMBER_JOINED)
		hub_join(h, ev->room_id, ev->subject_id, ev->seq);
	if ((r = roster_find_room(&h->roster, ev->room_id)) != NULL) {
		if (ev->room != NULL) {
			r->is_public = ev->room->kind == ROOM_PUBLIC;
			r->is_kind_known = true;
		}
		give_room(h, r, news);
	}
	if (ev->kind == EVENT_MEMBER_LEFT)
		on_left(h, r, news);
	else if (ev->kind == EVENT_ROOM_DELETED && r != NULL)
		on_deleted(h, r);
}

int64_t
hub_give(struct hub *h, const struct event *ev, size_t *size_out)
{
	struct news news;

	h->given_n = 0;
	*size_out = 0;
	if (ev->kind == EVENT_SESSION_ENDED)
		hub_end_session(h, ev->user_id, ev->subject_id);
	if (!event_kind_is_public(ev->kind))
		return 0;
	news_init(&news, ev);
	if (ev->room_id == 0)
		give_site(h, &news);
	else
		give_in_room(h, &news);
	*size_out = news_size(&news);
	news_release(&news);
	return h->given_n;
}

int64_t
hub_cast(struct hub *h, const struct event *ev)
{
	struct hub_room *r = roster_find_room(&h->roster, ev->room_id);
	struct news news;

	h->given_n = 0;
	if (r == NULL)
		return 0;
	news_init(&news, ev);
	h->except_id = ev->origin == 0 ? ev->user_id : 0;
	give_room(h, r, &news);
	h->except_id = 0;
	news_release(&news);
	return h->given_n;
}

int64_t
hub_users(const struct hub *h)
{
	return HASH_COUNT(h->roster.users);
}

int64_t
hub_rooms(const struct hub *h)
{
	return HASH_COUNT(h->roster.rooms);
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	while (h->roster.users != NULL)
		hub_remove(h, h->roster.users->subs);
	free(h);
}
