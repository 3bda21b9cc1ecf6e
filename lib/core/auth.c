/*
 * auth - passwords and tokens.
 *
 * Passwords go through crypt(3): new ones by the configured method, old ones
 * by whatever method their hash names.  Tokens go through libjwt.  Before it
 * sees a token, the token's outer form is checked here, because libjwt skips
 * what is no base64; after it, the algorithm and the type of every claim are.
 * A token whose signature was found right is remembered for a while
 * (token_cache.h); its expiry and its session are checked each time.
 *
 * It knows no names, no roles and no HTTP.  It never says whether a name or a
 * password was wrong, and never logs either.
 */
#include "config.h"

#include <crypt.h>
#include <errno.h>
#include <jwt.h>

#include "base/ids.h"
#include "base/json_mem.h"
#include "base/log.h"
#include "base/num.h"
#include "core/auth.h"
#include "core/token_cache.h"
#include "store/session.h"

enum {
	TOKEN_MAX = 1024,	/* ours have 160 to 600 characters */
	BCRYPT_MAX = 72,	/* bcrypt does not look at what comes after */
	SALT_LEN = 32		/* as much as any method takes */
};

static struct {
	int64_t	 hashed_n;
} self;

static const char base64url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The setting of new hashes with the salt that `salt` makes. */
static enum err
make_setting(const struct conf *conf, const uint8_t salt[SALT_LEN],
    char out[CRYPT_GENSALT_OUTPUT_SIZE])
{
	if (crypt_gensalt_rn(conf->auth_hash_prefix,
	    (unsigned long)conf->auth_hash_cost, (const char *)salt, SALT_LEN,
	    out, CRYPT_GENSALT_OUTPUT_SIZE) != NULL)
		return ERR_OK;
	log_error("auth.hash_prefix %s with auth.hash_cost %lld is nothing that "
	    "crypt(5) knows", conf->auth_hash_prefix,
	    (long long)conf->auth_hash_cost);
	return ERR_CONFIG;
}

/* Hash by `setting`; ERR_CREDENTIALS when it is no setting of crypt(5). */
static enum err
hash_by(const char *password, const char *setting,
    char out[CRYPT_OUTPUT_SIZE])
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash;
	enum err e = ERR_CREDENTIALS;

	if (data == NULL)
		return ERR_NOMEM;
	self.hashed_n++;
	errno = 0;
	hash = crypt_rn(password, setting, data, (int)sizeof(*data));
	if (hash != NULL) {
		memcpy(out, hash, strlen(hash) + 1);
		e = ERR_OK;
	} else if (errno == ENOMEM)
		e = ERR_NOMEM;
	explicit_bzero(data, sizeof(*data));
	free(data);
	return e;
}

int64_t
auth_hashed_n(void)
{
	return self.hashed_n;
}

size_t
auth_password_max(const struct conf *conf)
{
	return strncmp(conf->auth_hash_prefix, "$2", 2) == 0 ? BCRYPT_MAX :
	    CRYPT_MAX_PASSPHRASE_SIZE - 1;
}

enum err
auth_password_hash(struct arena *arena, const struct conf *conf,
    const char *password, const char **hash_out)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], hash[CRYPT_OUTPUT_SIZE];
	uint8_t salt[SALT_LEN];
	enum err e;

	num_random(salt, sizeof(salt));
	if ((e = make_setting(conf, salt, setting)) != ERR_OK)
		return e;
	if ((e = hash_by(password, setting, hash)) != ERR_OK)
		return e == ERR_CREDENTIALS ? ERR_BAD_VALUE : e;
	*hash_out = arena_strdup(arena, hash);
	explicit_bzero(hash, sizeof(hash));
	return *hash_out == NULL ? ERR_NOMEM : ERR_OK;
}

enum err
auth_password_verify(const struct conf *conf, const char *password,
    const char *hash)
{
	static const uint8_t salt[SALT_LEN];
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], got[CRYPT_OUTPUT_SIZE];
	size_t len;
	enum err e;

	if (hash == NULL) {
		if ((e = make_setting(conf, salt, setting)) != ERR_OK)
			return e;
		e = hash_by(password, setting, got);
		explicit_bzero(got, sizeof(got));
		return e == ERR_OK ? ERR_CREDENTIALS : e;
	}
	if ((e = hash_by(password, hash, got)) != ERR_OK)
		return e;
	len = strlen(hash);
	if (strlen(got) != len || !num_equal_secret(got, hash, len))
		e = ERR_CREDENTIALS;
	explicit_bzero(got, sizeof(got));
	return e;
}

