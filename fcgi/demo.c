/*
 * demo - the accounts and rooms that examples speak of.
 *
 * Everything goes the way of requests, through the verbs of the core: it is
 * checked, durable, and in the log.
 */
#include "config.h"

#include "base/arena.h"
#include "base/clock.h"
#include "core/account.h"
#include "core/room.h"
#include "fcgi/demo.h"
#include "fcgi/notify.h"

static const struct {
	const char *username;
	const char *password;
} people[] = {
	{ "admin", "admin123" },	/* the first one owns the rooms */
	{ "user1", "password123" },
	{ "user2", "password123" }
};

static const char *const rooms[] = { "General", "Random", "Tech Talk" };

/* The account of that name, made if need be. */
static enum err
get_account(struct call *c, const char *username, const char *password,
    int64_t *id_out)
{
	const struct signup in = { .username = username, .password = password,
	    .password_min = 1, .device = "", .is_only = true };
	struct tokens tokens = { .session_id = 0 };
	struct user user;
	enum err e;

	e = core_account_by_name(c, username, &user);
	if (e == ERR_NOT_FOUND) {
		e = core_account_register(c, &in, &tokens);
		user = tokens.user;
	}
	if (e == ERR_OK)
		*id_out = user.id;
	return e;
}

static enum err
make_room(struct call *c, const char *name)
{
	const struct room_draft in = { .kind = ROOM_PUBLIC, .name = name };
	struct room_entry entry;
	struct room room;
	enum err e;

	e = core_room_by_name(c, &(struct room_name){ .name = name }, &room);
	return e != ERR_NOT_FOUND ? e : core_room_create(c, &in, &entry);
}

static enum err
load(struct call *c)
{
	int64_t owner = 0, id = 0;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < ARRAY_LEN(people); i++) {
		e = get_account(c, people[i].username, people[i].password, &id);
		if (i == 0)
			owner = id;
	}
	c->user_id = owner;
	for (i = 0; e == ERR_OK && i < ARRAY_LEN(rooms); i++)
		e = make_room(c, rooms[i]);
	return e;
}

/* If push runs, its clients are to know at once. */
static void
tell_push(const struct conf *conf, int64_t seq)
{
	if (seq == 0)
		return;
	notify_init(conf);
	notify_wake(seq);
	notify_release();
}

enum err
demo_load(const struct conf *conf)
{
	const struct store_options options = { .driver = &db_sqlite,
	    .path = conf->database_path, .mode = DB_ALONE,
	    .busy_ms = conf->database_busy_ms };
	struct arena arena;
	struct call call = { .conf = conf, .arena = &arena,
	    .now = clock_now_ms() };
	enum err e;

	if ((e = store_open(&options, &call.store)) != ERR_OK)
		return e;
	arena_init(&arena, conf->request_arena_max);
	e = load(&call);
	if (e == ERR_OK)
		tell_push(conf, call.store->last_seq);
	arena_release(&arena);
	store_close(call.store);
	return e;
}
