/*
 * eio_packet - packets of Engine.IO, protocol 4.
 *
 * Base64 may have line breaks, as some encoders put them in; everything else
 * that RFC 4648 does not have is refused.
 */
#include "config.h"

#include "base/num.h"
#include "push/eio_packet.h"

size_t
eio_packet_len(const char *body, size_t len)
{
	const char *end = memchr(body, EIO_SEPARATOR, len);

	return end == NULL ? len : (size_t)(end - body);
}

/* The value of a digit of base64; -1 when it is none. */
static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Take line breaks and the padding out; false: the padding is wrong. */
static bool
strip(char *text, size_t *len)
{
	size_t i, n = 0, digits;

	for (i = 0; i < *len; i++)
		if (text[i] != '\n' && text[i] != '\r')
			text[n++] = text[i];
	if (n % 4 != 0)
		return false;
	digits = n;
	while (digits > 0 && n - digits < 2 && text[digits - 1] == '=')
		digits--;
	*len = digits;
	return true;
}

/* Decode in place; false: this is no base64. */
static bool
decode(char *text, size_t *len)
{
	size_t i, n = 0;
	uint32_t bits = 0;
	int value;

	if (!strip(text, len))
		return false;
	for (i = 0; i < *len; i++) {
		if ((value = digit(text[i])) < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 != 0)
			text[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	*len = n;
	return true;
}

enum err
eio_packet_parse(char *text, size_t len, struct eio_packet *out)
{
	if (len == 0)
		return ERR_BAD_REQUEST;
	*out = (struct eio_packet){ .data = text + 1, .len = len - 1 };
	if (text[0] == 'b') {
		out->type = EIO_MESSAGE;
		out->is_binary = true;
		return decode(text + 1, &out->len) ? ERR_OK : ERR_BAD_REQUEST;
	}
	if (text[0] < '0' + EIO_OPEN || text[0] > '0' + EIO_NOOP)
		return ERR_BAD_REQUEST;
	out->type = (enum eio_type)(text[0] - '0');
	return ERR_OK;
}

static void
put_base64(struct str *out, const char *bytes, size_t len)
{
	char *to = str_room(out, 4 * ((len + 2) / 3) + 1);

	if (to == NULL)
		return;
	num_base64(bytes, len, to);
	str_grew(out, 4 * ((len + 2) / 3));
}

void
eio_packet_put(struct str *out, const struct eio_packet *p)
{
	if (p->is_binary) {
		str_putc(out, 'b');
		put_base64(out, p->data, p->len);
	} else {
		str_putc(out, (char)('0' + p->type));
		str_put(out, p->data, p->len);
	}
}
