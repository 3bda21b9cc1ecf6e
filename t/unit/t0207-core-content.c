/*
 * Rooms, messages, reactions and receipts as the dialects need them: named
 * rooms, direct rooms with oneself, messages with something beside their text,
 * the only reaction, pages counted from their beginning.
 */
#include "config.h"

#include "core/check.h"
#include "t/unit/core-fix.h"

#define FROG "\xf0\x9f\x90\xb8"

static struct rig rig;
static int64_t ann, bob, eve;

static void
test_named(void)
{
	const struct room_name general = { .name = "General" };
	const struct room_name lower = { .name = "general" };
	const struct room_name nocase = { .name = "gENERAL", .nocase = true };
	struct room first, room;
	struct room_entry entry;
	bool is_new;

	is_err(AS(&rig, ann, core_room_by_name(&c, &general, &room)),
	    ERR_NOT_FOUND, "no room has the name");
	rig_log(&rig);
	must(AS(&rig, ann, core_room_named(&c, &general, &first, &is_new)));
	ok(is_new && first.kind == ROOM_PUBLIC, "it is made, for all");
	is_str(rig_log(&rig), "room.created member.joined", "by an owner");
	must(AS(&rig, bob, core_room_named(&c, &nocase, &room, &is_new)));
	ok(!is_new && room.id == first.id, "once, for others too");
	is_str(rig_log(&rig), "", "who are not joined by that");
	is_err(AS(&rig, bob, core_room_by_name(&c, &lower, &room)),
	    ERR_NOT_FOUND, "its case counts");
	must(AS(&rig, bob, core_room_named(&c, &lower, &room, &is_new)));
	ok(is_new && room.id != first.id, "so this is another one");
	must(AS(&rig, bob, core_room_by_name(&c, &nocase, &room)));
	is_int(room.id, first.id, "in any case: the oldest");
	must(AS(&rig, bob, core_room_by_name(&c, &lower, &room)));
	ok(room.id != first.id, "in this case: that one");
	must(AS(&rig, ann, core_room_delete(&c, first.id)));
	is_err(AS(&rig, ann, core_room_by_name(&c, &general, &room)),
	    ERR_NOT_FOUND, "a deleted one is not found");
	must(AS(&rig, ann, core_room_create(&c, &(struct room_draft){
	    .kind = ROOM_PRIVATE, .name = "Hidden" }, &entry)));
	is_err(AS(&rig, ann, core_room_by_name(&c, &(struct room_name){
	    .name = "Hidden" }, &room)), ERR_NOT_FOUND,
	    "nor one that is not public");
	is_err(AS(&rig, ann, core_room_named(&c, &(struct room_name){
	    .name = " x" }, &room, &is_new)), ERR_BAD_VALUE,
	    "a name that is none");
}

static void
test_self(void)
{
	struct room_entry a, b;
	bool is_new;

	rig_log(&rig);
	must(AS(&rig, eve, core_room_direct(&c, eve, &a, &is_new)));
	is_str(rig_log(&rig), "room.created member.joined",
	    "a room with oneself");
	ok(is_new && a.members_n == 1 && a.members[0].user.id == eve,
	    "has one member");
	must(AS(&rig, eve, core_room_direct(&c, eve, &b, &is_new)));
	ok(!is_new && b.view.room.id == a.view.room.id, "there is one");
	rig_post(&rig, eve, a.view.room.id, "note");
	is_err(AS(&rig, ann, core_room_get(&c, a.view.room.id, &b)),
	    ERR_NOT_FOUND, "which others do not see");
	must(AS(&rig, eve, core_account_delete_self(&c)));
	is_str(rig_log(&rig), "message.posted room.deleted session.ended "
	    "user.updated", "and which ends with its account");
}

