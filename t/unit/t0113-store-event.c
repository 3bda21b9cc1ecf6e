/*
 * The log: appending, stretches with what belongs to them, pruning.
 */
#include "config.h"

#include "t/unit/store-fix.h"

enum { NO_KIND = 99 };

static void
test_kinds(void)
{
	is_str(event_kind_name(EVENT_MESSAGE_POSTED), "message.posted",
	    "a kind's name");
	is_str(event_kind_name(EVENT_TYPING), "typing", "a cast's name");
	ok(event_kind_name((enum event_kind)NO_KIND) == NULL, "no such kind");
	ok(event_kind_is_public(EVENT_READ_MOVED), "public");
	ok(!event_kind_is_public(EVENT_SESSION_ENDED), "not public");
	ok(!event_kind_is_public((enum event_kind)NO_KIND),
	    "an unknown kind is shown to nobody");
}

static void
test_append(struct fix *f)
{
	struct event ev = { .kind = EVENT_READ_MOVED, .room_id = 3,
	    .user_id = 4, .subject_id = 5, .arg = "6", .at = 7 }, *got;
	struct event_range all = { .until = INT64_MAX, .max = 10 };
	int64_t head, floor;
	int n;

	must(store_event_head(f->s, &head));
	is_int(head, 0, "an empty log");
	must(store_event_floor(f->s, &floor));
	is_int(floor, 0, "nothing has left it");
	must(store_event_range(f->s, &f->a, &all, &got, &n));
	is_int(n, 0, "nothing is in it");

	must(fix_write(f, store_event_append(f->s, &ev)));
	is_int(ev.seq, 1, "the first seq");
	is_int(f->s->last_seq, 1, "the store knows its newest");
	must(store_event_head(f->s, &head));
	is_int(head, 1, "the head");
	must(store_begin(f->s));
	must(store_event_append(f->s, &ev));
	is_err(store_end(f->s, ERR_FORBIDDEN), ERR_FORBIDDEN, "rolled back");
	must(store_event_head(f->s, &head));
	is_int(head, 1, "the head stays");
	is_int(f->s->last_seq, 1, "in the store, too");

	must(store_event_range(f->s, &f->a, &all, &got, &n));
	is_int(n, 1, "one event");
	ok(got->seq == 1 && got->kind == EVENT_READ_MOVED && got->room_id == 3 &&
	    got->user_id == 4 && got->subject_id == 5 && got->at == 7,
	    "as it was written");
	is_str(got->arg, "6", "with its argument");
	ok(got->user == NULL && got->message == NULL && got->room == NULL,
	    "an account that is not there is not loaded");
}

/* What happens in a small room, and what each kind is loaded with. */
static void
test_range(struct fix *f)
{
	int64_t ann = fix_user(f, "ann"), bob = fix_user(f, "bob");
	int64_t room = fix_room(f, ROOM_PRIVATE, "den", ann), id;
	struct event_range r = { .until = INT64_MAX, .max = 100 };
	struct event *ev;
	int n;

	must(store_event_head(f->s, &r.after));
	fix_event(f, (struct event){ .kind = EVENT_MEMBER_CHANGED,
	    .room_id = room, .user_id = ann, .subject_id = bob, .arg = "1" });
	id = fix_post(f, room, bob, "hello");
	must(fix_write(f, store_reaction_add(f->s, id, ann, "+1", 1)));
	fix_event(f, (struct event){ .kind = EVENT_REACTION_ADDED,
	    .room_id = room, .user_id = ann, .subject_id = id, .arg = "+1" });
	fix_event(f, (struct event){ .kind = EVENT_MESSAGE_EDITED,
	    .room_id = room, .user_id = bob, .subject_id = id });
	fix_event(f, (struct event){ .kind = EVENT_MESSAGE_DELETED,
	    .room_id = room, .user_id = ann, .subject_id = id });
	fix_event(f, (struct event){ .kind = EVENT_ROOM_UPDATED,
	    .room_id = room, .user_id = ann });
	fix_event(f, (struct event){ .kind = EVENT_SESSION_ENDED,
	    .user_id = ann, .subject_id = 12 });
	fix_event(f, (struct event){ .kind = EVENT_USER_UPDATED,
	    .user_id = bob });

	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	if (!is_int(n, 8, "all events of the stretch"))
		exit(1);
	is_str(ev[0].user->username, "ann", "who did it");
	is_str(ev[0].subject->username, "bob", "member.*: and to whom");
	ok(ev[0].message == NULL && ev[0].room == NULL, "nothing else");

	is_str(ev[1].user->username, "bob", "message.posted: who");
	is_int(ev[1].seq, id, "the message has the event's number");
	is_str(ev[1].message->body, "hello", "what");
	is_str(ev[1].message->sender_username, "bob", "with its sender");
	is_int(ev[1].message->reactions_n, 1, "as it is now");
	is_int(ev[2].message->id, id, "reaction.added: to which message");
	is_int(ev[2].message->reactions_n, 1, "with what it has now");
	is_str(ev[2].arg, "+1", "the emoji comes");
	is_int(ev[2].subject_id, id, "and the message's id");
	is_str(ev[3].message->body, "hello", "message.edited: the message");
	is_str(ev[4].user->username, "ann", "message.deleted: who deleted it");
	is_str(ev[4].message->sender_username, "bob", "and whose it was");
	is_str(ev[5].room->name, "den", "room.updated: the room");
	is_int(ev[6].subject_id, 12, "session.ended: the session");
	is_str(ev[7].user->username, "bob", "user.updated: who");
	ok(ev[7].room_id == 0, "for the whole site");

	r = (struct event_range){ .after = id - 1, .until = id + 1, .max = 9 };
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	ok(n == 2 && ev[0].seq == id, "after, exclusive; until, inclusive");
	r = (struct event_range){ .after = id, .until = INT64_MAX, .max = 2 };
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	ok(n == 2 && ev[0].seq == id + 1, "the oldest `max`");
}

