/*
 * What the rules have for the dialects besides v1: accounts with addresses and
 * profiles, logins by either, tokens of other shapes, guests, what a call may
 * be shown.
 */
#include "config.h"

#include <jansson.h>

#include "base/ids.h"
#include "core/auth.h"
#include "t/unit/core-fix.h"

static struct rig rig;

/* A new account with an address. */
static struct user
add_account(const char *name, const char *email)
{
	const struct signup in = { .username = name, .password = "pw",
	    .password_min = 1, .device = "", .email = email, .is_only = true };
	struct tokens t;

	must(AS(&rig, 0, core_account_register(&c, &in, &t)));
	return t.user;
}

static void
test_signup(void)
{
	struct signup in = { .username = "s-ann", .password = "x",
	    .password_min = 1, .device = "", .email = "Ann@Example.org",
	    .profile = "{\"bio\":\"hi\"}", .is_only = true };
	struct session *list;
	struct tokens t;
	struct user user;
	int n;

	must(AS(&rig, 0, core_account_register(&c, &in, &t)));
	is_str(t.user.email, "Ann@Example.org", "an address, as it was given");
	is_str(t.user.profile, "{\"bio\":\"hi\"}", "and a profile");
	ok(t.user.password == NULL, "the hash stays inside");
	ok(t.access == NULL && t.refresh == NULL && t.session_id == 0,
	    "who only signs up gets no tokens");
	must(AS(&rig, t.user.id, rig_sessions(&c, &list, &n)));
	is_int(n, 0, "nor a session");
	must(AS(&rig, 0, core_account_by_name(&c, "s-ann", &user)));
	is_int(user.id, t.user.id, "found by the name");
	ok(user.password == NULL, "without the hash");
	is_err(AS(&rig, 0, core_account_by_name(&c, "S-Ann", &user)),
	    ERR_NOT_FOUND, "in its own case only");
}

static void
refuse_signup(struct signup in, const char *field, enum err want)
{
	struct call call = rig_call(&rig, 0);
	struct tokens t;

	in.password = "x";
	in.device = "";
	is_err(core_account_register(&call, &in, &t), want, err_code(want));
	is_str(call.field, field, "the field is named");
}

static void
test_signup_refused(void)
{
	static const char *const bad[] = { "", "x", "@", "@x", "x@", "a b@x",
	    "a@x\n", "a\xc2\xa0@x", "\xff@x" };
	char email[260];
	size_t i;

	add_account("f-ann", "f-ann@example.org");
	add_account("bob@example.org", NULL);
	refuse_signup((struct signup){ .username = "f-ann",
	    .email = "f-ann@example.org" }, "username", ERR_TAKEN);
	refuse_signup((struct signup){ .username = "f-bob",
	    .email = "F-ANN@example.org" }, "email", ERR_EMAIL_TAKEN);
	refuse_signup((struct signup){ .username = "f-bob",
	    .email = "bob@example.org" }, "email", ERR_EMAIL_TAKEN);
	refuse_signup((struct signup){ .username = "f-bob",
	    .email = "BOB@Example.org" }, "email", ERR_EMAIL_TAKEN);
	refuse_signup((struct signup){ .username = "F-Ann@example.org" },
	    "username", ERR_TAKEN);
	refuse_signup((struct signup){ .username = "f-ann@example.org" },
	    "username", ERR_TAKEN);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		refuse_signup((struct signup){ .username = "f-bob",
		    .email = bad[i] }, "email", ERR_BAD_VALUE);
	memset(email, 'x', sizeof(email));
	email[1] = '@';
	email[255] = '\0';
	refuse_signup((struct signup){ .username = "f-bob", .email = email },
	    "email", ERR_TOO_LONG);
	email[254] = '\0';
	is_str(add_account("f-long", email).email, email, "254 bytes will do");
	refuse_signup((struct signup){ .username = "f-bob", .profile = "[]" },
	    "profile", ERR_BAD_VALUE);
	refuse_signup((struct signup){ .username = "f-bob", .profile = "{" },
	    "profile", ERR_BAD_VALUE);
	is_str(add_account("same@x.org", "same@x.org").username, "same@x.org",
	    "one's own address may be one's name");
	is_str(add_account("Case@x.org", "case@x.org").username, "Case@x.org",
	    "in another case, too");
}