/*
 * Settings with two salts that share no character agree in the method and the
 * cost, in whatever form the method writes them.
 */
bool
auth_password_is_outdated(const struct conf *conf, const char *hash)
{
	char low[CRYPT_GENSALT_OUTPUT_SIZE], high[CRYPT_GENSALT_OUTPUT_SIZE];
	uint8_t salt[SALT_LEN];
	size_t n = 0;

	memset(salt, 0, sizeof(salt));
	if (make_setting(conf, salt, low) != ERR_OK)
		return false;
	memset(salt, 0xff, sizeof(salt));
	if (make_setting(conf, salt, high) != ERR_OK)
		return false;
	while (low[n] != '\0' && low[n] == high[n])
		n++;
	return strncmp(hash, low, n) != 0;
}

/* A claim that is an id in digits. */
static enum err
put_id(jwt_t *jwt, const char *name, int64_t id)
{
	char digits[21] = "";

	num_format(id, digits);
	return jwt_add_grant(jwt, name, digits) == 0 ? ERR_OK : ERR_NOMEM;
}

/* The account, in the words of the dialect, and in ours. */
static enum err
put_subject(jwt_t *jwt, const struct token_draft *in)
{
	char text[IDS_UUID_LEN + 1] = "";
	const char *claim = "sub", *value = text;

	switch (in->subject) {
	case SUBJECT_ID:
		return put_id(jwt, "sub", in->who.user_id);
	case SUBJECT_NAME:
		value = in->username;
		break;
	case SUBJECT_EMAIL:
		value = in->email != NULL ? in->email : in->username;
		break;
	case SUBJECT_UUID:
		ids_uuid(in->who.user_id, text);
		break;
	case SUBJECT_HEX24:
		claim = "user_id";
		ids_hex24(in->who.user_id, text);
		break;
	}
	if (jwt_add_grant(jwt, claim, value) != 0)
		return ERR_NOMEM;
	return put_id(jwt, "uid", in->who.user_id);
}

static enum err
put_claims(jwt_t *jwt, const struct conf *conf, const struct token_draft *in)
{
	const unsigned char *key = (const unsigned char *)conf->secret;
	const struct identity *who = &in->who;

	if (put_subject(jwt, in) != ERR_OK ||
	    put_id(jwt, "sid", who->session_id) != ERR_OK ||
	    jwt_add_grant_int(jwt, "iat", who->issued_at / 1000) != 0 ||
	    jwt_add_grant_int(jwt, "exp", who->expires_at / 1000) != 0 ||
	    jwt_set_alg(jwt, JWT_ALG_HS256, key, (int)strlen(conf->secret)) != 0)
		return ERR_NOMEM;
	return ERR_OK;
}

enum err
auth_token_issue(struct arena *arena, const struct conf *conf,
    const struct token_draft *in, const char **token_out)
{
	char *text = NULL;
	jwt_t *jwt;
	enum err e;

	if (jwt_new(&jwt) != 0)
		return ERR_NOMEM;
	if ((e = put_claims(jwt, conf, in)) == ERR_OK) {
		text = jwt_encode_str(jwt);
		*token_out = arena_strdup(arena, text);
		if (*token_out == NULL)
			e = ERR_NOMEM;
	}
	free(text);
	jwt_free(jwt);
	return e;
}

/* Three parts of base64url, none of them empty, and nothing else. */
static bool
is_token(const char *token)
{
	size_t part, len = 0;
	int n;

	for (n = 0; n < 3; n++) {
		part = strspn(token + len, base64url);
		len += part;
		if (part == 0 || len > TOKEN_MAX ||
		    token[len++] != (n == 2 ? '\0' : '.'))
			return false;
	}
	return true;
}

static enum err
get_id(jwt_t *jwt, const char *name, int64_t *out)
{
	const char *text = jwt_get_grant(jwt, name);

	return text != NULL && num_parse_id(text, out) ? ERR_OK : ERR_BAD_TOKEN;
}

