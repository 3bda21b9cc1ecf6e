/*
 * core-fix - a database and a configuration for unit tests of the rules.
 *
 * A rig is a store-fix with a configuration whose passwords are cheap to hash.
 * rig_call() is what fcgi would make of a request; rig_log() says in words what
 * a verb has appended to the log.
 */
#ifndef T_UNIT_CORE_FIX_H
#define T_UNIT_CORE_FIX_H

#include "base/conf.h"
#include "base/str.h"
#include "core/account.h"
#include "core/member.h"
#include "core/message.h"
#include "core/receipt.h"
#include "core/room.h"
#include "core/session.h"
#include "t/unit/store-fix.h"

#define RIG_SECRET "0123456789abcdef0123456789abcdef"

struct rig {
	struct fix f;
	struct conf *conf;
	int64_t	 log_seq;	/* what rig_log() has told of */
};

static void UNUSED
rig_open(struct rig *r, const struct db_driver *driver)
{
	char fault[CONF_FAULT_LEN];
	struct store_options o = { .driver = driver, .mode = DB_ALONE,
	    .busy_ms = 1000 };

	setenv("SECRET_KEY", RIG_SECRET, 1);
	setenv("NATTERJACK_AUTH_HASH_PREFIX", "$2b$", 1);
	setenv("NATTERJACK_AUTH_HASH_COST", "4", 1);
	*r = (struct rig){ .log_seq = 0 };
	fix_open(&r->f);
	store_close(r->f.s);
	o.path = r->f.path;
	must(store_open(&o, &r->f.s));
	must(conf_load(NULL, &r->conf, fault));
}

static void UNUSED
rig_close(struct rig *r)
{
	conf_free(r->conf);
	fix_close(&r->f);
}

/* A call of an account; each is a millisecond later. */
static struct call UNUSED
rig_call(struct rig *r, int64_t user_id)
{
	return (struct call){
		.store = r->f.s,
		.conf = r->conf,
		.arena = &r->f.a,
		.now = r->f.now++,
		.user_id = user_id
	};
}

/* Run one verb of `user`, whose call is &c. */
#define AS(r, user, verb) __extension__ ({ \
	struct call c = rig_call((r), (user)); \
	(verb); \
})

static struct tokens UNUSED
rig_register(struct rig *r, const char *name)
{
	struct signup in = { .username = name, .password = "password",
	    .password_min = 8, .device = "" };
	struct tokens t;

	must(AS(r, 0, core_account_register(&c, &in, &t)));
	return t;
}

static int64_t UNUSED
rig_user(struct rig *r, const char *name)
{
	return rig_register(r, name).user.id;
}

/* All sessions of the caller. */
static enum err UNUSED
rig_sessions(struct call *c, struct session **out, int *n_out)
{
	return core_session_list(c, &(struct session_page){ .max = 100 }, out,
	    n_out);
}

/* A room of `owner` with up to two others; 0: nobody. */
static int64_t UNUSED
rig_room(struct rig *r, enum room_kind kind, int64_t owner,
    const int64_t others[2])
{
	struct room_draft in = { .kind = kind, .name = "room",
	    .members = others };
	struct room_entry out;

	while (in.members_n < 2 && others != NULL && others[in.members_n] != 0)
		in.members_n++;
	must(AS(r, owner, core_room_create(&c, &in, &out)));
	return out.view.room.id;
}

static struct message UNUSED
rig_post(struct rig *r, int64_t user, int64_t room, const char *text)
{
	struct post in = { .room_id = room, .text = text };
	struct message m;

	must(AS(r, user, core_message_post(&c, &in, &m)));
	return m;
}

static int64_t UNUSED
rig_head(struct rig *r)
{
	int64_t seq;

	must(store_event_head(r->f.s, &seq));
	return seq;
}

/* The kinds of the events since the last call, e.g. "room.created member.left". */
static const char UNUSED *
rig_log(struct rig *r)
{
	struct event_range all = { r->log_seq, INT64_MAX, 1000 };
	struct event *events;
	struct str s;
	int i, n;

	must(store_event_range(r->f.s, &r->f.a, &all, &events, &n));
	str_init_arena(&s, &r->f.a);
	for (i = 0; i < n; i++) {
		str_printf(&s, "%s%s", i > 0 ? " " : "",
		    event_kind_name(events[i].kind));
		r->log_seq = events[i].seq;
	}
	return s.s;
}

#endif