static enum err
login(struct login in, struct tokens *out)
{
	in.password = "pw";
	in.device = "";
	return AS(&rig, 0, core_session_begin(&c, &in, out));
}

static void
test_login(void)
{
	int64_t ann = add_account("l-ann", "L-Ann@example.org").id;
	int64_t big = add_account("L-BOB", NULL).id;
	struct tokens t;
	struct user user;

	is_err(login((struct login){ .username = "L-Ann@example.org" }, &t),
	    ERR_CREDENTIALS, "by name: not by address");
	is_err(login((struct login){ .username = "l-ann", .by = LOGIN_EMAIL },
	    &t), ERR_CREDENTIALS, "by address: not by name");
	must(login((struct login){ .username = "l-ann@EXAMPLE.org",
	    .by = LOGIN_EMAIL }, &t));
	is_int(t.user.id, ann, "by address, in any case");
	must(login((struct login){ .username = "l-ann", .by = LOGIN_EITHER },
	    &t));
	is_int(t.user.id, ann, "by either: the name");
	must(login((struct login){ .username = "l-ann@example.org",
	    .by = LOGIN_EITHER }, &t));
	is_int(t.user.id, ann, "or the address");
	is_err(login((struct login){ .username = "L-ANN",
	    .by = LOGIN_EITHER }, &t), ERR_CREDENTIALS, "a name has its case");
	must(login((struct login){ .username = "L-ANN", .nocase = true }, &t));
	is_int(t.user.id, ann, "unless it is tried in lower case, too");
	must(login((struct login){ .username = "L-BOB", .nocase = true }, &t));
	is_int(t.user.id, big, "which comes second");
	is_int(t.user.seen_at, 0, "nobody is seen by a login");
	must(login((struct login){ .username = "l-ann", .is_seen = true },
	    &t));
	is_int(t.user.seen_at, rig.f.now - 1, "unless it says so");
	must(AS(&rig, 0, core_account_get(&c, ann, &user)));
	is_int(user.seen_at, t.user.seen_at, "and it is kept");
}

/* The payload of a token, without the characters of base64 that URLs lack. */
static json_t *
payload(const char *token)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *p = strchr(token, '.') + 1;
	char text[1024];
	size_t len = 0;
	uint32_t bits = 0;
	int bits_n = 0;

	for (; *p != '.'; p++) {
		bits = bits << 6 | (uint32_t)(strchr(digits, *p) - digits);
		bits_n += 6;
		if (bits_n >= 8) {
			bits_n -= 8;
			text[len++] = (char)(bits >> bits_n);
		}
	}
	return json_loadb(text, len, 0, NULL);
}

static void
is_claim(const json_t *claims, const char *name, const char *want)
{
	is_str(json_string_value(json_object_get(claims, name)), want, name);
}

/* A login of `name` with tokens of that subject: they say this of it. */
static void
try_subject(const char *name, enum token_subject subject, const char *claim,
    const char *want)
{
	const struct token_form form = { .subject = subject, .token_s = 3600 };
	struct identity who;
	struct tokens t;
	char digits[21] = "";
	json_t *claims;

	must(login((struct login){ .username = name, .form = &form }, &t));
	num_format(t.user.id, digits);
	claims = payload(t.access);
	is_claim(claims, claim, want != NULL ? want : digits);
	is_claim(claims, "uid", subject == SUBJECT_ID ? NULL : digits);
	ok(json_object_get(claims, "sid") != NULL, "the session is in it");
	ok(subject != SUBJECT_HEX24 || json_object_get(claims, "sub") == NULL,
	    "sub where it belongs");
	is_int(json_integer_value(json_object_get(claims, "exp")) -
	    json_integer_value(json_object_get(claims, "iat")), 3600,
	    "it is good for its time");
	json_decref(claims);
	is_err(auth_check(rig.f.s, rig.conf, t.access, rig.f.now, &who),
	    ERR_OK, "it is good");
	is_int(who.user_id, t.user.id, "for its account");
	is_int(who.session_id, t.session_id, "in its session");
}

