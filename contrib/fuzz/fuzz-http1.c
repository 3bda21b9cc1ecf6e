/*
 * fuzz-http1 - does push/http1 keep its promises about any bytes?
 *
 * A head that is read has what the header file promises: strings without
 * control characters where they could split a header or a log line, a path and
 * parameters in UTF-8.  No byte behind the head changes what is read of it,
 * and no shorter part of it is a head.
 */
#include "config.h"

#include "base/utf8.h"
#include "contrib/fuzz/fuzz.h"
#include "push/http1.h"

enum { HEAD_MAX = 1 << 14, ARENA_MAX = 1 << 18 };

static void
check_value(const char *value)
{
	for (; value != NULL && *value != '\0'; value++)
		require((uint8_t)*value >= ' ' ? *value != 0x7f :
		    *value == '\t');
}

static void
check_head(const struct http1_head *h, struct arena *arena)
{
	static const char *const names[] = { "", "a", "since", "token" };
	const char *value;
	size_t i;

	require(h->method != NULL && h->path[0] == '/' && h->body_len >= 0);
	require(utf8_is_valid(h->path, strlen(h->path)));
	check_value(h->query);
	check_value(h->authorization);
	check_value(h->accept);
	check_value(h->cookie);
	check_value(h->origin);
	check_value(h->last_event_id);
	check_value(h->request_id);
	check_value(h->real_ip);
	check_value(h->upgrade);
	check_value(h->ws_key);
	check_value(h->ws_version);
	check_value(h->ws_protocol);
	require(!h->is_upgrade || (h->upgrade != NULL && h->body_len == 0));
	for (i = 0; i < ARRAY_LEN(names); i++)
		if ((value = http1_query(h, arena, names[i])) != NULL)
			require(utf8_is_valid(value, strlen(value)));
}

/* Read the first `len` bytes, at the very end of a block of their own. */
static enum err
read_part(const uint8_t *data, size_t len, struct arena *arena, size_t *used)
{
	struct http1_head head;
	char *copy = malloc(len > 0 ? len : 1);
	enum err e;

	require(copy != NULL);
	memcpy(copy, data, len);
	e = http1_read_head(copy, len, arena, &head, used);
	free(copy);
	if (e == ERR_OK)
		check_head(&head, arena);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	size_t used, again;
	enum err e;

	if (size > HEAD_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX);
	e = read_part(data, size, &arena, &used);
	require(e == ERR_OK || e == ERR_AGAIN || e == ERR_BAD_REQUEST);
	if (e == ERR_OK) {
		require(used <= size);
		require(read_part(data, used - 1, &arena, &again) == ERR_AGAIN);
		require(read_part(data, used, &arena, &again) == ERR_OK);
		require(again == used);
	}
	arena_release(&arena);
	return 0;
}
