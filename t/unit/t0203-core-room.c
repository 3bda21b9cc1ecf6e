/*
 * Rooms and members: what they are made with, who inherits them, and that a
 * direct room is one for both.
 */
#include "config.h"

#include <time.h>

#include "t/unit/core-fix.h"

static struct rig rig;

static enum err
put(int64_t who, int64_t room, int64_t user, int role)
{
	struct member_put in = { room, user, role };
	struct member out;
	bool is_new;

	return AS(&rig, who, core_member_put(&c, &in, &out, &is_new));
}

static enum err
leave(int64_t who, int64_t room)
{
	return AS(&rig, who, core_member_leave(&c, room));
}

static struct member
find(int64_t room, int64_t user)
{
	struct member m;

	must(store_member_find(rig.f.s, room, user, &m));
	return m;
}

static void
test_create(void)
{
	int64_t ann = rig_user(&rig, "c-ann"), bob = rig_user(&rig, "c-bob");
	int64_t eve = rig_user(&rig, "c-eve"), first;
	const int64_t named[] = { bob, ann, bob, eve }, unknown[] = { bob, 9999 };
	struct room_draft in = { .kind = ROOM_PRIVATE, .name = "team",
	    .members = named, .members_n = 4 };
	struct room_entry out;
	struct member_page page = { .after = -1, .max = 10 };
	struct member *members;
	struct call call;
	int n;

	first = rig_head(&rig) + 1;
	rig_log(&rig);
	must(AS(&rig, ann, core_room_create(&c, &in, &out)));
	is_str(rig_log(&rig), "room.created member.joined member.joined "
	    "member.joined", "who is named twice, or makes it, is in it once");
	is_str(out.view.room.name, "team", "its name");
	is_int(out.view.role, ROLE_OWNER, "who made it owns it");
	is_int(out.view.unread_n, 0, "nothing is unread");
	ok(out.last_message == NULL, "nothing has been said");
	page.room_id = out.view.room.id;
	must(AS(&rig, eve, core_member_page(&c, &page, &members, &n)));
	is_int(n, 3, "three members");
	is_int(members[1].joined_seq, first,
	    "all are let in by the event that made the room");
	is_int(members[1].read_seq, first, "and have read up to it");

	rig_log(&rig);
	in.members = unknown;
	in.members_n = 2;
	call = rig_call(&rig, ann);
	is_err(core_room_create(&call, &in, &out), ERR_BAD_VALUE,
	    "a member who is nobody");
	is_str(call.field, "members", "is named");
	in.members_n = ROOM_MEMBERS_MAX + 1;
	is_err(AS(&rig, ann, core_room_create(&c, &in, &out)), ERR_TOO_LONG,
	    "too many members");
	in = (struct room_draft){ .kind = ROOM_DIRECT, .name = "x" };
	is_err(AS(&rig, ann, core_room_create(&c, &in, &out)), ERR_BAD_VALUE,
	    "a direct room is not made this way");
	in = (struct room_draft){ .kind = ROOM_PUBLIC, .name = " " };
	is_err(AS(&rig, ann, core_room_create(&c, &in, &out)), ERR_BAD_VALUE,
	    "a name that is white space");
	is_str(rig_log(&rig), "", "and nothing is left of them");
	in.name = NULL;
	is_err(AS(&rig, ann, core_room_create(&c, &in, &out)), ERR_OK,
	    "a room without a name and without others");
}

static void
test_direct(void)
{
	int64_t ann = rig_user(&rig, "d-ann"), bob = rig_user(&rig, "d-bob");
	struct room_entry a, b;
	int64_t found = 0;
	bool is_new;
	struct call call;

	rig_log(&rig);
	is_err(AS(&rig, ann, core_room_direct_find(&c, bob, &found)),
	    ERR_NOT_FOUND, "a direct room that is not there is not found");
	is_str(rig_log(&rig), "", "nor made");
	must(AS(&rig, ann, core_room_direct(&c, bob, &a, &is_new)));
	ok(is_new, "a direct room is made");
	is_str(rig_log(&rig), "room.created member.joined member.joined",
	    "for two");
	is_int(a.members_n, 2, "and lists both");
	is_str(a.members[0].user.username, "d-ann", "with their names");
	is_int(a.view.role, ROLE_MEMBER, "who are plain members");
	must(AS(&rig, bob, core_room_direct(&c, ann, &b, &is_new)));
	ok(!is_new && b.view.room.id == a.view.room.id,
	    "the other one gets the same room");
	must(AS(&rig, bob, core_room_direct_find(&c, ann, &found)));
	is_int(found, a.view.room.id, "and finds it");
	is_str(rig_log(&rig), "", "and nothing happens");
	call = rig_call(&rig, ann);
	is_err(core_room_direct(&call, 99999, &a, &is_new), ERR_NOT_FOUND,
	    "a direct room with nobody");
	is_str(call.field, "user_id", "names the field");
}

