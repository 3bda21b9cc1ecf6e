/*
 * core-verbs - every verb of the core, with something for it to work on.
 *
 * A scene is a database with a bit of everything; core_verbs[] has one row or
 * more for each verb, t0220 sees to that.  A row that changes the database is a
 * write, the others must leave it alone.
 */
#ifndef T_UNIT_CORE_VERBS_H
#define T_UNIT_CORE_VERBS_H

#include <dirent.h>

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
	int64_t	 posted;	/* the message's file */
	int64_t	 file[2];	/* ann's, not posted yet */
	struct tokens login;	/* ann's second session */
	struct tokens renewed;	/* of which the first refresh token is spent */
};

struct attempt {
	const char *verb;	/* the function of the core */
	const char *name;
	enum err (*run)(struct scene *, struct call *);
	enum err want;		/* what it gives when nothing fails */
	bool	 is_read;
};

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

/* What is wrong from elsewhere is counted. */
static enum err
do_login_wrong(struct scene *s, struct call *c)
{
	struct login in = { .username = "fault-ann", .password = "wrong",
	    .device = "" };
	struct tokens out;

	act_as(c, 0);
	c->address = "192.0.2.1";
	return core_session_begin(c, &in, &out);
}

static enum err
do_login_from(struct scene *s, struct call *c)
{
	c->address = "192.0.2.1";
	return do_login(s, c);
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
	const struct token_form form = { .subject = SUBJECT_EMAIL,
	    .token_s = 60 };
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
put_profile(struct call *c, void *arg, const char *profile, const char **out)
{
	(void)c;
	(void)profile;
	*out = arg;
	return ERR_OK;
}

static enum err
do_rename_account(struct scene *s, struct call *c)
{
	const struct account_change in = {
		.username = "fault-anna", .password = "password two",
		.password_min = 8
	};
	struct user out;

	return core_account_update(c, &in, &out);
}

static enum err
do_take(struct scene *s, struct call *c)
{
	static char profile[] = "{\"left\":1}";
	const struct profile_edit edit = { put_profile, profile };
	struct user out;

	return core_account_take(c, s->bob, &edit, &out);
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

/* What has been posted before: the first one comes back. */
static enum err
do_post_again(struct scene *s, struct call *c)
{
	struct post in = { .room_id = s->room, .text = "keyed",
	    .key = "an old key" };
	struct message out;

	return core_message_post(c, &in, &out);
}

/* A new body that has come in, and a file of it. */
static enum err
do_file_add(struct scene *s, struct call *c)
{
	static const char png[] = "\x89PNG\r\n\x1a\nand so on";
	const char *dir = s->rig->conf->files_dir;
	char name[FILEDIR_NAME_MAX];
	struct incoming in;
	struct file_draft draft = { .from = &in, .len = sizeof(png) - 1,
	    .name = "frog.png", .type = "image/png" };
	struct file out;
	enum err e;

	must(filedir_create(dir, &in));
	must(filedir_write(&in, png, sizeof(png) - 1));
	memcpy(name, in.name, sizeof(name));
	close(in.fd);
	must(filedir_open(dir, name, &in));
	e = core_file_add(c, &draft, &out);
	filedir_close(&in);
	return e;
}

/* In the far future, when nobody waits for the files that were not posted. */
static enum err
do_file_sweep(struct scene *s, struct call *c)
{
	int n;

	act_as(c, 0);
	c->now += INT64_C(1000) * 365 * 86400;
	return core_file_sweep(c, 0, &n);
}

/* And when every session has run out long ago. */
static enum err
do_session_sweep(struct scene *s, struct call *c)
{
	int n;

	act_as(c, 0);
	c->now += INT64_C(1000) * 3650 * 86400;
	return core_session_sweep(c, &n);
}

static enum err
do_keep_short(struct scene *s, struct call *c)
{
	return core_session_keep_short(c);
}

/* ---- those that read */

static enum err
get_account(struct scene *s, struct call *c)
{
	struct user out;

	return core_account_get(c, s->bob, &out);
}

static enum err
get_account_by_name(struct scene *s, struct call *c)
{
	struct user out;

	return core_account_by_name(c, "fault-bob", &out);
}

static enum err
get_account_by_email(struct scene *s, struct call *c)
{
	struct user out;

	return core_account_by_email(c, "BOB@example.org", &out);
}

static enum err
page_accounts(struct scene *s, struct call *c)
{
	struct user *out;
	int n;

	return core_account_page(c, &(struct user_page){ .max = 10 }, &out, &n);
}

static enum err
search_accounts(struct scene *s, struct call *c)
{
	const struct user_search q = { .text = "fault", .max = 10 };
	struct user *out;
	int n;

	return core_account_search(c, &q, &out, &n);
}

static enum err
get_file(struct scene *s, struct call *c)
{
	struct file out;

	act_as(c, s->bob);
	return core_file_get(c, s->posted, &out);
}

static enum err
get_file_by_stored(struct scene *s, struct call *c)
{
	struct file out;

	return core_file_by_stored(c, "aa-one", &out);
}

static enum err
page_members(struct scene *s, struct call *c)
{
	const struct member_page page = { .room_id = s->room, .max = 10 };
	struct member *out;
	int n;

	return core_member_page(c, &page, &out, &n);
}

static enum err
get_message(struct scene *s, struct call *c)
{
	struct message out;

	return core_message_get(c, s->message, &out);
}

static enum err
page_messages(struct scene *s, struct call *c)
{
	const struct message_page page = { .room_id = s->room, .after = -1,
	    .before = INT64_MAX, .max = 10 };
	struct message *out;
	int n;

	return core_message_page(c, &page, &out, &n);
}

static enum err
count_reactions(struct scene *s, struct call *c)
{
	struct reaction_count *out;
	int n;

	return core_reaction_count(c, s->room, &out, &n);
}

static enum err
show_typing(struct scene *s, struct call *c)
{
	struct user who;

	return core_typing_show(c, s->room, &who);
}

static enum err
get_room_by_name(struct scene *s, struct call *c)
{
	struct room out;

	return core_room_by_name(c, &(struct room_name){ "ROOM", true }, &out);
}

static enum err
find_direct(struct scene *s, struct call *c)
{
	int64_t out;

	return core_room_direct_find(c, s->bob, &out);
}

static enum err
get_room(struct scene *s, struct call *c)
{
	struct room_entry out;

	return core_room_get(c, s->room, &out);
}

static enum err
look_at_room(struct scene *s, struct call *c)
{
	struct room_look out;

	return core_room_look(c, s->room, &out);
}

static enum err
page_rooms(struct scene *s, struct call *c)
{
	const struct room_page page = { .max = 10, .public_too = true };
	struct room_entry *out;
	int n;

	return core_room_page(c, &page, &out, &n);
}

static enum err
list_sessions(struct scene *s, struct call *c)
{
	struct session *out;
	int n;

	return core_session_list(c, &out, &n);
}

/* Verbs that change something, and verbs that only read. */
#define WRITES(verb, name, run, want)	{ #verb, name, run, want, false }
#define READS(verb, name, run)		{ #verb, name, run, ERR_OK, true }

static const struct attempt core_verbs[] = {
	WRITES(core_account_register, "register", do_register, ERR_OK),
	WRITES(core_account_register, "sign up alone", do_sign_up, ERR_OK),
	WRITES(core_session_begin, "log in", do_login, ERR_OK),
	WRITES(core_session_begin, "log in from elsewhere", do_login_from,
	    ERR_OK),
	WRITES(core_session_begin, "log in with a wrong password",
	    do_login_wrong, ERR_CREDENTIALS),
	WRITES(core_session_begin, "log in by either", do_login_either, ERR_OK),
	WRITES(core_session_guest, "act as a guest", do_guest, ERR_OK),
	WRITES(core_session_begin,
	    "log in and renew the hash", do_login_rehash, ERR_OK),
	WRITES(core_session_refresh, "refresh", do_refresh, ERR_OK),
	WRITES(core_session_refresh,
	    "refresh with a spent token", do_reuse, ERR_TOKEN_REUSED),
	WRITES(core_session_end, "end a session", do_session_end, ERR_OK),
	WRITES(core_account_update,
	    "change the display name", do_update, ERR_OK),
	WRITES(core_account_update,
	    "change name and password", do_rename_account, ERR_OK),
	WRITES(core_account_take,
	    "take something of another account", do_take, ERR_OK),
	WRITES(core_account_set_password,
	    "change the password", do_password, ERR_OK),
	WRITES(core_account_delete,
	    "delete the account", do_account_delete, ERR_OK),
	WRITES(core_account_delete_self,
	    "delete the account without a password", do_delete_self, ERR_OK),
	WRITES(core_room_named, "make a room of a name", do_named, ERR_OK),
	WRITES(core_room_create, "make a room", do_create, ERR_OK),
	WRITES(core_room_direct, "make a direct room", do_direct, ERR_OK),
	WRITES(core_room_update, "rename a room", do_rename, ERR_OK),
	WRITES(core_room_delete, "delete a room", do_room_delete, ERR_OK),
	WRITES(core_member_join, "join", do_join, ERR_OK),
	WRITES(core_member_leave, "leave", do_leave, ERR_OK),
	WRITES(core_member_put, "let somebody in", do_let_in, ERR_OK),
	WRITES(core_member_put, "promote", do_promote, ERR_OK),
	WRITES(core_member_remove, "put somebody out", do_put_out, ERR_OK),
	WRITES(core_message_post, "post", do_post, ERR_OK),
	WRITES(core_file_attach, "post with files", do_post_files, ERR_OK),
	WRITES(core_message_edit, "edit", do_edit, ERR_OK),
	WRITES(core_file_remove_all,
	    "delete a message", do_message_delete, ERR_OK),
	WRITES(core_reaction_add, "react", do_react, ERR_OK),
	WRITES(core_reaction_set,
	    "set the only reaction", do_set_reaction, ERR_OK),
	WRITES(core_reaction_remove,
	    "take a reaction back", do_unreact, ERR_OK),
	WRITES(core_receipt_move, "move a receipt", do_mark, ERR_OK),
	WRITES(core_file_add, "add a file", do_file_add, ERR_OK),
	WRITES(core_file_sweep, "sweep files", do_file_sweep, ERR_OK),
	WRITES(core_session_sweep, "sweep sessions", do_session_sweep, ERR_OK),
	WRITES(core_session_keep_short,
	    "keep a session short", do_keep_short, ERR_OK),
	READS(core_account_get, "get an account", get_account),
	READS(core_account_by_name,
	    "get an account by its name", get_account_by_name),
	READS(core_account_by_email,
	    "get an account by its address", get_account_by_email),
	READS(core_account_page, "page accounts", page_accounts),
	READS(core_account_search, "search accounts", search_accounts),
	READS(core_file_get, "get a file", get_file),
	READS(core_file_by_stored,
	    "get a file as it is stored", get_file_by_stored),
	READS(core_member_page, "page members", page_members),
	READS(core_message_get, "get a message", get_message),
	READS(core_message_page, "page messages", page_messages),
	READS(core_reaction_count, "count reactions", count_reactions),
	READS(core_typing_show, "show that one types", show_typing),
	READS(core_room_by_name, "get a room by its name", get_room_by_name),
	READS(core_room_direct_find, "find a direct room", find_direct),
	READS(core_room_get, "get a room", get_room),
	READS(core_room_look, "look at a room", look_at_room),
	READS(core_room_page, "page rooms", page_rooms),
	READS(core_session_list, "list sessions", list_sessions),
	READS(core_message_post, "post by a retry", do_post_again),
	WRITES(core_message_delete,
	    "delete a message with files", do_message_delete, ERR_OK),
};

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
	struct post in = { .room_id = s->room, .text = "text",
	    .files = &s->posted, .files_n = 1 };
	struct message out;

	must(AS(r, s->ann, core_message_post(&c, &in, &out)));
	return out.id;
}

/*
 * Open the database again as a worker of a commit group does, or alone, which
 * `commit` NULL says.
 */
static void
reopen_scene(struct scene *s, struct commit *commit)
{
	struct fix *f = &s->rig->f;
	struct store_options o = { .driver = db_fault_driver(&db_sqlite),
	    .path = f->path, .mode = commit != NULL ? DB_WORKER : DB_ALONE,
	    .busy_ms = 1000, .commit = commit };

	store_close(f->s);
	must(store_open(&o, &f->s));
}

static void
set_folder(struct rig *r)
{
	char dir[128];

	snprintf(dir, sizeof(dir), "%s/files", r->f.dir);
	free(r->conf->files_dir);
	if ((r->conf->files_dir = strdup(dir)) == NULL)
		must(ERR_NOMEM);
	must(filedir_make(dir));
}

static void
set_scene(struct scene *s, struct rig *r)
{
	const struct login in = { .username = "fault-ann",
	    .password = "password", .device = "" };
	const struct account_change address = { .email = "bob@example.org" };
	struct room_entry direct;
	struct message posted;
	struct user bob;
	bool is_new;

	rig_open(r, db_fault_driver(&db_sqlite));
	set_folder(r);
	*s = (struct scene){ .rig = r };
	s->ann = rig_user(r, "fault-ann");
	s->bob = rig_user(r, "fault-bob");
	s->eve = rig_user(r, "fault-eve");
	s->room = rig_room(r, ROOM_PRIVATE, s->ann, (int64_t[]){ s->bob, 0 });
	s->open = rig_room(r, ROOM_PUBLIC, s->ann, NULL);
	must(AS(r, s->ann, core_room_direct(&c, s->bob, &direct, &is_new)));
	must(AS(r, s->bob, core_account_update(&c, &address, &bob)));
	s->posted = add_file(r, s->ann, "aa-posted");
	s->message = post_file(r, s);
	must(AS(r, s->ann, core_message_post(&c, &(struct post){
	    .room_id = s->room, .text = "keyed", .key = "an old key" },
	    &posted)));
	s->file[0] = add_file(r, s->ann, "aa-one");
	s->file[1] = add_file(r, s->ann, "aa-two");
	must(AS(r, s->bob, core_reaction_add(&c, s->message, "+1", NULL)));
	must(AS(r, 0, core_session_begin(&c, &in, &s->login)));
	must(AS(r, 0, core_session_refresh(&c, s->login.refresh, NULL,
	    &s->renewed)));
}

/* Remove the folder of files with all that is in it. */
static void
drop_files(const char *dir)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);
	char path[512];

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (unlink(path) != 0)
			drop_files(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(dir);
}

static void
drop_scene(struct scene *s)
{
	store_close(s->rig->f.s);
	s->rig->f.s = NULL;
	drop_files(s->rig->conf->files_dir);
	rig_close(s->rig);
}

#endif
