/*
 * percent - percent-encoding: what paths, queries and forms are written in.
 *
 * It encodes nothing: the only text that is ever written so is a file's name,
 * which has rules of its own (disposition.h).
 */
#include "config.h"

#include "base/num.h"
#include "base/percent.h"

int
percent_byte(const char *s, size_t len, size_t *used_out)
{
	*used_out = 1;
	if (*s != '%')
		return (unsigned char)*s;
	*used_out = 3;
	return len < 3 ? -1 : num_hex_byte(s + 1);
}

char *
percent_form(struct arena *arena, const char *s, size_t len, size_t *len_out)
{
	char *out = arena_alloc(arena, len + 1);
	size_t i, used, n = 0;
	int byte;

	if (out == NULL)
		return NULL;
	for (i = 0; i < len; i += used) {
		byte = percent_byte(s + i, len - i, &used);
		if (byte < 0) {
			byte = '%';
			used = 1;
		} else if (s[i] == '+')
			byte = ' ';
		out[n++] = (char)byte;
	}
	out[n] = '\0';
	*len_out = n;
	return out;
}
