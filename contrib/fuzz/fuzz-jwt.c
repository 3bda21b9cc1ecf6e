/*
 * fuzz-jwt - does core/auth read any token, and believe none that is not ours?
 *
 * Input that begins with ! is a header and a payload, a line each, which are
 * signed here as whoever has the secret would; anything else is a token as it
 * comes, and is believed only if its signature is right.
 */
#include "config.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "contrib/fuzz/fuzz.h"
#include "core/auth.h"

enum { TOKEN_MAX = 1 << 12, NOW_MS = 1700000000 };

static const char secret[] = "0123456789abcdef0123456789abcdef";
static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
put_base64(struct str *out, const unsigned char *bytes, size_t len)
{
	uint32_t bits = 0;
	int n = 0;

	for (; len > 0; len--) {
		bits = bits << 8 | *bytes++;
		for (n += 8; n >= 6; n -= 6)
			str_putc(out, digits[bits >> (n - 6) & 63]);
	}
	if (n > 0)
		str_putc(out, digits[bits << (6 - n) & 63]);
}

static void
put_signature(struct str *out)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	require(HMAC(EVP_sha256(), secret, sizeof(secret) - 1,
	    (const unsigned char *)out->s, out->len, mac, &len) != NULL);
	str_putc(out, '.');
	put_base64(out, mac, len);
}

/* The signature is the one that the secret makes. */
static bool
is_signed(const char *token)
{
	const char *dot = strrchr(token, '.');
	struct str s;
	bool same;

	if (dot == NULL)
		return false;
	str_init(&s, 4 * TOKEN_MAX);
	str_put(&s, token, (size_t)(dot - token));
	put_signature(&s);
	same = str_is_ok(&s) && strncmp(s.s, token, s.len) == 0;
	str_release(&s);
	return same;
}

static void
verify(const struct conf *conf, const char *token)
{
	struct identity who = { 0 };
	int64_t now = (int64_t)NOW_MS * 1000;
	enum err e = auth_token_verify(conf, token, now, &who);

	require(e == ERR_OK || e == ERR_BAD_TOKEN || e == ERR_TOKEN_EXPIRED);
	if (e != ERR_OK)
		return;
	require(is_signed(token));
	require(who.user_id > 0 && who.session_id > 0);
	require(who.expires_at + conf->auth_skew_s * 1000 >= now);
}

static void
verify_signed(const struct conf *conf, const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	struct str s;

	if (line == NULL)
		return;
	str_init(&s, 4 * TOKEN_MAX);
	put_base64(&s, data, (size_t)(line - data));
	str_putc(&s, '.');
	put_base64(&s, line + 1, size - (size_t)(line - data) - 1);
	put_signature(&s);
	if (str_is_ok(&s))
		verify(conf, s.s);
	str_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct conf *conf;
	char fault[CONF_FAULT_LEN], *token;

	if (conf == NULL) {
		setenv("SECRET_KEY", secret, 1);
		require(conf_load(NULL, &conf, fault) == ERR_OK);
	}
	if (size > TOKEN_MAX)
		return 0;
	if (size > 0 && data[0] == '!') {
		verify_signed(conf, data + 1, size - 1);
	} else {
		token = fuzz_text(data, size);
		verify(conf, token);
		free(token);
	}
	return 0;
}