static void
test_subjects(void)
{
	char uuid[IDS_UUID_LEN + 1], hex24[IDS_HEX24_LEN + 1];
	struct user ann = add_account("t-ann", "t-ann@example.org");
	char long_name[257];

	ids_uuid(ann.id, uuid);
	ids_hex24(ann.id, hex24);
	try_subject("t-ann", SUBJECT_ID, "sub", NULL);
	try_subject("t-ann", SUBJECT_NAME, "sub", "t-ann");
	try_subject("t-ann", SUBJECT_EMAIL, "sub", "t-ann@example.org");
	try_subject("t-ann", SUBJECT_UUID, "sub", uuid);
	try_subject("t-ann", SUBJECT_HEX24, "user_id", hex24);
	add_account("t-bob", NULL);
	try_subject("t-bob", SUBJECT_EMAIL, "sub", "t-bob");
	/* A name that is another's id does not make its token another's. */
	add_account("1", NULL);
	try_subject("1", SUBJECT_NAME, "sub", "1");
	memset(long_name, 0, sizeof(long_name));
	while (strlen(long_name) < 256)
		memcpy(long_name + strlen(long_name), "\xf0\x9f\x90\xb8", 4);
	add_account(long_name, NULL);
	try_subject(long_name, SUBJECT_NAME, "sub", long_name);
}

/* Is the token good `s` seconds from now, less a little? */
static enum err
check_after(const struct tokens *t, int64_t s)
{
	struct identity who;

	return auth_check(rig.f.s, rig.conf, t->access,
	    rig.f.now + s * 1000 - 1500, &who);
}

static void
test_form(void)
{
	const struct token_form brief = { SUBJECT_NAME, 60, 0, 0 };
	const struct token_form lasting = { SUBJECT_NAME, 60, 600, 0 };
	const struct token_form open = { SUBJECT_NAME, 60, 0, 900 };
	int64_t skew_s = rig.conf->auth_skew_s;
	struct session *list;
	struct tokens t, next;
	int n;

	add_account("o-ann", NULL);
	must(login((struct login){ .username = "o-ann", .form = &brief }, &t));
	ok(t.refresh == NULL, "a form without refresh tokens");
	is_int(t.expires_s, 60, "tells how long the other is good");
	is_err(check_after(&t, 60 + skew_s), ERR_OK, "which is so");
	is_err(check_after(&t, 63 + skew_s), ERR_TOKEN_EXPIRED,
	    "the token is too old first");
	must(AS(&rig, t.user.id, rig_sessions(&c, &list, &n)));
	is_int(list[0].expires_at - list[0].created_at, (60 + skew_s) * 1000,
	    "its session ends with it");

	must(login((struct login){ .username = "o-ann", .form = &open }, &t));
	ok(t.refresh == NULL, "nor has one for sockets");
	must(AS(&rig, t.user.id, rig_sessions(&c, &list, &n)));
	is_int(list[0].expires_at - list[0].created_at, 900 * 1000,
	    "whose session lasts longer");
	is_err(check_after(&t, 63 + skew_s), ERR_TOKEN_EXPIRED,
	    "but not its token");

	must(login((struct login){ .username = "o-ann", .form = &lasting },
	    &t));
	must(AS(&rig, t.user.id, rig_sessions(&c, &list, &n)));
	is_int(list[0].expires_at - list[0].created_at, 600 * 1000,
	    "a refresh token makes it last");
	must(AS(&rig, 0, core_session_refresh(&c, t.refresh, &lasting,
	    &next)));
	is_int(next.expires_s, 60, "its tokens are refreshed as they are");
	ok(next.refresh != NULL && strcmp(next.refresh, t.refresh) != 0,
	    "and so is the refresh token");
	is_err(AS(&rig, 0, core_session_refresh(&c, t.refresh, &lasting,
	    &next)), ERR_TOKEN_REUSED, "the old one is void");
}

