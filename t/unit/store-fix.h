/*
 * store-fix - a database of its own for a unit test of the store.
 *
 * fix_open() makes a folder, migrates a database in it and opens it;
 * fix_close() leaves nothing.  The verbs below it change the database as
 * lib/core would, one transaction each, and abort when they cannot, so that a
 * test states only what it is about.
 */
#ifndef T_UNIT_STORE_FIX_H
#define T_UNIT_STORE_FIX_H

#include <unistd.h>

#include "base/log.h"
#include "store/event.h"
#include "store/message.h"
#include "store/room.h"
#include "store/session.h"
#include "store/user.h"
#include "t/unit/tap.h"

enum { FIX_ARENA = 8 * 1024 * 1024, FIX_NOW = 1000000 };

struct fix {
	const struct db_driver *driver;
	struct store *s;
	struct arena a;
	char	 dir[64];
	char	 path[96];
	int64_t	 now;		/* of the next change; each takes one ms */
};

/* `e` has to be ERR_OK for the test to make sense. */
static void UNUSED
must_at(enum err e, int line)
{
	if (e == ERR_OK)
		return;
	printf("Bail out! line %d: %s\n", line, err_code(e));
	exit(1);
}
#define must(e)	must_at((e), __LINE__)

static void UNUSED
fix_reopen(struct fix *f)
{
	struct store_options o = { .driver = f->driver, .path = f->path,
	    .mode = DB_ALONE, .busy_ms = 1000 };

	store_close(f->s);
	must(store_open(&o, &f->s));
}

static void UNUSED
fix_open(struct fix *f)
{
	const char *tmp = getenv("TMPDIR");

	*f = (struct fix){ .driver = &db_sqlite, .now = FIX_NOW };
	log_set_level(LOG_WARN);
	snprintf(f->dir, sizeof(f->dir), "%s/nj-store-XXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(f->dir) == NULL)
		must(ERR_IO);
	snprintf(f->path, sizeof(f->path), "%s/test.db", f->dir);
	arena_init(&f->a, FIX_ARENA);
	must(store_migrate(&db_sqlite, f->path, 1000));
	fix_reopen(f);
}

static void UNUSED
fix_close(struct fix *f)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-lock" };
	char path[128];
	size_t i;

	store_close(f->s);
	arena_release(&f->a);
	for (i = 0; i < ARRAY_LEN(ends); i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, ends[i]);
		unlink(path);
	}
	ok(rmdir(f->dir) == 0, "the database's folder is left empty");
}

static int64_t UNUSED
fix_user(struct fix *f, const char *name)
{
	struct user u = { .username = name, .display_name = name,
	    .password = "*", .created_at = f->now++ };

	must(store_begin(f->s));
	must(store_end(f->s, store_user_add(f->s, &u)));
	return u.id;
}

/* Append `ev`; its time is set here. */
static int64_t UNUSED
fix_event(struct fix *f, struct event ev)
{
	ev.at = f->now++;
	must(store_begin(f->s));
	must(store_end(f->s, store_event_append(f->s, &ev)));
	return ev.seq;
}

/* `user` comes into `room`. */
static int64_t UNUSED
fix_join(struct fix *f, int64_t room, int64_t user, enum role role)
{
	struct event ev = { .kind = EVENT_MEMBER_JOINED, .room_id = room,
	    .user_id = user, .subject_id = user, .arg = "0", .at = f->now };
	struct member m = { .user.id = user, .room_id = room, .role = role,
	    .joined_at = f->now++ };

	must(store_begin(f->s));
	must(store_event_append(f->s, &ev));
	m.joined_seq = m.read_seq = ev.seq;
	must(store_end(f->s, store_member_add(f->s, &m)));
	return ev.seq;
}

static int64_t UNUSED
fix_leave(struct fix *f, int64_t room, int64_t user)
{
	struct event ev = { .kind = EVENT_MEMBER_LEFT, .room_id = room,
	    .user_id = user, .subject_id = user, .at = f->now++ };

	must(store_begin(f->s));
	must(store_event_append(f->s, &ev));
	must(store_end(f->s, store_member_remove(f->s, room, user)));
	return ev.seq;
}

/* A room of `owner`, who is its only member. */
static int64_t UNUSED
fix_room(struct fix *f, enum room_kind kind, const char *name, int64_t owner)
{
	struct room room = { .kind = kind, .name = name, .created_by = owner,
	    .created_at = f->now };
	struct event ev = { .kind = EVENT_ROOM_CREATED, .user_id = owner,
	    .at = f->now++ };

	must(store_begin(f->s));
	must(store_room_add(f->s, &room, NULL));
	ev.room_id = room.id;
	must(store_end(f->s, store_event_append(f->s, &ev)));
	fix_join(f, room.id, owner, ROLE_OWNER);
	return room.id;
}

static int64_t UNUSED
fix_delete_room(struct fix *f, int64_t room, int64_t user)
{
	struct event ev = { .kind = EVENT_ROOM_DELETED, .room_id = room,
	    .user_id = user, .at = f->now++ };

	must(store_begin(f->s));
	must(store_event_append(f->s, &ev));
	must(store_end(f->s, store_room_set_deleted(f->s, room, ev.at)));
	return ev.seq;
}

/* A message; `key` may be NULL.  Its id and seq. */
static int64_t UNUSED
fix_post_key(struct fix *f, struct message m)
{
	struct event ev = { .kind = EVENT_MESSAGE_POSTED,
	    .room_id = m.room_id, .user_id = m.sender_id, .at = f->now };

	must(store_begin(f->s));
	must(store_event_append(f->s, &ev));
	m.id = ev.seq;
	m.kind = "text";
	m.created_at = f->now++;
	must(store_end(f->s, store_message_add(f->s, &m)));
	return ev.seq;
}

static int64_t UNUSED
fix_post(struct fix *f, int64_t room, int64_t user, const char *body)
{
	return fix_post_key(f, (struct message){ .room_id = room,
	    .sender_id = user, .body = body });
}

/* Run one change of the store in a transaction of its own. */
#define fix_write(f, call) \
	(must(store_begin((f)->s)), store_end((f)->s, (call)))

#endif
