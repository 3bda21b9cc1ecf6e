/*
 * Never half a change: each verb with each of its calls to the database
 * failing in turn, and with each size of memory too small for it.  While it
 * fails, the database stays as it was to the last column; then it succeeds.
 */
#include "config.h"

#include "base/num.h"
#include "core/file.h"
#include "t/unit/core-fix.h"

/* What the verbs work on; made anew for each of them. */
struct scene {
	struct rig *rig;
	int64_t	 ann, bob, eve;
	int64_t	 room;		/* private; ann owns it, bob is in it */
	int64_t	 open;		/* public; ann owns it */
	int64_t	 message;	/* ann's, with bob's reaction and a file */
	int64_t	 file[2];	/* ann's, not posted yet */
	struct tokens login;	/* ann's second session */
	struct tokens renewed;	/* of which the first refresh token is spent */
};

struct attempt {
	const char *name;
	enum err (*run)(struct scene *, struct call *);
	enum err want;		/* what it gives when nothing fails */
};

/* ---- the database in a digest */

static const struct {
	const char *sql;
	int	 columns;
} tables[] = {
	{ "SELECT * FROM account ORDER BY 1", 6 },
	{ "SELECT * FROM session ORDER BY 1", 7 },
	{ "SELECT hex(hash), session_id, created_at, spent_at FROM refresh"
	  " ORDER BY 1", 4 },
	{ "SELECT * FROM room ORDER BY 1", 9 },
	{ "SELECT * FROM member ORDER BY 1, 2", 6 },
	{ "SELECT * FROM message ORDER BY 1", 14 },
	{ "SELECT * FROM file ORDER BY 1", 8 },
	{ "SELECT * FROM reaction ORDER BY 1, 2, 3", 4 },
	{ "SELECT * FROM event ORDER BY 1", 7 },
	{ "SELECT * FROM sqlite_sequence ORDER BY 1", 2 },
};

static void
dump_table(struct db *db, size_t i, struct str *out)
{
	const struct db_driver *d = ((struct db_base *)db)->driver;
	struct db_query *q;
	const char *text;
	int col;

	must(d->prepare(db, tables[i].sql, &q));
	while (d->step(db, q) == ERR_OK) {
		for (col = 0; col < tables[i].columns; col++) {
			text = d->get_text(q, col);
			str_puts(out, text != NULL ? text : "NULL");
			str_putc(out, '\n');
		}
	}
	d->finalize(db, q);
}

static void
digest(struct rig *r, uint8_t out[SHA256_LEN])
{
	struct str s;
	size_t i;

	str_init(&s, 1 << 20);
	for (i = 0; i < ARRAY_LEN(tables); i++)
		dump_table(r->f.s->db, i, &s);
	if (!str_is_ok(&s))
		must(ERR_NOMEM);
	num_sha256(s.s, s.len, out);
	str_release(&s);
}

/* ---- the verbs */

/* Another calls, or nobody, by no session. */
static void
act_as(struct call *c, int64_t user_id)
{
	c->user_id = user_id;
	c->session_id = 0;
}

static enum err
do_register(struct scene *s, struct call *c)
{
	struct signup in = { .username = "newcomer", .password = "password",
	    .device = "" };
	struct tokens out;

	act_as(c, 0);
	return core_account_register(c, &in, &out);
}

static enum err
do_sign_up(struct scene *s, struct call *c)
{
	struct signup in = { .username = "newcomer", .password = "password",
	    .device = "", .email = "new@example.org", .profile = "{}",
	    .is_only = true };
	struct tokens out;

	act_as(c, 0);
	return core_account_register(c, &in, &out);
}

static enum err
do_login(struct scene *s, struct call *c)
{
	struct login in = { .username = "fault-ann", .password = "password",
	    .device = "phone" };
	struct tokens out;

	act_as(c, 0);
	return core_session_begin(c, &in, &out);
}

static enum err
do_login_rehash(struct scene *s, struct call *c)
{
	enum err e;

	s->rig->conf->auth_hash_cost = 5;
	e = do_login(s, c);
	s->rig->conf->auth_hash_cost = 4;
	return e;
}