static void
test_guest(void)
{
	int64_t ann = add_account("g-ann", NULL).id;
	struct identity a, b;
	int64_t end;

	is_err(AS(&rig, 0, core_session_guest(&c, "g-nobody", &a)),
	    ERR_NOT_FOUND, "a guest is somebody");
	must(AS(&rig, 0, core_session_guest(&c, "g-ann", &a)));
	is_int(a.user_id, ann, "it acts as an account");
	must(AS(&rig, 0, core_session_guest(&c, "g-ann", &b)));
	ok(a.session_id != 0 && a.session_id == b.session_id,
	    "in one session for all");
	end = rig.f.now + INT64_C(3650) * 24 * 60 * 60 * 1000;
	is_err(store_session_check(rig.f.s, a.session_id, ann, end), ERR_OK,
	    "for years");
	must(AS(&rig, ann, core_session_end(&c, a.session_id)));
	must(AS(&rig, 0, core_session_guest(&c, "g-ann", &b)));
	ok(a.session_id != b.session_id, "which may be ended");
	must(AS(&rig, ann, core_account_delete_self(&c)));
	is_err(AS(&rig, 0, core_session_guest(&c, "g-ann", &b)),
	    ERR_NOT_FOUND, "until the account is");
}

static enum err
change(int64_t user, struct account_change in, struct user *out)
{
	return AS(&rig, user, core_account_update(&c, &in, out));
}

static void
test_change(void)
{
	int64_t ann = add_account("u-ann", "u-ann@example.org").id;
	struct user user, kept;
	struct call call;

	add_account("u-bob", "u-bob@example.org");
	rig_log(&rig);
	must(change(ann, (struct account_change){ .profile = "{\"a\":1}",
	    .email = "ann@other.org" }, &user));
	is_str(user.profile, "{\"a\":1}", "a profile");
	is_str(user.email, "ann@other.org", "another address");
	is_str(user.display_name, "u-ann", "the name is left");
	is_str(rig_log(&rig), "user.updated", "which is told");
	must(change(ann, (struct account_change){ .profile = "{\"a\":1}",
	    .email = "ann@other.org", .is_seen = true }, &user));
	is_int(user.seen_at, rig.f.now - 1, "to be seen");
	is_str(rig_log(&rig), "", "is no news");
	must(AS(&rig, ann, core_account_get(&c, ann, &kept)));
	is_int(kept.seen_at, user.seen_at, "but kept");
	must(change(ann, (struct account_change){ .email = "ANN@other.org" },
	    &user));
	is_str(user.email, "ANN@other.org", "one's own address in other case");
	call = rig_call(&rig, ann);
	is_err(core_account_update(&call, &(struct account_change){
	    .email = "U-BOB@example.org" }, &user), ERR_EMAIL_TAKEN,
	    "another's address");
	is_str(call.field, "email", "is named");
	add_account("U-Name@example.org", NULL);
	is_err(change(ann, (struct account_change){
	    .email = "u-name@example.org" }, &user), ERR_EMAIL_TAKEN,
	    "or another's name in other case");
	rig_log(&rig);
	is_err(change(ann, (struct account_change){ .email = "x" }, &user),
	    ERR_BAD_VALUE, "what is no address");
	is_err(change(ann, (struct account_change){ .profile = "1" }, &user),
	    ERR_BAD_VALUE, "what is no object");
	must(change(ann, (struct account_change){ .profile = "",
	    .email = "" }, &user));
	must(AS(&rig, ann, core_account_get(&c, ann, &kept)));
	ok(kept.profile == NULL && kept.email == NULL, "both may go");
	is_int(kept.seen_at, user.seen_at, "the rest stays");
}

/* "a" becomes "ab", and so on. */
static enum err
add_letter(struct call *c, void *arg, const char *profile, const char **out)
{
	struct str s;

	str_init_arena(&s, c->arena);
	str_puts(&s, "{\"word\":\"");
	if (profile != NULL)
		str_put(&s, profile + 9, strlen(profile) - 11);
	str_puts(&s, arg);
	str_puts(&s, "\"}");
	*out = s.s;
	return ERR_OK;
}

static enum err
keep_profile(struct call *c, void *arg, const char *profile, const char **out)
{
	(void)c;
	(void)profile;
	*out = arg;
	return arg == NULL ? ERR_OK : ERR_GONE;
}