/* A uid goes before a sub, which may be anything then, another's id too. */
static enum err
get_user(jwt_t *jwt, int64_t *out)
{
	bool has_uid = jwt_get_grant(jwt, "uid") != NULL;

	return get_id(jwt, has_uid ? "uid" : "sub", out);
}

/*
 * A claim of seconds as an instant; ERR_MISSING when it is not there.  What is
 * no whole number is 0 to libjwt, so there is no such instant as 1970.
 */
static enum err
get_instant(jwt_t *jwt, const char *name, int64_t *at_out)
{
	int64_t s;

	errno = 0;
	s = jwt_get_grant_int(jwt, name);
	if (errno == ENOENT)
		return ERR_MISSING;
	if (errno != 0 || s < 1 || s > INT64_MAX / 2000)
		return ERR_BAD_TOKEN;
	*at_out = s * 1000;
	return ERR_OK;
}

/* Exp has to be there, and the claims of a beginning are not in the future. */
static enum err
check_times(jwt_t *jwt, int64_t now, int64_t skew, struct identity *out)
{
	static const char *const beginnings[] = { "iat", "nbf" };
	int64_t at;
	enum err e;
	size_t i;

	if (get_instant(jwt, "exp", &out->expires_at) != ERR_OK)
		return ERR_BAD_TOKEN;
	out->issued_at = 0;
	for (i = 0; i < ARRAY_LEN(beginnings); i++) {
		if ((e = get_instant(jwt, beginnings[i], &at)) == ERR_MISSING)
			continue;
		if (e != ERR_OK || at > now + skew)
			return ERR_BAD_TOKEN;
		if (i == 0)
			out->issued_at = at;
	}
	return ERR_OK;
}

static enum err
read_claims(jwt_t *jwt, const struct conf *conf, int64_t now,
    struct identity *out)
{
	if (jwt_get_alg(jwt) != JWT_ALG_HS256 ||
	    get_user(jwt, &out->user_id) != ERR_OK ||
	    get_id(jwt, "sid", &out->session_id) != ERR_OK)
		return ERR_BAD_TOKEN;
	return check_times(jwt, now, conf->auth_skew_s * 1000, out);
}

/* What a token says that has our signature; it may have expired. */
static enum err
decode(const struct conf *conf, const char *token, int64_t now,
    struct identity *out)
{
	const unsigned char *key = (const unsigned char *)conf->secret;
	jwt_t *jwt = NULL;
	enum err e;
	int rc;

	if (!json_mem_begin(strlen(token)))
		return ERR_NOMEM;
	rc = jwt_decode(&jwt, token, key, (int)strlen(conf->secret));
	json_mem_end();
	if (rc != 0)
		return rc == ENOMEM ? ERR_NOMEM : ERR_BAD_TOKEN;
	e = read_claims(jwt, conf, now, out);
	jwt_free(jwt);
	return e;
}

/*
 * libjwt does not always say that it had no memory: it may call the token bad
 * then, or find nothing in it.  Where there is none at all it says so, because
 * it begins with some; and what has failed once only does not fail again.
 */
static enum err
decode_surely(const struct conf *conf, const char *token, int64_t now,
    struct identity *out)
{
	enum err e;

	if (!is_token(token))
		return ERR_BAD_TOKEN;
	e = decode(conf, token, now, out);
	return e == ERR_BAD_TOKEN ? decode(conf, token, now, out) : e;
}

enum err
auth_token_verify(const struct conf *conf, const char *token, int64_t now,
    struct identity *out)
{
	struct identity who;
	bool is_known = token_cache_find(conf->secret, token, &who);
	enum err e;

	if (!is_known &&
	    (e = decode_surely(conf, token, now, &who)) != ERR_OK)
		return e;
	if (now >= who.expires_at + conf->auth_skew_s * 1000)
		return ERR_TOKEN_EXPIRED;
	if (!is_known)
		token_cache_add(conf->secret, token, &who);
	*out = who;
	return ERR_OK;
}

enum err
auth_check(struct store *store, const struct conf *conf, const char *token,
    int64_t now, struct identity *out)
{
	enum err e;

	if ((e = auth_token_verify(conf, token, now, out)) != ERR_OK)
		return e;
	return store_session_check(store, out->session_id, out->user_id, now);
}
