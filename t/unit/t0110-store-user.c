/*
 * Accounts, sessions and refresh tokens in the database.
 */
#include "config.h"

#include "t/unit/store-fix.h"

static void
test_add(struct fix *f)
{
	struct user u = { .username = "ann", .display_name = "Ann Other",
	    .password = "$y$x", .created_at = 5 };
	struct user again = u, got;
	const char *hash;

	is_err(fix_write(f, store_user_add(f->s, &u)), ERR_OK, "add");
	ok(u.id > 0, "it has an id");
	is_err(fix_write(f, store_user_add(f->s, &again)), ERR_EXISTS,
	    "a username is there once");
	again.username = "Ann";
	is_err(fix_write(f, store_user_add(f->s, &again)), ERR_OK,
	    "another case is another username");

	must(store_user_load(f->s, &f->a, u.id, &got));
	is_int(got.id, u.id, "id");
	is_str(got.username, "ann", "username");
	is_str(got.display_name, "Ann Other", "display name");
	ok(got.password == NULL, "no password unless asked for");
	is_int(got.created_at, 5, "created_at");
	is_int(got.deleted_at, 0, "alive");
	is_err(store_user_load(f->s, &f->a, 999, &got), ERR_NOT_FOUND,
	    "no such account");

	must(store_user_by_name(f->s, &f->a, "ann", &got));
	is_int(got.id, u.id, "found by name");
	is_str(got.password, "$y$x", "with its password");
	is_err(store_user_by_name(f->s, &f->a, "ANN", &got), ERR_NOT_FOUND,
	    "by exact name");
	must(store_user_password(f->s, &f->a, u.id, &hash));
	is_str(hash, "$y$x", "password alone");
}

static void
test_change(struct fix *f)
{
	int64_t id = fix_user(f, "bob");
	struct user got;

	must(store_user_load(f->s, &f->a, id, &got));
	got.username = "bobby";
	got.display_name = "Bobby";
	got.email = "Bob@Example.org";
	got.seen_at = 41;
	got.profile = "{\"bio\":\"x\"}";
	is_err(fix_write(f, store_user_change(f->s, &got)), ERR_OK,
	    "change what is told of an account");
	is_err(fix_write(f, store_user_set_password(f->s, id, "$2b$")),
	    ERR_OK, "set the password");
	must(store_user_by_name(f->s, &f->a, "bobby", &got));
	is_str(got.password, "$2b$", "the new password, by the new name");
	is_str(got.display_name, "Bobby", "the new display name");
	is_str(got.email, "Bob@Example.org", "the e-mail address");
	is_int(got.seen_at, 41, "when it was seen");
	is_str(got.profile, "{\"bio\":\"x\"}", "the profile");
	is_err(fix_write(f, store_user_set_seen(f->s, id, 42)), ERR_OK,
	    "seen again");
	must(store_user_by_email(f->s, &f->a, "bOB@example.ORG", &got));
	is_int(got.id, id, "found by its address in any case");
	is_int(got.seen_at, 42, "seen_at");
	is_str(got.password, "$2b$", "with its hash");
	is_err(store_user_by_email(f->s, &f->a, "bob@example.or", &got),
	    ERR_NOT_FOUND, "nobody's address");
	got = (struct user){ .username = "bob2", .display_name = "b",
	    .password = "*", .email = "BOB@example.org" };
	is_err(fix_write(f, store_user_add(f->s, &got)), ERR_EXISTS,
	    "an address has one account, whatever its case");
	got.email = NULL;
	got.profile = "{}";
	is_err(fix_write(f, store_user_add(f->s, &got)), ERR_OK,
	    "without one there may be many");
	must(store_user_load(f->s, &f->a, got.id, &got));
	ok(got.email == NULL && got.seen_at == 0, "no address, never seen");
	is_str(got.profile, "{}", "an account begins with a profile");
	is_err(fix_write(f, store_user_set_password(f->s, 999, "x")),
	    ERR_NOT_FOUND, "nobody's password");
}