static void
test_edit(void)
{
	int64_t ann = add_account("e-ann", NULL).id;
	int64_t bob = add_account("e-bob", NULL).id;
	struct profile_edit a = { add_letter, "a" }, b = { add_letter, "b" },
	    same = { keep_profile, NULL }, not = { keep_profile, "{}" },
	    bad = { add_letter, "\"" };
	struct user user;

	rig_log(&rig);
	must(change(ann, (struct account_change){ .edit = a }, &user));
	must(change(ann, (struct account_change){ .edit = b }, &user));
	is_str(user.profile, "{\"word\":\"ab\"}", "an edit goes on from before");
	is_str(rig_log(&rig), "user.updated user.updated", "and is told");
	must(AS(&rig, bob, core_account_take(&c, ann, &a, &user)));
	is_str(user.profile, "{\"word\":\"aba\"}", "others may take something");
	is_str(rig_log(&rig), "", "which is not");
	must(AS(&rig, bob, core_account_take(&c, ann, &same, &user)));
	is_err(AS(&rig, bob, core_account_take(&c, ann, &not, &user)), ERR_GONE,
	    "or be refused");
	is_err(AS(&rig, bob, core_account_take(&c, ann, &bad, &user)),
	    ERR_BAD_VALUE, "what is left is an object");
	must(AS(&rig, 0, core_account_get(&c, ann, &user)));
	is_str(user.profile, "{\"word\":\"aba\"}", "else it stays");
	must(AS(&rig, ann, core_account_delete_self(&c)));
	is_err(AS(&rig, bob, core_account_take(&c, ann, &a, &user)),
	    ERR_NOT_FOUND, "nothing of who is gone");
}

static void
test_rename(void)
{
	struct tokens t = rig_register(&rig, "n-ann");
	const struct login old = { .username = "n-ann", .password = "password",
	    .device = "" };
	struct login in = { .username = "n-anna", .password = "another one",
	    .device = "" };
	struct tokens again;
	struct user user;
	struct call call;

	add_account("n-bob", "n-bob@example.org");
	rig_log(&rig);
	must(AS(&rig, 0, core_session_begin(&c, &old, &again)));
	call = rig_call(&rig, t.user.id);
	call.session_id = t.session_id;
	must(core_account_update(&call, &(struct account_change){
	    .username = "n-anna", .password = "another one",
	    .password_min = 1 }, &user));
	is_str(user.username, "n-anna", "another username");
	is_str(rig_log(&rig), "user.updated session.ended",
	    "is told, and the other session ends by another password");
	is_err(AS(&rig, 0, core_session_begin(&c, &old, &again)),
	    ERR_CREDENTIALS, "the old ones are no good");
	must(AS(&rig, 0, core_session_begin(&c, &in, &again)));
	is_int(again.user.id, t.user.id, "the new ones are");
	add_account("n-ann", NULL);
	call = rig_call(&rig, t.user.id);
	is_err(core_account_update(&call, &(struct account_change){
	    .username = "n-bob" }, &user), ERR_TAKEN, "another's name");
	is_str(call.field, "username", "is named");
	is_err(change(t.user.id, (struct account_change){
	    .username = "n-bob@example.org" }, &user), ERR_TAKEN,
	    "and so is another's address");
	is_err(change(t.user.id, (struct account_change){ .username = " " },
	    &user), ERR_BAD_VALUE, "what is no name");
	is_err(change(t.user.id, (struct account_change){ .password = "",
	    .password_min = 1 }, &user), ERR_BAD_VALUE, "what is no password");
	must(change(t.user.id, (struct account_change){
	    .username = "n-anna" }, &user));
	is_str(rig_log(&rig), "", "one's own name is no news");
}

static void
test_page(void)
{
	struct user_page q = { .max = 1000 };
	struct user *all, *users;
	int64_t gone = add_account("p-gone", NULL).id;
	int all_n, n;

	must(AS(&rig, gone, core_account_delete_self(&c)));
	must(AS(&rig, 0, core_account_page(&c, &q, &all, &all_n)));
	ok(all_n > 5, "there are some");
	is_str(all[0].username, "s-ann", "the first comes first");
	ok(all[all_n - 1].id < gone, "deleted ones do not come");
	q = (struct user_page){ .skip = 2, .max = 2 };
	must(AS(&rig, 0, core_account_page(&c, &q, &users, &n)));
	ok(n == 2 && users[0].id == all[2].id && users[1].id == all[3].id,
	    "a page from the middle");
	q = (struct user_page){ .skip = all_n, .max = 2 };
	must(AS(&rig, 0, core_account_page(&c, &q, &users, &n)));
	is_int(n, 0, "and one behind the end");
}

