/*
 * Rooms and their members in the database.
 */
#include "config.h"

#include "t/unit/store-fix.h"

static void
test_room(struct fix *f)
{
	int64_t ann = fix_user(f, "ann"), id;
	struct room room = { .kind = ROOM_PRIVATE, .name = "garden",
	    .created_by = ann, .created_at = 7 }, got;

	must(fix_write(f, store_room_add(f->s, &room, NULL)));
	must(store_room_load(f->s, &f->a, room.id, &got));
	is_int(got.kind, ROOM_PRIVATE, "kind");
	is_str(got.name, "garden", "name");
	is_int(got.created_by, ann, "created_by");
	is_int(got.created_at, 7, "created_at");
	is_int(got.updated_at, 0, "not updated");
	is_int(got.last_seq, 0, "nothing has happened in it");
	is_err(store_room_load(f->s, &f->a, 999, &got), ERR_NOT_FOUND,
	    "no such room");

	got.name = NULL;
	got.extra = "{\"a\":1}";
	got.updated_at = 8;
	must(fix_write(f, store_room_change(f->s, &got)));
	must(store_room_load(f->s, &f->a, room.id, &got));
	ok(got.name == NULL, "no name");
	is_str(got.extra, "{\"a\":1}", "but something extra");
	is_int(got.updated_at, 8, "updated");

	is_err(fix_write(f, store_room_set_deleted(f->s, room.id, 9)), ERR_OK,
	    "delete");
	is_err(fix_write(f, store_room_set_deleted(f->s, room.id, 10)),
	    ERR_NOT_FOUND, "only once");
	is_err(fix_write(f, store_room_change(f->s, &got)),
	    ERR_NOT_FOUND, "a deleted room is not renamed");
	is_err(store_room_load(f->s, &f->a, room.id, &got), ERR_NOT_FOUND,
	    "deleted");
	is_err(store_room_load_any(f->s, &f->a, room.id, &got), ERR_OK,
	    "but there for the log");
	is_int(got.deleted_at, 9, "deleted_at");
	is_err(store_room_by_pair(f->s, "1:2", &id), ERR_NOT_FOUND, "no pair");
}

static void
test_pair(struct fix *f)
{
	int64_t ann = fix_user(f, "pair-ann"), id;
	struct room room = { .kind = ROOM_DIRECT, .created_by = ann };
	struct room again = room;

	is_err(fix_write(f, store_room_add(f->s, &room, "1:2")), ERR_OK,
	    "a direct room");
	is_err(fix_write(f, store_room_add(f->s, &again, "1:2")), ERR_EXISTS,
	    "one for each pair");
	must(store_room_by_pair(f->s, "1:2", &id));
	is_int(id, room.id, "found by its pair");
	must(fix_write(f, store_room_set_deleted(f->s, room.id, 9)));
	is_err(store_room_by_pair(f->s, "1:2", &id), ERR_NOT_FOUND,
	    "not when it is deleted");
	is_err(fix_write(f, store_room_add(f->s, &again, "1:2")), ERR_OK,
	    "the pair may have a new one");
}

