/*
 * When any call to the database fails, a function of the store says so, leaves
 * no statement in use, and works again once the database does.
 */
#include "config.h"

#include "t/unit/store-fix.h"

enum { CALLS_MAX = 1000 };

/* A room with a bit of everything; the scenarios run over it. */
static struct {
	struct fix f;
	int64_t	 ann, room, message;
} self;

static void
fill(void)
{
	struct fix *f = &self.f;

	struct user user;

	self.ann = fix_user(f, "ann");
	must(store_user_load(f->s, &f->a, self.ann, &user));
	user.email = "ann@x";
	must(fix_write(f, store_user_change(f->s, &user)));
	self.room = fix_room(f, ROOM_PUBLIC, "r", self.ann);
	self.message = fix_post(f, self.room, self.ann, "hello");
	must(fix_write(f, store_reaction_add(f->s, self.message, self.ann,
	    "+1", 1)));
	fix_join(f, self.room, fix_user(f, "bob"), ROLE_MEMBER);
}

static enum err
read_users(void)
{
	struct user_search q = { .text = "a", .max = 10 };
	struct user *users, user;
	enum err e;
	int n;

	e = store_user_search(self.f.s, &self.f.a, &q, &users, &n);
	if (e == ERR_OK)
		e = store_user_page(self.f.s, &self.f.a,
		    &(struct user_page){ .max = 10 }, &users, &n);
	if (e == ERR_OK)
		e = store_user_by_email(self.f.s, &self.f.a, "ann@x", &user);
	if (e != ERR_OK)
		return e;
	return store_user_load(self.f.s, &self.f.a, self.ann, &user);
}

static enum err
read_rooms(void)
{
	struct room_page rooms = { .user_id = self.ann, .max = 10,
	    .public_too = true };
	struct member_page members = { .room_id = self.room, .max = 10 };
	struct room_view *views;
	struct room room;
	struct member *m;
	enum err e;
	int n;

	e = store_room_page(self.f.s, &self.f.a, &rooms, &views, &n);
	if (e == ERR_OK)
		e = store_room_by_name(self.f.s, &self.f.a,
		    &(struct room_name){ "R", true }, &room);
	if (e != ERR_OK)
		return e;
	return store_member_page(self.f.s, &self.f.a, &members, &m, &n);
}

static enum err
read_messages(void)
{
	struct message_page p = { .room_id = self.room, .after = -1,
	    .max = 10 };
	struct message *m;
	int n;

	return store_message_page(self.f.s, &self.f.a, &p, &m, &n);
}

static enum err
read_range(void)
{
	struct event_range r = { .until = INT64_MAX, .max = 10 };
	struct event *ev;
	int n;

	return store_event_range(self.f.s, &self.f.a, &r, &ev, &n);
}

static enum err
read_view(void)
{
	struct event_view v = { .range = { .until = INT64_MAX, .max = 10 },
	    .user_id = self.ann };
	struct event *ev;
	enum err e;
	int n;

	e = store_event_view(self.f.s, &self.f.a, &v, &ev, &n);
	if (e != ERR_OK)
		return e;
	v.rooms = &self.room;
	v.rooms_n = 1;
	return store_event_view(self.f.s, &self.f.a, &v, &ev, &n);
}

static enum err
add_message(struct store *s)
{
	struct event ev = { .kind = EVENT_MESSAGE_POSTED,
	    .room_id = self.room, .user_id = self.ann, .at = 1 };
	struct message m = { .room_id = self.room, .sender_id = self.ann,
	    .kind = "text", .body = "x", .created_at = 1 };
	enum err e;

	if ((e = store_event_append(s, &ev)) != ERR_OK)
		return e;
	m.id = ev.seq;
	return store_message_add(s, &m);
}

static enum err
write_message(void)
{
	enum err e;

	if ((e = store_begin(self.f.s)) != ERR_OK)
		return e;
	return store_end(self.f.s, add_message(self.f.s));
}

static enum err
write_prune(void)
{
	int n;

	return store_event_prune(self.f.s, INT64_MAX, 1, &n);
}

/* Let the first call fail, then the second, until `run` gets through. */
static void
test_fault(const char *name, enum err (*run)(void))
{
	enum err e = ERR_IO;
	int nth;

	for (nth = 1; nth < CALLS_MAX && e == ERR_IO; nth++) {
		arena_reset(&self.f.a);
		db_fault_set(nth, ERR_IO, false);
		e = run();
	}
	db_fault_set(0, ERR_OK, false);
	is_err(e, ERR_OK, name);
	ok(nth > 3, "%s: each of its %d calls has failed once", name, nth - 2);
	is_err(run(), ERR_OK, "and it works again");
}

int
main(void)
{
	fix_open(&self.f);
	fill();
	/* What is logged is expected: prove shows it when asked to. */
	log_set_level(LOG_ERROR);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	self.f.driver = db_fault_driver(&db_sqlite);
	db_fault_set(0, ERR_OK, false);
	fix_reopen(&self.f);

	test_fault("accounts", read_users);
	test_fault("rooms and members", read_rooms);
	test_fault("messages", read_messages);
	test_fault("a stretch of the log", read_range);
	test_fault("a view of the log", read_view);
	test_fault("a send", write_message);
	test_fault("pruning", write_prune);
	fix_close(&self.f);
	return tap_done();
}
