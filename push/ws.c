/*
 * ws - the server side of the WebSocket protocol (RFC 6455).
 *
 * A frame is taken in one go, once all of it has arrived; what is known of an
 * incomplete one is worked out again from its first bytes the next time.  So
 * the state of a connection is only that of a message in fragments.  Checks
 * are made in the order in which the bytes arrive: first the two bytes that
 * every frame has, then its length, then the payload.
 *
 * It refuses to negotiate extensions: a reserved bit is an error.  It does
 * not answer: pongs and close frames are the caller's to send.
 */
#include "config.h"

#include <assert.h>

#include "base/num.h"
#include "base/utf8.h"
#include "push/ws.h"

enum {
	BIT_FIN = 0x80, BITS_RESERVED = 0x70, BITS_OP = 0x0f,	/* first byte */
	BIT_MASK = 0x80, BITS_LEN = 0x7f,			/* second */
	OP_CONTROL = 0x08,
	LEN_16 = 126, LEN_64 = 127,
	MASK_LEN = 4, KEY_LEN = 24
};

/* A client's frame, as its head describes it. */
struct head {
	enum ws_op op;
	bool	 fin;
	size_t	 len;		/* of the head itself */
	uint64_t payload_len;
};

void
ws_init(struct ws *ws)
{
	*ws = (struct ws){ .op = WS_CONT, .utf8 = UTF8_START };
}

static enum err
refuse(struct ws_take_out *out, enum ws_code code)
{
	out->code = code;
	return ERR_BAD_REQUEST;
}

static bool
is_op(unsigned op)
{
	return op <= WS_BINARY || (op >= WS_CLOSE && op <= WS_PONG);
}

/* Is `op` what may come now?  Control frames come between fragments too. */
static bool
is_in_order(const struct ws *ws, unsigned op)
{
	if (op & OP_CONTROL)
		return true;
	return (op == WS_CONT) == (ws->op != WS_CONT);
}

static uint64_t
get_number(const uint8_t *bytes, size_t len)
{
	uint64_t n = 0;

	while (len-- > 0)
		n = n << 8 | *bytes++;
	return n;
}

/* The first two bytes; false when they break a rule. */
static bool
read_start(const struct ws *ws, const uint8_t *bytes, struct head *head)
{
	unsigned op = bytes[0] & BITS_OP, len = bytes[1] & BITS_LEN;

	head->op = op;
	head->fin = (bytes[0] & BIT_FIN) != 0;
	head->payload_len = len;
	head->len = 2 + MASK_LEN +
	    (len == LEN_64 ? 8 : len == LEN_16 ? 2 : 0);
	if ((bytes[0] & BITS_RESERVED) != 0 || (bytes[1] & BIT_MASK) == 0)
		return false;
	if ((op & OP_CONTROL) && (!head->fin || len > WS_CONTROL_MAX))
		return false;
	return is_op(op) && is_in_order(ws, op);
}

/*
 * The length, where the second byte says that it follows; false when it is
 * not in its shortest form.  Its top bit has to be 0: no length is negative.
 */
static bool
read_length(const uint8_t *bytes, struct head *head)
{
	if (head->payload_len == LEN_16) {
		head->payload_len = get_number(bytes + 2, 2);
		return head->payload_len >= LEN_16;
	}
	if (head->payload_len == LEN_64) {
		head->payload_len = get_number(bytes + 2, 8);
		return head->payload_len > UINT16_MAX &&
		    head->payload_len <= INT64_MAX;
	}
	return true;
}

/* XOR with the mask, from its first byte on; a few words at a time. */
static void
unmask(char *payload, size_t len, const char mask[MASK_LEN])
{
	char *p = payload, *end = payload + len;
	uint64_t word[4], key;
	size_t i;

	memcpy(&key, mask, MASK_LEN);
	memcpy((char *)&key + MASK_LEN, mask, MASK_LEN);
	while ((size_t)(end - p) >= sizeof(word)) {
		memcpy(word, p, sizeof(word));
		for (i = 0; i < ARRAY_LEN(word); i++)
			word[i] ^= key;
		memcpy(p, word, sizeof(word));
		p += sizeof(word);
	}
	for (i = 0; p < end; i++)
		*p++ ^= mask[i % MASK_LEN];
}

/* Count a fragment, or end the message with it; false when it is bad text. */
static bool
go_on(struct ws *ws, const struct ws_part *part)
{
	uint8_t utf8 = ws->utf8;

	if (part->op == WS_TEXT) {
		if (!utf8_feed(&utf8, part->payload, part->len))
			return false;
		if (part->fin && utf8 != UTF8_START)
			return false;
	}
	if (part->fin) {
		ws_init(ws);
		return true;
	}
	*ws = (struct ws){ .taken = ws->taken + (uint32_t)part->len,
	    .op = (uint8_t)part->op, .utf8 = utf8 };
	return true;
}

static enum err
need(struct ws_take_out *out, size_t len)
{
	out->used = len;
	return ERR_AGAIN;
}

