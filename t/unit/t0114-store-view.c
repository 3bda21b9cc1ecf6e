/*
 * What one account may see of the log.
 */
#include "config.h"

#include "t/unit/store-fix.h"

/* One test's cast of accounts, and where the log stood at its beginning. */
struct scene {
	struct fix *f;
	int64_t	 ann, bob;
	int64_t	 start;
};

static void
scene_begin(struct scene *sc, struct fix *f, const char *what)
{
	char name[64];

	sc->f = f;
	snprintf(name, sizeof(name), "%s-ann", what);
	sc->ann = fix_user(f, name);
	snprintf(name, sizeof(name), "%s-bob", what);
	sc->bob = fix_user(f, name);
	must(store_event_head(f->s, &sc->start));
}

/* What bob sees since the beginning, as text: "posted 3 joined 4". */
static const char *
sees(struct scene *sc, const int64_t *rooms, int rooms_n)
{
	static char text[1024];
	struct event_view v = { .user_id = sc->bob, .rooms = rooms,
	    .rooms_n = rooms_n, .range = { .after = sc->start,
	    .until = INT64_MAX, .max = 100 } };
	struct event *ev;
	size_t len = 0;
	int i, n;

	must(store_event_view(sc->f->s, &sc->f->a, &v, &ev, &n));
	text[0] = '\0';
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s %d", i > 0 ? " " : "",
		    strchr(event_kind_name(ev[i].kind), '.') + 1,
		    (int)(ev[i].seq - sc->start));
	return text;
}

static void
test_joined_later(struct fix *f)
{
	struct scene sc;
	int64_t room;

	scene_begin(&sc, f, "later");
	room = fix_room(f, ROOM_PRIVATE, "r", sc.ann);	/* 1, 2 */
	fix_post(f, room, sc.ann, "early");		/* 3 */
	is_str(sees(&sc, NULL, 0), "", "not in the room: nothing");
	is_str(sees(&sc, &room, 1), "", "naming it does not help");
	fix_join(f, room, sc.bob, ROLE_MEMBER);		/* 4 */
	fix_post(f, room, sc.ann, "late");		/* 5 */
	is_str(sees(&sc, NULL, 0), "joined 4 posted 5",
	    "from the joining on");
	is_str(sees(&sc, &room, 1), "joined 4 posted 5",
	    "by naming it, too");
}

static void
test_left(struct fix *f)
{
	struct scene sc;
	int64_t room, other;

	scene_begin(&sc, f, "left");
	room = fix_room(f, ROOM_PRIVATE, "r", sc.ann);	/* 1, 2 */
	other = fix_room(f, ROOM_PRIVATE, "o", sc.ann);	/* 3, 4 */
	fix_join(f, room, sc.bob, ROLE_MEMBER);		/* 5 */
	fix_post(f, room, sc.ann, "in");		/* 6 */
	fix_leave(f, room, sc.bob);			/* 7 */
	fix_post(f, room, sc.ann, "out");		/* 8 */
	fix_leave(f, room, sc.ann);			/* 9 */
	is_str(sees(&sc, NULL, 0), "left 7", "only its own leaving");
	is_str(sees(&sc, &room, 1), "left 7", "by naming the room, too");
	is_str(sees(&sc, &other, 1), "", "but not by naming another");

	fix_join(f, room, sc.bob, ROLE_MEMBER);		/* 10 */
	fix_post(f, room, sc.bob, "again");		/* 11 */
	is_str(sees(&sc, NULL, 0), "left 7 joined 10 posted 11",
	    "in again: from the last joining on");
	is_str(sees(&sc, &room, 1), "left 7 joined 10 posted 11",
	    "by naming it, too");
}

static void
test_public(struct fix *f)
{
	struct scene sc;
	int64_t room, twice[2];

	scene_begin(&sc, f, "public");
	room = fix_room(f, ROOM_PUBLIC, "r", sc.ann);	/* 1, 2 */
	fix_post(f, room, sc.ann, "x");			/* 3 */
	is_str(sees(&sc, NULL, 0), "", "a public room comes not by itself");
	is_str(sees(&sc, &room, 1), "created 1 joined 2 posted 3",
	    "but whole when named");
	fix_join(f, room, sc.bob, ROLE_MEMBER);		/* 4 */
	is_str(sees(&sc, NULL, 0), "joined 4", "joined");
	is_str(sees(&sc, &room, 1), "created 1 joined 2 posted 3 joined 4",
	    "joined and named: whole");
	fix_leave(f, room, sc.bob);			/* 5 */
	twice[0] = twice[1] = room;
	is_str(sees(&sc, twice, 2),
	    "created 1 joined 2 posted 3 joined 4 left 5",
	    "each event once, though its room is named twice");
}