static void
test_look(void)
{
	int64_t ann = rig_user(&rig, "l-ann"), bob = rig_user(&rig, "l-bob");
	int64_t open = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	int64_t closed = rig_room(&rig, ROOM_PRIVATE, ann, NULL);
	struct room_look look;

	must(AS(&rig, ann, core_room_look(&c, closed, &look)));
	ok(look.kind == ROOM_PRIVATE && look.is_member, "a room of one's own");
	is_err(AS(&rig, bob, core_room_look(&c, closed, &look)), ERR_NOT_FOUND,
	    "a private room is not there for others");
	must(AS(&rig, bob, core_room_look(&c, open, &look)));
	ok(look.kind == ROOM_PUBLIC && !look.is_member,
	    "a public one is, without having joined");
	is_err(AS(&rig, ann, core_room_look(&c, 99999, &look)), ERR_NOT_FOUND,
	    "no room");
}

static void
test_owners(void)
{
	int64_t ann = rig_user(&rig, "o-ann"), bob = rig_user(&rig, "o-bob");
	int64_t eve = rig_user(&rig, "o-eve"), room;

	room = rig_room(&rig, ROOM_PRIVATE, ann, (int64_t[]){ bob, eve });
	is_err(leave(ann, room), ERR_LAST_OWNER, "the last owner cannot leave");
	is_err(put(ann, room, ann, ROLE_MEMBER), ERR_LAST_OWNER,
	    "nor step down");
	is_err(AS(&rig, ann, core_member_remove(&c, room, ann)),
	    ERR_LAST_OWNER, "nor put itself out");
	must(put(ann, room, bob, ROLE_OWNER));
	rig_log(&rig);
	is_err(put(ann, room, ann, ROLE_MEMBER), ERR_OK,
	    "with another owner it can step down");
	is_str(rig_log(&rig), "member.changed", "which is told");
	is_int(find(room, ann).role, ROLE_MEMBER, "and so it is");
	is_err(put(bob, room, eve, -1), ERR_OK, "a put without a role");
	is_str(rig_log(&rig), "", "changes nothing of a member");
	is_err(put(bob, room, eve, 7), ERR_BAD_VALUE, "a role that is none");
	must(put(bob, room, ann, ROLE_OWNER));
	rig_log(&rig);
	is_err(AS(&rig, ann, core_member_remove(&c, room, bob)), ERR_OK,
	    "an owner puts another out");
	is_str(rig_log(&rig), "member.left", "which is told");
	is_err(AS(&rig, ann, core_member_remove(&c, room, bob)), ERR_NOT_FOUND,
	    "once");
	must(leave(eve, room));
	rig_log(&rig);
	is_err(leave(ann, room), ERR_OK, "the last of all can leave");
	is_str(rig_log(&rig), "room.deleted", "and the room goes with it");
	is_err(put(ann, room, bob, -1), ERR_NOT_FOUND, "it is not there");
}

/* The heir is an admin before a member, and the older of two. */
static void
test_heirs(void)
{
	int64_t ann = rig_user(&rig, "h-ann"), bob = rig_user(&rig, "h-bob");
	int64_t eve = rig_user(&rig, "h-eve"), dan = rig_user(&rig, "h-dan");
	int64_t room;
	struct member m;

	room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	must(put(ann, room, dan, -1));
	must(put(ann, room, bob, -1));
	must(put(ann, room, eve, ROLE_ADMIN));
	must(store_member_heir(rig.f.s, room, ann, &m));
	is_int(m.user.id, eve, "the admin, though the youngest");
	must(put(ann, room, eve, ROLE_MEMBER));
	must(store_member_heir(rig.f.s, room, ann, &m));
	is_int(m.user.id, dan, "or who is in it for longest");
	must(AS(&rig, ann, core_account_delete(&c, "password")));
	is_int(find(room, dan).role, ROLE_OWNER, "and inherits");
}

