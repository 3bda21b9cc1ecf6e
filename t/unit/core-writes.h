/*
 * core-writes - the verbs of the core that change something, as acts in a scene.
 */
#ifndef T_UNIT_CORE_WRITES_H
#define T_UNIT_CORE_WRITES_H

#include "t/unit/core-scene.h"

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

#endif
