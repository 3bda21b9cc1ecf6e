/*
 * core-reads - the verbs of the core that only read, as acts in a scene.
 */
#ifndef T_UNIT_CORE_READS_H
#define T_UNIT_CORE_READS_H

#include "t/unit/core-scene.h"

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

/* What has been posted before: the first one comes back. */
static enum err
do_post_again(struct scene *s, struct call *c)
{
	struct post in = { .room_id = s->room, .text = "keyed",
	    .key = "an old key" };
	struct message out;

	return core_message_post(c, &in, &out);
}

static enum err
list_sessions(struct scene *s, struct call *c)
{
	struct session *out;
	int n;

	return core_session_list(c, &(struct session_page){ .max = 9 }, &out, &n);
}

#endif