static void
test_room_extra(void)
{
	struct room_draft draft = { .kind = ROOM_PRIVATE, .name = "r",
	    .extra = "{\"about\":\"x\"}" };
	struct room_change in = { .extra = "{\"about\":\"y\"}" };
	struct room_entry out;
	struct call call;

	must(AS(&rig, ann, core_room_create(&c, &draft, &out)));
	is_str(out.view.room.extra, "{\"about\":\"x\"}", "a room has extras");
	in.room_id = out.view.room.id;
	rig_log(&rig);
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	is_str(out.view.room.extra, "{\"about\":\"y\"}", "which change");
	is_str(out.view.room.name, "r", "without the name");
	ok(out.view.room.updated_at != 0, "at a time");
	is_str(rig_log(&rig), "room.updated", "as is told");
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	is_str(rig_log(&rig), "", "the same again is not");
	in.extra = "";
	must(AS(&rig, ann, core_room_update(&c, &in, &out)));
	ok(out.view.room.extra == NULL, "they may go");
	call = rig_call(&rig, ann);
	in.extra = "no";
	is_err(core_room_update(&call, &in, &out), ERR_BAD_VALUE,
	    "extras that are no JSON");
	is_str(call.field, "extra", "are named");
	draft.extra = "\"x\"";
	is_err(AS(&rig, ann, core_room_create(&c, &draft, &out)),
	    ERR_BAD_VALUE, "or no object");
}

static enum err
post(struct post in, struct message *out)
{
	return AS(&rig, ann, core_message_post(&c, &in, out));
}

static void
test_post(void)
{
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	struct post in = { .room_id = room, .text = "", .key = "k",
	    .kind = "image", .extra = "{\"file_url\":\"/x\"}",
	    .origin = INT64_C(0x7edcba9876543210) };
	struct message sent, m;

	must(post(in, &sent));
	is_str(sent.kind, "image", "a kind");
	must(AS(&rig, bob, core_message_get(&c, sent.id, &m)));
	is_str(m.kind, "image", "is kept");
	is_str(m.extra, "{\"file_url\":\"/x\"}", "with what is beside it");
	is_int(m.origin, in.origin, "and where it came from");
	in.origin = 5;
	must(post(in, &m));
	is_int(m.id, sent.id, "a retry by another connection is a retry");
	in.extra = "{}";
	is_err(post(in, &m), ERR_KEY_REUSED, "another extra is another");
	in.extra = NULL;
	is_err(post(in, &m), ERR_KEY_REUSED, "and so is none");
	in.extra = "{\"file_url\":\"/x\"}";
	in.kind = NULL;
	is_err(post(in, &m), ERR_KEY_REUSED, "and another kind");
	must(AS(&rig, ann, core_message_edit(&c, sent.id, "new", &m)));
	is_str(m.extra, "{\"file_url\":\"/x\"}", "an edit leaves the extra");
	must(AS(&rig, ann, core_message_delete(&c, sent.id)));
	must(AS(&rig, ann, core_message_get(&c, sent.id, &m)));
	ok(m.extra == NULL, "a deletion does not");
	in.kind = "image";
	must(post(in, &m));
	is_int(m.id, sent.id, "a retry of a deleted one is still one");
	must(post((struct post){ .room_id = room, .text = "x" }, &m));
	ok(strcmp(m.kind, "text") == 0 && m.extra == NULL && m.origin == 0,
	    "a plain one is text");
}

static void
refuse_post(struct post in, const char *field, enum err want)
{
	struct call call = rig_call(&rig, ann);
	struct message m;

	in.text = "x";
	is_err(core_message_post(&call, &in, &m), want, err_code(want));
	is_str(call.field, field, "the field is named");
}