static void
test_member(struct fix *f)
{
	int64_t ann = fix_user(f, "m-ann"), bob = fix_user(f, "m-bob");
	int64_t room = fix_room(f, ROOM_PRIVATE, "m", ann);
	struct member m = { .user.id = bob, .room_id = room,
	    .role = ROLE_ADMIN, .joined_seq = 40, .joined_at = 41,
	    .read_seq = 42 }, got;

	is_err(store_member_find(f->s, room, bob, &got), ERR_NOT_FOUND,
	    "not in");
	is_err(fix_write(f, store_member_add(f->s, &m)), ERR_OK, "add");
	is_err(fix_write(f, store_member_add(f->s, &m)), ERR_EXISTS,
	    "only once");
	must(store_member_find(f->s, room, bob, &got));
	is_int(got.user.id, bob, "find: user");
	is_int(got.room_id, room, "room");
	is_int(got.role, ROLE_ADMIN, "role");
	is_int(got.joined_seq, 40, "joined_seq");
	is_int(got.joined_at, 41, "joined_at");
	is_int(got.read_seq, 42, "read_seq");
	must(store_member_load(f->s, &f->a, room, bob, &got));
	is_str(got.user.username, "m-bob", "load: with the account");
	is_int(got.read_seq, 42, "and the membership");
	is_err(store_member_load(f->s, &f->a, room, 999, &got), ERR_NOT_FOUND,
	    "load: not in");

	is_int(got.read_at, 0, "nothing was marked");
	got.read_seq = 50;
	got.read_at = 1000;
	is_err(fix_write(f, store_member_set_read(f->s, &got)),
	    ERR_OK, "read further");
	got.read_at = 2000;
	is_err(fix_write(f, store_member_set_read(f->s, &got)),
	    ERR_DONE, "already there");
	got.read_seq = 49;
	is_err(fix_write(f, store_member_set_read(f->s, &got)),
	    ERR_DONE, "never back");
	must(store_member_find(f->s, room, bob, &got));
	is_int(got.read_seq, 50, "the receipt");
	is_int(got.read_at, 1000, "and when it came there");

	must(fix_write(f, store_member_set_role(f->s, room, bob, ROLE_OWNER)));
	must(store_member_find(f->s, room, bob, &got));
	is_int(got.role, ROLE_OWNER, "the new role");
	is_err(fix_write(f, store_member_set_role(f->s, room, 999, 0)),
	    ERR_NOT_FOUND, "nobody's role");

	is_err(fix_write(f, store_member_remove(f->s, room, bob)), ERR_OK,
	    "remove");
	is_err(fix_write(f, store_member_remove(f->s, room, bob)),
	    ERR_NOT_FOUND, "only once");
}

static void
test_heir(struct fix *f)
{
	int64_t ann = fix_user(f, "h-ann"), bob = fix_user(f, "h-bob");
	int64_t cat = fix_user(f, "h-cat"), dan = fix_user(f, "h-dan");
	int64_t room = fix_room(f, ROOM_PRIVATE, "h", ann);
	struct member got;

	is_err(store_member_heir(f->s, room, ann, &got), ERR_NOT_FOUND,
	    "nobody else is in the room");
	fix_join(f, room, dan, ROLE_MEMBER);
	fix_join(f, room, bob, ROLE_MEMBER);
	must(store_member_heir(f->s, room, ann, &got));
	is_int(got.user.id, dan, "the heir: who came first");
	fix_join(f, room, cat, ROLE_ADMIN);
	must(store_member_heir(f->s, room, ann, &got));
	is_int(got.user.id, cat, "but before that, whose role is highest");
	is_int(got.role, ROLE_ADMIN, "with the role");
}

static void
test_member_page(struct fix *f)
{
	int64_t ann = fix_user(f, "p-ann");
	int64_t room = fix_room(f, ROOM_PUBLIC, "p", ann), ids[25];
	struct member_page page = { .room_id = room, .max = 10 };
	struct member *m;
	char name[16];
	int i, n, seen = 0;

	for (i = 0; i < 25; i++) {
		snprintf(name, sizeof(name), "p-%d", i);
		ids[i] = fix_user(f, name);
		fix_join(f, room, ids[i], ROLE_MEMBER);
	}
	do {
		must(store_member_page(f->s, &f->a, &page, &m, &n));
		for (i = 0; i < n; i++, seen++)
			if (m[i].user.id != (seen == 0 ? ann : ids[seen - 1]))
				ok(false, "member %d is wrong", seen);
		if (n > 0)
			page.after = m[n - 1].user.id;
	} while (n == page.max);
	is_int(seen, 26, "three pages hold every member once, by id");
	is_str(m[n - 1].user.username, "p-24", "with its account");
}

