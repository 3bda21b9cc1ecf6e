/*
 * num - numbers, bytes and text, where a mistake is an error.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/base.h"

/* A decimal integer and nothing else, within [min, max]; false otherwise. */
bool	 num_parse(const char *text, int64_t min, int64_t max, int64_t *out);

/* An id of ours: 1 to 2^63-1, digits only, no leading zero. */
bool	 num_parse_id(const char *text, int64_t *out);

/* Write the decimal digits of `n` (no NUL) and return how many: at most 20. */
size_t	 num_format(int64_t n, char digits[20]);

/* Fill with bytes from the system's generator; aborts if there are none. */
void	 num_random(void *bytes, size_t len);

/* Lower-case hex of `len` bytes and a NUL: 2 * len + 1 characters. */
void	 num_hex(const void *bytes, size_t len, char *out);

/* The value of a hex digit of either case; -1 when it is none. */
int	 num_hex_digit(char c);

/*
 * The byte that two hex digits of either case make; -1 when `s` does not begin
 * with two.
 */
int	 num_hex_byte(const char *s);

/* RFC 4648 base64 (with padding) and a NUL; `out` holds 4*((len+2)/3)+1. */
void	 num_base64(const void *bytes, size_t len, char *out);

/* The same length takes the same time, whatever the bytes are. */
bool	 num_equal_secret(const void *a, const void *b, size_t len);

enum { SHA1_LEN = 20, SHA256_LEN = 32 };

/*
 * FIPS 180-4 digests, by libcrypto, which needs memory for them.  Without it the
 * first two are false, and the last one, which is a worker's, aborts.
 */
bool	 num_sha1(const void *bytes, size_t len,
	    uint8_t out[SHA1_LEN]) MUST_CHECK;
bool	 num_try_sha256(const void *bytes, size_t len,
	    uint8_t out[SHA256_LEN]) MUST_CHECK;
void	 num_sha256(const void *bytes, size_t len, uint8_t out[SHA256_LEN]);

#endif
