/*
 * The hub: who is given what, and that nothing is left of those who go.
 */
#include "config.h"

#include "push/hub.h"
#include "t/unit/tap.h"

enum { ANN = 1, BOB = 2, EVE = 3, ROOM = 7, OTHER = 8, SQUARE = 9 };

/* A subscriber that writes down what it is given: "10 11", "end". */
struct client {
	struct sub sub;
	struct str got;
	bool	 refuses;
	bool	 skips;
};

static struct client *
client_of(struct sub *s)
{
	return (struct client *)((char *)s - offsetof(struct client, sub));
}

static enum sub_taken
deliver(struct sub *s, struct news *news)
{
	struct client *c = client_of(s);

	if (c->refuses || news_get(news, &shape_v1, FRAMING_WS) == NULL)
		return SUB_REFUSED;
	if (c->skips)
		return SUB_SKIPPED;
	if (c->got.len > 0)
		str_putc(&c->got, ' ');
	str_put_int(&c->got, news->event->seq);
	return SUB_GIVEN;
}

static void
end(struct sub *s, enum sub_end why)
{
	str_puts(&client_of(s)->got, why == SUB_SESSION_ENDED ? "over" : "end");
	s->is_live = false;
}

static const struct sub_ops ops = { .deliver = deliver, .end = end };

static enum err is_public_fault;	/* what is_public() gives */

static enum err
is_public(void *arg, int64_t room_id, bool *out)
{
	++*(int *)arg;
	*out = room_id == SQUARE;
	return is_public_fault;
}

static struct hub *hub;
static int asked;		/* how often is_public() was */

/* Come online; the rooms are those of the account, as of `loaded_seq`. */
static struct hub_user *
arrive(int64_t user_id, int64_t loaded_seq, int64_t room1, int64_t room2)
{
	const struct membership rooms[] = { { room1, 1 }, { room2, 1 } };

	return hub_add_user(hub, &(struct hub_arrival){ user_id, loaded_seq,
	    rooms, (room1 > 0) + (room2 > 0) });
}

static void
join(struct client *c, struct hub_user *user, const int64_t *rooms, int n)
{
	const struct hub_joining j = { .user = user, .session_id = 100,
	    .rooms = rooms, .rooms_n = n, .is_public = is_public,
	    .arg = &asked };

	*c = (struct client){ .sub.ops = &ops };
	str_init(&c->got, 4096);
	if (hub_add(hub, &c->sub, &j) != ERR_OK)
		ok(false, "a subscriber is added");
	c->sub.is_live = true;
}

static void
leave(struct client *c)
{
	hub_remove(hub, &c->sub);
	str_release(&c->got);
}

/* Give an event; how often it was given. */
static int64_t
give(int64_t seq, enum event_kind kind, int64_t room_id, int64_t subject_id)
{
	static const struct user user = { .username = "x" };
	const struct event ev = { .seq = seq, .kind = kind,
	    .room_id = room_id, .user_id = ANN, .subject_id = subject_id,
	    .user = &user, .subject = &user };
	size_t size;

	return hub_give(hub, &ev, &size);
}

static void
got(struct client *c, const char *want, const char *what)
{
	is_str(c->got.s, want, what);
	str_reset(&c->got);
}

static void
test_rooms(void)
{
	struct client ann, bob, eve;

	join(&ann, arrive(ANN, 5, ROOM, OTHER), NULL, 0);
	join(&bob, arrive(BOB, 5, ROOM, 0), NULL, 0);
	join(&eve, arrive(EVE, 5, 0, 0), NULL, 0);
	is_int(hub_users(hub), 3, "three accounts are online");
	is_int(hub_rooms(hub), 2, "in two rooms");
	is_int(give(6, EVENT_READ_MOVED, ROOM, 0), 2, "a room of two");
	is_int(give(7, EVENT_READ_MOVED, OTHER, 0), 1, "a room of one");
	is_int(give(8, EVENT_READ_MOVED, 99, 0), 0, "a room of nobody");
	is_int(give(9, EVENT_USER_UPDATED, 0, 0), 3, "the whole site");
	got(&ann, "6 7 9", "everybody gets what is theirs, in order");
	got(&bob, "6 9", "and nothing of other rooms");
	got(&eve, "9", "who is in no room gets the site's");

	is_int(give(9, EVENT_READ_MOVED, ROOM, 0), 0,
	    "what a cursor has passed is not given again");
	bob.sub.is_live = false;
	is_int(give(10, EVENT_READ_MOVED, ROOM, 0), 1,
	    "who is behind gets nothing");
	bob.sub.is_live = true;
	ann.refuses = true;
	is_int(give(11, EVENT_READ_MOVED, ROOM, 0), 1, "nor who refuses");
	is_int(ann.sub.cursor, 10, "and the cursor of that one stays");
	ann.refuses = false;
	bob.skips = true;
	is_int(give(12, EVENT_READ_MOVED, ROOM, 0), 1, "who skips it has none");
	is_int(bob.sub.cursor, 12, "but has passed it");
	bob.skips = false;
	got(&bob, "11", "the other one goes on");
	got(&ann, "10 12", "the first has not got it");
	leave(&ann);
	leave(&bob);
	leave(&eve);
	is_int(hub_users(hub) + hub_rooms(hub), 0, "all are gone, and the rooms");
}