static void
test_deleted_room(struct fix *f)
{
	struct scene sc;
	int64_t room, left, open;

	scene_begin(&sc, f, "deleted");
	room = fix_room(f, ROOM_PRIVATE, "r", sc.ann);	/* 1, 2 */
	left = fix_room(f, ROOM_PRIVATE, "l", sc.ann);	/* 3, 4 */
	open = fix_room(f, ROOM_PUBLIC, "p", sc.ann);	/* 5, 6 */
	fix_join(f, room, sc.bob, ROLE_MEMBER);		/* 7 */
	fix_join(f, left, sc.bob, ROLE_MEMBER);		/* 8 */
	fix_post(f, room, sc.ann, "x");			/* 9 */
	fix_leave(f, left, sc.bob);			/* 10 */
	fix_delete_room(f, room, sc.ann);		/* 11 */
	fix_delete_room(f, left, sc.ann);		/* 12 */
	fix_delete_room(f, open, sc.ann);		/* 13 */
	is_str(sees(&sc, NULL, 0), "left 10 deleted 11",
	    "the deletion alone, and only to members");
	is_str(sees(&sc, &room, 1), "deleted 11", "by naming it, too");
	is_str(sees(&sc, &left, 1), "left 10", "who left is not told");
	is_str(sees(&sc, &open, 1), "deleted 13",
	    "who follows a public room is told");
}

static void
test_site(struct fix *f)
{
	struct scene sc;
	int64_t room, none = 9999;

	scene_begin(&sc, f, "site");
	fix_event(f, (struct event){ .kind = EVENT_USER_UPDATED,
	    .user_id = sc.ann });			/* 1 */
	fix_event(f, (struct event){ .kind = EVENT_SESSION_ENDED,
	    .user_id = sc.bob, .subject_id = 1 });	/* 2 */
	room = fix_room(f, ROOM_PRIVATE, "r", sc.bob);	/* 3, 4 */
	fix_post(f, room, sc.bob, "x");			/* 5 */
	is_str(sees(&sc, NULL, 0), "updated 1 joined 4 posted 5",
	    "the site's public events and the room's");
	is_str(sees(&sc, &none, 1), "updated 1",
	    "the site's remain when rooms are named");
}

/* Every kind that is not public is kept from everybody. */
static void
test_not_public(struct fix *f)
{
	static const int kinds[] = {
#define X(name, number, wire, is_public) number,
#include "store/event.def"
#undef X
	};
	struct event_view v = { .range = { .until = INT64_MAX, .max = 100 } };
	struct scene sc;
	struct event *ev;
	size_t i;
	int n, shown = 0;

	scene_begin(&sc, f, "kinds");
	for (i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i] != EVENT_MESSAGE_POSTED)
			fix_event(f, (struct event){ .user_id = sc.bob,
			    .kind = (enum event_kind)kinds[i] });
	v.user_id = sc.ann;
	v.range.after = sc.start;
	must(store_event_view(f->s, &f->a, &v, &ev, &n));
	for (i = 0; i < (size_t)n; i++)
		shown += !event_kind_is_public(ev[i].kind);
	ok(n > 10, "site events of all public kinds are seen");
	is_int(shown, 0, "and none that is not public");
}

static void
test_stretch(struct fix *f)
{
	struct event_view v = { .range = { .until = INT64_MAX, .max = 4 } };
	struct scene sc;
	struct event *ev;
	int64_t rooms[2], want;
	int i, n;

	scene_begin(&sc, f, "stretch");
	rooms[0] = fix_room(f, ROOM_PRIVATE, "a", sc.bob);
	rooms[1] = fix_room(f, ROOM_PRIVATE, "b", sc.bob);
	must(store_event_head(f->s, &sc.start));
	for (i = 0; i < 10; i++)
		if (i % 3 == 2)
			fix_event(f, (struct event){ .user_id = sc.ann,
			    .kind = EVENT_USER_UPDATED });
		else
			fix_post(f, rooms[i % 3], sc.bob, "x");
	v.user_id = sc.bob;
	v.rooms = rooms;
	for (v.rooms_n = 0; v.rooms_n <= 2; v.rooms_n += 2) {
		want = v.range.after = sc.start;
		do {
			must(store_event_view(f->s, &f->a, &v, &ev, &n));
			for (i = 0; i < n; i++)
				if (ev[i].seq != ++want)
					ok(false, "seq %lld", (long long)want);
			v.range.after = want;
		} while (n == v.range.max);
		is_int(want - sc.start, 10, "pages hold every event once");
	}
	v.rooms_n = 0;
	v.range.after = sc.start + 2;
	v.range.until = sc.start + 4;
	must(store_event_view(f->s, &f->a, &v, &ev, &n));
	ok(n == 2 && ev[0].seq == sc.start + 3 && ev[1].seq == sc.start + 4,
	    "after, exclusive; until, inclusive");
	ok(ev[1].message != NULL && ev[1].user != NULL,
	    "with message and account");
}

/* A message whose event has left the log takes no place in a page. */
static void
test_floor(struct fix *f)
{
	struct event_view v = { .range = { .until = INT64_MAX, .max = 2 } };
	struct scene sc;
	struct event *ev;
	int64_t room, last = 0;
	int i, n;

	scene_begin(&sc, f, "floor");
	room = fix_room(f, ROOM_PRIVATE, "f", sc.bob);
	for (i = 0; i < 6; i++) {
		if (i == 3)
			must(store_event_prune(f->s, INT64_MAX, 100000, &n));
		last = fix_post(f, room, sc.bob, "x");
	}
	v.user_id = sc.bob;
	v.range.after = sc.start;
	must(store_event_view(f->s, &f->a, &v, &ev, &n));
	ok(n == 2 && ev[0].seq == last - 2, "the first that is in the log");
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	test_joined_later(&f);
	test_left(&f);
	test_public(&f);
	test_deleted_room(&f);
	test_site(&f);
	test_not_public(&f);
	test_stretch(&f);
	test_floor(&f);
	fix_close(&f);
	return tap_done();
}
