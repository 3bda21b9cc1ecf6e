/*
 * hub - who is waiting for what.
 *
 * A room has an array of its accounts, an account an array of its rooms in the
 * order of their ids; each entry of the second knows its place in the first,
 * so that leaving costs a binary search and no walk.  Subscribers with a filter
 * are not found through their account but through the watchers of a room,
 * because they may watch public rooms that their account is not in.
 *
 * Nothing is taken out while an event is being given: a subscriber that cannot
 * take more marks itself and leaves at the end of the turn.
 */
#include "config.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "base/base.h"
#include "push/hub.h"

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

struct hub_room {
	int64_t	 id;
	struct hub_user **users;
	uint32_t users_n, users_cap;
	bool	 is_public;
	bool	 is_kind_known;
	struct watch *watches;
	UT_hash_handle hh;
};

/* An account is in a room. */
struct place {
	struct hub_room *room;
	uint32_t at;		/* room->users[at] is the account */
};

struct hub_user {
	int64_t	 id;
	int64_t	 loaded_seq;
	struct sub *subs;
	struct place *rooms;	/* by the room's id, ascending */
	uint32_t rooms_n, rooms_cap;
	int	 subs_n;
	UT_hash_handle hh;
};

struct hub {
	struct hub_user *users;
	struct hub_room *rooms;
	int64_t	 except_id;	/* this account is not given the present one */
	int64_t	 given_n;	/* so often the present one has been given */
};

struct hub *
hub_new(void)
{
	return calloc(1, sizeof(struct hub));
}

static struct hub_room *
find_room(struct hub *h, int64_t id)
{
	struct hub_room *r;

	HASH_FIND(hh, h->rooms, &id, sizeof(id), r);
	return r;
}

