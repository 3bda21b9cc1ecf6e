/*
 * push/ws against libwslay: both read the same streams, cut differently, and
 * have to tell the same story: which messages came, and whether the stream
 * ended in a close, in a refusal (and with which code) or was left open.
 *
 * A stream is a conversation of a few frames, some of them wrong: see
 * ws-stream.h.  Every run reads the same streams.
 *
 * Where the two differ, and what this test makes of it:
 *
 * - libwslay takes a close frame with a payload of one byte; 5.5.1 says that
 *   a payload begins with two bytes of code.  Ours refuses it: 1002.
 * - libwslay does not know the codes 1012 to 1014, which IANA registered after
 *   the RFC.  Ours takes them.
 * - libwslay skips the first two bytes of every piece of a close frame, not
 *   just of the frame, when it checks the reason.  So it gets close frames in
 *   one piece.
 * - libwslay refuses bad text at the byte, ours at the end of the frame.  A
 *   stream that ends in between is completed with right characters for ours.
 * - libwslay looks at the rules on masks, order and size once the first byte
 *   of the payload has come, ours when the head breaks them.  A stream that
 *   ends in between is completed up to that byte for libwslay.
 * - What libwslay finds wrong in a head's lengths it refuses without a code;
 *   ours says 1002.
 */
#include "config.h"

#include <wslay/wslay.h>

#include "push/ws.h"
#include "t/unit/tap.h"
#include "t/unit/ws-stream.h"

enum { STREAMS = 60000 };

enum ending { OPEN, CLOSED, REFUSED };

/* What a codec made of a stream. */
struct story {
	struct str messages;	/* opcode, length and payload of each */
	enum ending ending;
	unsigned code;		/* of the close or the refusal */
	size_t	 used;		/* ours: where its last frame begins */
	size_t	 need;		/* ours: and how long it is, if known */
};

static struct {
	unsigned ending[3], code[3], short_close, new_code, late, early;
} seen;

/* The end of the next piece of a stream: mostly a few bytes on. */
static size_t
next_cut(uint64_t *cuts, size_t at, size_t len)
{
	size_t n = 1 + draw_from(cuts, draw_from(cuts, 4) == 0 ? 2000 : 12);

	return n < len - at ? at + n : len;
}

static void
tell(struct story *t, unsigned op, const void *payload, size_t len)
{
	str_printf(&t->messages, "%u %zu ", op, len);
	str_put(&t->messages, payload, len);
}

static void
end(struct story *t, enum ending ending, unsigned code)
{
	t->ending = ending;
	t->code = code;
}

/* Ours. */

static void
our_close(struct story *t, const struct ws_part *part)
{
	enum ws_code code;

	if (ws_parse_close(part, &code) != ERR_OK) {
		end(t, REFUSED, code);
		return;
	}
	end(t, CLOSED, code);
	tell(t, WS_CLOSE, part->payload, part->len);
}

/* Take what is there of `len` bytes, from t->used on. */
static void
our_turn(struct story *t, struct ws *ws, struct str *message,
    struct stream *s, size_t len)
{
	struct ws_take_out out;
	enum err e = ERR_OK;

	while (t->ending == OPEN && (e = ws_take(ws, s->bytes + t->used,
	    len - t->used, s->max, &out)) == ERR_OK) {
		if (out.part.op == WS_CLOSE) {
			our_close(t, &out.part);
			return;
		}
		t->used += out.used;
		if (out.part.op == WS_PING || out.part.op == WS_PONG) {
			tell(t, out.part.op, out.part.payload, out.part.len);
			continue;
		}
		str_put(message, out.part.payload, out.part.len);
		if (!out.part.fin)
			continue;
		tell(t, out.part.op, message->s, message->len);
		str_reset(message);
	}
	if (e == ERR_BAD_REQUEST)
		end(t, REFUSED, out.code);
	t->need = out.used;
}

/* Read `s`; a last frame that is not whole is completed if `complete`. */
static void
read_ours(struct story *t, struct stream *s, bool complete)
{
	uint64_t cuts = s->cuts;
	struct str message;
	struct ws ws;
	size_t at = 0;
	char *key;

	ws_init(&ws);
	str_init(&message, STREAM_MAX);
	while (at < s->len && t->ending == OPEN) {
		at = next_cut(&cuts, at, s->len);
		our_turn(t, &ws, &message, s, at);
	}
	if (complete && t->ending == OPEN) {
		key = s->bytes + t->used + 2;
		key += (key[-1] & 0x7f) == 126 ? 2 : (key[-1] & 0x7f) == 127 ? 8 : 0;
		for (; at < t->used + t->need; at++)
			s->bytes[at] = (char)('a' ^ key[(size_t)
			    (s->bytes + at - key) % MASK_LEN]);
		our_turn(t, &ws, &message, s, at);
	}
	str_release(&message);
}

