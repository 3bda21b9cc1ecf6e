/*
 * ids - ids of ours as the texts that some dialects know ids by.
 *
 * Each form is a pattern in which an x stands for a digit of the id, the first
 * for its highest four bits.
 */
#include "config.h"

#include "base/ids.h"
#include "base/num.h"

static const char uuid[IDS_UUID_LEN + 1] =
    "0000xxxx-0000-4000-8000-xxxxxxxxxxxx";
static const char hex24[IDS_HEX24_LEN + 1] = "00000000xxxxxxxxxxxxxxxx";

/* The pattern and its NUL with the digits of `id` in their places. */
static void
format(const char *pattern, int64_t id, char *out)
{
	static const char hex[] = "0123456789abcdef";
	int shift = 64;

	do {
		if (*pattern == 'x') {
			shift -= 4;
			*out++ = hex[(uint64_t)id >> shift & 15];
		} else
			*out++ = *pattern;
	} while (*pattern++ != '\0');
}

static bool
parse(const char *pattern, const char *text, int64_t *id_out)
{
	uint64_t id = 0;
	int digit;

	for (; *pattern != '\0'; pattern++, text++) {
		if (*pattern == 'x') {
			if ((digit = num_hex_digit(*text)) < 0)
				return false;
			id = id << 4 | (unsigned)digit;
		} else if (*text != *pattern)
			return false;
	}
	if (*text != '\0')
		return false;
	*id_out = (int64_t)id;
	return true;
}

void
ids_uuid(int64_t id, char text[IDS_UUID_LEN + 1])
{
	format(uuid, id, text);
}

void
ids_hex24(int64_t id, char text[IDS_HEX24_LEN + 1])
{
	format(hex24, id, text);
}

bool
ids_parse_uuid(const char *text, int64_t *id_out)
{
	return parse(uuid, text, id_out);
}

bool
ids_parse_hex24(const char *text, int64_t *id_out)
{
	return parse(hex24, text, id_out);
}