static void
test_delete_self(void)
{
	struct tokens t = rig_register(&rig, "x-ann");
	struct identity who;
	struct user user;

	must(change(t.user.id, (struct account_change){
	    .email = "x-ann@example.org", .profile = "{}" }, &user));
	rig_log(&rig);
	must(AS(&rig, t.user.id, core_account_delete_self(&c)));
	is_str(rig_log(&rig), "session.ended user.updated",
	    "an account goes without a password");
	is_err(auth_check(rig.f.s, rig.conf, t.access, rig.f.now, &who),
	    ERR_ACCOUNT_GONE, "its token says why it is worth nothing");
	must(store_user_load(rig.f.s, &rig.f.a, t.user.id, &user));
	ok(user.email == NULL && user.profile == NULL && user.seen_at == 0,
	    "nothing is kept of it");
	is_str(add_account("x-bob", "x-ann@example.org").email,
	    "x-ann@example.org", "its address is free again");
}

/* What a call of `user` is told of a room when it asks for this and that. */
struct sight {
	enum err get, members, messages, post, join;
};

static struct sight
look(int64_t room, int64_t user, bool tells_forbidden, bool sees_all)
{
	struct member_page members = { .room_id = room, .max = 10 };
	struct message_page messages = { .room_id = room, .after = -1,
	    .max = 10 };
	const struct post post = { .room_id = room, .text = "x" };
	struct room_entry entry;
	struct message *ms, m;
	struct sight s;
	struct member *mm;
	struct call c = rig_call(&rig, user);
	int n;

	c.tells_forbidden = tells_forbidden;
	c.sees_all = sees_all;
	s.get = core_room_get(&c, room, &entry);
	s.members = core_member_page(&c, &members, &mm, &n);
	s.messages = core_message_page(&c, &messages, &ms, &n);
	s.post = core_message_post(&c, &post, &m);
	s.join = core_member_join(&c, room, &entry);
	return s;
}

static void
is_sight(struct sight s, enum err see, enum err deed, const char *what)
{
	ok(s.get == see && s.members == see && s.messages == see,
	    "%s: what is seen", what);
	is_err(s.post, deed, "what may be done");
	is_err(s.join, deed, "and joining");
}

static void
test_sight(void)
{
	int64_t ann = rig_user(&rig, "w-ann"), eve = rig_user(&rig, "w-eve");
	int64_t room = rig_room(&rig, ROOM_PRIVATE, ann, NULL);
	int64_t direct, message;
	struct room_entry out;
	struct message m;
	struct call call;
	bool is_new;

	must(AS(&rig, ann, core_room_direct(&c, ann, &out, &is_new)));
	direct = out.view.room.id;
	message = rig_post(&rig, ann, room, "secret").id;
	is_sight(look(room, eve, false, false), ERR_NOT_FOUND, ERR_NOT_FOUND,
	    "a stranger");
	is_sight(look(room, eve, true, false), ERR_FORBIDDEN, ERR_FORBIDDEN,
	    "one who is told so");
	is_sight(look(room, 0, false, true), ERR_OK, ERR_NOT_FOUND,
	    "one who sees all");
	is_sight(look(direct, eve, true, true), ERR_OK, ERR_FORBIDDEN,
	    "one who sees all, and is told so");
	is_sight(look(9999, eve, true, true), ERR_NOT_FOUND, ERR_NOT_FOUND,
	    "there is no such room");
	call = rig_call(&rig, eve);
	call.sees_all = true;
	is_err(core_message_get(&call, message, &m), ERR_NOT_FOUND,
	    "a message alone stays where it is");
	call.tells_forbidden = true;
	is_err(core_message_delete(&call, message), ERR_FORBIDDEN,
	    "and is not another's to delete");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	test_signup();
	test_signup_refused();
	test_login();
	test_subjects();
	test_form();
	test_guest();
	test_change();
	test_edit();
	test_rename();
	test_page();
	test_delete_self();
	test_sight();
	rig_close(&rig);
	return tap_done();
}
