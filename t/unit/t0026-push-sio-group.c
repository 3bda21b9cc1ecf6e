/*
 * Who has joined the same rooms shares a group, and in it the bytes.
 */
#include "config.h"

#include "push/sio_group.h"
#include "t/unit/tap.h"

static int written;		/* how often the event's JSON was */

static bool
event(struct jw *w, const struct event *ev)
{
	written++;
	if (ev->kind != EVENT_MESSAGE_POSTED)
		return false;
	jw_array_begin(w);
	jw_str(w, "newMessage");
	jw_array_end(w);
	return true;
}

static bool
aside(struct jw *w, const struct event *ev)
{
	if (ev->kind != EVENT_MESSAGE_POSTED)
		return false;
	jw_array_begin(w);
	jw_str(w, "newChatroom");
	jw_int(w, 1);
	jw_array_end(w);
	return true;
}

static const struct shape shape = { .id = SHAPE_CHATROOM, .name = "test",
    .speaks_sio = true, .event = event, .aside = aside };

static struct sio_group *
group(enum sio_ns ns, bool has_offsets, const int64_t *rooms, int n)
{
	struct sio_group *g = sio_group_get(&(struct sio_group_key){ ns,
	    has_offsets, rooms, n });

	if (g == NULL)
		ok(false, "there is memory for a group");
	return g;
}

static void
test_rooms(void)
{
	struct sio_group *a = group(SIO_NS_MAIN, true, NULL, 0);
	struct sio_group *b = group(SIO_NS_MAIN, true, NULL, 0);
	struct sio_group *c = group(SIO_NS_ALIAS, true, NULL, 0);
	struct sio_group *d = group(SIO_NS_MAIN, false, NULL, 0);

	ok(a == b && a != c && a != d && c != d, "who is alike shares a group");
	is_err(sio_group_join(&a, 7), ERR_OK, "one joins a room");
	is_err(sio_group_join(&a, 3), ERR_OK, "and another");
	is_err(sio_group_join(&a, 7), ERR_OK, "and one again");
	ok(sio_group_has(a, 7) && sio_group_has(a, 3) && !sio_group_has(a, 5),
	    "it has them");
	ok(a != b && !sio_group_has(b, 7), "the other has not");
	is_err(sio_group_join(&b, 3), ERR_OK, "the other joins, too");
	is_err(sio_group_join(&b, 7), ERR_OK, "both, in another order");
	ok(a == b, "and they are together again");
	is_err(sio_group_leave(&a, 5), ERR_OK, "one leaves what it has not joined");
	ok(a == b, "nothing has changed");
	is_err(sio_group_leave(&a, 3), ERR_OK, "one leaves a room");
	ok(a != b && sio_group_has(a, 7) && !sio_group_has(a, 3), "the first");
	is_err(sio_group_leave(&b, 7), ERR_OK, "the other leaves the last");
	ok(sio_group_has(b, 3) && !sio_group_has(b, 7), "the last");
	is_int(sio_groups(), 4, "as many groups as kinds of clients");
	sio_group_unref(a);
	sio_group_unref(b);
	sio_group_unref(c);
	sio_group_unref(d);
	sio_group_unref(NULL);
	is_int(sio_groups(), 0, "and none without clients");
}

static void
test_limit(void)
{
	struct sio_group *g = group(SIO_NS_MAIN, true, NULL, 0);
	int64_t i;
	enum err e = ERR_OK;

	for (i = SIO_ROOMS_MAX; i > 0 && e == ERR_OK; i--)
		e = sio_group_join(&g, 2 * i);
	is_err(e, ERR_OK, "as many rooms as there may be");
	is_err(sio_group_join(&g, 3), ERR_RATE, "and no more");
	is_err(sio_group_join(&g, 2), ERR_OK, "but what is joined is");
	is_err(sio_group_leave(&g, 2 * SIO_ROOMS_MAX), ERR_OK, "one less");
	is_err(sio_group_join(&g, 3), ERR_OK, "one more");
	sio_group_unref(g);
}

/* What a group is told of the event, as text; NULL: nothing. */
static const struct frame *
told(struct news *news, struct sio_group *g, enum shape_told how,
    bool *is_silent)
{
	return sio_group_frame(g, &(struct sio_telling){ news, &shape, how,
	    FRAMING_BARE, 12 }, is_silent);
}

static void
is_frame(const struct frame *f, const char *want, const char *what)
{
	ok(f != NULL && f->len == strlen(want) &&
	    memcmp(f->bytes, want, f->len) == 0, "%s: %.*s", what,
	    f == NULL ? 4 : (int)f->len, f == NULL ? "none" : f->bytes);
}

static void
test_frames(void)
{
	static const int64_t rooms[] = { 7, 9 };
	struct sio_group *a = group(SIO_NS_MAIN, true, rooms, 2);
	struct sio_group *b = group(SIO_NS_MAIN, true, rooms, 1);
	struct sio_group *c = group(SIO_NS_MAIN, false, rooms, 1);
	struct sio_group *d = group(SIO_NS_MAIN, false, rooms, 2);
	struct sio_group *e = group(SIO_NS_ALIAS, false, rooms, 2);
	struct event ev = { .seq = 12, .kind = EVENT_MESSAGE_POSTED };
	const struct frame *f;
	struct news news;
	bool is_silent;

	news_init(&news, &ev);
	written = 0;
	f = told(&news, a, SHAPE_EVENT, &is_silent);
	is_frame(f, "42[\"newMessage\",\"12.7.9\"]", "with its rooms");
	ok(told(&news, a, SHAPE_EVENT, &is_silent) == f, "made once");
	is_frame(told(&news, b, SHAPE_EVENT, &is_silent),
	    "42[\"newMessage\",\"12.7\"]", "another's rooms");
	f = told(&news, c, SHAPE_EVENT, &is_silent);
	is_frame(f, "42[\"newMessage\"]", "without an offset");
	ok(told(&news, d, SHAPE_EVENT, &is_silent) == f,
	    "whatever they have joined");
	is_frame(told(&news, e, SHAPE_EVENT, &is_silent),
	    "42/socket.io,[\"newMessage\"]", "in the other namespace");
	is_frame(told(&news, a, SHAPE_ASIDE, &is_silent),
	    "42[\"newChatroom\",1,\"12.7.9\"]", "an aside");
	is_int(written, 1, "the JSON was written once");
	ok(!is_silent, "not silent");
	f = sio_group_frame(a, &(struct sio_telling){ &news, &shape,
	    SHAPE_EVENT, FRAMING_WS, 12 }, &is_silent);
	is_frame(f, "\x81\x19" "42[\"newMessage\",\"12.7.9\"]", "as a frame");
	ok(news_size(&news) > 100, "all of them are counted");
	news_release(&news);
	ev.kind = EVENT_READ_MOVED;
	ev.seq = 13;
	news_init(&news, &ev);
	ok(told(&news, a, SHAPE_EVENT, &is_silent) == NULL && is_silent,
	    "what has no frame is silent");
	ok(told(&news, a, SHAPE_ASIDE, &is_silent) == NULL && is_silent,
	    "in both forms");
	news_release(&news);
	sio_group_unref(a);
	sio_group_unref(b);
	sio_group_unref(c);
	sio_group_unref(d);
	sio_group_unref(e);
	news_forget();
}

int
main(void)
{
	test_rooms();
	test_limit();
	test_frames();
	return tap_done();
}
