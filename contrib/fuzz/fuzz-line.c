/*
 * fuzz-line - does base/line read any line, and read back what it writes?
 *
 * A line's first field is its command and never empty: line_put() could not
 * tell it from the start of a line.
 */
#include "config.h"

#include "base/line.h"
#include "contrib/fuzz/fuzz.h"

enum { LINES_MAX = 1 << 14 };

static void
check_line(const struct line *line)
{
	struct line again;
	struct str s;
	size_t used;
	int i;

	require(line->n > 0 && line->n <= LINE_FIELDS_MAX);
	if (line->field[0][0] == '\0')
		return;
	str_init(&s, 4 * LINES_MAX);
	for (i = 0; i < line->n; i++)
		line_put(&s, line->field[i]);
	line_end(&s);
	require(str_is_ok(&s));
	require(line_take(s.s, s.len, &again, &used) == ERR_OK);
	require(used == s.len && again.n == line->n);
	for (i = 0; i < line->n; i++)
		require(strcmp(again.field[i], line->field[i]) == 0);
	str_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line line;
	size_t at = 0, used;
	char *bytes;
	enum err e;

	if (size == 0 || size > LINES_MAX)
		return 0;
	require((bytes = malloc(size)) != NULL);
	memcpy(bytes, data, size);
	while ((e = line_take(bytes + at, size - at, &line, &used)) !=
	    ERR_AGAIN) {
		require(e == ERR_OK || e == ERR_BAD_REQUEST);
		require(used > 0 && used <= size - at);
		if (e == ERR_OK)
			check_line(&line);
		at += used;
	}
	free(bytes);
	return 0;
}
