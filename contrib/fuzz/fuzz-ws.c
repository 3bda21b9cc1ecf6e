/*
 * fuzz-ws - does push/ws keep its promises about any bytes?
 *
 * The first two bytes say how the stream is cut and how long a message may be.
 * The stream is read twice: whole, and in pieces that lie at the very end of a
 * block of their own, so that one byte read too far is found.  Both readings
 * have to give the same frames and the same end.
 */
#include "config.h"

#include "base/utf8.h"
#include "contrib/fuzz/fuzz.h"
#include "push/ws.h"

enum { STREAM_MAX = 1 << 17 };

/* One reading: what came of it, as text. */
struct reading {
	struct ws ws;
	struct str told;
	size_t	 message_len, max;
	size_t	 at;
	bool	 done;
};

static void
check_part(struct reading *r, const struct ws_part *part)
{
	if (part->op >= WS_CLOSE) {
		require(part->fin && part->len <= WS_CONTROL_MAX);
		return;
	}
	r->message_len += part->len;
	require(r->message_len <= r->max);
	if (part->fin) {
		require(r->ws.op == WS_CONT && r->ws.taken == 0);
		r->message_len = 0;
	} else {
		require(r->ws.op == part->op && r->ws.taken == r->message_len);
	}
}

static void
tell_part(struct reading *r, const struct ws_part *part)
{
	enum ws_code code;

	str_printf(&r->told, "%d %d %zu ", part->op, part->fin, part->len);
	str_put(&r->told, part->payload, part->len);
	if (part->op != WS_CLOSE)
		return;
	if (ws_parse_close(part, &code) != ERR_OK)
		require(code == WS_PROTOCOL || code == WS_INVALID);
	str_printf(&r->told, " %d", code);
	r->done = true;
}

/* Take what can be taken of the `len` bytes that have come. */
static void
go_on(struct reading *r, const uint8_t *data, size_t len)
{
	struct ws_take_out out;
	struct ws before;
	size_t n;
	char *piece;
	enum err e;

	do {
		n = len - r->at;
		require((piece = malloc(n > 0 ? n : 1)) != NULL);
		memcpy(piece, data + r->at, n);
		before = r->ws;
		e = ws_take(&r->ws, piece, n, r->max, &out);
		if (e == ERR_OK) {
			require(out.used <= n &&
			    out.part.payload + out.part.len == piece + out.used);
			check_part(r, &out.part);
			tell_part(r, &out.part);
			r->at += out.used;
		} else if (e == ERR_AGAIN) {
			require(out.used > n &&
			    memcmp(&before, &r->ws, sizeof(before)) == 0);
		} else {
			require(e == ERR_BAD_REQUEST);
			str_printf(&r->told, "refused %d", out.code);
			r->done = true;
		}
		free(piece);
	} while (e == ERR_OK && !r->done);
}

static void
reading_init(struct reading *r, size_t max)
{
	*r = (struct reading){ .max = max };
	ws_init(&r->ws);
	str_init(&r->told, 16 * STREAM_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading whole, pieces;
	size_t at, step, max;

	if (size < 2 || size > STREAM_MAX)
		return 0;
	step = 1 + data[0] % 64;
	max = data[1] < 128 ? data[1] : STREAM_MAX;
	data += 2;
	size -= 2;
	reading_init(&whole, max);
	reading_init(&pieces, max);
	go_on(&whole, data, size);
	for (at = 0; at < size && !pieces.done; ) {
		at = size - at < step ? size : at + step;
		go_on(&pieces, data, at);
	}
	require(size == 0 || (whole.told.len == pieces.told.len &&
	    memcmp(whole.told.s, pieces.told.s, whole.told.len) == 0));
	str_release(&whole.told);
	str_release(&pieces.told);
	return 0;
}
