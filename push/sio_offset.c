/*
 * sio_offset - where a client of Socket.IO stood when it was cut off.
 */
#include "config.h"

#include "base/num.h"
#include "push/sio_offset.h"

enum { SID_BYTES = 15, NUMBER_LEN = 20 };

void
sio_sid_make(char sid[SIO_SID_LEN + 1])
{
	unsigned char bytes[SID_BYTES];
	char *c;

	num_random(bytes, sizeof(bytes));
	num_base64(bytes, sizeof(bytes), sid);
	for (c = sid; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
}

void
sio_pid_put(struct str *out, const struct sio_pid *p)
{
	str_puts(out, p->sid);
	str_putc(out, '.');
	str_put_int(out, p->user_id);
	str_putc(out, '.');
	str_put_int(out, p->seq);
}

void
sio_offset_put(struct str *out, int64_t seq, const int64_t *rooms, int n)
{
	int i;

	str_put_int(out, seq);
	for (i = 0; i < n; i++) {
		str_putc(out, '.');
		str_put_int(out, rooms[i]);
	}
}

/* A number up to the end, or up to a dot and with it; false: there is none. */
static bool
take_number(const char **text, int64_t *out)
{
	size_t len = strcspn(*text, ".");
	const char *end = *text + len;
	char digits[NUMBER_LEN + 1];

	if (len > NUMBER_LEN || (*end == '.' && end[1] == '\0'))
		return false;
	memcpy(digits, *text, len);
	digits[len] = '\0';
	*text = end + (*end == '.');
	return num_parse(digits, 0, INT64_MAX, out);
}

bool
sio_pid_parse(const char *text, struct sio_pid *out)
{
	size_t len = strspn(text, "0123456789-_"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

	if (len != SIO_SID_LEN || text[len] != '.')
		return false;
	memcpy(out->sid, text, len);
	out->sid[len] = '\0';
	text += len + 1;
	return take_number(&text, &out->user_id) &&
	    take_number(&text, &out->seq) && *text == '\0';
}

bool
sio_offset_parse(const char *text, struct sio_offset *out)
{
	int64_t room, last = 0;

	out->rooms_n = 0;
	if (!take_number(&text, &out->seq))
		return false;
	while (*text != '\0') {
		if (out->rooms_n == SIO_ROOMS_MAX ||
		    !take_number(&text, &room) || room <= last)
			return false;
		out->rooms[out->rooms_n++] = last = room;
	}
	return true;
}