static void
test_join(void)
{
	int64_t ann = rig_user(&rig, "j-ann"), bob = rig_user(&rig, "j-bob");
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	struct room_page page = { .after = -1, .max = 10, .public_too = true };
	struct room_entry out, *list;
	int n;

	rig_post(&rig, ann, room, "before");
	must(AS(&rig, bob, core_room_get(&c, room, &out)));
	ok(!out.view.is_member, "a public room is seen from outside");
	must(AS(&rig, bob, core_room_page(&c, &page, &list, &n)));
	ok(n > 0 && list[n - 1].view.room.id == room && !list[n - 1].view.is_member,
	    "and listed for who asks for public ones");
	page.public_too = false;
	must(AS(&rig, bob, core_room_page(&c, &page, &list, &n)));
	is_int(n, 0, "and not for who does not");
	rig_log(&rig);
	must(AS(&rig, bob, core_member_join(&c, room, &out)));
	is_str(rig_log(&rig), "member.joined", "joining is told");
	ok(out.view.is_member, "and shown");
	is_int(out.view.unread_n, 0, "what was before is not unread");
	is_str(out.last_message->body, "before", "but there to be read");
	must(AS(&rig, bob, core_member_join(&c, room, &out)));
	is_str(rig_log(&rig), "", "joining twice is joining once");
	rig_post(&rig, ann, room, "after");
	rig_post(&rig, bob, room, "mine");
	must(AS(&rig, bob, core_room_get(&c, room, &out)));
	is_int(out.view.unread_n, 1, "only others' messages are unread");
}

static void
test_rename(void)
{
	int64_t ann = rig_user(&rig, "r-ann");
	int64_t room = rig_room(&rig, ROOM_PRIVATE, ann, NULL);
	struct room_change in = { .room_id = room, .name = "new" };
	struct room_entry out;

	rig_log(&rig);
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	is_str(out.view.room.name, "new", "a room gets a new name");
	is_str(rig_log(&rig), "room.updated", "which is told");
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	in.name = NULL;
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	is_str(out.view.room.name, "new", "nothing to change");
	is_str(rig_log(&rig), "", "nothing is told");
	must(AS(&rig, ann, core_room_delete(&c, room)));
	is_str(rig_log(&rig), "room.deleted", "its end is told");
	is_err(AS(&rig, ann, core_room_delete(&c, room)), ERR_NOT_FOUND,
	    "and it is gone");
}

/* Run a statement that no program has. */
static void
run(const char *sql)
{
	struct db_query *q;
	enum err e;

	must(db_sqlite.prepare(rig.f.s->db, sql, &q));
	e = db_sqlite.step(rig.f.s->db, q);
	db_sqlite.finalize(rig.f.s->db, q);
	if (e != ERR_DONE)
		must(e);
}

static int64_t
cpu_us(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == -1)
		must(ERR_INTERNAL);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* The work of leaving a room, at its quickest. */
static int64_t
leave_us(int64_t who, int64_t room)
{
	struct room_entry out;
	int64_t best = INT64_MAX, begun, us;
	int i;

	for (i = 0; i < 8; i++) {
		must(AS(&rig, who, core_member_join(&c, room, &out)));
		begun = cpu_us();
		must(leave(who, room));
		us = cpu_us() - begun;
		best = us < best ? us : best;
		arena_reset(&rig.f.a);
	}
	return best;
}

/* Whoever comes and goes in a room of many does not hold up all others. */
static void
test_crowd(void)
{
	const int64_t nobody[2] = { 0 };
	int64_t ann = rig_user(&rig, "m-ann"), bob = rig_user(&rig, "m-bob");
	int64_t few = rig_room(&rig, ROOM_PUBLIC, ann, nobody), few_us, many_us;

	run("INSERT INTO room (id, kind, created_by, created_at)"
	    " VALUES (99999, 2, 1, 1)");
	run("WITH RECURSIVE n (i) AS"
	    " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
	    " INSERT INTO account (username, display_name, password, created_at)"
	    " SELECT 'many' || i, 'x', 'x', 1 FROM n");
	run("INSERT INTO member SELECT 99999, id, 2 * (id = 1), 1, 1, 1, NULL"
	    " FROM account WHERE id = 1 OR username LIKE 'many%'");
	few_us = leave_us(bob, few);
	many_us = leave_us(bob, 99999);
	ok(many_us < 8 * few_us, "leaving 50,000 others is as little work as "
	    "leaving one: %lld us, %lld us", (long long)many_us,
	    (long long)few_us);
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	test_create();
	test_direct();
	test_look();
	test_owners();
	test_heirs();
	test_join();
	test_rename();
	test_crowd();
	rig_close(&rig);
	return tap_done();
}
