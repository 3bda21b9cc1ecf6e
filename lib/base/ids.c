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

/* The lowest `n` digits of `id`, which end before `end`. */
static void
put_digits(uint64_t id, int n, char *end)
{
	static const char hex[] = "0123456789abcdef";

	for (; n > 0; n--, id >>= 4)
		*--end = hex[id & 15];
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
	memcpy(text, uuid, sizeof(uuid));
	put_digits((uint64_t)id >> 48, 4, text + 8);
	put_digits((uint64_t)id, 12, text + IDS_UUID_LEN);
}

void
ids_hex24(int64_t id, char text[IDS_HEX24_LEN + 1])
{
	memcpy(text, hex24, sizeof(hex24));
	put_digits((uint64_t)id, 16, text + IDS_HEX24_LEN);
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
