/*
 * fuzz-utf8 - is base/utf8 right about any text, however it is cut?
 *
 * The first byte says where the text is cut in two.  The answer is compared
 * with a decoder that works out the code points.
 */
#include "config.h"

#include "base/utf8.h"
#include "contrib/fuzz/fuzz.h"

/* The bytes of the character at `s`, or 0 when it is none. */
static size_t
decode(const uint8_t *s, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 :
	    s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;
	uint32_t c = n == 1 ? s[0] : s[0] & (0x7f >> n);

	if (n == 0 || n > len)
		return 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ?
	    0 : n;
}

static bool
is_text(const uint8_t *s, size_t len)
{
	size_t n;

	for (; len > 0; s += n, len -= n)
		if ((n = decode(s, len)) == 0)
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t state = UTF8_START;
	size_t cut;
	bool valid;

	if (size == 0)
		return 0;
	cut = data[0] % size;
	data++;
	size--;
	valid = utf8_feed(&state, data, cut) &&
	    utf8_feed(&state, data + cut, size - cut) && state == UTF8_START;
	if (valid != is_text(data, size) || valid != utf8_is_valid(data, size))
		abort();
	return 0;
}