static void
test_devices(void)
{
	struct client phone, laptop;
	struct hub_user *ann = arrive(ANN, 5, ROOM, 0);

	join(&phone, ann, NULL, 0);
	join(&laptop, ann, NULL, 0);
	ok(hub_find_user(hub, ANN) == ann && hub_user_subs(ann) == 2,
	    "two devices of one account");
	phone.sub.session_id = 41;
	is_int(give(6, EVENT_READ_MOVED, ROOM, 0), 2, "both are given an event");
	is_int(give(7, EVENT_SESSION_ENDED, 0, 41), 0,
	    "the end of a session is given to nobody");
	got(&phone, "6over", "but it ends the device of that session");
	got(&laptop, "6", "and that one only");
	leave(&phone);
	ok(hub_find_user(hub, ANN) == ann, "the account stays for the other");
	leave(&laptop);
	ok(hub_find_user(hub, ANN) == NULL, "and goes with it");
}

static void
test_members(void)
{
	struct client ann, bob;

	join(&ann, arrive(ANN, 5, ROOM, 0), NULL, 0);
	join(&bob, arrive(BOB, 20, 0, 0), NULL, 0);
	give(10, EVENT_MEMBER_JOINED, ROOM, BOB);
	is_int(give(11, EVENT_READ_MOVED, ROOM, 0), 1,
	    "what its rooms were loaded after is not applied again");
	give(21, EVENT_MEMBER_JOINED, ROOM, BOB);
	give(22, EVENT_READ_MOVED, ROOM, 0);
	got(&bob, "21 22", "who joins gets that, and what comes");
	give(23, EVENT_MEMBER_LEFT, ROOM, BOB);
	give(24, EVENT_READ_MOVED, ROOM, 0);
	got(&bob, "23", "who leaves gets that, and nothing more");
	got(&ann, "10 11 21 22 23 24", "who stays gets all of it");
	give(25, EVENT_MEMBER_LEFT, OTHER, BOB);
	got(&bob, "25", "its leaving of a room that is not known here, too");

	hub_join(hub, OTHER, BOB, 26);
	give(26, EVENT_ROOM_CREATED, OTHER, 0);
	got(&bob, "26", "the members of a new room see its making");
	give(27, EVENT_ROOM_DELETED, OTHER, 0);
	give(28, EVENT_READ_MOVED, OTHER, 0);
	got(&bob, "27", "the end of a room is the last of it");
	is_int(hub_rooms(hub), 1, "and it is forgotten");
	leave(&bob);
	leave(&ann);
	is_int(hub_rooms(hub), 0, "no room is left");
}

/* What cannot be read is not taken for something. */
static void
test_filter_fault(void)
{
	const int64_t rooms[] = { OTHER, SQUARE };
	struct hub_joining j = { .user = arrive(ANN, 5, ROOM, 11),
	    .rooms = rooms, .rooms_n = 2, .is_public = is_public,
	    .arg = &asked };
	struct client c;

	c = (struct client){ .sub.ops = &ops };
	is_public_fault = ERR_NOMEM;
	is_err(hub_add(hub, &c.sub, &j), ERR_NOMEM,
	    "a room whose kind cannot be read");
	is_public_fault = ERR_OK;
	ok(c.sub.user == NULL && hub_users(hub) == 0 && hub_rooms(hub) == 0,
	    "leaves nothing in the hub");
	join(&c, arrive(EVE, 5, 0, 0), rooms + 1, 1);
	give(6, EVENT_READ_MOVED, SQUARE, 0);
	got(&c, "6", "and is asked for again");
	leave(&c);
}

