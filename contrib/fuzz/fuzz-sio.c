/*
 * fuzz-sio - does push/sio_packet read any packet, and push/sio_offset any text?
 *
 * A packet lies at the very end of a block of its own.  What was read is written
 * and read back the same, the event without its binary parts too.
 */
#include "config.h"

#include "contrib/fuzz/fuzz.h"
#include "push/sio_offset.h"
#include "push/sio_packet.h"

enum { PACKET_MAX = 1 << 16 };

static bool
is_within(const struct sio_packet *p, const char *text, size_t len)
{
	return p->data >= text && p->data + p->len == text + len &&
	    (p->ns_len == 1 || (p->ns > text &&
	    p->ns + p->ns_len <= p->data));
}

/* The head is the same when it is read again; ids may have had zeros. */
static void
check_head(const struct sio_packet *p)
{
	struct sio_packet again, bare = *p;
	struct str s;

	if (p->type == SIO_BINARY_EVENT || p->type == SIO_BINARY_ACK)
		bare.type = SIO_EVENT;
	str_init(&s, 2 * PACKET_MAX);
	sio_packet_put_head(&s, &bare);
	str_put(&s, p->data, p->len);
	require(sio_packet_parse(s.s + 1, s.len - 1, &again) == ERR_OK);
	require(again.type == bare.type && again.id == p->id &&
	    again.len == p->len);
	require(p->ns_len == 1 || (again.ns_len == p->ns_len &&
	    memcmp(again.ns, p->ns, p->ns_len) == 0));
	str_release(&s);
}

static void
check_json(const struct sio_packet *p)
{
	json_t *json;
	char *text;
	enum err e = sio_packet_read(p, &json);

	require(e == ERR_OK || (e == ERR_BAD_REQUEST && json == NULL));
	if (json == NULL)
		return;
	if (sio_packet_fill(json, p->parts_n) == ERR_OK) {
		require((text = json_dumps(json, JSON_ENCODE_ANY)) != NULL);
		free(text);
	}
	json_decref(json);
}

static void
check_packet(const char *text, size_t len)
{
	struct sio_packet p;
	enum err e = sio_packet_parse(text, len, &p);

	require(e == ERR_OK || e == ERR_BAD_REQUEST);
	if (e != ERR_OK)
		return;
	require(is_within(&p, text, len) && p.parts_n <= SIO_PARTS_MAX &&
	    p.ns_len <= SIO_NAMESPACE_MAX);
	/* "/" by name is the same as none, but for its comma. */
	if (p.ns_len > 1 || p.data == text + 1)
		check_head(&p);
	check_json(&p);
}

static void
check_offset(const char *text)
{
	struct sio_offset o, again;
	struct sio_pid pid, same;
	struct str s;

	str_init(&s, PACKET_MAX);
	if (sio_offset_parse(text, &o)) {
		sio_offset_put(&s, o.seq, o.rooms, o.rooms_n);
		require(sio_offset_parse(s.s, &again) && again.seq == o.seq &&
		    again.rooms_n == o.rooms_n);
	}
	str_reset(&s);
	if (sio_pid_parse(text, &pid)) {
		sio_pid_put(&s, &pid);
		require(sio_pid_parse(s.s, &same) && same.seq == pid.seq &&
		    same.user_id == pid.user_id);
	}
	str_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *copy;

	if (size > PACKET_MAX)
		return 0;
	require((text = malloc(size + 1)) != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_offset(text);
	free(text);
	require((copy = malloc(size > 0 ? size : 1)) != NULL);
	memcpy(copy, data, size);
	check_packet(copy, size);
	free(copy);
	return 0;
}