static void
test_erase(struct fix *f)
{
	int64_t id = fix_user(f, "carl");
	struct user got = { .id = id, .username = "carl",
	    .display_name = "Carl", .seen_at = 1,
	    .email = "carl@example.org", .profile = "{}" };
	const char *hash;

	must(fix_write(f, store_user_change(f->s, &got)));
	is_err(fix_write(f, store_user_erase(f->s, id, 77)), ERR_OK, "erase");
	must(store_user_load(f->s, &f->a, id, &got));
	is_int(got.deleted_at, 77, "the row stays");
	ok(got.username[strlen(got.username) - 1] == ' ',
	    "its username cannot be registered");
	is_str(got.display_name, "Deleted user", "its display name is gone");
	ok(got.email == NULL && got.profile == NULL && got.seen_at == 0,
	    "and so is what else was told of it");
	is_err(store_user_by_name(f->s, &f->a, "carl", &got), ERR_NOT_FOUND,
	    "not found by name");
	is_err(store_user_by_name(f->s, &f->a, got.username, &got),
	    ERR_NOT_FOUND, "nor by the new one");
	is_err(store_user_password(f->s, &f->a, id, &hash), ERR_NOT_FOUND,
	    "no password");
	is_err(fix_write(f, store_user_erase(f->s, id, 78)), ERR_NOT_FOUND,
	    "only once");
	is_err(store_user_by_email(f->s, &f->a, "carl@example.org", &got),
	    ERR_NOT_FOUND, "its address finds nobody");
	got = (struct user){ .id = id, .username = "x", .display_name = "x" };
	is_err(fix_write(f, store_user_change(f->s, &got)),
	    ERR_NOT_FOUND, "it cannot be renamed");
	is_err(fix_write(f, store_user_set_seen(f->s, id, 1)),
	    ERR_NOT_FOUND, "nor seen");
	ok(fix_user(f, "carl") != id, "the old username is free again");
}

static int
search(struct fix *f, const char *text, int64_t after, int max)
{
	struct user_search q = { .text = text, .after = after, .max = max };
	struct user *users;
	int n;

	must(store_user_search(f->s, &f->a, &q, &users, &n));
	return n;
}

static void
test_search(struct fix *f)
{
	struct user_search q = { .text = "per", .max = 2 };
	struct user *users;
	int64_t first, gone;
	int n;

	first = fix_user(f, "Per_cent");
	fix_user(f, "per%cent");
	fix_user(f, "per!cent");
	gone = fix_user(f, "per_gone");
	must(fix_write(f, store_user_erase(f->s, gone, 1)));

	is_int(search(f, "PER", 0, 10), 3, "the case does not count");
	is_int(search(f, "r_c", 0, 10), 1, "_ stands for itself");
	is_int(search(f, "r%c", 0, 10), 1, "% stands for itself");
	is_int(search(f, "r!c", 0, 10), 1, "! stands for itself");
	is_int(search(f, "Deleted", 0, 10), 0, "deleted ones are not found");
	is_int(search(f, "nobody at all", 0, 10), 0, "nothing");
	is_int(search(f, "OTHER", 0, 10), 2, "by display name, too");
	ok(search(f, "", 0, 100) > 6, "no text: all");

	must(store_user_search(f->s, &f->a, &q, &users, &n));
	is_int(n, 2, "a page");
	is_int(users[0].id, first, "by id");
	is_int(search(f, "per", users[1].id, 2), 1, "and the next");
}

static enum err
list_of(struct fix *f, int64_t user, struct session **out, int *n_out)
{
	const struct session_page page = { .user_id = user, .max = 10 };

	return store_session_list(f->s, &f->a, &page, out, n_out);
}

