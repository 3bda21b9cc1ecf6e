/*
 * roster - which accounts are online, and in which rooms.
 *
 * A room has an array of its accounts, an account an array of its rooms in the
 * order of their ids; each entry of the second knows its place in the first,
 * so that leaving costs a binary search and no walk.
 */
#include "config.h"

#include "base/base.h"
#include "push/roster.h"

struct hub_room *
roster_find_room(const struct roster *roster, int64_t id)
{
	struct hub_room *r;

	HASH_FIND(hh, roster->rooms, &id, sizeof(id), r);
	return r;
}

struct hub_room *
roster_get_room(struct roster *roster, int64_t id)
{
	struct hub_room *r = roster_find_room(roster, id);

	if (r != NULL || (r = calloc(1, sizeof(*r))) == NULL)
		return r;
	r->id = id;
	HASH_ADD(hh, roster->rooms, id, sizeof(id), r);
	if (r->hh.tbl == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

void
roster_trim(struct roster *roster, struct hub_room *r)
{
	if (r->users_n > 0 || r->watches != NULL)
		return;
	HASH_DEL(roster->rooms, r);
	free(r->users);
	free(r);
}

struct hub_user *
roster_find_user(const struct roster *roster, int64_t user_id)
{
	struct hub_user *u;

	HASH_FIND(hh, roster->users, &user_id, sizeof(user_id), u);
	return u;
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

struct place *
roster_find_place(const struct hub_user *u, const struct hub_room *r)
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

bool
roster_enter(struct hub_user *u, struct hub_room *r)
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
	roster_find_place(last, r)->at = at;
}

void
roster_leave(struct roster *roster, struct hub_user *u, struct place *p)
{
	struct hub_room *r = p->room;

	close_gap(r, p->at);
	u->rooms_n--;
	memmove(p, p + 1,
	    (size_t)(&u->rooms[u->rooms_n] - p) * sizeof(*p));
	roster_trim(roster, r);
}

void
roster_remove_user(struct roster *roster, struct hub_user *u)
{
	while (u->rooms_n > 0)
		roster_leave(roster, u, &u->rooms[u->rooms_n - 1]);
	HASH_DEL(roster->users, u);
	free(u->rooms);
	free(u);
}

/* Memory for all the rooms of an account at once, and no more than that. */
static bool
enter_all(struct roster *roster, struct hub_user *u,
    const struct hub_arrival *a)
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
		if ((r = roster_get_room(roster, a->rooms[i].room_id)) == NULL)
			return false;
		if (!roster_enter(u, r)) {
			roster_trim(roster, r);
			return false;
		}
	}
	return true;
}

struct hub_user *
roster_add_user(struct roster *roster, const struct hub_arrival *a)
{
	struct hub_user *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->id = a->user_id;
	u->loaded_seq = a->loaded_seq;
	HASH_ADD(hh, roster->users, id, sizeof(u->id), u);
	if (u->hh.tbl == NULL) {
		free(u);
		return NULL;
	}
	if (!enter_all(roster, u, a)) {
		roster_remove_user(roster, u);
		return NULL;
	}
	return u;
}
