/*
 * Accounts and sessions: logging in, refreshing, the end of a session, of a
 * password, and of an account.
 */
#include "config.h"

#include "core/auth.h"
#include "t/unit/core-fix.h"

static struct rig rig;

static enum err
login(const char *name, const char *password, struct tokens *out)
{
	struct login in = { .username = name, .password = password,
	    .device = "phone" };

	return AS(&rig, 0, core_session_begin(&c, &in, out));
}

static enum err
refresh(const char *token, struct tokens *out)
{
	return AS(&rig, 0, core_session_refresh(&c, token, NULL, out));
}

static enum err
check(const struct tokens *t)
{
	struct identity who;

	return auth_check(rig.f.s, rig.conf, t->access, rig.f.now, &who);
}

static void
test_register(void)
{
	struct signup in = { .username = "ann", .password = "password",
	    .password_min = 8, .device = "laptop" };
	struct tokens t;
	struct call call = rig_call(&rig, 0);

	must(core_account_register(&call, &in, &t));
	is_str(t.user.display_name, "ann", "the username is the display name");
	is_int(t.expires_s, 900, "the token's lifetime");
	ok(t.user.password == NULL, "the hash does not come out");
	is_err(check(&t), ERR_OK, "the access token is good");
	is_str(rig_log(&rig), "", "registering is nobody's news");
	is_err(core_account_register(&call, &in, &t), ERR_TAKEN,
	    "a username is taken once");
	is_str(call.field, "username", "and the field is named");
	in.username = "Ann";
	is_err(core_account_register(&call, &in, &t), ERR_OK,
	    "another case is another name");
}

static void
test_login(void)
{
	struct tokens t, u;

	is_err(login("ann", "wrong password", &t), ERR_CREDENTIALS,
	    "a wrong password");
	is_err(login("nobody", "password", &t), ERR_CREDENTIALS,
	    "an unknown name");
	is_err(login("", "", &t), ERR_CREDENTIALS, "no name, no password");
	must(login("ann", "password", &t));
	must(login("ann", "password", &u));
	ok(t.session_id != u.session_id, "each login is a session of its own");
	ok(strcmp(t.refresh, u.refresh) != 0, "with a refresh token of its own");
}

/* A login by an old hash brings the new one. */
static void
test_rehash(void)
{
	const char *before, *after;
	struct tokens t;
	struct conf *conf = rig.conf;

	must(login("ann", "password", &t));
	must(store_user_password(rig.f.s, &rig.f.a, t.user.id, &before));
	must(login("ann", "password", &t));
	must(store_user_password(rig.f.s, &rig.f.a, t.user.id, &after));
	is_str(after, before, "a login leaves a hash that is up to date");
	conf->auth_hash_cost = 5;
	is_err(login("ann", "wrong password", &t), ERR_CREDENTIALS,
	    "a wrong password with an outdated hash");
	must(store_user_password(rig.f.s, &rig.f.a, t.user.id, &after));
	is_str(after, before, "does not touch it");
	must(login("ann", "password", &t));
	must(store_user_password(rig.f.s, &rig.f.a, t.user.id, &after));
	ok(strncmp(after, "$2b$05$", 7) == 0, "the right one renews it");
	is_err(login("ann", "password", &t), ERR_OK, "and it fits");
	conf->auth_hash_cost = 4;
}

static void
test_refresh(void)
{
	struct tokens first, second, third;

	must(login("ann", "password", &first));
	rig_log(&rig);
	must(refresh(first.refresh, &second));
	is_int(second.session_id, first.session_id, "refresh: the same session");
	is_str(second.user.username, "ann", "refresh: says who it is");
	ok(strcmp(first.refresh, second.refresh) != 0, "refresh: a new token");
	is_err(check(&second), ERR_OK, "refresh: the access token is good");
	is_err(check(&first), ERR_OK, "refresh: so is the old one");
	must(refresh(second.refresh, &third));
	is_str(rig_log(&rig), "", "refresh: nobody's news");

	is_err(refresh(first.refresh, &second), ERR_TOKEN_REUSED,
	    "reuse: refused");
	is_str(rig_log(&rig), "session.ended", "reuse: the session ends");
	is_err(check(&third), ERR_SESSION_ENDED, "reuse: its tokens with it");
	is_err(refresh(third.refresh, &second), ERR_SESSION_ENDED,
	    "reuse: and the unspent one");
	is_err(refresh(first.refresh, &second), ERR_TOKEN_REUSED,
	    "reuse: again");
	is_str(rig_log(&rig), "", "reuse: it ends once");
	is_err(refresh("no such token", &second), ERR_BAD_TOKEN,
	    "a token that is nobody's");
	is_err(refresh("", &second), ERR_BAD_TOKEN, "an empty token");
	is_err(refresh(third.access, &second), ERR_BAD_TOKEN,
	    "an access token is no refresh token");
}