static void
test_post_refused(void)
{
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	static const char *const bad[] = { "", "1", "[]", "{", "{} x",
	    "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}" };
	char extra[CHECK_OBJECT_MAX + 2];
	struct message m;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		refuse_post((struct post){ .room_id = room, .extra = bad[i] },
		    "extra", ERR_BAD_VALUE);
	memset(extra, ' ', sizeof(extra));
	extra[0] = '{';
	extra[CHECK_OBJECT_MAX] = '}';
	extra[CHECK_OBJECT_MAX + 1] = '\0';
	refuse_post((struct post){ .room_id = room, .extra = extra }, "extra",
	    ERR_TOO_LONG);
	extra[CHECK_OBJECT_MAX] = '\0';
	extra[CHECK_OBJECT_MAX - 1] = '}';
	is_err(post((struct post){ .room_id = room, .text = "x",
	    .extra = extra }, &m), ERR_OK, "16 KiB of it");
	refuse_post((struct post){ .room_id = room, .kind = "" }, "kind",
	    ERR_BAD_VALUE);
	refuse_post((struct post){ .room_id = room, .kind = "a\nb" }, "kind",
	    ERR_BAD_VALUE);
	refuse_post((struct post){ .room_id = room,
	    .kind = "123456789012345678901234567890123" }, "kind",
	    ERR_TOO_LONG);
}

/* The texts of a page, e.g. "a b c". */
static const char *
page(struct message_page q)
{
	struct message *m;
	struct str s;
	int i, n;

	must(AS(&rig, ann, core_message_page(&c, &q, &m, &n)));
	str_init_arena(&s, &rig.f.a);
	for (i = 0; i < n; i++)
		str_printf(&s, "%s%s", i > 0 ? " " : "",
		    m[i].deleted_at != 0 ? "-" : m[i].body);
	return s.s;
}

static void
test_pages(void)
{
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL), id[5];
	static const char *const texts[] = { "a", "b", "c", "d", "e" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		id[i] = rig_post(&rig, ann, room, texts[i]).id;
	must(AS(&rig, ann, core_message_delete(&c, id[2])));
	is_str(page((struct message_page){ .room_id = room, .after = -1,
	    .max = 3 }),
	    "- d e", "the newest, deleted ones too");
	is_str(page((struct message_page){ .room_id = room, .after = -1, .max = 3,
	    .is_alive = true }),
	    "b d e", "or not");
	is_str(page((struct message_page){ .room_id = room, .after = -1, .max = 2,
	    .skip = 1, .is_alive = true }),
	    "b d", "less the first");
	is_str(page((struct message_page){ .room_id = room, .after = -1, .max = 2,
	    .skip = 3, .is_alive = true }),
	    "a", "less some more");
	is_str(page((struct message_page){ .room_id = room, .after = -1, .max = 2,
	    .skip = 4, .is_alive = true }),
	    "", "less all");
	is_str(page((struct message_page){ .room_id = room, .before = id[4],
	    .after = -1, .max = 9, .skip = 1, .is_alive = true }),
	    "a b", "below one");
	is_str(page((struct message_page){ .room_id = room, .after = id[0], .max = 9,
	    .skip = 1, .is_alive = true }),
	    "d e", "above one");
}

static int
count(const struct message *m, int64_t user)
{
	int i, j, n = 0;

	for (i = 0; i < m->reactions_n; i++)
		for (j = 0; j < m->reactions[i].n; j++)
			n += m->reactions[i].users[j].id == user;
	return n;
}

static struct message
load(int64_t id)
{
	struct message m;

	must(AS(&rig, ann, core_message_get(&c, id, &m)));
	return m;
}

static void
test_reactions(void)
{
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	int64_t id = rig_post(&rig, ann, room, "x").id;
	struct message m;
	bool did;

	must(AS(&rig, bob, core_reaction_add(&c, id, FROG, &did)));
	ok(did, "a reaction that was not there");
	m = load(id);
	is_int(m.reactions[0].users[0].created_at, rig.f.now - 2, "has a time");
	must(AS(&rig, bob, core_reaction_add(&c, id, FROG, &did)));
	ok(!did, "one that was");
	must(AS(&rig, bob, core_reaction_remove(&c, id, FROG, &did)));
	ok(did, "one that goes");
	must(AS(&rig, bob, core_reaction_remove(&c, id, FROG, &did)));
	ok(!did, "one that had gone");
}