static struct hub_room *
get_room(struct hub *h, int64_t id)
{
	struct hub_room *r = find_room(h, id);

	if (r != NULL || (r = calloc(1, sizeof(*r))) == NULL)
		return r;
	r->id = id;
	HASH_ADD(hh, h->rooms, id, sizeof(id), r);
	if (r->hh.tbl == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

/* Free the room unless somebody is in it or watches it. */
static void
put_room(struct hub *h, struct hub_room *r)
{
	if (r->users_n > 0 || r->watches != NULL)
		return;
	HASH_DEL(h->rooms, r);
	free(r->users);
	free(r);
}

struct hub_user *
hub_find_user(struct hub *h, int64_t user_id)
{
	struct hub_user *u;

	HASH_FIND(hh, h->users, &user_id, sizeof(user_id), u);
	return u;
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

/* Where the room is among the account's, or belongs. */
static uint32_t
search_place(const struct hub_user *u, int64_t room_id)
{
	uint32_t low = 0, high = u->rooms_n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (u->rooms[mid].room->id < room_id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct place *
find_place(const struct hub_user *u, const struct hub_room *r)
{
	uint32_t i = search_place(u, r->id);

	return i < u->rooms_n && u->rooms[i].room == r ? &u->rooms[i] : NULL;
}

/* Room for one more in an array of `size`-byte items; false: no memory. */
static bool
grow(void **items, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t want = *cap < 4 ? *cap + 1 : *cap * 2;
	void *more;

	if (n < *cap)
		return true;
	if ((more = realloc(*items, want * size)) == NULL)
		return false;
	*items = more;
	*cap = want;
	return true;
}

/* The account is in the room from now on; false: out of memory. */
static bool
enter(struct hub_user *u, struct hub_room *r)
{
	uint32_t i = search_place(u, r->id);

	if (i < u->rooms_n && u->rooms[i].room == r)
		return true;
	if (!grow((void **)&r->users, r->users_n, &r->users_cap,
	    sizeof(*r->users)) ||
	    !grow((void **)&u->rooms, u->rooms_n, &u->rooms_cap,
	    sizeof(*u->rooms)))
		return false;
	memmove(&u->rooms[i + 1], &u->rooms[i],
	    (u->rooms_n++ - i) * sizeof(*u->rooms));
	u->rooms[i] = (struct place){ .room = r, .at = r->users_n };
	r->users[r->users_n++] = u;
	return true;
}

/* Take the account out of the room's array: the last one fills the gap. */
static void
close_gap(struct hub_room *r, uint32_t at)
{
	struct hub_user *last = r->users[--r->users_n];

	if (at == r->users_n)
		return;
	r->users[at] = last;
	find_place(last, r)->at = at;
}

static void
leave(struct hub *h, struct hub_user *u, struct place *p)
{
	struct hub_room *r = p->room;

	close_gap(r, p->at);
	u->rooms_n--;
	memmove(p, p + 1,
	    (size_t)(&u->rooms[u->rooms_n] - p) * sizeof(*p));
	put_room(h, r);
}

static void
remove_user(struct hub *h, struct hub_user *u)
{
	while (u->rooms_n > 0)
		leave(h, u, &u->rooms[u->rooms_n - 1]);
	HASH_DEL(h->users, u);
	free(u->rooms);
	free(u);
}

/* Memory for all the rooms of an account at once, and no more than that. */
static bool
enter_all(struct hub *h, struct hub_user *u, const struct hub_arrival *a)
{
	struct hub_room *r;
	int i;

	if (a->rooms_n == 0)
		return true;
	u->rooms = malloc((size_t)a->rooms_n * sizeof(*u->rooms));
	if (u->rooms == NULL)
		return false;
	u->rooms_cap = (uint32_t)a->rooms_n;
	for (i = 0; i < a->rooms_n; i++) {
		if ((r = get_room(h, a->rooms[i].room_id)) == NULL)
			return false;
		if (!enter(u, r)) {
			put_room(h, r);
			return false;
		}
	}
	return true;
}

struct hub_user *
hub_add_user(struct hub *h, const struct hub_arrival *a)
{
	struct hub_user *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->id = a->user_id;
	u->loaded_seq = a->loaded_seq;
	HASH_ADD(hh, h->users, id, sizeof(u->id), u);
	if (u->hh.tbl == NULL) {
		free(u);
		return NULL;
	}
	if (!enter_all(h, u, a)) {
		remove_user(h, u);
		return NULL;
	}
	return u;
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
		put_room(h, w->room);
	}
	free(f);
}

/* Watch a room, as the next of a filter. */
static enum err
watch_room(struct hub *h, struct sub *s, const struct hub_joining *j)
{
	struct hub_filter *f = s->filter;
	struct hub_room *r = get_room(h, j->rooms[f->n]);
	struct watch *w = &f->watch[f->n];
	enum err e = ERR_OK;

	if (r == NULL)
		return ERR_NOMEM;
	if (!r->is_kind_known)
		e = j->is_public(j->arg, r->id, &r->is_public);
	if (e != ERR_OK) {
		put_room(h, r);
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
			remove_user(h, j->user);
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
		remove_user(h, u);
}

int
hub_filter_size(const struct sub *s)
{
	return s->filter == NULL ? 0 : s->filter->n;
}

int
hub_filter_rooms(const struct sub *s, int64_t *rooms)
{
	int i;

	for (i = 0; i < hub_filter_size(s); i++)
		rooms[i] = s->filter->watch[i].room->id;
	return i;
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
	if (w->room->is_public || find_place(u, w->room) != NULL)
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

	HASH_ITER(hh, h->users, u, next)
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
	if (r != NULL && (p = find_place(u, r)) != NULL)
		leave(h, u, p);
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
		leave(h, u, find_place(u, r));
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

	HASH_ITER(hh, h->users, u, next)
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
	r = get_room(h, room_id);
	if (r != NULL && enter(u, r))
		return;
	if (r != NULL)
		put_room(h, r);
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
	if ((r = find_room(h, ev->room_id)) != NULL) {
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
	struct hub_room *r = find_room(h, ev->room_id);
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
	return HASH_COUNT(h->users);
}

int64_t
hub_rooms(const struct hub *h)
{
	return HASH_COUNT(h->rooms);
}

void
hub_free(struct hub *h)
{
	if (h == NULL)
		return;
	while (h->users != NULL)
		hub_remove(h, h->users->subs);
	free(h);
}
