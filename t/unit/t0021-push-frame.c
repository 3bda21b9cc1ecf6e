/*
 * Frames, the queues they wait in, and the news they are made of.
 */
#include "config.h"

#include "push/inbuf.h"
#include "push/news.h"
#include "push/queue.h"
#include "t/unit/tap.h"

static struct frame *
text(const char *s)
{
	return frame_new(s, strlen(s));
}

/* Everything that is queued, as one string. */
static const char *
content(const struct queue *q)
{
	static char all[65536];
	struct iovec iov[256];
	int i, n = queue_iov(q, iov, 256);
	size_t len = 0;

	for (i = 0; i < n; i++) {
		memcpy(all + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	all[len] = '\0';
	return len == q->bytes ? all : "(the bytes are miscounted)";
}

static void
test_queue(void)
{
	struct queue q = { .first = NULL };
	struct frame *shared = text("shared");
	struct str joined;

	ok(queue_is_empty(&q) && q.bytes == 0, "a queue begins empty");
	ok(queue_put(&q, text("one")) && queue_put(&q, frame_ref(shared)) &&
	    queue_put(&q, text("")) && queue_put(&q, text("three")),
	    "frames are put");
	is_str(content(&q), "onesharedthree", "and wait in order");
	is_int(shared->refs, 2, "the queue has a reference");
	str_init(&joined, 100);
	queue_join(&q, &joined, ',');
	is_str(joined.s, "one,shared,three", "joined");
	str_release(&joined);
	queue_drop(&q, 2);
	is_str(content(&q), "esharedthree", "a part of a frame has left");
	queue_drop(&q, 4);
	is_str(content(&q), "redthree", "one and a part of the next");
	queue_cut(&q);
	is_str(content(&q), "red", "cut: the frame that is torn stays");
	ok(queue_put(&q, text("!")), "and goes on");
	queue_drop(&q, 3);
	is_str(content(&q), "!", "until it has left");
	is_int(shared->refs, 1, "its reference has gone with it");
	queue_cut(&q);
	ok(queue_is_empty(&q), "cut: nothing is torn, nothing stays");
	ok(!queue_put(&q, NULL), "no frame cannot be put");
	frame_unref(shared);
}

/* Frames of all lengths in, bytes in pieces of all lengths out. */
static void
test_stream(void)
{
	enum { FRAMES = 500 };
	struct queue q = { .first = NULL };
	char frame[64];
	uint8_t in = 0, out = 0;
	struct iovec iov[7];
	int i, j, n, wrong = 0;
	size_t k, left;

	srand(2);
	for (i = 0; i < FRAMES || !queue_is_empty(&q); i++) {
		for (j = rand() % 40; i < FRAMES && j > 0; j--) {
			n = 1 + rand() % (int)sizeof(frame);
			for (k = 0; k < (size_t)n; k++)
				frame[k] = (char)in++;
			wrong += !queue_put(&q, frame_new(frame, (size_t)n));
		}
		n = queue_iov(&q, iov, 7);
		for (left = 0, j = 0; j < n; j++) {
			for (k = 0; k < iov[j].iov_len; k++)
				wrong += ((uint8_t *)iov[j].iov_base)[k] !=
				    (uint8_t)(out + left + k);
			left += iov[j].iov_len;
		}
		if (left > 0) {
			k = 1 + (size_t)rand() % left;
			queue_drop(&q, k);
			out = (uint8_t)(out + k);
		}
	}
	is_int(wrong, 0, "a stream of frames keeps its bytes and their order");
	ok(q.bytes == 0 && q.first == NULL && q.last == NULL,
	    "and the queue is empty at the end");
}

static void
test_news(void)
{
	const struct user user = { .id = 3, .username = "ann" };
	const struct event ev = { .seq = 41, .kind = EVENT_READ_MOVED,
	    .room_id = 7, .user_id = 3, .user = &user, .arg = "40", .at = 1 };
	struct event cast = { .kind = EVENT_TYPING, .room_id = 7,
	    .user_id = 3, .user = &user, .arg = "1", .at = 1 };
	struct frame *bare, *ws, *sse, *f;
	struct news n;

	news_init(&n, &ev);
	is_int((int64_t)news_size(&n), 0, "news begin without a frame");
	bare = news_get(&n, &shape_v1, FRAMING_BARE);
	ws = news_get(&n, &shape_v1, FRAMING_WS);
	sse = news_get(&n, &shape_v1, FRAMING_SSE);
	ok(bare != NULL && ws != NULL && sse != NULL, "each framing has one");
	ok(news_get(&n, &shape_v1, FRAMING_WS) == ws, "which is made once");
	is_int((int64_t)news_size(&n),
	    (int64_t)(bare->len + ws->len + sse->len), "and counted once");
	ok(bare->bytes[0] == '{' && bare->bytes[bare->len - 1] == '}',
	    "bare: the JSON");
	ok((uint8_t)ws->bytes[0] == 0x81 && ws->len == bare->len + 4 &&
	    memcmp(ws->bytes + 4, bare->bytes, bare->len) == 0,
	    "ws: a text frame with the same JSON");
	ok(memcmp(sse->bytes, "id: 41\ndata: {", 14) == 0 &&
	    memcmp(sse->bytes + sse->len - 3, "}\n\n", 3) == 0 &&
	    memchr(sse->bytes + 7, '\n', sse->len - 9) == NULL,
	    "sse: id, data in one line, an empty line");
	frame_ref(ws);
	news_release(&n);
	is_int(ws->refs, 1, "who keeps a frame has it for himself afterwards");
	frame_unref(ws);

	news_init(&n, &cast);
	sse = news_get(&n, &shape_v1, FRAMING_SSE);
	ok(sse != NULL && memcmp(sse->bytes, "data: {", 7) == 0,
	    "a cast has no id");
	ok(memmem(sse->bytes, sse->len, "\"at\"", 4) == NULL,
	    "and v1's says no time");
	news_release(&n);

	cast.kind = EVENT_CAME;
	news_init(&n, &cast);
	ok(news_get(&n, &shape_v1, FRAMING_WS) == NULL &&
	    n.is_silent[SHAPE_V1] && news_size(&n) == 0,
	    "what a shape does not tell has no frame, and says so");
	news_release(&n);

	f = news_hello(&shape_v1, FRAMING_BARE, 12);
	ok(f != NULL && memmem(f->bytes, f->len, "\"next\":12", 9) != NULL,
	    "hello says where one stands");
	frame_unref(f);
	f = news_reset(&shape_v1, FRAMING_SSE, &(struct reset){ 1, 5, 9 });
	ok(f != NULL && memcmp(f->bytes, "id: 9\n", 6) == 0,
	    "reset has the id at which one goes on");
	frame_unref(f);
	news_forget();
}

static void
test_inbuf(void)
{
	struct inbuf *in = NULL;
	char big[5000];

	memset(big, 'x', sizeof(big));
	ok(inbuf_put(&in, "abc", 3) && inbuf_put(&in, big, sizeof(big)),
	    "bytes are kept");
	is_int(in->len, 5003, "all of them");
	inbuf_drop(&in, 2);
	ok(in->len == 5001 && in->bytes[0] == 'c' && in->bytes[1] == 'x',
	    "the first are dropped");
	inbuf_drop(&in, 0);
	is_int(in->len, 5001, "or none");
	inbuf_drop(&in, 5001);
	ok(in == NULL, "without bytes there is no memory");
	inbuf_free(&in);
}

int
main(void)
{
	test_queue();
	test_stream();
	test_news();
	test_inbuf();
	return tap_done();
}