static enum err
do_login_either(struct scene *s, struct call *c)
{
	const struct token_form form = { SUBJECT_EMAIL, 60, 0 };
	struct login in = { .username = "Fault-Ann", .password = "password",
	    .device = "", .by = LOGIN_EITHER, .nocase = true, .is_seen = true,
	    .form = &form };
	struct tokens out;

	act_as(c, 0);
	return core_session_begin(c, &in, &out);
}

static enum err
do_guest(struct scene *s, struct call *c)
{
	struct identity out;

	act_as(c, 0);
	return core_session_guest(c, "fault-eve", &out);
}

static enum err
do_refresh(struct scene *s, struct call *c)
{
	struct tokens out;

	act_as(c, 0);
	return core_session_refresh(c, s->renewed.refresh, NULL, &out);
}

static enum err
do_reuse(struct scene *s, struct call *c)
{
	struct tokens out;

	act_as(c, 0);
	return core_session_refresh(c, s->login.refresh, NULL, &out);
}

static enum err
do_session_end(struct scene *s, struct call *c)
{
	return core_session_end(c, s->login.session_id);
}

static enum err
do_update(struct scene *s, struct call *c)
{
	const struct account_change in = {
		.display_name = "Another Name", .email = "ann@example.org",
		.profile = "{\"bio\":\"x\"}", .is_seen = true
	};
	struct user out;

	return core_account_update(c, &in, &out);
}

static enum err
do_password(struct scene *s, struct call *c)
{
	struct password_change in = { "password", "password two", 8 };

	return core_account_set_password(c, &in);
}

static enum err
do_account_delete(struct scene *s, struct call *c)
{
	return core_account_delete(c, "password");
}

static enum err
do_delete_self(struct scene *s, struct call *c)
{
	return core_account_delete_self(c);
}

static enum err
do_named(struct scene *s, struct call *c)
{
	const struct room_name name = { "Lobby", true };
	struct room out;
	bool is_new;

	return core_room_named(c, &name, &out, &is_new);
}

static enum err
do_create(struct scene *s, struct call *c)
{
	const int64_t members[] = { s->bob, s->eve };
	struct room_draft in = { .kind = ROOM_PRIVATE, .name = "new room",
	    .members = members, .members_n = 2, .extra = "{}" };
	struct room_entry out;

	return core_room_create(c, &in, &out);
}

static enum err
do_direct(struct scene *s, struct call *c)
{
	struct room_entry out;
	bool is_new;

	return core_room_direct(c, s->eve, &out, &is_new);
}

static enum err
do_rename(struct scene *s, struct call *c)
{
	const struct room_change in = {
		.room_id = s->room, .name = "new name", .extra = "{}"
	};
	struct room_entry out;

	return core_room_update(c, &in, &out);
}

static enum err
do_room_delete(struct scene *s, struct call *c)
{
	return core_room_delete(c, s->room);
}

static enum err
do_join(struct scene *s, struct call *c)
{
	struct room_entry out;

	act_as(c, s->eve);
	return core_member_join(c, s->open, &out);
}

static enum err
do_leave(struct scene *s, struct call *c)
{
	act_as(c, s->bob);
	return core_member_leave(c, s->room);
}

static enum err
put(struct scene *s, struct call *c, int64_t user, int role)
{
	struct member_put in = { s->room, user, role };
	struct member out;
	bool is_new;

	return core_member_put(c, &in, &out, &is_new);
}

static enum err
do_let_in(struct scene *s, struct call *c)
{
	return put(s, c, s->eve, ROLE_ADMIN);
}

static enum err
do_promote(struct scene *s, struct call *c)
{
	return put(s, c, s->bob, ROLE_OWNER);
}

static enum err
do_put_out(struct scene *s, struct call *c)
{
	return core_member_remove(c, s->room, s->bob);
}

static enum err
do_post(struct scene *s, struct call *c)
{
	struct post in = { .room_id = s->room, .text = "text",
	    .reply_to = s->message, .key = "the key", .kind = "image",
	    .extra = "{\"a\":1}", .origin = 7 };
	struct message out;

	return core_message_post(c, &in, &out);
}

static enum err
do_post_files(struct scene *s, struct call *c)
{
	struct post in = { .room_id = s->room, .text = "", .files = s->file,
	    .files_n = 2 };
	struct message out;

	return core_message_post(c, &in, &out);
}

