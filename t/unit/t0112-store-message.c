/*
 * Messages, pages of them, and reactions in the database.
 */
#include "config.h"

#include "t/unit/store-fix.h"

static void
test_message(struct fix *f)
{
	int64_t ann = fix_user(f, "ann");
	int64_t room = fix_room(f, ROOM_PRIVATE, "r", ann), first, id;
	struct message m;

	first = fix_post(f, room, ann, "first");
	id = fix_post_key(f, (struct message){ .room_id = room,
	    .sender_id = ann, .body = "hällo", .reply_to = first,
	    .key = "k1" });
	must(store_message_load(f->s, &f->a, id, &m));
	is_int(m.id, id, "id");
	is_int(m.room_id, room, "room");
	is_int(m.sender_id, ann, "sender");
	is_str(m.sender_username, "ann", "and its name");
	is_str(m.kind, "text", "kind");
	is_str(m.body, "hällo", "body");
	is_int(m.reply_to, first, "reply_to");
	is_str(m.key, "k1", "key");
	is_int(m.created_at, f->now - 1, "created_at");
	ok(m.edited_at == 0 && m.deleted_at == 0, "neither edited nor deleted");
	ok(m.reactions_n == 0 && m.reactions == NULL, "no reactions");
	must(store_message_load(f->s, &f->a, first, &m));
	ok(m.reply_to == 0 && m.key == NULL, "no reply and no key");
	is_err(store_message_load(f->s, &f->a, 999, &m), ERR_NOT_FOUND,
	    "no such message");
}

static void
test_key(struct fix *f)
{
	int64_t ann = fix_user(f, "k-ann"), bob = fix_user(f, "k-bob");
	int64_t room = fix_room(f, ROOM_PUBLIC, "k", ann), id, head, got;
	struct message m = { .room_id = room, .sender_id = ann, .body = "x",
	    .kind = "text", .key = "same" };

	id = fix_post_key(f, m);
	must(store_message_by_key(f->s, ann, "same", &got));
	is_int(got, id, "found by its key");
	is_err(store_message_by_key(f->s, bob, "same", &got), ERR_NOT_FOUND,
	    "a key is its sender's");
	must(store_event_head(f->s, &head));
	m.id = head + 1;
	is_err(fix_write(f, store_message_add(f->s, &m)), ERR_EXISTS,
	    "a key is used once");
	is_err(store_message_load(f->s, &f->a, m.id, &m), ERR_NOT_FOUND,
	    "and nothing was added");
	m.sender_id = bob;
	ok(fix_post_key(f, m) > id, "another sender may use it");
	must(fix_write(f, store_message_delete(f->s, id, 1)));
	must(store_message_by_key(f->s, ann, "same", &got));
	is_int(got, id, "a deleted message keeps its key");
}

static void
test_change(struct fix *f)
{
	int64_t ann = fix_user(f, "c-ann");
	int64_t room = fix_room(f, ROOM_PUBLIC, "c", ann);
	int64_t id = fix_post(f, room, ann, "before");
	struct message m;

	is_err(fix_write(f, store_message_edit(f->s, id, "after", 5)), ERR_OK,
	    "edit");
	must(store_message_load(f->s, &f->a, id, &m));
	is_str(m.body, "after", "new body");
	is_int(m.edited_at, 5, "edited_at");
	must(fix_write(f, store_reaction_add(f->s, id, ann, "+1", 6)));
	is_err(fix_write(f, store_message_delete(f->s, id, 7)), ERR_OK,
	    "delete");
	must(store_message_load(f->s, &f->a, id, &m));
	is_str(m.body, "", "the body is gone");
	is_int(m.deleted_at, 7, "deleted_at");
	is_int(m.reactions_n, 0, "the reactions are gone");
	is_err(fix_write(f, store_reaction_remove(f->s, id, ann, "+1")),
	    ERR_NOT_FOUND, "from their table, too");
	is_err(fix_write(f, store_message_edit(f->s, id, "x", 8)),
	    ERR_NOT_FOUND, "a deleted message is not edited");
	is_err(fix_write(f, store_message_delete(f->s, id, 8)), ERR_NOT_FOUND,
	    "nor deleted again");
	is_err(fix_write(f, store_reaction_add(f->s, id, ann, "+1", 9)),
	    ERR_NOT_FOUND, "nor reacted to");
	must(store_message_load(f->s, &f->a, id, &m));
	is_int(m.reactions_n, 0, "which left nothing behind");
}

