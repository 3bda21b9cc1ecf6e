/*
 * Who may do what: every verb, tried by every role in every kind of room, and
 * nothing changes where it is refused.
 */
#include "config.h"

#include "t/unit/core-fix.h"

enum actor { OWNER, ADMIN, MEMBER, OUTSIDER, ACTOR_N };

/* A room with one of each, a bystander in it and a newcomer who is not. */
struct scene {
	struct rig *rig;
	int64_t	 user[ACTOR_N];
	int64_t	 bystander;
	int64_t	 newcomer;
	int64_t	 room;
	int64_t	 message;	/* the bystander's */
};

typedef enum err (*attempt_fn)(struct scene *, int64_t actor);

static enum err
see(struct scene *s, int64_t actor)
{
	struct room_entry out;

	return AS(s->rig, actor, core_room_get(&c, s->room, &out));
}

static enum err
history(struct scene *s, int64_t actor)
{
	struct message_page page = { .room_id = s->room, .after = -1, .max = 9 };
	struct message *out;
	int n;

	return AS(s->rig, actor, core_message_page(&c, &page, &out, &n));
}

static enum err
one_message(struct scene *s, int64_t actor)
{
	struct message out;

	return AS(s->rig, actor, core_message_get(&c, s->message, &out));
}

static enum err
members(struct scene *s, int64_t actor)
{
	struct member_page page = { .room_id = s->room, .after = -1, .max = 9 };
	struct member *out;
	int n;

	return AS(s->rig, actor, core_member_page(&c, &page, &out, &n));
}

static enum err
post(struct scene *s, int64_t actor)
{
	struct post in = { .room_id = s->room, .text = "hi" };
	struct message out;

	return AS(s->rig, actor, core_message_post(&c, &in, &out));
}

static enum err
reply(struct scene *s, int64_t actor)
{
	struct post in = { .room_id = s->room, .text = "hi",
	    .reply_to = s->message };
	struct message out;

	return AS(s->rig, actor, core_message_post(&c, &in, &out));
}

static enum err
react(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_reaction_add(&c, s->message, "+1", NULL));
}

static enum err
unreact(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_reaction_remove(&c, s->message, "+1", NULL));
}

static enum err
edit_others(struct scene *s, int64_t actor)
{
	struct message out;

	return AS(s->rig, actor,
	    core_message_edit(&c, s->message, "changed", &out));
}

static enum err
delete_others(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_message_delete(&c, s->message));
}

static enum err
type(struct scene *s, int64_t actor)
{
	struct user out;

	return AS(s->rig, actor, core_typing_show(&c, s->room, &out));
}

static enum err
mark(struct scene *s, int64_t actor)
{
	int64_t out;

	return AS(s->rig, actor,
	    core_receipt_move(&c, s->room, INT64_MAX, &out));
}

static enum err
change_name(struct scene *s, int64_t actor)
{
	const struct room_change in = {
		.room_id = s->room, .name = "other name"
	};
	struct room_entry out;

	return AS(s->rig, actor, core_room_update(&c, &in, &out));
}

static enum err
put(struct scene *s, int64_t actor, int64_t user, int role)
{
	struct member_put in = { s->room, user, role };
	struct member out;
	bool is_new;

	return AS(s->rig, actor, core_member_put(&c, &in, &out, &is_new));
}

static enum err
add(struct scene *s, int64_t actor)
{
	return put(s, actor, s->newcomer, -1);
}

static enum err
add_admin(struct scene *s, int64_t actor)
{
	return put(s, actor, s->newcomer, ROLE_ADMIN);
}

static enum err
promote(struct scene *s, int64_t actor)
{
	return put(s, actor, s->bystander, ROLE_ADMIN);
}

static enum err
make_owner(struct scene *s, int64_t actor)
{
	return put(s, actor, s->bystander, ROLE_OWNER);
}

static enum err
promote_self(struct scene *s, int64_t actor)
{
	return put(s, actor, actor, ROLE_OWNER);
}

static enum err
remove_member(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor,
	    core_member_remove(&c, s->room, s->bystander));
}

static enum err
remove_admin(struct scene *s, int64_t actor)
{
	struct member_put in = { s->room, s->bystander, ROLE_ADMIN };
	struct member out;
	bool is_new;
	enum err e;

	e = AS(s->rig, s->user[OWNER],
	    core_member_put(&c, &in, &out, &is_new));
	if (e != ERR_OK && e != ERR_FORBIDDEN)
		return e;
	s->rig->log_seq = rig_head(s->rig);
	return remove_member(s, actor);
}

static enum err
remove_nobody(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_member_remove(&c, s->room, s->newcomer));
}

static enum err
join(struct scene *s, int64_t actor)
{
	struct room_entry out;

	return AS(s->rig, actor, core_member_join(&c, s->room, &out));
}

static enum err
leave(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_member_leave(&c, s->room));
}

static enum err
end(struct scene *s, int64_t actor)
{
	return AS(s->rig, actor, core_room_delete(&c, s->room));
}

/*
 * What comes of it, by role: + done, 0 done and nothing to change, F forbidden,
 * N not found, L last owner, C conflict.  In a direct room the first two are
 * its members, and the last are not in it.
 */