static void
test_keep_short(void)
{
	struct tokens first, second, other;

	must(login("ann", "password", &first));
	must(refresh(first.refresh, &second));
	must(login("ann", "password", &other));
	rig_log(&rig);
	must(AS(&rig, first.user.id, (c.session_id = first.session_id,
	    core_session_keep_short(&c))));
	is_err(refresh(second.refresh, &first), ERR_BAD_TOKEN,
	    "kept short: it is not refreshed");
	is_err(check(&second), ERR_OK, "kept short: the access token is good");
	is_str(rig_log(&rig), "", "kept short: nobody's news");
	is_err(refresh(other.refresh, &first), ERR_OK,
	    "kept short: another session is not");
}

static void
test_expiry(void)
{
	const int64_t life = rig.conf->auth_refresh_s * 1000;
	struct session *list;
	struct tokens t, u;
	int n;

	t = rig_register(&rig, "late");
	rig.f.now += life - 10;
	must(refresh(t.refresh, &u));
	rig.f.now += life - 10;
	must(refresh(u.refresh, &t));
	rig.f.now += life;
	is_err(refresh(t.refresh, &u), ERR_SESSION_ENDED,
	    "a refresh token that was not used in time");
	is_err(check(&t), ERR_TOKEN_EXPIRED, "its access token is long gone");
	must(AS(&rig, t.user.id, rig_sessions(&c, &list, &n)));
	is_int(n, 0, "a session that ran out is not listed");
}

static void
test_sessions(void)
{
	struct tokens mine = rig_register(&rig, "many"), phone, other;
	struct session *list;
	int n;

	other = rig_register(&rig, "other");
	must(login("many", "password", &phone));
	rig_log(&rig);
	must(AS(&rig, mine.user.id, rig_sessions(&c, &list, &n)));
	is_int(n, 2, "two sessions");
	is_int(list[0].id, phone.session_id, "the newest first");
	is_str(list[0].device, "phone", "with its device");
	is_err(AS(&rig, mine.user.id, core_session_end(&c, other.session_id)),
	    ERR_NOT_FOUND, "another's session is not there");
	is_err(check(&other), ERR_OK, "and lives on");
	is_err(AS(&rig, mine.user.id, core_session_end(&c, phone.session_id)),
	    ERR_OK, "one's own is ended");
	is_str(rig_log(&rig), "session.ended", "and the log tells push");
	is_err(check(&phone), ERR_SESSION_ENDED, "its token is refused");
	is_err(refresh(phone.refresh, &phone), ERR_SESSION_ENDED,
	    "its refresh token too");
	is_err(AS(&rig, mine.user.id, core_session_end(&c, phone.session_id)),
	    ERR_NOT_FOUND, "it is ended once");
	is_err(AS(&rig, mine.user.id, core_session_end(&c, 999999)),
	    ERR_NOT_FOUND, "one that never was");
	is_err(check(&mine), ERR_OK, "the other one lives on");
}

/* The rows that a sweep of all steps removes. */
static int
sweep_all(void)
{
	int n, all = 0;

	do {
		must(AS(&rig, 0, core_session_sweep(&c, &n)));
		all += n;
	} while (n > 0);
	return all;
}

/* Refresh `times` times; the tokens that are left are the last ones. */
static void
refresh_often(struct tokens *t, int times)
{
	struct tokens next;

	for (; times > 0; times--) {
		must(refresh(t->refresh, &next));
		*t = next;
	}
}

static void
test_sweep(void)
{
	const int64_t keep = rig.conf->auth_keep_s * 1000;
	struct tokens t, out, young;
	struct session s;
	int n;

	rig.f.now += 10000;	/* the tests before this one are older */
	t = rig_register(&rig, "old");
	must(login("old", "password", &out));
	refresh_often(&t, 250);
	must(AS(&rig, out.user.id, core_session_end(&c, out.session_id)));
	rig.f.now += rig.conf->auth_refresh_s * 1000 + keep - 1000;
	must(login("old", "password", &young));
	sweep_all();
	rig_log(&rig);
	is_err(store_session_load(rig.f.s, &rig.f.a, t.session_id, &s), ERR_OK,
	    "sweep: one that has just run out is kept");
	rig.f.now += 2000;
	must(AS(&rig, 0, core_session_sweep(&c, &n)));
	is_int(n, 200, "sweep: a step is small, though it has many tokens");
	is_int(sweep_all(), 251 + 1 + 1 + 1 - 200,
	    "sweep: both, and their tokens");
	is_err(store_session_load(rig.f.s, &rig.f.a, t.session_id, &s),
	    ERR_NOT_FOUND, "sweep: the one that ran out is gone");
	is_err(store_session_load(rig.f.s, &rig.f.a, out.session_id, &s),
	    ERR_NOT_FOUND, "sweep: so is the one that was ended");
	is_str(rig_log(&rig), "session.ended",
	    "sweep: the first is ended by it, for its sockets");
	is_err(refresh(t.refresh, &t), ERR_BAD_TOKEN,
	    "sweep: its token is nobody's");
	is_err(check(&young), ERR_OK, "sweep: a young one lives on");
	is_err(refresh(young.refresh, &young), ERR_OK, "sweep: with its token");
	is_int(sweep_all(), 0, "sweep: there is nothing left");
	is_str(rig_log(&rig), "", "sweep: and nobody is told of it");
}