static void
test_view(struct fix *f)
{
	int64_t ann = fix_user(f, "v-ann"), bob = fix_user(f, "v-bob");
	int64_t room = fix_room(f, ROOM_PUBLIC, "v", ann), first, last, seq;
	struct room_view v;

	first = fix_post(f, room, ann, "one");
	fix_post(f, room, ann, "two");
	must(store_room_view(f->s, &f->a, room, bob, &v));
	ok(!v.is_member, "not a member");
	is_int(v.unread_n, 0, "has nothing to read");
	is_str(v.room.name, "v", "sees the room");

	seq = fix_join(f, room, bob, ROLE_ADMIN);
	must(store_room_view(f->s, &f->a, room, bob, &v));
	ok(v.is_member, "a member");
	is_int(v.role, ROLE_ADMIN, "its role");
	is_int(v.read_seq, seq, "its receipt");
	is_int(v.unread_n, 0, "all is read that was there before");
	is_int(v.room.last_seq, seq, "newest event: not a message");

	last = fix_post(f, room, ann, "three");
	fix_post(f, room, bob, "mine");
	seq = fix_post(f, room, ann, "four");
	must(fix_write(f, store_message_delete(f->s, seq, 1)));
	must(store_room_view(f->s, &f->a, room, bob, &v));
	is_int(v.unread_n, 1, "others' messages that are not deleted");
	is_int(v.room.last_seq, seq, "newest event: a message");
	is_int(v.last_message_id, last + 1, "newest message not deleted");
	must(store_room_view(f->s, &f->a, room, ann, &v));
	is_int(v.unread_n, 1, "ann has bob's to read");
	ok(v.read_seq < first, "and her receipt is where she came in");
	is_err(store_room_view(f->s, &f->a, 999, bob, &v), ERR_NOT_FOUND,
	    "no such room");
	fix_delete_room(f, room, ann);
	is_err(store_room_view(f->s, &f->a, room, bob, &v), ERR_NOT_FOUND,
	    "a deleted room");
}

static void
test_page(struct fix *f)
{
	int64_t ann = fix_user(f, "r-ann"), bob = fix_user(f, "r-bob");
	struct room_page page = { .user_id = bob, .max = 3 };
	struct room_view *v;
	int64_t mine[4], gone, open[2];
	int i, n;

	for (i = 0; i < 4; i++) {
		mine[i] = fix_room(f, ROOM_PRIVATE, "mine", bob);
		fix_room(f, ROOM_PRIVATE, "hidden", ann);
		if (i % 2 == 0)
			open[i / 2] = fix_room(f, ROOM_PUBLIC, "open", ann);
	}
	gone = fix_room(f, ROOM_PUBLIC, "gone", bob);
	fix_delete_room(f, gone, bob);

	must(store_room_page(f->s, &f->a, &page, &v, &n));
	ok(n == 3 && v[0].room.id == mine[0] && v[2].room.id == mine[2],
	    "own rooms, a page");
	page.after = v[2].room.id;
	must(store_room_page(f->s, &f->a, &page, &v, &n));
	ok(n == 1 && v[0].room.id == mine[3], "own rooms, the rest");
	ok(v[0].is_member && v[0].role == ROLE_OWNER, "as their member");

	page = (struct room_page){ .user_id = bob, .max = 3,
	    .after = mine[0] - 1, .public_too = true };
	must(store_room_page(f->s, &f->a, &page, &v, &n));
	ok(n == 3 && v[0].room.id == mine[0] && v[1].room.id == open[0] &&
	    v[2].room.id == mine[1], "public ones among them, in order");
	ok(!v[1].is_member && v[1].unread_n == 0, "not as their member");
	page.after = v[2].room.id;
	page.max = 100;
	must(store_room_page(f->s, &f->a, &page, &v, &n));
	ok(n == 3 && v[0].room.id == mine[2] && v[1].room.id == open[1] &&
	    v[2].room.id == mine[3], "the rest, without the deleted one");
}

static void
test_memberships(struct fix *f)
{
	int64_t ann = fix_user(f, "l-ann"), bob = fix_user(f, "l-bob");
	int64_t one = fix_room(f, ROOM_PRIVATE, "1", ann);
	int64_t two = fix_room(f, ROOM_PRIVATE, "2", ann);
	int64_t three = fix_room(f, ROOM_PRIVATE, "3", ann), seq;
	struct membership *m;
	struct member still;
	int n;

	must(store_membership_list(f->s, &f->a, bob, &m, &n));
	is_int(n, 0, "in no room");
	fix_join(f, three, bob, ROLE_MEMBER);
	fix_join(f, two, bob, ROLE_MEMBER);
	seq = fix_join(f, one, bob, ROLE_MEMBER);
	fix_delete_room(f, two, ann);
	must(store_membership_list(f->s, &f->a, bob, &m, &n));
	ok(n == 2 && m[0].room_id == one && m[1].room_id == three,
	    "by room, without the deleted one");
	is_int(m[0].joined_seq, seq, "from the joining on");
	is_err(store_member_find(f->s, two, bob, &still), ERR_OK,
	    "a deleted room keeps its members");
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	test_room(&f);
	test_pair(&f);
	test_member(&f);
	test_heir(&f);
	test_member_page(&f);
	test_view(&f);
	test_page(&f);
	test_memberships(&f);
	fix_close(&f);
	return tap_done();
}