/* Theirs. */

struct theirs {
	struct story *story;
	const struct stream *stream;
	uint64_t cuts;
	size_t	 at;
	size_t	 close_at;	/* from here on in one piece */
	size_t	 padding;	/* bytes to add at the end */
};

static ssize_t
their_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t len, int flags,
    void *arg)
{
	struct theirs *t = arg;
	size_t n, limit = t->stream->len;

	(void)flags;
	if (t->at == limit && t->padding > 0) {
		t->padding--;
		*buf = 0;
		return 1;
	}
	if (t->at == limit) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	n = next_cut(&t->cuts, t->at, limit) - t->at;
	if (t->at >= t->close_at)
		n = limit - t->at;
	else if (n > t->close_at - t->at)
		n = t->close_at - t->at;
	n = n < len ? n : len;
	memcpy(buf, t->stream->bytes + t->at, n);
	t->at += n;
	return (ssize_t)n;
}

static ssize_t
their_send(wslay_event_context_ptr ctx, const uint8_t *data, size_t len,
    int flags, void *arg)
{
	(void)ctx, (void)data, (void)flags, (void)arg;
	return (ssize_t)len;
}

static void
their_message(wslay_event_context_ptr ctx,
    const struct wslay_event_on_msg_recv_arg *msg, void *arg)
{
	struct theirs *t = arg;

	(void)ctx;
	tell(t->story, msg->opcode, msg->msg, msg->msg_length);
	if (msg->opcode == WSLAY_CONNECTION_CLOSE)
		end(t->story, CLOSED, msg->status_code != 0 ?
		    msg->status_code : WS_NO_CODE);
}

/* libwslay stops at each piece that is too short for it, not only at the end. */
static int
recv_all(wslay_event_context_ptr ctx, const struct theirs *t)
{
	int r;

	do
		r = wslay_event_recv(ctx);
	while (r == 0 && wslay_event_get_read_enabled(ctx) &&
	    (t->at < t->stream->len || t->padding > 0));
	return r;
}

/* Read the same, with a close frame at `close_at` in one piece. */
static void
read_theirs(struct story *story, const struct stream *s, size_t close_at,
    size_t padding)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = their_recv,
		.send_callback = their_send,
		.on_msg_recv_callback = their_message
	};
	struct theirs t = { .story = story, .stream = s, .cuts = ~s->cuts,
	    .close_at = close_at, .padding = padding };
	wslay_event_context_ptr ctx;

	if (wslay_event_context_server_init(&ctx, &callbacks, &t) != 0)
		abort();
	wslay_event_config_set_max_recv_msg_length(ctx, s->max);
	if (recv_all(ctx, &t) != 0 ||
	    (!wslay_event_get_read_enabled(ctx) && story->ending == OPEN)) {
		if (wslay_event_send(ctx) != 0)
			abort();
		end(story, REFUSED, wslay_event_get_status_code_sent(ctx));
	}
	wslay_event_context_free(ctx);
}

/* The comparison. */

static bool
same_messages(const struct story *a, const struct story *b)
{
	return a->messages.len == b->messages.len &&
	    memcmp(a->messages.s, b->messages.s, a->messages.len) == 0;
}

/* The two kinds of close frame that they differ on, libwslay 1.1.1 at least. */
static bool
is_known(const struct story *ours, const struct story *theirs)
{
	static const char one_byte[] = "8 1 ";
	const struct str *m = &theirs->messages;
	size_t len = ours->messages.len;

	if (ours->ending == CLOSED && theirs->ending == REFUSED) {
		seen.new_code++;
		return ours->code >= 1012 && ours->code <= 1014 &&
		    theirs->code == WS_PROTOCOL;
	}
	if (ours->ending == REFUSED && theirs->ending == CLOSED) {
		seen.short_close++;
		return ours->code == WS_PROTOCOL && theirs->code == WS_NO_CODE &&
		    m->len == len + sizeof(one_byte) &&
		    memcmp(m->s, ours->messages.s, len) == 0 &&
		    memcmp(m->s + len, one_byte, sizeof(one_byte) - 1) == 0;
	}
	return false;
}