static enum err
do_edit(struct scene *s, struct call *c)
{
	struct message out;

	return core_message_edit(c, s->message, "new text", &out);
}

static enum err
do_message_delete(struct scene *s, struct call *c)
{
	return core_message_delete(c, s->message);
}

static enum err
do_react(struct scene *s, struct call *c)
{
	return core_reaction_add(c, s->message, "-1", NULL);
}

static enum err
do_set_reaction(struct scene *s, struct call *c)
{
	struct reaction_set out;

	act_as(c, s->bob);
	return core_reaction_set(c, s->message, "-1", &out);
}

static enum err
do_unreact(struct scene *s, struct call *c)
{
	act_as(c, s->bob);
	return core_reaction_remove(c, s->message, "+1", NULL);
}

static enum err
do_mark(struct scene *s, struct call *c)
{
	int64_t out;

	act_as(c, s->bob);
	return core_receipt_move(c, s->room, s->message, &out);
}

static const struct attempt attempts[] = {
	{ "register", do_register, ERR_OK },
	{ "sign up alone", do_sign_up, ERR_OK },
	{ "log in", do_login, ERR_OK },
	{ "log in by either", do_login_either, ERR_OK },
	{ "act as a guest", do_guest, ERR_OK },
	{ "log in and renew the hash", do_login_rehash, ERR_OK },
	{ "refresh", do_refresh, ERR_OK },
	{ "refresh with a spent token", do_reuse, ERR_TOKEN_REUSED },
	{ "end a session", do_session_end, ERR_OK },
	{ "change the display name", do_update, ERR_OK },
	{ "change the password", do_password, ERR_OK },
	{ "delete the account", do_account_delete, ERR_OK },
	{ "delete the account without a password", do_delete_self, ERR_OK },
	{ "make a room of a name", do_named, ERR_OK },
	{ "make a room", do_create, ERR_OK },
	{ "make a direct room", do_direct, ERR_OK },
	{ "rename a room", do_rename, ERR_OK },
	{ "delete a room", do_room_delete, ERR_OK },
	{ "join", do_join, ERR_OK },
	{ "leave", do_leave, ERR_OK },
	{ "let somebody in", do_let_in, ERR_OK },
	{ "promote", do_promote, ERR_OK },
	{ "put somebody out", do_put_out, ERR_OK },
	{ "post", do_post, ERR_OK },
	{ "post with files", do_post_files, ERR_OK },
	{ "edit", do_edit, ERR_OK },
	{ "delete a message", do_message_delete, ERR_OK },
	{ "react", do_react, ERR_OK },
	{ "set the only reaction", do_set_reaction, ERR_OK },
	{ "take a reaction back", do_unreact, ERR_OK },
	{ "move a receipt", do_mark, ERR_OK },
};

/* ---- the two ways to fail */

/* Run it once; whether the database is as before. */
static enum err
run(const struct attempt *a, struct scene *s, struct arena *arena)
{
	struct call c = rig_call(s->rig, s->ann);
	enum err e;

	c.arena = arena;
	c.session_id = s->login.session_id;
	e = a->run(s, &c);
	if (s->rig->f.s->writing || s->rig->f.s->reading)
		printf("Bail out! %s leaves a transaction open\n", a->name);
	return e;
}

/*
 * Fail the first call, then the second, and so on, until one is reached that
 * the verb does not make.  `*made_out` is how many failed.
 */
static bool
with_faults(const struct attempt *a, struct scene *s, int *made_out)
{
	uint8_t before[SHA256_LEN], after[SHA256_LEN];
	struct arena arena;
	int n;
	enum err e;
	bool same = true, hit = true;

	arena_init(&arena, FIX_ARENA);
	digest(s->rig, before);
	for (n = 1; same && hit; n++) {
		db_fault_set(n, ERR_FULL, false);
		e = run(a, s, &arena);
		hit = db_fault_calls() >= n;
		db_fault_set(0, ERR_OK, false);
		arena_reset(&arena);
		digest(s->rig, after);
		same = e == (hit ? ERR_FULL : a->want) &&
		    (memcmp(before, after, sizeof(after)) == 0) == hit;
		if (!same)
			printf("# call %d: %s\n", n, err_code(e));
	}
	arena_release(&arena);
	*made_out = n - 2;
	return same;
}

