/*
 * reader - one client that is told what happens, and counts it.
 *
 * The bytes are read into one buffer that all readers share; only what has not
 * come whole is kept for each.
 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "contrib/bench/reader.h"

enum { IN_LEN = 256 * 1024 };

static struct {
	char	 in[IN_LEN];
} self;

void
send_all(int fd, const struct str *s)
{
	if (write(fd, s->s, s->len) != (ssize_t)s->len)
		die(1, "write: %s", strerror(errno));
}

/* The next request of a reader that polls; with `said`, if that is not empty. */
static void
ask(struct reader *r, const struct str *said)
{
	struct str s;

	str_init(&s, 8192);
	sio_put_request(&s, &r->sio, said);
	send_all(r->fd, &s);
	str_release(&s);
}

static void
upgrade(struct reader *r)
{
	struct str s;

	str_init(&s, 4096);
	str_puts(&s, "GET ");
	r->dialect->put_path(&s, &r->who);
	str_printf(&s, " HTTP/1.1\r\n"
	    "Host: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
	    "Sec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	    "Authorization: Bearer %s\r\n\r\n", r->who.token);
	send_all(r->fd, &s);
	str_release(&s);
}

void
reader_open(struct reader *r)
{
	struct str nothing;

	if (!r->dialect->is_polling) {
		upgrade(r);
		return;
	}
	str_init(&nothing, 1);
	ask(r, &nothing);
	str_release(&nothing);
}

void
reader_close(struct reader *r)
{
	close(r->fd);
	r->open = false;
	r->rest_len = 0;
	r->sio = (struct sio){ .step = SIO_OPENING };
}

/* ---- what it hears */

/* A packet of Socket.IO: is it one to be read?  What it is answered with. */
static bool
hear(struct reader *r, const char *text, size_t len, struct str *said)
{
	bool was_reading = r->sio.step == SIO_READING;
	bool is_reading = sio_hear(&r->sio, &r->who, text, len, said);

	if (is_reading && !was_reading)
		r->ops->ready(r);
	return was_reading;
}

/* The same over a WebSocket, where it is answered at once. */
static bool
hear_frame(struct reader *r, const char *text, size_t len)
{
	struct str said, framed;
	bool is_event;

	str_init(&said, 4096);
	str_init(&framed, 4096 + 16);
	is_event = hear(r, text, len, &said);
	if (said.len > 0) {
		sio_put_frame(&framed, &said);
		send_all(r->fd, &framed);
	}
	str_release(&said);
	str_release(&framed);
	return is_event;
}

static void
on_frame(struct reader *r, const char *text, size_t len)
{
	const struct dialect *d = r->dialect;
	int64_t id;

	if (d->is_sio && !d->is_polling && !hear_frame(r, text, len))
		return;
	if (!dialect_is_message(d, text, len, &id))
		return;
	if (id <= r->last_id)
		r->faults_n++;
	r->last_id = id;
	r->got_n++;
	r->ops->message(r, text, len);
}

/* ---- how it comes */

/* Take the whole frames off the front; returns how many bytes that was. */
static size_t
take_frames(struct reader *r, const char *bytes, size_t len)
{
	size_t used = 0, head, body;

	while (len - used >= 2) {
		const unsigned char *p = (const unsigned char *)bytes + used;

		head = 2;
		body = p[1] & 127;
		if (body == 126) {
			head = 4;
			if (len - used < head)
				break;
			body = (size_t)p[2] << 8 | p[3];
		} else if (body == 127)
			die(1, "a frame of more than 64 kB");
		if (len - used < head + body)
			break;
		if ((p[0] & 15) == 8)
			die(1, "the server closed a socket");
		on_frame(r, bytes + used + head, body);
		used += head + body;
	}
	return used;
}

/* The packets of a poll's answer, and what is said to the last that asks. */
static void
on_packets(struct reader *r, const char *body, size_t len, struct str *said)
{
	const char *end;
	size_t n;

	for (; len > 0; body += n, len -= n) {
		end = memchr(body, 0x1e, len);
		n = end == NULL ? len : (size_t)(end - body);
		if (hear(r, body, n, said))
			on_frame(r, body, n);
		n += end != NULL;
	}
}

/* Answers to polls and to what was said; returns how many bytes they were. */
static size_t
take_answers(struct reader *r, const char *bytes, size_t len)
{
	size_t used = 0, n, body_len;
	const char *body;
	struct str said;

	while ((n = sio_take_answer(bytes + used, len - used, &body,
	    &body_len)) > 0) {
		str_init(&said, 4096);
		if (!r->sio.has_said)
			on_packets(r, body, body_len, &said);
		ask(r, &said);
		str_release(&said);
		used += n;
	}
	return used;
}

/* Take the answer to the handshake; returns how many bytes it was. */
static size_t
take_handshake(struct reader *r, const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);

	if (end == NULL)
		return 0;
	if (len < 12 || memcmp(bytes + 9, "101", 3) != 0)
		die(1, "handshake refused: %.60s", bytes);
	r->open = true;
	if (!r->dialect->is_sio)
		r->ops->ready(r);
	return (size_t)(end - bytes) + 4;
}

static void
keep_rest(struct reader *r, const char *bytes, size_t len)
{
	r->rest_len = len;
	if (len == 0)
		return;
	if ((r->rest = realloc(r->rest, len)) == NULL)
		die(1, "out of memory");
	memcpy(r->rest, bytes, len);
}

/* Read what there is, and take what is whole; false: there was no more. */
static bool
read_some(struct reader *r)
{
	size_t len = r->rest_len, room = IN_LEN - len, used = 0;
	ssize_t n;

	if (len > 0)
		memcpy(self.in, r->rest, len);
	n = recv(r->fd, self.in + len, room, 0);
	if (n == -1 && errno == EAGAIN)
		return false;
	if (n <= 0)
		die(1, "a socket was lost: %s", n == 0 ? "closed" :
		    strerror(errno));
	len += (size_t)n;
	if (r->dialect->is_polling)
		used = take_answers(r, self.in, len);
	else if (!r->open)
		used = take_handshake(r, self.in, len);
	if (r->open)
		used += take_frames(r, self.in + used, len - used);
	keep_rest(r, self.in + used, len - used);
	return (size_t)n == room;
}

void
reader_on_readable(struct reader *r)
{
	while (read_some(r))
		continue;
}