static void
test_filter(void)
{
	const int64_t rooms[] = { ROOM, SQUARE, OTHER }, one[] = { SQUARE };
	struct client ann, eve, all;
	struct hub_user *user = arrive(ANN, 5, ROOM, 11);

	asked = 0;
	join(&ann, user, rooms, 3);
	join(&all, user, NULL, 0);
	join(&eve, arrive(EVE, 5, 0, 0), one, 1);
	is_int(asked, 3, "the kind of each room is asked for once");
	give(6, EVENT_READ_MOVED, ROOM, 0);
	give(7, EVENT_READ_MOVED, 11, 0);
	give(8, EVENT_READ_MOVED, SQUARE, 0);
	give(9, EVENT_READ_MOVED, OTHER, 0);
	give(10, EVENT_USER_UPDATED, 0, 0);
	got(&ann, "6 8 10", "a filter: its rooms, public ones too, and the site");
	got(&all, "6 7 10", "without one: all rooms of the account");
	got(&eve, "8 10", "a public room needs no membership");
	give(11, EVENT_MEMBER_JOINED, OTHER, ANN);
	give(12, EVENT_MEMBER_LEFT, OTHER, ANN);
	give(13, EVENT_MEMBER_JOINED, 12, ANN);
	give(14, EVENT_MEMBER_LEFT, 12, ANN);
	got(&ann, "11 12", "membership changes what a filter shows");
	got(&all, "11 12 13 14", "and without a filter, too");
	leave(&eve);
	leave(&ann);
	leave(&all);
	is_int(hub_rooms(hub), 0, "no room is left");
}

static void
test_cast(void)
{
	static const struct user user = { .id = ANN, .username = "ann" };
	struct event typing = { .kind = EVENT_TYPING, .room_id = ROOM,
	    .user_id = ANN, .user = &user, .arg = "1" };
	const int64_t rooms[] = { ROOM };
	struct client ann, bob, eve;

	join(&ann, arrive(ANN, 5, ROOM, 0), NULL, 0);
	join(&bob, arrive(BOB, 5, ROOM, 0), rooms, 1);
	join(&eve, arrive(EVE, 5, 0, 0), rooms, 1);
	is_int(hub_cast(hub, &typing), 1, "a cast goes to one of three");
	got(&bob, "0", "to the one who is there and did not do it");
	is_int(bob.sub.cursor, 0, "it moves no cursor");
	typing.origin = 99;
	is_int(hub_cast(hub, &typing), 2,
	    "one that names its connection is for the subscribers to sort");
	typing.kind = EVENT_CAME;
	ann.skips = bob.skips = true;
	is_int(hub_cast(hub, &typing), 0, "and those who skip it have none");
	leave(&ann);
	leave(&bob);
	leave(&eve);
	is_int(hub_cast(hub, &typing), 0, "nobody is there: no matter");
}

/* Accounts come, go, join and leave at random; a plain table is the oracle. */
static void
test_many(void)
{
	enum { USERS = 40, ROOMS = 12, STEPS = 20000 };
	static struct client c[USERS + 1];
	static bool online[USERS + 1], in[USERS + 1][ROOMS + 1];
	int64_t seq = 10, given, want;
	int step, u, r, i, wrong = 0;

	srand(1);
	for (step = 0; step < STEPS; step++, seq++) {
		u = 1 + rand() % USERS;
		r = 1 + rand() % ROOMS;
		if (!online[u]) {
			join(&c[u], arrive(u, seq - 1, 0, 0), NULL, 0);
			online[u] = true;
		} else if (rand() % 8 == 0) {
			leave(&c[u]);
			online[u] = false;
			memset(in[u], 0, sizeof(in[u]));
		} else {
			give(seq, in[u][r] ? EVENT_MEMBER_LEFT :
			    EVENT_MEMBER_JOINED, r, u);
			in[u][r] = !in[u][r];
		}
		given = give(++seq, EVENT_READ_MOVED, r, 0);
		for (want = 0, i = 1; i <= USERS; i++)
			want += online[i] && in[i][r];
		wrong += given != want;
	}
	is_int(wrong, 0, "20,000 random changes, each event to the right number");
	for (u = 1; u <= USERS; u++)
		if (online[u])
			leave(&c[u]);
	is_int(hub_users(hub) + hub_rooms(hub), 0, "and nothing is left");
}

int
main(void)
{
	if ((hub = hub_new()) == NULL)
		return 1;
	test_rooms();
	test_devices();
	test_members();
	test_filter_fault();
	test_filter();
	test_cast();
	test_many();
	hub_free(hub);
	news_forget();
	return tap_done();
}