/* Give it 0 bytes, then a few more, and so on, until it has enough. */
static bool
with_little(const struct attempt *a, struct scene *s, size_t *max_out)
{
	enum { STEP = 32, ENOUGH = 1 << 20 };
	uint8_t before[SHA256_LEN], after[SHA256_LEN];
	struct arena arena;
	size_t max;
	enum err e = ERR_NOMEM;
	bool same = true;

	digest(s->rig, before);
	for (max = 0; same && e == ERR_NOMEM && max < ENOUGH; max += STEP) {
		arena_init(&arena, max);
		e = run(a, s, &arena);
		arena_release(&arena);
		digest(s->rig, after);
		same = (e == ERR_NOMEM || e == a->want) &&
		    (memcmp(before, after, sizeof(after)) == 0) ==
		    (e == ERR_NOMEM);
		if (!same)
			printf("# %zu bytes: %s\n", max, err_code(e));
	}
	*max_out = max - STEP;
	return same && e == a->want;
}

/* ---- scenes */

/* A file without its bytes, which no verb here looks at. */
static int64_t
add_file(struct rig *r, int64_t user, const char *stored)
{
	struct file f = { .user_id = user, .stored = stored, .name = "a",
	    .type = "image/png", .size = 1, .created_at = r->f.now++ };
	int64_t id = 0;

	must(store_begin(r->f.s));
	must(store_end(r->f.s, store_file_add(r->f.s, &f, &id)));
	return id;
}

static int64_t
post_file(struct rig *r, const struct scene *s)
{
	int64_t file = add_file(r, s->ann, "aa-posted");
	struct post in = { .room_id = s->room, .text = "text",
	    .files = &file, .files_n = 1 };
	struct message out;

	must(AS(r, s->ann, core_message_post(&c, &in, &out)));
	return out.id;
}

static void
set_scene(struct scene *s, struct rig *r)
{
	struct login in = { .username = "fault-ann", .password = "password",
	    .device = "" };
	struct room_entry direct;
	bool is_new;

	rig_open(r, db_fault_driver(&db_sqlite));
	*s = (struct scene){ .rig = r };
	s->ann = rig_user(r, "fault-ann");
	s->bob = rig_user(r, "fault-bob");
	s->eve = rig_user(r, "fault-eve");
	s->room = rig_room(r, ROOM_PRIVATE, s->ann, (int64_t[]){ s->bob, 0 });
	s->open = rig_room(r, ROOM_PUBLIC, s->ann, NULL);
	must(AS(r, s->ann, core_room_direct(&c, s->bob, &direct, &is_new)));
	s->message = post_file(r, s);
	s->file[0] = add_file(r, s->ann, "aa-one");
	s->file[1] = add_file(r, s->ann, "aa-two");
	must(AS(r, s->bob, core_reaction_add(&c, s->message, "+1", NULL)));
	must(AS(r, 0, core_session_begin(&c, &in, &s->login)));
	must(AS(r, 0, core_session_refresh(&c, s->login.refresh, NULL,
	    &s->renewed)));
}

static void
drop_scene(struct scene *s)
{
	store_close(s->rig->f.s);
	s->rig->f.s = NULL;
	rig_close(s->rig);
}

static void
try_faults(const struct attempt *a)
{
	struct scene s;
	struct rig r;
	int made;
	bool whole;

	set_scene(&s, &r);
	whole = with_faults(a, &s, &made);
	ok(whole && made > 1, "%s: all or nothing, whichever of %d calls fails",
	    a->name, made);
	drop_scene(&s);
}

static void
try_little(const struct attempt *a)
{
	struct scene s;
	struct rig r;
	size_t max;
	bool whole;

	set_scene(&s, &r);
	whole = with_little(a, &s, &max);
	ok(whole, "%s: all or nothing, with less memory than %zu bytes",
	    a->name, max);
	drop_scene(&s);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(attempts); i++) {
		try_faults(&attempts[i]);
		try_little(&attempts[i]);
	}
	return tap_done();
}