/* All of the frame is there. */
static enum err
take_payload(struct ws *ws, char *bytes, const struct head *head,
    struct ws_take_out *out)
{
	out->used = head->len + (size_t)head->payload_len;
	out->part = (struct ws_part){
		.op = head->op == WS_CONT ? (enum ws_op)ws->op : head->op,
		.fin = head->fin,
		.payload = bytes + head->len,
		.len = (size_t)head->payload_len
	};
	unmask(out->part.payload, out->part.len, bytes + head->len - MASK_LEN);
	if (!(head->op & OP_CONTROL) && !go_on(ws, &out->part))
		return refuse(out, WS_INVALID);
	return ERR_OK;
}

enum err
ws_take(struct ws *ws, char *bytes, size_t len, size_t message_max,
    struct ws_take_out *out)
{
	const uint8_t *start = (const uint8_t *)bytes;
	struct head head;

	*out = (struct ws_take_out){ .code = WS_NORMAL };
	if (message_max > UINT32_MAX)
		message_max = UINT32_MAX;
	if (len < 2)
		return need(out, 2 + MASK_LEN);
	if (!read_start(ws, start, &head))
		return refuse(out, WS_PROTOCOL);
	if (len < head.len - MASK_LEN)
		return need(out, head.len);
	if (!read_length(start, &head))
		return refuse(out, WS_PROTOCOL);
	if (!(head.op & OP_CONTROL) && (ws->taken > message_max ||
	    head.payload_len > message_max - ws->taken))
		return refuse(out, WS_TOO_BIG);
	if (len < head.len || len - head.len < head.payload_len)
		return need(out, head.len + (size_t)head.payload_len);
	return take_payload(ws, bytes, &head, out);
}

static void
put_number(uint8_t *bytes, size_t len, uint64_t n)
{
	while (len-- > 0) {
		bytes[len] = n & 0xff;
		n >>= 8;
	}
}

size_t
ws_put_head(enum ws_op op, size_t len, uint8_t head[WS_HEAD_MAX])
{
	assert(!(op & OP_CONTROL) || len <= WS_CONTROL_MAX);
	head[0] = (uint8_t)(BIT_FIN | op);
	if (len < LEN_16) {
		head[1] = (uint8_t)len;
		return 2;
	}
	if (len <= UINT16_MAX) {
		head[1] = LEN_16;
		put_number(head + 2, 2, len);
		return 4;
	}
	head[1] = LEN_64;
	put_number(head + 2, 8, len);
	return 10;
}

void
ws_put(struct str *out, enum ws_op op, const void *payload, size_t len)
{
	uint8_t head[WS_HEAD_MAX];

	str_put(out, head, ws_put_head(op, len, head));
	str_put(out, payload, len);
}

void
ws_put_close(struct str *out, enum ws_code code, const char *reason)
{
	uint8_t payload[WS_CONTROL_MAX];
	size_t len = strlen(reason);

	if (code == WS_NO_CODE) {
		ws_put(out, WS_CLOSE, "", 0);
		return;
	}
	assert(len <= sizeof(payload) - 2);
	put_number(payload, 2, code);
	memcpy(payload + 2, reason, len);
	ws_put(out, WS_CLOSE, payload, len + 2);
}

/*
 * May a peer send this code?  1004 has no meaning, 1005, 1006 and 1015 are
 * for programming interfaces only; 1012 to 1014 were registered after the
 * RFC.  3000 to 4999 are for libraries and for private use.
 */
static bool
is_code(uint64_t code)
{
	return (code >= 1000 && code <= 1003) ||
	    (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

enum err
ws_parse_close(const struct ws_part *part, enum ws_code *code_out)
{
	const uint8_t *payload = (const uint8_t *)part->payload;
	uint64_t code;

	*code_out = part->len == 0 ? WS_NO_CODE : WS_PROTOCOL;
	if (part->len < 2)
		return part->len == 0 ? ERR_OK : ERR_BAD_REQUEST;
	code = get_number(payload, 2);
	if (!utf8_is_valid(payload + 2, part->len - 2)) {
		*code_out = WS_INVALID;
		return ERR_BAD_REQUEST;
	}
	if (!is_code(code))
		return ERR_BAD_REQUEST;
	*code_out = (enum ws_code)code;
	return ERR_OK;
}

static bool
is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* The base64 of 16 bytes: 22 digits and the padding. */
static bool
is_key(const char *key)
{
	size_t i;

	if (strlen(key) != KEY_LEN || key[KEY_LEN - 2] != '=' ||
	    key[KEY_LEN - 1] != '=')
		return false;
	for (i = 0; i < KEY_LEN - 2; i++)
		if (!is_base64(key[i]))
			return false;
	return true;
}

enum err
ws_accept(const char *key, char accept[WS_ACCEPT_LEN + 1])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char text[KEY_LEN + sizeof(guid) - 1];
	uint8_t digest[SHA1_LEN];

	if (key == NULL || !is_key(key))
		return ERR_BAD_REQUEST;
	memcpy(text, key, KEY_LEN);
	memcpy(text + KEY_LEN, guid, sizeof(guid) - 1);
	if (!num_sha1(text, sizeof(text), digest))
		return ERR_NOMEM;
	num_base64(digest, sizeof(digest), accept);
	return ERR_OK;
}
