/*
 * sio - what a reader of Socket.IO says before it hears anything.
 */
#include "config.h"

#include "base/ids.h"
#include "base/log.h"
#include "base/num.h"
#include "contrib/bench/sio.h"

static bool
begins(const char *packet, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(packet, with, strlen(with)) == 0;
}

/* 0{"sid":"…",…} */
static void
keep_sid(struct sio *s, const char *packet, size_t len)
{
	static const char name[] = "\"sid\":\"";
	const char *at = memmem(packet, len, name, sizeof(name) - 1), *end;

	if (at == NULL)
		die(1, "this is no handshake: %.*s", (int)len, packet);
	at += sizeof(name) - 1;
	end = memchr(at, '"', (size_t)(packet + len - at));
	if (end == NULL || (size_t)(end - at) >= sizeof(s->sid))
		die(1, "this is no sid");
	memcpy(s->sid, at, (size_t)(end - at));
	s->sid[end - at] = '\0';
}

static void
put_join(struct str *out, const struct client *who)
{
	char hex[IDS_HEX24_LEN + 1];
	int64_t room;

	if (!num_parse_id(who->room, &room))
		die(64, "%s is no room", who->room);
	ids_hex24(room, hex);
	str_printf(out, "421[\"joinRoom\",{\"chatroomId\":\"%s\"}]", hex);
}

bool
sio_hear(struct sio *s, const struct client *who, const char *packet,
    size_t len, struct str *out)
{
	if (begins(packet, len, "2") && len == 1) {
		str_puts(out, "3");
	} else if (s->step == SIO_OPENING && begins(packet, len, "0")) {
		keep_sid(s, packet, len);
		str_printf(out, "40{\"token\":\"%s\"}", who->token);
		s->step = SIO_CONNECTING;
	} else if (s->step == SIO_CONNECTING && begins(packet, len, "40")) {
		put_join(out, who);
		s->step = SIO_JOINING;
	} else if (s->step == SIO_JOINING && begins(packet, len, "431[]")) {
		s->step = SIO_READING;
	} else if (begins(packet, len, "44") || begins(packet, len, "1") ||
	    begins(packet, len, "41")) {
		die(1, "the server says: %.*s", (int)len, packet);
	}
	return s->step == SIO_READING;
}

void
sio_put_frame(struct str *out, const struct str *text)
{
	const size_t len = text->len;
	const char key[4] = { 0 };	/* which leaves the text as it is */

	str_putc(out, (char)0x81);
	if (len < 126) {
		str_putc(out, (char)(0x80 | len));
	} else {
		str_putc(out, (char)(0x80 | 126));
		str_putc(out, (char)(len >> 8));
		str_putc(out, (char)len);
	}
	str_put(out, key, sizeof(key));
	str_put(out, text->s, len);
}

void
sio_put_request(struct str *out, struct sio *s, const struct str *body)
{
	s->has_said = body->len > 0;
	str_printf(out, "%s /socket.io/?EIO=4&transport=polling%s%s HTTP/1.1\r\n"
	    "Host: bench\r\n", s->has_said ? "POST" : "GET",
	    s->sid[0] != '\0' ? "&sid=" : "", s->sid);
	if (s->has_said)
		str_printf(out, "Content-Type: text/plain\r\n"
		    "Content-Length: %zu\r\n\r\n%s", body->len, body->s);
	else
		str_puts(out, "\r\n");
}

size_t
sio_take_answer(const char *bytes, size_t len, const char **body_out,
    size_t *body_len_out)
{
	static const char name[] = "Content-Length: ";
	const char *end = memmem(bytes, len, "\r\n\r\n", 4), *at;
	size_t n = 0;

	if (end == NULL)
		return 0;
	if (memcmp(bytes + 9, "200", 3) != 0)
		die(1, "a poll is refused: %.*s", (int)len, bytes);
	at = memmem(bytes, (size_t)(end - bytes), name, sizeof(name) - 1);
	if (at == NULL)
		die(1, "an answer without a length");
	for (at += sizeof(name) - 1; *at >= '0' && *at <= '9'; at++)
		n = 10 * n + (size_t)(*at - '0');
	*body_out = end + 4;
	*body_len_out = n;
	n += (size_t)(end + 4 - bytes);
	return n <= len ? n : 0;
}
