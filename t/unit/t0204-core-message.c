/*
 * Messages: keys, replies, edits and deletions; reactions; receipts.
 */
#include "config.h"

#include "t/unit/core-fix.h"

static struct rig rig;
static int64_t ann, bob, room, other;

static enum err
post(int64_t who, struct post in, struct message *out)
{
	if (in.room_id == 0)
		in.room_id = room;
	return AS(&rig, who, core_message_post(&c, &in, out));
}

static void
test_post(void)
{
	struct message m, n;

	rig_log(&rig);
	must(post(ann, (struct post){ .text = "hi" }, &m));
	is_str(rig_log(&rig), "message.posted", "a message is told");
	is_int(m.id, rig_head(&rig), "its id is the event's seq");
	must(AS(&rig, bob, core_message_get(&c, m.id, &n)));
	is_str(n.body, m.body, "read back: its text");
	is_str(n.sender_username, m.sender_username, "its sender");
	is_int(n.created_at, m.created_at, "its time");
	is_str(n.kind, m.kind, "its kind");
	is_int(n.room_id, m.room_id, "its room");
	must(post(bob, (struct post){ .text = "re", .reply_to = m.id }, &n));
	is_int(n.reply_to, m.id, "a reply");
	must(post(bob, (struct post){ .text = "", }, &n));
	ok(true, "an empty text is the dialects' affair");
}

static void
test_replies(void)
{
	struct message m;
	struct post in = { .room_id = room, .text = "x" };
	struct call call = rig_call(&rig, ann);

	m = rig_post(&rig, ann, other, "elsewhere");
	in.reply_to = m.id;
	is_err(core_message_post(&call, &in, &m), ERR_BAD_VALUE,
	    "a reply to another room");
	is_str(call.field, "reply_to", "is named");
	in.reply_to = 999999;
	is_err(core_message_post(&call, &in, &m), ERR_BAD_VALUE,
	    "a reply to nothing");
	in.reply_to = -1;
	is_err(core_message_post(&call, &in, &m), ERR_BAD_VALUE,
	    "a reply to less than nothing");
}

static void
test_keys(void)
{
	struct post in = { .text = "once", .key = "k1" };
	struct message first, again;
	int64_t head;

	must(post(ann, in, &first));
	head = rig_head(&rig);
	is_err(post(ann, in, &again), ERR_OK, "a retry is fine");
	is_int(again.id, first.id, "and is the first message");
	is_str(again.body, "once", "with its text");
	is_str(again.key, "k1", "and its key");
	is_int(rig_head(&rig), head, "nothing has happened");
	in.text = "twice";
	is_err(post(ann, in, &again), ERR_KEY_REUSED,
	    "the same key for another text");
	in.text = "once";
	in.room_id = other;
	is_err(post(ann, in, &again), ERR_KEY_REUSED,
	    "the same key for another room");
	in.room_id = 0;
	in.reply_to = first.id;
	is_err(post(ann, in, &again), ERR_KEY_REUSED,
	    "the same key for a reply");
	in.reply_to = 0;
	is_int(rig_head(&rig), head, "and nothing has happened");
	must(post(bob, in, &again));
	ok(again.id != first.id, "another sender has keys of its own");

	must(AS(&rig, ann, core_message_edit(&c, first.id, "edited", &again)));
	is_err(post(ann, in, &again), ERR_OK, "a retry after an edit");
	is_str(again.body, "edited", "is the message as it is now");
	must(AS(&rig, ann, core_message_delete(&c, first.id)));
	is_err(post(ann, in, &again), ERR_OK, "a retry after the deletion");
	ok(again.id == first.id && again.deleted_at != 0,
	    "does not bring it back");
}