static bool
agree(const struct story *ours, const struct story *theirs)
{
	unsigned code = theirs->code;

	if (ours->ending != theirs->ending)
		return is_known(ours, theirs);
	if (theirs->ending == REFUSED && code == WS_NO_CODE)
		code = WS_PROTOCOL;
	seen.ending[ours->ending]++;
	if (ours->ending == REFUSED)
		seen.code[ours->code == WS_INVALID ? 1 :
		    ours->code == WS_TOO_BIG ? 2 : 0]++;
	return ours->code == code && same_messages(ours, theirs);
}

/* How many bytes libwslay lacks to judge the head that the stream ends in. */
static size_t
lacking(const struct story *ours, const char *bytes, size_t len)
{
	const uint8_t *head = (const uint8_t *)bytes + ours->used;
	size_t n = 2 + ((head[1] & 0x7f) == 126 ? 2 :
	    (head[1] & 0x7f) == 127 ? 8 : 0);

	n += head[1] & MASK ? MASK_LEN : 0;
	n += (head[1] & 0x7f) != 0;
	return len - ours->used < n ? n - (len - ours->used) : 0;
}

static void
story_init(struct story *t)
{
	*t = (struct story){ .ending = OPEN };
	str_init(&t->messages, 2 * STREAM_MAX);
}

/* The stream is for both; ours changes the bytes that it reads. */
static void
copy_stream(struct stream *to, const struct stream *from)
{
	memcpy(to->bytes, from->bytes, from->len);
	to->len = from->len;
	to->max = from->max;
	to->cuts = from->cuts;
}

static size_t
find_close(const struct story *ours, const struct stream *s)
{
	return ours->used < s->len &&
	    (s->bytes[ours->used] & 0x0f) == WS_CLOSE ? ours->used : SIZE_MAX;
}

/* Let both read the stream; false when they tell different stories. */
static bool
compare(const struct stream *s)
{
	static struct stream copy;
	struct story ours, theirs;
	size_t close_at, padding;
	bool same;

	story_init(&ours);
	story_init(&theirs);
	copy_stream(&copy, s);
	read_ours(&ours, &copy, false);
	close_at = find_close(&ours, s);
	read_theirs(&theirs, s, close_at, 0);
	if (ours.ending == REFUSED && theirs.ending == OPEN &&
	    (padding = lacking(&ours, s->bytes, s->len)) > 0) {
		seen.early++;
		str_release(&theirs.messages);
		story_init(&theirs);
		read_theirs(&theirs, s, close_at, padding);
	} else if (ours.ending == OPEN && theirs.ending == REFUSED &&
	    theirs.code == WS_INVALID) {
		seen.late++;
		str_release(&ours.messages);
		story_init(&ours);
		copy_stream(&copy, s);
		read_ours(&ours, &copy, true);
	}
	same = agree(&ours, &theirs);
	if (!same)
		printf("# ours: %d, %u at %zu; theirs: %d, %u\n", ours.ending,
		    ours.code, ours.used, theirs.ending, theirs.code);
	str_release(&ours.messages);
	str_release(&theirs.messages);
	return same;
}

static void
print_stream(int n, const struct stream *s)
{
	size_t i;

	printf("# stream %d:", n);
	for (i = 0; i < s->len && i < 400; i++)
		printf(" %02x", (uint8_t)s->bytes[i]);
	putchar('\n');
}

int
main(void)
{
	static struct stream s;
	int n, wrong = 0;

	for (n = 0; n < STREAMS && wrong < 5; n++) {
		make_stream(&s);
		if (compare(&s))
			continue;
		wrong++;
		print_stream(n, &s);
	}
	is_int(wrong, 0, "both tell the same story of every stream");
	ok(seen.ending[OPEN] > 1000, "%u were left open", seen.ending[OPEN]);
	ok(seen.ending[CLOSED] > 1000, "%u were closed", seen.ending[CLOSED]);
	ok(seen.code[0] > 1000, "%u were refused with 1002", seen.code[0]);
	ok(seen.code[1] > 1000, "%u with 1007", seen.code[1]);
	ok(seen.code[2] > 1000, "%u with 1009", seen.code[2]);
	ok(seen.early > 10, "%u by ours first", seen.early);
	ok(seen.late > 10, "%u by libwslay first", seen.late);
	printf("# %u closed with one byte, %u with 1012 to 1014\n",
	    seen.short_close, seen.new_code);
	return tap_done();
}