static void
test_session(struct fix *f)
{
	int64_t user = fix_user(f, "dora"), other = fix_user(f, "eve");
	struct session a = { .user_id = user, .device = "phone",
	    .created_at = 10, .used_at = 10, .expires_at = 100 };
	struct session b = a, got, *list;
	int64_t *ids;
	int n;

	must(fix_write(f, store_session_add(f->s, &a)));
	must(fix_write(f, store_session_add(f->s, &b)));
	ok(a.id > 0 && b.id > a.id, "two sessions");

	is_err(store_session_check(f->s, a.id, user, 50), ERR_OK, "alive");
	is_err(store_session_check(f->s, a.id, user, 100), ERR_SESSION_ENDED,
	    "expired");
	is_err(store_session_check(f->s, a.id, other, 50), ERR_SESSION_ENDED,
	    "somebody else's");
	is_err(store_session_check(f->s, 999, user, 50), ERR_SESSION_ENDED,
	    "none");

	must(fix_write(f, store_session_touch(f->s, a.id, 60, 200)));
	is_err(store_session_check(f->s, a.id, user, 150), ERR_OK,
	    "used, and so prolonged");
	must(store_session_load(f->s, &f->a, a.id, &got));
	is_int(got.user_id, user, "user");
	is_str(got.device, "phone", "device");
	is_int(got.created_at, 10, "created_at");
	is_int(got.used_at, 60, "used_at");
	is_int(got.expires_at, 200, "expires_at");
	is_err(store_session_load(f->s, &f->a, 999, &got), ERR_NOT_FOUND,
	    "no such session");

	must(list_of(f, user, &list, &n));
	is_int(n, 2, "both are listed");
	ok(n == 2 && list[0].id == b.id, "newest first");
	must(store_session_ids(f->s, &f->a, user, b.id, &ids, &n));
	ok(n == 1 && ids[0] == a.id, "all ids but one");
	must(store_session_ids(f->s, &f->a, user, 0, &ids, &n));
	is_int(n, 2, "all ids");

	is_err(fix_write(f, store_session_end(f->s, a.id, 70)), ERR_OK, "end");
	is_err(fix_write(f, store_session_end(f->s, a.id, 71)), ERR_NOT_FOUND,
	    "only once");
	is_err(store_session_check(f->s, a.id, user, 75), ERR_SESSION_ENDED,
	    "ended");
	is_err(fix_write(f, store_session_touch(f->s, a.id, 1, 999)),
	    ERR_NOT_FOUND, "an ended one is not prolonged");
	must(list_of(f, user, &list, &n));
	is_int(n, 1, "an ended one is not listed");
	must(store_session_load(f->s, &f->a, a.id, &got));
	is_int(got.ended_at, 70, "but still there");
	must(list_of(f, other, &list, &n));
	is_int(n, 0, "others have none");

	must(fix_write(f, store_user_erase(f->s, user, 80)));
	is_err(store_session_check(f->s, b.id, user, 50), ERR_ACCOUNT_GONE,
	    "a deleted account is told apart");
	is_err(store_session_check(f->s, b.id, other, 50), ERR_SESSION_ENDED,
	    "but not to others");
}

static void
test_refresh(struct fix *f)
{
	int64_t user = fix_user(f, "fay");
	struct session se = { .user_id = user, .device = "" };
	uint8_t one[SHA256_LEN] = { 1, 0, 2 }, two[SHA256_LEN] = { 1, 0, 3 };
	struct refresh got;

	must(fix_write(f, store_session_add(f->s, &se)));
	must(fix_write(f, store_refresh_add(f->s, one, se.id, 10)));
	is_err(fix_write(f, store_refresh_add(f->s, one, se.id, 10)),
	    ERR_EXISTS, "a digest is there once");
	is_err(store_refresh_load(f->s, two, &got), ERR_NOT_FOUND,
	    "a NUL does not end a digest");
	must(store_refresh_load(f->s, one, &got));
	is_int(got.session_id, se.id, "its session");
	is_int(got.spent_at, 0, "not spent");
	is_err(fix_write(f, store_refresh_spend(f->s, one, 20)), ERR_OK,
	    "spend");
	is_err(fix_write(f, store_refresh_spend(f->s, one, 21)),
	    ERR_NOT_FOUND, "only once");
	must(store_refresh_load(f->s, one, &got));
	is_int(got.spent_at, 20, "spent");
}

static void
test_full_arena(struct fix *f)
{
	struct arena tiny;
	struct user_search q = { .text = "", .max = 100 };
	struct user *users, got;
	int n;

	arena_init(&tiny, 64);
	is_err(store_user_search(f->s, &tiny, &q, &users, &n), ERR_NOMEM,
	    "a list that does not fit");
	arena_reset(&tiny);
	arena_alloc(&tiny, 64);
	is_err(store_user_load(f->s, &tiny, 1, &got), ERR_NOMEM,
	    "a row that does not fit");
	arena_release(&tiny);
	is_err(store_user_load(f->s, &f->a, 1, &got), ERR_OK,
	    "the statement is free again");
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	test_add(&f);
	test_change(&f);
	test_erase(&f);
	test_search(&f);
	test_session(&f);
	test_refresh(&f);
	test_full_arena(&f);
	fix_close(&f);
	return tap_done();
}