static const struct {
	const char *name;
	attempt_fn attempt;
	const char *private_room;
	const char *public_room;
	const char *direct_room;
} table[] = {
	/*				 OAMX	 OAMX	 MM-X */
	{ "see the room", see,		"000N", "0000", "00NN" },
	{ "read its history", history,	"000N", "0000", "00NN" },
	{ "read one message", one_message, "000N", "0000", "00NN" },
	{ "list its members", members,	"000N", "0000", "00NN" },
	{ "post", post,			"+++N", "++++", "++NN" },
	{ "reply", reply,		"+++N", "++++", "++NN" },
	{ "react", react,		"+++N", "++++", "++NN" },
	{ "take back no reaction", unreact, "000N", "0000", "00NN" },
	{ "edit another's message", edit_others, "FFFN", "FFFF", "F+NN" },
	{ "delete another's message", delete_others, "++FN", "++FF", "F+NN" },
	{ "be seen typing", type,	"000N", "0000", "00NN" },
	{ "move a receipt", mark,	"+++N", "+++F", "++NN" },
	{ "rename it", change_name,	"++FN", "++FF", "FFNN" },
	{ "let somebody in", add,	"++FN", "++FF", "FFNN" },
	{ "let an admin in", add_admin,	"+FFN", "+FFF", "FFNN" },
	{ "promote a member", promote,	"+FFN", "+FFF", "FFNN" },
	{ "make another the owner", make_owner, "+FFN", "+FFF", "FFNN" },
	{ "promote oneself", promote_self, "0FFN", "0FFF", "FFNN" },
	{ "put a member out", remove_member, "++FN", "++FF", "FCNN" },
	{ "put an admin out", remove_admin, "+FFN", "+FFF", "FCNN" },
	{ "put out who is not in", remove_nobody, "NNFN", "NNFF", "FFNN" },
	{ "join", join,			"000N", "000+", "00NN" },
	{ "leave", leave,		"L++N", "L++N", "CCNN" },
	{ "delete it", end,		"+FFN", "+FFF", "FFNN" },
};

static enum err
expected(char mark_of)
{
	switch (mark_of) {
	case 'F':
		return ERR_FORBIDDEN;
	case 'N':
		return ERR_NOT_FOUND;
	case 'L':
		return ERR_LAST_OWNER;
	case 'C':
		return ERR_CONFLICT;
	default:
		return ERR_OK;
	}
}

/* A fresh room of the kind for one attempt. */
static void
set_room(struct scene *s, enum room_kind kind)
{
	const int64_t others[2] = { s->bystander, 0 };

	s->room = rig_room(s->rig, kind, s->user[OWNER], others);
	must(put(s, s->user[OWNER], s->user[ADMIN], ROLE_ADMIN));
	must(put(s, s->user[OWNER], s->user[MEMBER], ROLE_MEMBER));
	s->message = rig_post(s->rig, s->bystander, s->room, "theirs").id;
}

/* The owner and the bystander in a direct room, each once as the actor. */
static void
set_direct(struct scene *s)
{
	struct room_entry out;
	bool is_new;

	must(AS(s->rig, s->user[OWNER], core_room_direct(&c, s->bystander, &out,
	    &is_new)));
	s->room = out.view.room.id;
	s->message = rig_post(s->rig, s->bystander, s->room, "theirs").id;
}

static void
try_one(struct scene *s, size_t i, int64_t actor, char want)
{
	bool changed;
	enum err e;

	s->rig->log_seq = rig_head(s->rig);
	e = table[i].attempt(s, actor);
	is_err(e, expected(want), table[i].name);
	changed = rig_head(s->rig) != s->rig->log_seq;
	ok(changed == (want == '+'), "  and the log %s",
	    want == '+' ? "tells of it" : "stays as it is");
	arena_reset(&s->rig->f.a);
}

static void
try_kind(struct scene *s, enum room_kind kind, const char *name)
{
	enum actor a;
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		const char *want = kind == ROOM_PRIVATE ?
		    table[i].private_room : table[i].public_room;

		printf("# %s: %s\n", name, table[i].name);
		for (a = 0; a < ACTOR_N; a++) {
			set_room(s, kind);
			try_one(s, i, s->user[a], want[a]);
		}
	}
}

/* In the first, its other member; then itself; then two who are not in it. */
static void
try_direct(struct scene *s)
{
	const int64_t actors[ACTOR_N] = { s->user[OWNER], s->bystander,
	    s->user[MEMBER], s->user[OUTSIDER] };
	size_t i;
	int a;

	for (i = 0; i < ARRAY_LEN(table); i++) {
		printf("# direct: %s\n", table[i].name);
		for (a = 0; a < ACTOR_N; a++) {
			set_direct(s);
			try_one(s, i, actors[a], table[i].direct_room[a]);
		}
	}
}

int
main(void)
{
	struct rig rig;
	struct scene s = { .rig = &rig };

	rig_open(&rig, &db_sqlite);
	s.user[OWNER] = rig_user(&rig, "owner");
	s.user[ADMIN] = rig_user(&rig, "admin");
	s.user[MEMBER] = rig_user(&rig, "member");
	s.user[OUTSIDER] = rig_user(&rig, "outsider");
	s.bystander = rig_user(&rig, "bystander");
	s.newcomer = rig_user(&rig, "newcomer");
	try_kind(&s, ROOM_PRIVATE, "private");
	try_kind(&s, ROOM_PUBLIC, "public");
	try_direct(&s);
	rig_close(&rig);
	return tap_done();
}