/* More accounts and rooms than the loader remembers. */
static void
test_many(struct fix *f)
{
	struct event_range r = { .until = INT64_MAX, .max = 1000 };
	int64_t users[200], rooms[200];
	struct event *ev;
	char name[16];
	int i, n, wrong = 0;

	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "many-%d", i);
		users[i] = fix_user(f, name);
		rooms[i] = fix_room(f, ROOM_PRIVATE, name, users[i]);
	}
	must(store_event_head(f->s, &r.after));
	for (i = 0; i < 400; i++)
		fix_event(f, (struct event){ .kind = EVENT_ROOM_UPDATED,
		    .room_id = rooms[i * 7 % 200],
		    .user_id = users[i * 3 % 200] });
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	is_int(n, 400, "a long stretch");
	for (i = 0; i < n; i++)
		wrong += ev[i].user->id != users[i * 3 % 200] ||
		    ev[i].room->id != rooms[i * 7 % 200];
	is_int(wrong, 0, "each event has its own account and room");
}

/* A burst is read by one statement, whatever its length. */
static void
test_burst(struct fix *f)
{
	int64_t ann = fix_user(f, "burst"), room;
	struct event_range r = { .until = INT64_MAX, .max = 1000 };
	struct event *ev;
	uint64_t before;
	int i, n;

	room = fix_room(f, ROOM_PUBLIC, "burst", ann);
	must(store_event_head(f->s, &r.after));
	for (i = 0; i < 100; i++)
		fix_post(f, room, ann, "x");
	before = db_queries(f->s->db);
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	is_int(n, 100, "a burst");
	is_int((int64_t)(db_queries(f->s->db) - before), 1, "one statement");
	ok(ev[0].user == ev[99].user, "and one account in memory");
}

static void
test_prune(struct fix *f)
{
	int64_t ann = fix_user(f, "prune"), head, floor, first, last;
	int64_t room = fix_room(f, ROOM_PUBLIC, "old", ann), id;
	struct event_range r = { .until = INT64_MAX, .max = 1 };
	struct message m;
	struct room got;
	struct event *ev;
	int n;

	id = fix_post(f, room, ann, "stays");
	last = fix_event(f, (struct event){ .kind = EVENT_ROOM_UPDATED,
	    .room_id = room, .user_id = ann });
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	first = ev[0].seq;

	is_err(store_event_prune(f->s, 0, 10, &n), ERR_OK, "nothing is so old");
	is_int(n, 0, "nothing was removed");
	must(store_event_prune(f->s, INT64_MAX, 3, &n));
	is_int(n, 3, "a few at a time");
	must(store_event_floor(f->s, &floor));
	is_int(floor, first + 2, "the floor");
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	is_int(ev[0].seq, first + 3, "the log begins after it");

	must(store_event_prune(f->s, f->now - 1, 100000, &n));
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	is_int(ev[0].seq, last, "up to the first that is young enough");
	must(store_event_prune(f->s, INT64_MAX, 100000, &n));
	is_int(n, 1, "the last one");
	must(store_event_range(f->s, &f->a, &r, &ev, &n));
	is_int(n, 0, "the log is empty");
	must(store_event_head(f->s, &head));
	must(store_event_floor(f->s, &floor));
	ok(head == last && floor == last, "but the head does not go back");
	must(store_room_load(f->s, &f->a, room, &got));
	is_int(got.last_seq, last, "nor does a room's newest event");
	is_err(store_message_load(f->s, &f->a, id, &m), ERR_OK,
	    "messages stay");
	is_int(fix_event(f, (struct event){ .kind = EVENT_USER_UPDATED,
	    .user_id = ann }), last + 1, "no seq is given out again");
	fix_reopen(f);
	must(store_event_head(f->s, &head));
	is_int(head, last + 1, "also after opening it anew");
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	test_kinds();
	test_append(&f);
	test_range(&f);
	test_many(&f);
	test_burst(&f);
	test_prune(&f);
	fix_close(&f);
	return tap_done();
}
