/*
 * poster - one client that posts messages, one after the other.
 */
#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/log.h"
#include "contrib/bench/poster.h"
#include "contrib/bench/reader.h"

enum { READ_LEN = 65536 };

void
poster_open(struct poster *p)
{
	p->busy = false;
	str_init(&p->in, 1 << 20);
}

void
poster_post(struct poster *p, const struct str *text)
{
	static const char before[] = "{\"text\":\"", after[] = "\"}";
	struct str s;

	str_init(&s, 65536);
	str_printf(&s, "POST /v1/rooms/%s/messages HTTP/1.1\r\nHost: bench\r\n"
	    "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s%s%s", p->who.room, p->who.token,
	    sizeof(before) - 1 + text->len + sizeof(after) - 1, before, text->s,
	    after);
	send_all(p->fd, &s);
	str_release(&s);
	p->busy = true;
}

/* All of the answer is there. */
static bool
is_whole(const struct str *in)
{
	const char *end = memmem(in->s, in->len, "\r\n\r\n", 4);
	int64_t body;

	if (end == NULL)
		return false;
	body = number_after(in->s, (size_t)(end - in->s), "Content-Length: ");
	return body >= 0 && in->s + in->len >= end + 4 + body;
}

bool
poster_on_readable(struct poster *p)
{
	char *room = str_room(&p->in, READ_LEN);
	ssize_t n = read(p->fd, room, READ_LEN);

	if (n == -1 && errno == EAGAIN)
		return false;
	if (n <= 0)
		die(1, "a poster's connection was lost");
	str_grew(&p->in, (size_t)n);
	if (!is_whole(&p->in))
		return false;
	if (memcmp(p->in.s + 9, "201", 3) != 0)
		die(1, "a message was refused: %.300s", p->in.s);
	str_reset(&p->in);
	p->busy = false;
	return true;
}
