/*
 * token_cache - tokens whose signature was found right a moment ago.
 *
 * A table without chains: the end of a token, which is its signature and thus
 * as good as random, names its one place.  Nobody can make tokens with right
 * signatures that would share a place, and a wrong one never gets in.
 */
#include "config.h"

#include "base/num.h"
#include "core/token_cache.h"

enum {
	PLACES_N = 512,		/* a power of two */
	TOKEN_MAX = 320,	/* ours have 160 to 240 characters, more with a
				   long name or address in them */
	TAIL_LEN = 8,		/* of the signature: what the place is made of */
	SECRET_MAX = 1024,
	SECRET_OLD_MAX = 16384
};

struct place {
	size_t	 len;		/* 0: free */
	char	 token[TOKEN_MAX];
	struct identity who;
};

static struct {
	char	 secret[SECRET_MAX + 1];
	char	 secret_old[SECRET_OLD_MAX + 1];
	struct place places[PLACES_N];
} self;

/* Forget everything when the secrets are others; false: they do not fit. */
static bool
has_secrets(const struct conf *conf)
{
	size_t len = strlen(conf->secret), old_len;

	if (strcmp(self.secret, conf->secret) == 0 &&
	    strcmp(self.secret_old, conf->secret_old) == 0)
		return true;
	explicit_bzero(&self, sizeof(self));
	old_len = strlen(conf->secret_old);
	if (len > SECRET_MAX || old_len > SECRET_OLD_MAX)
		return false;
	memcpy(self.secret, conf->secret, len + 1);
	memcpy(self.secret_old, conf->secret_old, old_len + 1);
	return true;
}

static struct place *
place_of(const char *token, size_t len)
{
	uint64_t tail;

	memcpy(&tail, token + len - TAIL_LEN, sizeof(tail));
	/* Fibonacci hashing: the characters differ in few bits. */
	return &self.places[(tail * UINT64_C(0x9e3779b97f4a7c15)) >> 55];
}

bool
token_cache_find(const struct conf *conf, const char *token, struct identity *out)
{
	size_t len = strlen(token);
	const struct place *p;

	if (len < TAIL_LEN || len > TOKEN_MAX || !has_secrets(conf))
		return false;
	p = place_of(token, len);
	if (p->len != len || !num_equal_secret(p->token, token, len))
		return false;
	*out = p->who;
	return true;
}

void
token_cache_add(const struct conf *conf, const char *token,
    const struct identity *who)
{
	size_t len = strlen(token);
	struct place *p;

	if (len < TAIL_LEN || len > TOKEN_MAX || !has_secrets(conf))
		return;
	p = place_of(token, len);
	p->len = len;
	memcpy(p->token, token, len);
	p->who = *who;
}
