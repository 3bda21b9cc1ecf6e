/*
 * utf8 - is this UTF-8 (RFC 3629)?
 *
 * Overlong forms, surrogates and code points over U+10FFFF are refused.  The
 * state between two pieces of one text is a single byte, so that a text that
 * arrives in fragments is checked as it comes, and a bad one is refused at
 * the first byte that cannot be right.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

enum { UTF8_START = 0 };	/* between two characters: a text may end */

/* Go on from `*state` over `len` bytes; false at the first wrong byte. */
bool	 utf8_feed(uint8_t *state, const void *bytes, size_t len);

/* A whole text. */
bool	 utf8_is_valid(const void *bytes, size_t len);

/*
 * Append a text in which U+FFFD stands for each byte that is no part of UTF-8,
 * and for NUL.
 */
void	 utf8_repair(struct str *out, const void *bytes, size_t len);

/* How many characters a valid text has. */
size_t	 utf8_length(const char *s);

#endif