/* The end of a session is seen by the write that comes after it. */
static void
test_ended(void)
{
	struct tokens t = rig_register(&rig, "ended");
	int64_t room = rig_room(&rig, ROOM_PUBLIC, t.user.id, NULL);
	struct post in = { .room_id = room, .text = "hello" };
	struct message m;
	struct call call;

	call = rig_call(&rig, t.user.id);
	call.session_id = t.session_id;
	is_err(core_message_post(&call, &in, &m), ERR_OK, "logged in: posts");
	ok(call.is_checked, "and that was looked at");
	must(AS(&rig, t.user.id, core_session_end(&c, t.session_id)));
	rig_log(&rig);
	call = rig_call(&rig, t.user.id);
	call.session_id = t.session_id;
	is_err(core_message_post(&call, &in, &m), ERR_SESSION_ENDED,
	    "logged out: does not");
	ok(!call.is_checked, "and is known for nobody");
	is_str(rig_log(&rig), "", "nothing has happened");
	must(store_begin(rig.f.s));
	is_err(store_end(rig.f.s, ERR_OK), ERR_OK, "nor is anything left open");
	call = rig_call(&rig, t.user.id + 1);
	call.session_id = t.session_id;
	is_err(core_message_post(&call, &in, &m), ERR_SESSION_ENDED,
	    "nobody posts by another's session");
}

static void
test_password(void)
{
	struct tokens here = rig_register(&rig, "changer"), there, t;
	struct password_change in = { "wrong password", "new password", 8 };
	struct call call;

	must(login("changer", "password", &there));
	rig_log(&rig);
	call = rig_call(&rig, here.user.id);
	call.session_id = here.session_id;
	is_err(core_account_set_password(&call, &in), ERR_CREDENTIALS,
	    "the old password is asked for");
	is_str(call.field, "old_password", "and named");
	in = (struct password_change){ "password", "short", 8 };
	is_err(core_account_set_password(&call, &in), ERR_BAD_VALUE,
	    "a new one that is too short");
	is_str(call.field, "new_password", "is named");
	is_str(rig_log(&rig), "", "nothing has happened");
	in.new_password = "new password";
	is_err(core_account_set_password(&call, &in), ERR_OK, "it is changed");
	is_str(rig_log(&rig), "session.ended", "the other session ends");
	is_err(check(&here), ERR_OK, "this one does not");
	is_err(check(&there), ERR_SESSION_ENDED, "the other is refused");
	is_err(login("changer", "password", &t), ERR_CREDENTIALS,
	    "the old password is no more");
	is_err(login("changer", "new password", &t), ERR_OK, "the new one is");
}

static void
test_update(void)
{
	struct tokens t = rig_register(&rig, "named");
	struct account_change in = { .display_name = "New Name" };
	struct user user;

	rig_log(&rig);
	must(AS(&rig, t.user.id, core_account_update(&c, &in, &user)));
	is_str(user.display_name, "New Name", "a new display name");
	is_str(user.username, "named", "the same username");
	is_str(rig_log(&rig), "user.updated", "everybody is told");
	must(AS(&rig, t.user.id, core_account_update(&c, &in, &user)));
	in.display_name = NULL;
	must(AS(&rig, t.user.id, core_account_update(&c, &in, &user)));
	is_str(user.display_name, "New Name", "nothing to change");
	is_str(rig_log(&rig), "", "nothing is told");
	in.display_name = " x";
	is_err(AS(&rig, t.user.id, core_account_update(&c, &in, &user)),
	    ERR_BAD_VALUE, "a name that is none");
}