static void
test_edit(void)
{
	struct message m = rig_post(&rig, ann, room, "old"), n;

	rig_log(&rig);
	must(AS(&rig, bob, core_reaction_add(&c, m.id, "+1", NULL)));
	rig_log(&rig);
	must(AS(&rig, ann, core_message_edit(&c, m.id, "new", &n)));
	is_str(n.body, "new", "an edit changes the text");
	ok(n.edited_at > m.created_at, "and says when");
	is_int(n.reactions_n, 1, "and keeps the reactions");
	is_str(rig_log(&rig), "message.edited", "which is told");
	must(AS(&rig, ann, core_message_edit(&c, m.id, "new", &n)));
	is_str(rig_log(&rig), "", "the same text is no edit");
	must(AS(&rig, ann, core_message_delete(&c, m.id)));
	is_str(rig_log(&rig), "message.deleted", "a deletion is told");
	must(AS(&rig, ann, core_message_delete(&c, m.id)));
	is_str(rig_log(&rig), "", "once");
	must(AS(&rig, bob, core_message_get(&c, m.id, &n)));
	is_str(n.body, "", "the text is gone");
	is_int(n.reactions_n, 0, "the reactions too");
	is_err(AS(&rig, ann, core_message_edit(&c, m.id, "x", &n)), ERR_GONE,
	    "what is deleted is not edited");
	is_err(AS(&rig, ann, core_reaction_add(&c, m.id, "x", NULL)), ERR_GONE,
	    "nor reacted to");
	is_err(AS(&rig, ann, core_reaction_remove(&c, m.id, "x", NULL)), ERR_GONE,
	    "nor is a reaction taken back");
}

static void
test_reactions(void)
{
	struct message m = rig_post(&rig, ann, room, "react to me");

	rig_log(&rig);
	must(AS(&rig, ann, core_reaction_add(&c, m.id, "\xf0\x9f\x90\xb8", NULL)));
	must(AS(&rig, bob, core_reaction_add(&c, m.id, "\xf0\x9f\x90\xb8", NULL)));
	is_str(rig_log(&rig), "reaction.added reaction.added", "two react");
	must(AS(&rig, bob, core_reaction_add(&c, m.id, "\xf0\x9f\x90\xb8", NULL)));
	is_str(rig_log(&rig), "", "twice is as good as once");
	must(AS(&rig, ann, core_message_get(&c, m.id, &m)));
	is_int(m.reactions_n, 1, "one emoji");
	is_int(m.reactions[0].n, 2, "of two");
	is_int(m.reactions[0].users[0].id, ann, "the first one first");
	must(AS(&rig, ann, core_reaction_remove(&c, m.id, "\xf0\x9f\x90\xb8", NULL)));
	is_str(rig_log(&rig), "reaction.removed", "one takes it back");
	must(AS(&rig, ann, core_reaction_remove(&c, m.id, "\xf0\x9f\x90\xb8", NULL)));
	is_str(rig_log(&rig), "", "once");
	must(AS(&rig, ann, core_message_get(&c, m.id, &m)));
	is_int(m.reactions[0].n, 1, "the other one's stays");
}

static enum err
react(int64_t who, int64_t message_id, int i)
{
	char emoji[16];

	snprintf(emoji, sizeof(emoji), "e%d", i);
	return AS(&rig, who, core_reaction_add(&c, message_id, emoji, NULL));
}

/* So many that all of it could not be read any more are not taken. */
static void
test_many_reactions(void)
{
	static const char *const names[] = { "r0", "r1", "r2", "r3", "r4" };
	const int64_t nobody[2] = { 0 };
	int64_t own = rig_room(&rig, ROOM_PUBLIC, ann, nobody), who = 0;
	struct message m = rig_post(&rig, ann, own, "react to me");
	struct reaction_set set;
	int i;

	for (i = 0; i < 20; i++)
		must(react(bob, m.id, i));
	is_err(react(bob, m.id, 20), ERR_CONFLICT, "the 21st of one account");
	is_err(react(bob, m.id, 7), ERR_OK, "one that it has is no other");
	is_err(react(ann, m.id, 20), ERR_OK, "others have their own");
	is_err(react(bob, m.id, 20), ERR_CONFLICT, "and theirs count");
	must(AS(&rig, bob, core_reaction_remove(&c, m.id, "e7", NULL)));
	is_err(react(bob, m.id, 20), ERR_OK, "in the place of another it is taken");
	for (i = 0; i < 100; i++) {
		who = i % 20 == 0 ? rig_user(&rig, names[i / 20]) : who;
		must(react(who, m.id, i));
	}
	is_err(react(ann, m.id, 100), ERR_CONFLICT, "the 101st of a message");
	is_err(react(ann, m.id, 99), ERR_OK, "one that is there is taken");
	must(AS(&rig, bob, core_reaction_set(&c, m.id, "only", &set)));
	is_int(set.removed_n, 20, "who may have one only is not held up");
	must(AS(&rig, ann, core_message_get(&c, m.id, &m)));
	is_int(m.reactions_n, 101, "by those of others");
}

