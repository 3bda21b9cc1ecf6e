/*
 * line - the text that our processes speak to each other.
 */
#include "config.h"

#include "base/line.h"

void
line_put(struct str *s, const char *field)
{
	if (s->len > 0 && s->s[s->len - 1] != '\n')
		str_putc(s, '\t');
	for (; *field != '\0'; field++) {
		switch (*field) {
		case '\t':
			str_put(s, "\\t", 2);
			break;
		case '\n':
			str_put(s, "\\n", 2);
			break;
		case '\r':
			str_put(s, "\\r", 2);
			break;
		case '\\':
			str_put(s, "\\\\", 2);
			break;
		default:
			str_putc(s, *field);
		}
	}
}

void
line_put_int(struct str *s, int64_t n)
{
	if (s->len > 0 && s->s[s->len - 1] != '\n')
		str_putc(s, '\t');
	str_put_int(s, n);
}

void
line_end(struct str *s)
{
	str_putc(s, '\n');
}

/* The character that stands after a backslash; NUL for none. */
static char
unescape(char c)
{
	switch (c) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case '\\':
		return '\\';
	default:
		return '\0';
	}
}

/* Unescape the field at `*from` in place; the field ends with a NUL. */
static bool
take_field(char **from, char *end)
{
	char *in = *from, *out = *from;

	for (; in < end && *in != '\t'; in++) {
		if (*in == '\0')
			return false;
		if (*in != '\\') {
			*out++ = *in;
			continue;
		}
		if (++in == end || (*out++ = unescape(*in)) == '\0')
			return false;
	}
	*out = '\0';
	*from = in + 1;
	return true;
}

enum err
line_take(char *bytes, size_t len, struct line *line_out, size_t *used_out)
{
	char *at = bytes, *field, *end = memchr(bytes, '\n', len);

	if (end == NULL)
		return ERR_AGAIN;
	*used_out = (size_t)(end - bytes) + 1;
	line_out->n = 0;
	while (at <= end) {
		field = at;
		if (line_out->n == LINE_FIELDS_MAX || !take_field(&at, end))
			return ERR_BAD_REQUEST;
		line_out->field[line_out->n++] = field;
	}
	return ERR_OK;
}
