/*
 * ws-stream - what a WebSocket client might send, right or wrong.
 *
 * A stream is a conversation of a few frames, most of them right, some with
 * one fault of a kind that RFC 6455 names; then bytes of it may be changed,
 * removed or cut off.  The generator starts from a constant, so that it makes
 * the same streams in every run.
 */
#ifndef T_UNIT_WS_STREAM_H
#define T_UNIT_WS_STREAM_H

#include "push/ws.h"

enum {
	FRAMES_MAX = 8, PAYLOAD_MAX = 67000,
	STREAM_MAX = FRAMES_MAX * (PAYLOAD_MAX + 14) + 64,
	FIN = 0x80, MASK = 0x80, MASK_LEN = 4
};

struct stream {
	size_t	 len, max;
	uint64_t cuts;		/* where the pieces end, as a seed */
	char	 bytes[STREAM_MAX];
};

static uint64_t seed = 6455;

/* A number below `n`: Steele's splitmix64. */
static size_t
draw_from(uint64_t *from, size_t n)
{
	uint64_t z = *from += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (size_t)((z ^ z >> 31) % n);
}

static size_t
draw(size_t n)
{
	return draw_from(&seed, n);
}

enum fault {
	FAULT_RESERVED, FAULT_OP, FAULT_MASK, FAULT_FORM, FAULT_TOP_BIT,
	FAULT_BIG, FAULT_FIN, FAULT_ORDER, FAULT_TEXT, FAULT_CONTROL,
	FAULT_N
};

struct frame {
	unsigned first;
	bool	 masked;
	int	 form;		/* 0: the shortest; 2 or 8 bytes of length */
	uint64_t len;		/* as announced */
	size_t	 payload_len;
	char	 payload[PAYLOAD_MAX];
};

static size_t
put_characters(char *out, size_t len)
{
	static const char *const some[] = { "a", " ", "\xc3\xa4",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xe2\x82\xac",
	    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf0\x9f\x90\xb8" };
	const char *one;
	size_t at = 0;

	while (at < len) {
		one = some[draw(8) == 0 ? draw(ARRAY_LEN(some)) : 0];
		if (at + strlen(one) > len)
			one = "x";
		memcpy(out + at, one, strlen(one));
		at += strlen(one);
	}
	return at;
}

static size_t
draw_len(const struct stream *s)
{
	switch (draw(16)) {
	case 0:
		return 0;
	case 1:
		return 120 + draw(12);
	case 2:
		return draw(s->max);
	case 3:
		return s->max > 65536 ? 65530 + draw(12) : draw(40);
	default:
		return draw(24);
	}
}

static void
make_close(struct frame *f)
{
	static const unsigned codes[] = { 0, 999, 1000, 1001, 1002, 1003, 1004,
	    1005, 1006, 1007, 1009, 1011, 1012, 1013, 1014, 1015, 1016, 2999,
	    3000, 4401, 4999, 5000, 65535 };
	unsigned code = codes[draw(ARRAY_LEN(codes))];

	f->payload_len = draw(4) == 0 ? draw(3) : 2 + draw(20);
	put_characters(f->payload + 2, f->payload_len);
	f->payload[0] = (char)(code >> 8);
	f->payload[1] = (char)code;
}

static void
add_fault(struct frame *f, const struct stream *s, enum fault fault)
{
	static const unsigned reserved[] = { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 };

	switch (fault) {
	case FAULT_RESERVED:
		f->first |= 0x10u << draw(3);
		break;
	case FAULT_OP:
		f->first = FIN | reserved[draw(ARRAY_LEN(reserved))];
		break;
	case FAULT_MASK:
		f->masked = false;
		break;
	case FAULT_FORM:
		f->form = draw(2) ? 2 : 8;
		break;
	case FAULT_TOP_BIT:
		f->form = 8;
		f->len |= UINT64_C(1) << 63;
		break;
	case FAULT_BIG:
		f->len = s->max + 1 + draw(s->max);
		break;
	case FAULT_FIN:
		f->first ^= FIN;
		break;
	case FAULT_ORDER:
		f->first ^= 1;
		break;
	case FAULT_TEXT:
		if (f->payload_len > 0)
			f->payload[draw(f->payload_len)] ^=
			    (char)(0x80 | draw(128));
		break;
	default:
		f->first = FIN | (WS_CLOSE + (unsigned)draw(3));
		f->len = f->payload_len = 126 + draw(100);
		break;
	}
}

/*
 * A frame that may come now; `*op` is the message in progress, or WS_CONT.  What
 * `f` held before is a payload's left-overs, at worst.
 */
static void
make_frame(struct frame *f, const struct stream *s, enum ws_op *op)
{
	bool fin = draw(3) > 0, begun = *op != WS_CONT;

	f->masked = true;
	f->form = 0;
	if (draw(4) == 0) {
		f->first = FIN | (draw(8) == 0 ? WS_CLOSE :
		    draw(2) ? WS_PING : WS_PONG);
		f->payload_len = put_characters(f->payload, draw(126));
		if (f->first == (FIN | WS_CLOSE))
			make_close(f);
	} else {
		if (!begun)
			*op = draw(4) == 0 ? WS_BINARY : WS_TEXT;
		f->first = (fin ? FIN : 0) | (begun ? WS_CONT : *op);
		f->payload_len = put_characters(f->payload, draw_len(s));
		if (fin)
			*op = WS_CONT;
	}
	f->len = f->payload_len;
	if (draw(12) == 0)
		add_fault(f, s, (enum fault)draw(FAULT_N));
}

static void
put_length(struct stream *s, const struct frame *f)
{
	int i, n = f->form;

	if (n == 0)
		n = f->len < 126 ? 0 : f->len < 65536 ? 2 : 8;
	s->bytes[s->len++] = (char)((f->masked ? MASK : 0) |
	    (n == 0 ? (unsigned)f->len : n == 2 ? 126u : 127u));
	for (i = n - 1; i >= 0; i--)
		s->bytes[s->len++] = (char)(f->len >> (8 * i));
}

static void
put_frame(struct stream *s, const struct frame *f)
{
	char key[MASK_LEN] = { 0 };
	size_t i;

	s->bytes[s->len++] = (char)f->first;
	put_length(s, f);
	for (i = 0; f->masked && i < MASK_LEN; i++)
		s->bytes[s->len++] = key[i] = (char)draw(256);
	for (i = 0; i < f->payload_len; i++)
		s->bytes[s->len++] = (char)(f->payload[i] ^ key[i % MASK_LEN]);
}

static void
mutate(struct stream *s)
{
	size_t at = draw(s->len);

	switch (draw(4)) {
	case 0:
		s->bytes[at] ^= (char)(1 << draw(8));
		break;
	case 1:
		s->bytes[at] = (char)draw(256);
		break;
	case 2:
		memmove(s->bytes + at, s->bytes + at + 1, s->len - at - 1);
		s->len--;
		break;
	default:
		s->len = at;
		break;
	}
}

static void
make_stream(struct stream *s)
{
	static struct frame f;
	enum ws_op op = WS_CONT;
	size_t n;

	s->len = 0;
	s->max = draw(64) == 0 ? 66000 : 700;
	for (n = 1 + draw(FRAMES_MAX); n > 0; n--) {
		make_frame(&f, s, &op);
		put_frame(s, &f);
	}
	for (n = draw(4) == 0 ? 1 + draw(2) : 0; n > 0 && s->len > 0; n--)
		mutate(s);
	s->cuts = draw(1 << 30);
}

#endif