static void
test_counts(void)
{
	const int64_t nobody[2] = { 0 };
	int64_t own = rig_room(&rig, ROOM_PRIVATE, ann, nobody);
	struct message one = rig_post(&rig, ann, own, "one");
	struct message two = rig_post(&rig, ann, own, "two");
	struct reaction_count *count;
	int n;

	must(AS(&rig, ann, core_reaction_count(&c, own, &count, &n)));
	is_int(n, 0, "no reactions in the room");
	must(AS(&rig, ann, core_reaction_add(&c, one.id, "a", NULL)));
	must(AS(&rig, ann, core_reaction_add(&c, two.id, "b", NULL)));
	must(AS(&rig, ann, core_reaction_add(&c, one.id, "b", NULL)));
	must(AS(&rig, ann, core_reaction_count(&c, own, &count, &n)));
	is_int(n, 2, "two emoji in it");
	is_str(count[0].emoji, "b", "the most frequent first");
	is_int(count[0].n, 2, "which is on both messages");
	is_int(count[1].n, 1, "and one on one");
	is_err(AS(&rig, bob, core_reaction_count(&c, own, &count, &n)),
	    ERR_NOT_FOUND, "for others there is no such room");
}

static int64_t
mark(int64_t who, int64_t seq)
{
	int64_t out;

	must(AS(&rig, who, core_receipt_move(&c, room, seq, &out)));
	return out;
}

static void
test_receipts(void)
{
	struct message m = rig_post(&rig, ann, room, "1");
	struct message n = rig_post(&rig, ann, room, "2");
	struct room_entry entry;

	rig_log(&rig);
	is_int(mark(bob, m.id), m.id, "a receipt moves");
	is_str(rig_log(&rig), "read.moved", "which is told");
	must(AS(&rig, bob, core_room_get(&c, room, &entry)));
	is_int(entry.view.unread_n, 1, "what is after it is unread");
	is_int(mark(bob, m.id - 1), m.id, "it does not move back");
	is_int(mark(bob, m.id), m.id, "nor on the spot");
	is_int(mark(bob, -5), m.id, "nor below nothing");
	is_str(rig_log(&rig), "", "and nothing is told");
	is_int(mark(bob, INT64_MAX), n.id, "it stops at the newest message");
	rig_log(&rig);
	is_int(mark(bob, rig_head(&rig)), n.id,
	    "a receipt is nothing that can be read");
	is_str(rig_log(&rig), "", "so it does not set off another");
	must(AS(&rig, bob, core_room_get(&c, room, &entry)));
	is_int(entry.view.unread_n, 0, "nothing is unread");
}

struct bad_text {
	const char *text;
	enum err want;
	const char *what;
};

