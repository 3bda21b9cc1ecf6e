/*
 * utf8 - is this UTF-8 (RFC 3629)?
 *
 * A character is a lead byte and what has to follow it.  A state says which
 * range the next byte must be in and which state comes after it; only the
 * byte after E0, ED, F0 and F4 has a narrower range than 80..BF, and that is
 * what keeps out overlong forms, surrogates and everything over U+10FFFF:
 *
 *	        C2..DF                            80..BF
 *	START ------------------------------> ONE --------> START
 *	   |    E1..EC EE EF          80..BF   ^
 *	   +--------------------> TWO ---------+
 *	   |    E0                    A0..BF   |
 *	   +-----------------> AFTER_E0 -------+
 *	   |    ED                    80..9F   |
 *	   +-----------------> AFTER_ED -------+
 *	   |    F1..F3            80..BF
 *	   +------------------> THREE ---------> TWO
 *	   |    F0                90..BF          ^
 *	   +-----------------> AFTER_F0 ----------+
 *	   |    F4                80..8F          |
 *	   +-----------------> AFTER_F4 ----------+
 *
 * Most text is ASCII, so between two characters the bytes are looked at a few
 * words at a time.  It does not decode: nothing here needs a code point.
 */
#include "config.h"

#include "base/utf8.h"

enum state {
	START = UTF8_START, ONE, TWO, THREE,
	AFTER_E0, AFTER_ED, AFTER_F0, AFTER_F4, BAD
};

/* What may come next within a character. */
static const struct {
	uint8_t	 min, max;
	uint8_t	 next;
} follow[] = {
	[ONE] =		{ 0x80, 0xbf, START },
	[TWO] =		{ 0x80, 0xbf, ONE },
	[THREE] =	{ 0x80, 0xbf, TWO },
	[AFTER_E0] =	{ 0xa0, 0xbf, ONE },
	[AFTER_ED] =	{ 0x80, 0x9f, ONE },
	[AFTER_F0] =	{ 0x90, 0xbf, TWO },
	[AFTER_F4] =	{ 0x80, 0x8f, TWO },
};

static enum state
after_lead(uint8_t byte)
{
	if (byte < 0x80)
		return START;
	if (byte < 0xc2 || byte > 0xf4)
		return BAD;
	if (byte < 0xe0)
		return ONE;
	if (byte < 0xf0)
		return byte == 0xe0 ? AFTER_E0 : byte == 0xed ? AFTER_ED : TWO;
	return byte == 0xf0 ? AFTER_F0 : byte == 0xf4 ? AFTER_F4 : THREE;
}

/* The first byte at or after `p` that may not be ASCII. */
static const uint8_t *
skip_ascii(const uint8_t *p, const uint8_t *end)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t word[4];

	while ((size_t)(end - p) >= sizeof(word)) {
		memcpy(word, p, sizeof(word));
		if (((word[0] | word[1] | word[2] | word[3]) & high) != 0)
			break;
		p += sizeof(word);
	}
	while (p < end && *p < 0x80)
		p++;
	return p;
}

bool
utf8_feed(uint8_t *state, const void *bytes, size_t len)
{
	const uint8_t *p = bytes, *end = p + len;
	uint8_t now = *state;

	while (p < end && now != BAD) {
		if (now != START)
			now = *p >= follow[now].min && *p <= follow[now].max ?
			    follow[now].next : BAD;
		else if ((p = skip_ascii(p, end)) < end)
			now = after_lead(*p);
		else
			break;
		p++;
	}
	*state = now;
	return now != BAD;
}

bool
utf8_is_valid(const void *bytes, size_t len)
{
	uint8_t state = UTF8_START;

	return utf8_feed(&state, bytes, len) && state == UTF8_START;
}

/* The bytes of the character that `p` begins with; 0: it begins with none. */
static size_t
char_len(const uint8_t *p, const uint8_t *end)
{
	uint8_t state = UTF8_START;
	size_t n = 0;

	if (*p == '\0')
		return 0;
	do {
		if (p + n == end || !utf8_feed(&state, p + n, 1))
			return 0;
		n++;
	} while (state != UTF8_START);
	return n;
}

void
utf8_repair(struct str *out, const void *bytes, size_t len)
{
	const uint8_t *p = bytes, *end = p + len;
	size_t n;

	for (; p < end; p += n) {
		if ((n = char_len(p, end)) > 0) {
			str_put(out, p, n);
			continue;
		}
		str_puts(out, "\xef\xbf\xbd");
		n = 1;
	}
}

size_t
utf8_length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((uint8_t)*s & 0xc0) != 0x80;
	return n;
}
