/*
 * fuzz-eio - does push/eio_packet read any body, and read back what it writes?
 *
 * Each packet lies at the very end of a block of its own, so that one byte read
 * or written too far is found.
 */
#include "config.h"

#include "contrib/fuzz/fuzz.h"
#include "push/eio_packet.h"

enum { BODY_MAX = 1 << 16 };

/* Written and read again, it is the same. */
static void
check_again(const struct eio_packet *p)
{
	struct eio_packet again;
	struct str s;

	str_init(&s, 2 * BODY_MAX);
	eio_packet_put(&s, p);
	require(str_is_ok(&s));
	require(eio_packet_parse(s.s, s.len, &again) == ERR_OK);
	require(again.type == p->type && again.is_binary == p->is_binary &&
	    again.len == p->len && memcmp(again.data, p->data, p->len) == 0);
	str_release(&s);
}

static void
check(const uint8_t *data, size_t len)
{
	struct eio_packet p;
	char *copy = malloc(len > 0 ? len : 1);
	enum err e;

	require(copy != NULL);
	memcpy(copy, data, len);
	e = eio_packet_parse(copy, len, &p);
	require(e == ERR_OK || e == ERR_BAD_REQUEST);
	if (e == ERR_OK) {
		require(p.data == copy + 1 && p.len < len);
		require(!p.is_binary || p.type == EIO_MESSAGE);
		check_again(&p);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t at = 0, len;

	if (size > BODY_MAX)
		return 0;
	while (at < size) {
		len = eio_packet_len((const char *)data + at, size - at);
		require(len <= size - at);
		check(data + at, len);
		at += len + 1;
	}
	return 0;
}
