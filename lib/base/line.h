/*
 * line - the text that our processes speak to each other.
 *
 * One command per line: fields separated by a tab, ended by a newline; tab,
 * newline, carriage return and backslash inside a field are written \t \n \r
 * \\.  The first line of either side names the protocol and its version, so
 * that a person with a terminal can speak it too.  natterjack-wire(7).
 */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include "base/str.h"

enum { LINE_FIELDS_MAX = 16 };

struct line {
	char	*field[LINE_FIELDS_MAX];	/* NUL-terminated, unescaped */
	int	 n;
};

/* Append one field, and the tab before it unless it is a line's first. */
void	 line_put(struct str *, const char *field);
void	 line_put_int(struct str *, int64_t n);

/* End the line. */
void	 line_end(struct str *);

/*
 * Split the line that `bytes` begin with; its bytes are changed in place and
 * the fields point into them.  ERR_OK with `*used_out` the bytes to drop;
 * ERR_AGAIN when no newline is there yet; ERR_BAD_REQUEST when it has too many
 * fields, a NUL, or an unknown escape (`*used_out` is set: drop it and go on).
 */
enum err line_take(char *bytes, size_t len, struct line *line_out,
	    size_t *used_out) MUST_CHECK;

#endif
