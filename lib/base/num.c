/*
 * num - numbers, bytes and text, where a mistake is an error.
 */
#include "config.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include "base/num.h"

bool
num_parse(const char *text, int64_t min, int64_t max, int64_t *out)
{
	bool negative = *text == '-';
	int64_t n = 0;

	text += negative;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		int digit = *text - '0';

		if (digit < 0 || digit > 9 ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, negative ? -digit : digit, &n))
			return false;
	}
	if (n < min || n > max)
		return false;
	*out = n;
	return true;
}

bool
num_parse_id(const char *text, int64_t *out)
{
	return *text != '0' && num_parse(text, 1, INT64_MAX, out);
}

size_t
num_format(int64_t n, char digits[20])
{
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
	char reversed[20];
	size_t len = 0, i = 0;

	do {
		reversed[len++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		digits[i++] = '-';
	while (len > 0)
		digits[i++] = reversed[--len];
	return i;
}

void
num_random(void *bytes, size_t len)
{
	unsigned char *p = bytes;
	ssize_t n;

	while (len > 0) {
		n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort();
		p += n;
		len -= (size_t)n;
	}
}

void
num_hex(const void *bytes, size_t len, char *out)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (; len > 0; len--, p++) {
		*out++ = hex[*p >> 4];
		*out++ = hex[*p & 15];
	}
	*out = '\0';
}

int
num_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
num_hex_byte(const char *s)
{
	int hi = num_hex_digit(s[0]);
	int lo = hi < 0 ? -1 : num_hex_digit(s[1]);

	return lo < 0 ? -1 : hi << 4 | lo;
}

void
num_base64(const void *bytes, size_t len, char *out)
{
	EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
}

bool
num_equal_secret(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

bool
num_sha1(const void *bytes, size_t len, uint8_t out[SHA1_LEN])
{
	return EVP_Digest(bytes, len, out, NULL, EVP_sha1(), NULL) == 1;
}

bool
num_try_sha256(const void *bytes, size_t len, uint8_t out[SHA256_LEN])
{
	return EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL) == 1;
}

void
num_sha256(const void *bytes, size_t len, uint8_t out[SHA256_LEN])
{
	/* It can only fail for want of memory; no digest must not pass as one. */
	if (!num_try_sha256(bytes, len, out))
		abort();
}
