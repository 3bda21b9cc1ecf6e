/*
 * base/utf8 against a second reading of RFC 3629: encode every code point and
 * see that nothing else of up to three bytes, and no neighbour of a sequence of
 * four, is taken.
 */
#include "config.h"

#include "base/utf8.h"
#include "t/unit/tap.h"

enum { CODE_POINT_MAX = 0x10ffff };

/* The UTF-8 of a code point, by the table of RFC 3629, section 3. */
static size_t
encode(uint32_t c, uint8_t out[4])
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t i, len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (i = len - 1; i > 0; i--) {
		out[i] = 0x80 | (c & 0x3f);
		c >>= 6;
	}
	out[0] = (uint8_t)(lead[len] | c);
	return len;
}

static bool
is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

static void
test_code_points(void)
{
	uint32_t c, wrong = 0;
	uint8_t bytes[4];
	size_t len;

	for (c = 0; c <= CODE_POINT_MAX; c++) {
		len = encode(c, bytes);
		wrong += utf8_is_valid(bytes, len) == is_surrogate(c);
	}
	is_int(wrong, 0, "every code point is valid, every surrogate is not");
	for (c = CODE_POINT_MAX + 1, wrong = 0; c < 0x200000; c++)
		wrong += utf8_is_valid(bytes, encode(c, bytes));
	is_int(wrong, 0, "nothing over U+10FFFF is valid");
}

/* How many texts of exactly `len` bytes are valid, counted one by one. */
static uint32_t
count_valid(size_t len)
{
	uint32_t n, all = 1u << (8 * len), valid = 0;
	uint8_t bytes[3];

	for (n = 0; n < all; n++) {
		bytes[0] = (uint8_t)n;
		bytes[1] = (uint8_t)(n >> 8);
		bytes[2] = (uint8_t)(n >> 16);
		valid += utf8_is_valid(bytes, len);
	}
	return valid;
}

static void
test_counts(void)
{
	const uint32_t one = 0x80, two = 0x800 - 0x80;
	const uint32_t three = 0x10000 - 0x800 - 0x800;

	is_int(count_valid(1), one, "as many texts of one byte as there are");
	is_int(count_valid(2), one * one + two, "of two bytes");
	is_int(count_valid(3), one * one * one + 2 * one * two + three,
	    "of three bytes: no overlong form, no stray byte");
}

/* All lead bytes of four and all second bytes; the others at their edges. */
static void
test_four(void)
{
	static const uint8_t edges[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };
	uint32_t valid = 0;
	size_t i, n = ARRAY_LEN(edges);
	uint8_t b[4];

	for (i = 0; i < 16 * 256 * n * n; i++) {
		b[0] = (uint8_t)(0xf0 | (i & 0x0f));
		b[1] = (uint8_t)(i >> 4);
		b[2] = edges[(i >> 12) % n];
		b[3] = edges[(i >> 12) / n];
		valid += utf8_is_valid(b, sizeof(b));
	}
	/* F0: 30h second bytes, F1 to F3: 40h each, F4: 10h. */
	is_int(valid, (0x30 + 3 * 0x40 + 0x10) * 2 * 2,
	    "of four bytes: none from F5, none overlong");
}

static void
test_first_wrong_byte(void)
{
	static const struct {
		const char *bytes;
		size_t	 good;	/* bytes that may still become right */
	} texts[] = {
		{ "a\x80", 1 }, { "\xc0\xaf", 0 }, { "\xc1\x81", 0 },
		{ "\xe0\x9f\xbf", 1 }, { "\xed\xa0\x80", 1 },
		{ "\xf0\x8f\xbf\xbf", 1 }, { "\xf4\x90\x80\x80", 1 },
		{ "\xf5\x80\x80\x80", 0 }, { "\xff", 0 }, { "\xfe", 0 },
		{ "\xe2\x82" "a", 2 }, { "\xf0\x9f\x92" "\xf0", 3 },
		{ "abc\xc3\xc3", 4 },
	};
	size_t i, n;
	uint8_t state;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		n = 0;
		state = UTF8_START;
		while (texts[i].bytes[n] != '\0' &&
		    utf8_feed(&state, texts[i].bytes + n, 1))
			n++;
		is_int((int64_t)n, (int64_t)texts[i].good,
		    "refused at the first byte that cannot be right");
		ok(!utf8_feed(&state, "a", 1) && !utf8_feed(&state, "", 0),
		    "and whatever comes after");
	}
}

/* A text with characters of every length, wherever it is cut and however it
 * is aligned. */
static void
test_pieces(void)
{
	char text[160];
	size_t shift, cut, bad = 0, open = 0, len;
	uint8_t state;

	for (shift = 0; shift < 40; shift++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + shift, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb8z",
		    11);
		len = 100 + shift;
		for (cut = 0; cut <= len; cut++) {
			state = UTF8_START;
			bad += !utf8_feed(&state, text, cut);
			open += state != UTF8_START;
			bad += !utf8_feed(&state, text + cut, len - cut) ||
			    state != UTF8_START;
		}
		text[shift + 50] = '\x80';
		bad += utf8_is_valid(text, len);
	}
	is_int((int64_t)bad, 0, "a text is the same in two pieces");
	is_int((int64_t)open, 40 * (1 + 2 + 3),
	    "a cut within a character leaves it open");
}

static void
test_length(void)
{
	ok(utf8_is_valid("", 0), "an empty text is valid");
	ok(utf8_is_valid("\0", 1), "NUL is a character");
	ok(!utf8_is_valid("\xe2\x82", 2), "half a character is not");
	is_int((int64_t)utf8_length(""), 0, "no characters");
	is_int((int64_t)utf8_length("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb8"), 4,
	    "four characters in ten bytes");
}

int
main(void)
{
	test_code_points();
	test_counts();
	test_four();
	test_first_wrong_byte();
	test_pieces();
	test_length();
	return tap_done();
}
