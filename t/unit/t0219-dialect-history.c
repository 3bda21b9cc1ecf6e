/*
 * A history as a whole: the newest messages, the oldest of them first, as many
 * as are asked for, as may be, and as fit.
 */
#include "config.h"

#include "dialect/history.h"
#include "t/unit/core-fix.h"

static struct rig rig;
static int64_t ann, room;

/* Load at most `max`; the exchange is good until the next call. */
static enum err
load(int64_t max, struct history *out)
{
	static struct exchange x;

	x = (struct exchange){ .call = rig_call(&rig, ann) };
	return history_load(&x, &(struct history_query){ .room_id = room,
	    .max = max }, out);
}

/* The history of at most `max` is the texts `first` to `last`. */
static void
loads(int64_t max, int first, int last)
{
	const struct message *m;
	struct history h;
	char want[16];
	int n = 0;

	must(load(max, &h));
	is_int(h.n, last - first + 1, "how many");
	while ((m = history_next(&h)) != NULL) {
		snprintf(want, sizeof(want), "%d", first + n++);
		if (strcmp(m->body, want) != 0)
			ok(false, "at most %lld: %s comes where %s should",
			    (long long)max, m->body, want);
	}
	is_int(n, h.n, "all of them come");
	ok(history_next(&h) == NULL, "and nothing after them");
}

static void
test_counts(void)
{
	char text[16];
	struct history h;
	int i;

	loads(0, 1, 0);
	for (i = 1; i <= 450; i++) {
		snprintf(text, sizeof(text), "%d", i);
		rig_post(&rig, ann, room, text);
	}
	loads(0, 1, 450);
	loads(1, 450, 450);
	loads(199, 252, 450);
	loads(200, 251, 450);
	loads(201, 250, 450);
	loads(400, 51, 450);
	loads(450, 1, 450);
	loads(451, 1, 450);
	loads(INT64_MAX, 1, 450);
	rig.conf->dialects_history_max = 300;
	loads(0, 151, 450);
	loads(1000, 151, 450);
	must(load(0, &h));
	ok(h.is_cut, "it is said that there is more");
	rig.conf->dialects_history_max = 450;
	must(load(0, &h));
	ok(!h.is_cut, "and that there is not");
	rig.conf->dialects_history_max = 5000;
}

static void
test_deleted(void)
{
	struct message m = rig_post(&rig, ann, room, "gone");

	must(AS(&rig, ann, core_message_delete(&c, m.id)));
	loads(2, 449, 450);
}

/* Texts that are six times as long in JSON fill the share of few. */
static void
test_memory(void)
{
	static char text[10001];
	struct exchange x = { .call = rig_call(&rig, ann) };
	struct arena arena;
	struct history h;
	struct str answer;
	const struct message *m;
	struct jw w;
	int i;

	memset(text, 1, sizeof(text) - 1);
	for (i = 0; i < 60; i++)
		rig_post(&rig, ann, room, text);
	arena_init(&arena, 2 << 20);
	x.call.arena = &arena;
	must(history_load(&x, &(struct history_query){ .room_id = room },
	    &h));
	ok(h.is_cut, "not all of them fit");
	ok(h.n >= 5 && h.n < 60, "but some do: %d", h.n);
	str_init_arena(&answer, &arena);
	jw_init(&w, &answer);
	jw_array_begin(&w);
	while ((m = history_next(&h)) != NULL)
		jw_str(&w, m->body);
	jw_array_end(&w);
	ok(str_is_ok(&answer), "and what fits can be written down");
	arena_release(&arena);
}

/* What is said to messages is read up to a share of the memory, too. */
static void
test_reactions(void)
{
	struct exchange x = { .call = rig_call(&rig, ann) };
	struct history_query q = { .max = 100 };
	const struct message *m;
	struct arena arena;
	struct history h;
	char emoji[16];
	int i, j;

	q.room_id = room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	for (i = 0; i < 20; i++) {
		struct message posted = rig_post(&rig, ann, room, "react");

		must(store_begin(rig.f.s));
		for (j = 0; j < 80; j++) {
			snprintf(emoji, sizeof(emoji), "e%d", j);
			must(store_reaction_add(rig.f.s, posted.id, ann,
			    emoji, rig.f.now - j));
		}
		must(store_end(rig.f.s, ERR_OK));
	}
	arena_init(&arena, 256 << 10);
	x.call.arena = &arena;
	must(history_load(&x, &q, &h));
	ok(h.is_cut && h.n > 0 && h.n < 20, "some fit: %d", h.n);
	arena_reset(&arena);
	q.reactions_max = 2;
	q.skip = 3;
	must(history_load(&x, &q, &h));
	is_int(h.n, 17, "all do with the first two of each, less the skipped");
	ok(!h.is_cut, "and none is left out");
	while ((m = history_next(&h)) != NULL)
		if (m->reactions_n != 2 ||
		    strcmp(m->reactions[0].emoji, "e79") != 0 ||
		    strcmp(m->reactions[1].emoji, "e78") != 0)
			ok(false, "other reactions than the first two");
	arena_release(&arena);
}

/* A page has the length that is asked for, whatever a history may have. */
static void
test_page(void)
{
	struct exchange x = { .call = rig_call(&rig, ann) };
	struct history_query q = { .room_id = room, .max = 10, .is_page = true };
	struct history h;

	rig.conf->dialects_history_max = 4;
	must(history_load(&x, &q, &h));
	is_int(h.n, 10, "a page");
	q.is_page = false;
	must(history_load(&x, &q, &h));
	is_int(h.n, 4, "a history");
	rig.conf->dialects_history_max = 5000;
}

static void
test_refusals(void)
{
	const int64_t nobody[2] = { 0 };
	int64_t bob = rig_user(&rig, "bob");
	struct history h;

	room = rig_room(&rig, ROOM_PRIVATE, bob, nobody);
	is_err(load(0, &h), ERR_NOT_FOUND, "a room of others");
	room = 9999;
	is_err(load(0, &h), ERR_NOT_FOUND, "a room that is none");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	ann = rig_user(&rig, "ann");
	room = rig_room(&rig, ROOM_PUBLIC, ann, NULL);
	test_counts();
	test_deleted();
	test_memory();
	test_reactions();
	test_page();
	test_refusals();
	rig_close(&rig);
	return tap_done();
}