static void
test_set(void)
{
	int64_t room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	int64_t id = rig_post(&rig, ann, room, "x").id, at;
	struct reaction_set set;
	struct message m;

	must(AS(&rig, bob, core_reaction_add(&c, id, "+1", NULL)));
	must(AS(&rig, bob, core_reaction_add(&c, id, "-1", NULL)));
	must(AS(&rig, ann, core_reaction_add(&c, id, "+1", NULL)));
	rig_log(&rig);
	must(AS(&rig, bob, core_reaction_set(&c, id, FROG, &set)));
	is_str(rig_log(&rig), "reaction.removed reaction.removed "
	    "reaction.added", "the only reaction comes after the others go");
	m = load(id);
	is_int(count(&m, bob), 1, "it is the only one");
	is_int(count(&m, ann), 1, "another's stays");
	is_int(set.removed_n, 2, "two have gone");
	ok(set.seq != 0 && set.seq == rig_head(&rig), "the event is named");
	at = rig.f.now - 2;
	is_int(set.created_at, at, "with its time");
	must(AS(&rig, bob, core_reaction_set(&c, id, FROG, &set)));
	is_str(rig_log(&rig), "", "the same again is no event");
	ok(set.seq == 0 && set.removed_n == 0 && set.created_at == at,
	    "and is as old as it was");
	must(AS(&rig, bob, core_reaction_add(&c, id, "+1", NULL)));
	rig_log(&rig);
	must(AS(&rig, bob, core_reaction_set(&c, id, FROG, &set)));
	is_str(rig_log(&rig), "reaction.removed", "or it alone stays");
	must(AS(&rig, bob, core_reaction_set(&c, id, NULL, &set)));
	is_str(rig_log(&rig), "reaction.removed", "none is set");
	ok(set.removed_n == 1 && set.created_at == 0, "so it goes");
	must(AS(&rig, bob, core_reaction_set(&c, id, NULL, &set)));
	is_int(set.removed_n, 0, "there is none to go");
	is_err(AS(&rig, bob, core_reaction_set(&c, id, "", &set)),
	    ERR_BAD_VALUE, "what is no emoji");
	must(AS(&rig, ann, core_message_delete(&c, id)));
	is_err(AS(&rig, bob, core_reaction_set(&c, id, FROG, &set)), ERR_GONE,
	    "a deleted message");
	is_err(AS(&rig, bob, core_reaction_set(&c, 9999, FROG, &set)),
	    ERR_NOT_FOUND, "none at all");
}

static void
test_receipt(void)
{
	struct member_page q = { .max = 10 };
	struct room_entry entry;
	struct member *m;
	int64_t seq, at;
	bool is_new;
	int n;

	must(AS(&rig, ann, core_room_direct(&c, bob, &entry, &is_new)));
	q.room_id = entry.view.room.id;
	seq = rig_post(&rig, ann, q.room_id, "x").id;
	must(AS(&rig, ann, core_member_page(&c, &q, &m, &n)));
	ok(m[0].read_at == 0 && m[1].read_at == 0, "nobody has marked anything");
	must(AS(&rig, bob, core_receipt_move(&c, q.room_id, seq, &seq)));
	at = rig.f.now - 1;
	must(AS(&rig, bob, core_receipt_move(&c, q.room_id, seq, &seq)));
	must(AS(&rig, ann, core_member_page(&c, &q, &m, &n)));
	is_int(m[1].read_seq, seq, "a receipt moves");
	is_int(m[1].read_at, at, "at a time, which stays");
	is_int(m[0].read_at, 0, "for its member");
	must(AS(&rig, bob, core_room_get(&c, q.room_id, &entry)));
	is_int(entry.members[1].read_at, at, "and a direct room shows it");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	ann = rig_user(&rig, "ann");
	bob = rig_user(&rig, "bob");
	eve = rig_user(&rig, "eve");
	test_named();
	test_self();
	test_room_extra();
	test_post();
	test_post_refused();
	test_pages();
	test_reactions();
	test_set();
	test_receipt();
	rig_close(&rig);
	return tap_done();
}