static void
test_reactions(struct fix *f)
{
	int64_t ann = fix_user(f, "e-ann"), bob = fix_user(f, "e-bob");
	int64_t room = fix_room(f, ROOM_PUBLIC, "e", ann);
	int64_t id = fix_post(f, room, ann, "like me");
	const struct reaction *r;
	struct message m;

	must(fix_write(f, store_reaction_add(f->s, id, bob, "zebra", 10)));
	must(fix_write(f, store_reaction_add(f->s, id, bob, "ant", 11)));
	must(fix_write(f, store_reaction_add(f->s, id, ann, "zebra", 12)));
	is_err(fix_write(f, store_reaction_add(f->s, id, ann, "zebra", 13)),
	    ERR_EXISTS, "once per account and emoji");
	must(store_message_load(f->s, &f->a, id, &m));
	is_int(m.reactions_n, 2, "two emoji");
	r = m.reactions;
	is_str(r[0].emoji, "zebra", "the one that came first");
	is_int(r[0].n, 2, "twice");
	ok(r[0].users[0].id == bob && r[0].users[1].id == ann,
	    "by whom, in the order in which they came");
	is_str(r[0].users[1].username, "e-ann", "with their names");
	is_str(r[1].emoji, "ant", "and the other");
	is_int(r[1].n, 1, "once");

	is_err(fix_write(f, store_reaction_remove(f->s, id, bob, "zebra")),
	    ERR_OK, "remove");
	is_err(fix_write(f, store_reaction_remove(f->s, id, bob, "zebra")),
	    ERR_NOT_FOUND, "only once");
	must(fix_write(f, store_reaction_remove(f->s, id, ann, "zebra")));
	must(store_message_load(f->s, &f->a, id, &m));
	ok(m.reactions_n == 1 && strcmp(m.reactions[0].emoji, "ant") == 0,
	    "an emoji without reactions is gone");
}

/* The ids of a page as text, relative to `base`: "1 2 3". */
static const char *
page(struct fix *f, struct message_page p, int64_t base)
{
	static char text[512];
	struct message *m;
	size_t len = 0;
	int i, n;

	must(store_message_page(f->s, &f->a, &p, &m, &n));
	text[0] = '\0';
	for (i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%d", i > 0 ? " " : "", (int)(m[i].id - base));
	return text;
}

static void
test_page(struct fix *f)
{
	int64_t ann = fix_user(f, "p-ann");
	int64_t room = fix_room(f, ROOM_PUBLIC, "p", ann);
	int64_t other = fix_room(f, ROOM_PUBLIC, "o", ann), base = 0, id;
	struct message_page p = { .room_id = room, .after = -1, .max = 3 };
	struct message *m;
	int i, n;

	is_str(page(f, p, 0), "", "an empty room");
	for (i = 0; i < 10; i++) {
		id = fix_post(f, i % 3 == 0 ? other : room, ann, "m");
		base = i == 0 ? id : base;
	}
	/* 1 2 4 5 7 8 are in the room. */
	must(fix_write(f, store_message_delete(f->s, base + 5, 1)));
	must(fix_write(f, store_reaction_add(f->s, base + 8, ann, "+1", 1)));

	is_str(page(f, p, base), "5 7 8", "the newest, ascending");
	p.before = base + 5;
	is_str(page(f, p, base), "1 2 4", "before one, which is left out");
	p.before = base + 1;
	is_str(page(f, p, base), "", "before the first");
	p = (struct message_page){ .room_id = room, .after = 0, .max = 3 };
	is_str(page(f, p, base), "1 2 4", "after nothing: the oldest");
	p.after = base + 4;
	is_str(page(f, p, base), "5 7 8", "after one, which is left out");
	p.after = base + 5;
	is_str(page(f, p, base), "7 8", "fewer than asked for");
	p.after = base + 8;
	is_str(page(f, p, base), "", "after the last");
	p = (struct message_page){ .room_id = room, .after = -1, .max = 50 };
	is_str(page(f, p, base), "1 2 4 5 7 8", "all of them");

	must(store_message_page(f->s, &f->a, &p, &m, &n));
	ok(n == 6 && m[3].deleted_at != 0, "a deleted one is among them");
	is_int(m[5].reactions_n, 1, "reactions come with them");
	is_int(m[4].reactions_n, 0, "where there are any");
	is_str(m[0].sender_username, "p-ann", "the sender's name comes, too");
}

static void
test_full_arena(struct fix *f)
{
	int64_t ann = fix_user(f, "a-ann");
	int64_t room = fix_room(f, ROOM_PUBLIC, "a", ann);
	struct message_page p = { .room_id = room, .after = -1, .max = 50 };
	struct message *m;
	struct arena tiny;
	size_t max;
	enum err e = ERR_NOMEM;
	int64_t id;
	int i, n;

	for (i = 0; i < 20; i++) {
		id = fix_post(f, room, ann, "some text");
		must(fix_write(f, store_reaction_add(f->s, id, ann, "+1", 1)));
	}
	for (max = 0; max < 100000 && e == ERR_NOMEM; max += 64) {
		arena_init(&tiny, max);
		e = store_message_page(f->s, &tiny, &p, &m, &n);
		arena_release(&tiny);
	}
	ok(e == ERR_OK && max > 2000,
	    "a page fits, or says that it does not, whatever the ceiling");
}

int
main(void)
{
	struct fix f;

	fix_open(&f);
	test_message(&f);
	test_key(&f);
	test_change(&f);
	test_reactions(&f);
	test_page(&f);
	test_full_arena(&f);
	fix_close(&f);
	return tap_done();
}
