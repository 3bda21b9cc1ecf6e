/*
 * disposition - header values with parameters, and what files are called.
 *
 * It knows no file system: what a name may be there is for others to say.
 */
#include "config.h"

#include <strings.h>

#include "base/disposition.h"
#include "base/num.h"

/* Bytes that stand for themselves in an extended value (RFC 8187). */
static const char attr_chars[] = "0123456789abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&+-.^_`|~";

/* Where a value is copied to. */
struct target {
	char	*out;
	size_t	 size;
	size_t	 len;
};

static void
put_byte(struct target *t, char byte)
{
	if (t->len < t->size)
		t->out[t->len] = byte;
	t->len++;
}

/* End it with a NUL; false when it did not fit, or holds one already. */
static bool
finish(struct target *t)
{
	if (t->len >= t->size)
		return false;
	t->out[t->len] = '\0';
	return strlen(t->out) == t->len;
}

/* Copy a quoted string from behind its first quote; returns its end. */
static const char *
copy_quoted(const char *s, struct target *t)
{
	for (; *s != '\0' && *s != '"'; s++) {
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		put_byte(t, *s);
	}
	return *s == '"' ? s + 1 : s;
}

static const char *
copy_value(const char *s, struct target *t)
{
	size_t len;

	if (*s == '"')
		return copy_quoted(s + 1, t);
	for (len = strcspn(s, "; \t"); len > 0; len--)
		put_byte(t, *s++);
	return s;
}

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

bool
disposition_param(const char *value, const char *name, char *out, size_t size)
{
	size_t len, name_len = strlen(name);
	const char *s = value + strcspn(value, ";"), *key;
	struct target t;

	while (*s == ';') {
		key = skip_blanks(s + 1);
		len = strcspn(key, "=; \t");
		s = skip_blanks(key + len);
		if (*s == '=') {
			t = (struct target){ .out = out, .size = size };
			s = copy_value(skip_blanks(s + 1), &t);
			if (len == name_len && strncasecmp(key, name, len) == 0)
				return finish(&t);
		}
		s += strcspn(s, ";");
	}
	return false;
}

/* Decode the %XX of an extended value in place. */
static bool
decode(char *s)
{
	char *to = s;
	int byte;

	for (; *s != '\0'; s++) {
		byte = (unsigned char)*s;
		if (*s == '%') {
			if ((byte = num_hex_byte(s + 1)) <= 0)
				return false;
			s += 2;
		}
		*to++ = (char)byte;
	}
	*to = '\0';
	return true;
}

/* UTF-8'language'text, the one character set that RFC 8187 wants. */
static bool
read_extended(char *s)
{
	static const char charset[] = "UTF-8'";
	char *text;

	if (strncasecmp(s, charset, sizeof(charset) - 1) != 0 ||
	    (text = strchr(s + sizeof(charset) - 1, '\'')) == NULL)
		return false;
	memmove(s, text + 1, strlen(text + 1) + 1);
	return decode(s);
}

bool
disposition_filename(const char *value, char *out, size_t size)
{
	if (disposition_param(value, "filename*", out, size) &&
	    read_extended(out))
		return true;
	return disposition_param(value, "filename", out, size);
}

/* A byte that a quoted string can have in every browser. */
static bool
is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
}

static void
put_plain(struct str *out, const char *name)
{
	for (; *name != '\0'; name++) {
		if (is_plain(*name))
			str_putc(out, *name);
		else if ((*name & 0xc0) != 0x80)	/* once a character */
			str_putc(out, '_');
	}
}

static void
put_encoded(struct str *out, const char *name)
{
	char hex[3];

	for (; *name != '\0'; name++) {
		if (strchr(attr_chars, *name) != NULL) {
			str_putc(out, *name);
			continue;
		}
		num_hex(name, 1, hex);
		str_putc(out, '%');
		str_puts(out, hex);
	}
}

void
disposition_put(struct str *out, bool is_inline, const char *filename)
{
	const char *s = filename;

	str_puts(out, is_inline ? "inline; filename=\"" :
	    "attachment; filename=\"");
	put_plain(out, filename);
	str_putc(out, '"');
	while (*s != '\0' && is_plain(*s))
		s++;
	if (*s == '\0')
		return;
	str_puts(out, "; filename*=UTF-8''");
	put_encoded(out, filename);
}