static void
test_limits(void)
{
	static const struct bad_text keys[] = {
		{ "", ERR_BAD_VALUE, "an empty key" },
		{ "a\nb", ERR_BAD_VALUE, "a key of two lines" },
		{ "\xff", ERR_BAD_VALUE, "a key that is not UTF-8" },
		{ "\x7f", ERR_BAD_VALUE, "a key with DEL" },
	}, emojis[] = {
		{ "", ERR_BAD_VALUE, "an empty emoji" },
		{ "a\tb", ERR_BAD_VALUE, "an emoji with a tab" },
		{ "\xc2\x85", ERR_BAD_VALUE, "an emoji that is a C1 control" },
		{ "\xed\xa0\x80", ERR_BAD_VALUE, "an emoji of half a pair" },
	};
	size_t max = rig.conf->message_text_max, i;
	char *text = arena_alloc(&rig.f.a, max + 2);
	struct message m, out;

	m = rig_post(&rig, ann, room, "limits");
	for (i = 0; i < ARRAY_LEN(keys); i++)
		is_err(post(ann, (struct post){ .text = "x",
		    .key = keys[i].text }, &out), keys[i].want, keys[i].what);
	for (i = 0; i < ARRAY_LEN(emojis); i++)
		is_err(AS(&rig, ann, core_reaction_add(&c, m.id,
		    emojis[i].text, NULL)), emojis[i].want, emojis[i].what);
	memset(text, 'x', max + 1);
	text[max] = '\0';
	is_err(post(ann, (struct post){ .text = text }, &out), ERR_OK,
	    "the longest text");
	text[max] = 'x';
	text[max + 1] = '\0';
	is_err(post(ann, (struct post){ .text = text }, &out), ERR_TOO_LONG,
	    "one byte more");
	is_err(AS(&rig, ann, core_message_edit(&c, m.id, text, &out)),
	    ERR_TOO_LONG, "one byte more in an edit");
	text[128] = '\0';
	is_err(post(ann, (struct post){ .text = "x", .key = text }, &out),
	    ERR_OK, "the longest key");
	text[128] = 'x';
	text[129] = '\0';
	is_err(post(ann, (struct post){ .text = "x", .key = text }, &out),
	    ERR_TOO_LONG, "one byte more");
	text[64] = '\0';
	is_err(AS(&rig, ann, core_reaction_add(&c, m.id, text, NULL)), ERR_OK,
	    "the longest emoji");
	text[64] = 'x';
	text[65] = '\0';
	is_err(AS(&rig, ann, core_reaction_add(&c, m.id, text, NULL)), ERR_TOO_LONG,
	    "one byte more");
	is_err(post(ann, (struct post){ .text = "a\nb\tc\x01" }, &out), ERR_OK,
	    "a text may hold any characters");
	is_err(post(ann, (struct post){ .text = "\xc0\x80" }, &out),
	    ERR_BAD_VALUE, "but be nothing other than UTF-8");
}

static void
test_names(void)
{
	static const struct bad_text names[] = {
		{ "", ERR_BAD_VALUE, "empty" },
		{ " a", ERR_BAD_VALUE, "white space before" },
		{ "a ", ERR_BAD_VALUE, "white space after" },
		{ "\xc2\xa0" "a", ERR_BAD_VALUE, "a no-break space before" },
		{ "a\xe3\x80\x80", ERR_BAD_VALUE,
		    "an ideographic space after" },
		{ "a\nb", ERR_BAD_VALUE, "a line break" },
		{ "a\xe2\x80\xa8" "b", ERR_BAD_VALUE, "a line separator" },
		{ "a\xc2\x9f" "b", ERR_BAD_VALUE, "a C1 control" },
		{ "\xf8\x88\x80\x80\x80", ERR_BAD_VALUE, "no UTF-8" },
		{ "a b", ERR_OK, "a space in the middle" },
		{ "\xe5\xad\x97", ERR_OK, "one character of three bytes" },
		{ "z", ERR_OK, "one letter" },
	};
	struct signup in = { .password = "password", .device = "" };
	struct tokens t;
	char name[64 * 4 + 5];
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		in.username = names[i].text;
		is_err(AS(&rig, 0, core_account_register(&c, &in, &t)),
		    names[i].want, names[i].what);
	}
	for (i = 0; i < 65; i++)
		memcpy(name + 4 * i, "\xf0\x9f\x90\xb8", 4);
	name[64 * 4] = '\0';
	in.username = name;
	is_err(AS(&rig, 0, core_account_register(&c, &in, &t)), ERR_OK,
	    "64 characters of four bytes");
	name[64 * 4] = '\xf0';
	name[65 * 4] = '\0';
	is_err(AS(&rig, 0, core_account_register(&c, &in, &t)), ERR_TOO_LONG,
	    "65 characters");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	ann = rig_user(&rig, "ann");
	bob = rig_user(&rig, "bob");
	room = rig_room(&rig, ROOM_PRIVATE, ann, (int64_t[]){ bob, 0 });
	other = rig_room(&rig, ROOM_PRIVATE, ann, (int64_t[]){ bob, 0 });
	test_post();
	test_replies();
	test_keys();
	test_edit();
	test_reactions();
	test_many_reactions();
	test_counts();
	test_receipts();
	test_limits();
	test_names();
	rig_close(&rig);
	return tap_done();
}