/* An account with a room of each kind goes. */
static void
test_delete(void)
{
	struct tokens t = rig_register(&rig, "goner");
	int64_t me = t.user.id, a = rig_user(&rig, "heir-a");
	int64_t b = rig_user(&rig, "heir-b"), alone, shared, owned;
	struct member_put put = { 0, b, ROLE_ADMIN };
	struct room_entry room;
	struct message m;
	struct member member;
	struct user user;
	bool is_new;

	alone = rig_room(&rig, ROOM_PUBLIC, me, NULL);
	shared = rig_room(&rig, ROOM_PRIVATE, a, (int64_t[]){ me, 0 });
	owned = rig_room(&rig, ROOM_PRIVATE, me, (int64_t[]){ a, b });
	put.room_id = owned;
	must(AS(&rig, me, core_member_put(&c, &put, &member, &is_new)));
	must(AS(&rig, me, core_room_direct(&c, a, &room, &is_new)));
	m = rig_post(&rig, me, shared, "my last words");
	rig_log(&rig);
	is_err(AS(&rig, me, core_account_delete(&c, "wrong password")),
	    ERR_CREDENTIALS, "the password is asked for");
	is_str(rig_log(&rig), "", "nothing has happened");
	is_err(AS(&rig, me, core_account_delete(&c, "password")), ERR_OK,
	    "an account is deleted");
	is_str(rig_log(&rig), "room.deleted member.left member.changed "
	    "member.left member.left session.ended user.updated",
	    "the empty room goes, the others are left, one has an heir");
	is_err(check(&t), ERR_ACCOUNT_GONE, "its token is worth nothing");
	is_err(login("goner", "password", &t), ERR_CREDENTIALS,
	    "nobody logs in by its name");
	is_err(AS(&rig, a, core_account_get(&c, me, &user)), ERR_NOT_FOUND,
	    "it is not found");
	is_err(AS(&rig, a, core_room_get(&c, alone, &room)), ERR_NOT_FOUND,
	    "its empty room is gone");
	must(store_member_find(rig.f.s, owned, b, &member));
	is_int(member.role, ROLE_OWNER, "the admin inherits the room");
	must(AS(&rig, a, core_message_get(&c, m.id, &m)));
	is_str(m.body, "my last words", "what it wrote stays");
	ok(strstr(m.sender_username, "goner") == NULL, "without its name");
	is_err(AS(&rig, b, core_room_direct(&c, me, &room, &is_new)),
	    ERR_NOT_FOUND, "nobody can write to it");
	t = rig_register(&rig, "goner");
	ok(t.user.id != me, "its name can be taken again, by somebody else");
}

/* More sessions than may be: each new one ends who is unused for longest. */
static void
test_too_many(void)
{
	const int64_t max = rig.conf->auth_sessions_max;
	struct tokens t[6], other = rig_register(&rig, "bystander");
	struct session *list;
	int i, n;

	rig.conf->auth_sessions_max = 3;
	t[0] = rig_register(&rig, "crowd");
	for (i = 1; i < 3; i++)
		must(login("crowd", "password", &t[i]));
	rig_log(&rig);
	must(refresh(t[0].refresh, &t[0]));
	is_str(rig_log(&rig), "", "too many: as many as may be are left alone");
	must(login("crowd", "password", &t[3]));
	is_str(rig_log(&rig), "session.ended", "too many: one more ends one");
	is_err(check(&t[1]), ERR_SESSION_ENDED,
	    "too many: the one that is unused for longest");
	is_err(check(&t[0]), ERR_OK, "too many: not the oldest, which is in use");
	must(AS(&rig, t[0].user.id, core_session_end(&c, t[2].session_id)));
	rig_log(&rig);
	must(login("crowd", "password", &t[4]));
	is_str(rig_log(&rig), "", "too many: one that has ended does not count");
	rig.conf->auth_sessions_max = 0;
	for (i = 0; i < 150; i++)
		must(login("crowd", "password", &t[5]));
	is_str(rig_log(&rig), "", "too many: 0 is no limit");
	rig.conf->auth_sessions_max = 1;
	must(login("crowd", "password", &t[1]));
	must(AS(&rig, t[1].user.id, rig_sessions(&c, &list, &n)));
	is_int(n, 154 - 100, "too many: a login ends a hundred at most");
	must(login("crowd", "password", &t[1]));
	must(AS(&rig, t[1].user.id, rig_sessions(&c, &list, &n)));
	is_int(n, 1, "too many: the next one the rest");
	is_err(check(&t[1]), ERR_OK, "too many: but never itself");
	is_err(check(&other), ERR_OK, "too many: or another's");
	rig_log(&rig);
	rig.conf->auth_sessions_max = max;
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	test_register();
	test_login();
	test_rehash();
	test_refresh();
	test_keep_short();
	test_expiry();
	test_sessions();
	test_ended();
	test_password();
	test_too_many();
	test_update();
	test_delete();
	test_sweep();
	rig_close(&rig);
	return tap_done();
}
