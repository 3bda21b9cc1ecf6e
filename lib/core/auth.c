/*
 * auth - access tokens.
 *
 * Tokens go through libjwt.  Before it sees one, the token's outer form is
 * checked here, because libjwt skips what is no base64 and takes the last of two
 * claims; after it, the algorithm, the key's name and the type of every claim
 * are.  A token whose signature was found right is remembered for a while
 * (token_cache.h); its expiry and its session are checked each time.
 *
 * It knows no names, no roles and no HTTP, and never logs a token.
 */
#include "config.h"

#include <errno.h>
#include <jwt.h>

#include "base/ids.h"
#include "base/json.h"
#include "base/json_mem.h"
#include "base/num.h"
#include "core/auth.h"
#include "core/token_cache.h"
#include "store/session.h"

enum {
	TOKEN_MAX = 1024,	/* ours have 160 to 600 characters */
	SECRET_MAX = 1024,	/* of what a key's name is made of */
	KID_LEN = 16
};

/* A secret, which may be one of several lines. */
struct key {
	const char *secret;
	size_t	 len;
};

/* A token on its way to who it is. */
struct reading {
	int64_t	 now;
	struct identity who;
};

static const char base64url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/*
 * The name of a key tells nothing of it that its signatures do not: who guesses
 * at a secret can try it by either.  False: out of memory.
 */
static bool
make_kid(const struct key *key, char out[KID_LEN + 1])
{
	static const char salt[] = "natterjack kid ";
	char text[sizeof(salt) - 1 + SECRET_MAX];
	uint8_t digest[SHA256_LEN];
	size_t len = key->len < SECRET_MAX ? key->len : SECRET_MAX;
	bool done;

	memcpy(text, salt, sizeof(salt) - 1);
	memcpy(text + sizeof(salt) - 1, key->secret, len);
	done = num_try_sha256(text, sizeof(salt) - 1 + len, digest);
	if (done)
		num_hex(digest, KID_LEN / 2, out);
	explicit_bzero(text, sizeof(text));
	return done;
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
	const struct key key = { conf->secret, strlen(conf->secret) };
	const struct identity *who = &in->who;
	char kid[KID_LEN + 1];

	if (!make_kid(&key, kid) ||
	    jwt_add_header(jwt, "kid", kid) != 0 ||
	    put_subject(jwt, in) != ERR_OK ||
	    put_id(jwt, "sid", who->session_id) != ERR_OK ||
	    jwt_add_grant_int(jwt, "iat", who->issued_at / 1000) != 0 ||
	    jwt_add_grant_int(jwt, "exp", who->expires_at / 1000) != 0 ||
	    jwt_set_alg(jwt, JWT_ALG_HS256, (const unsigned char *)key.secret,
	    (int)key.len) != 0)
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

/*
 * A part in base64url, decoded; how many bytes that is.  0: it is none, or it has
 * bits that count for nothing, so that the same bytes have another spelling.
 */
static size_t
decode_part(const char *part, size_t len, char out[TOKEN_MAX])
{
	uint32_t bits = 0;
	size_t i, n = 0;
	int have = 0;

	for (i = 0; i < len; i++) {
		bits = bits << 6 |
		    (uint32_t)(strchr(base64url, part[i]) - base64url);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		out[n++] = (char)(bits >> have & 0xff);
		bits &= (1U << have) - 1;
	}
	return have >= 6 || bits != 0 ? 0 : n;
}

/*
 * An object in which no name stands twice: libjwt would take the last.  A header
 * says HS256, to the letter: that is looked at before libjwt chooses by it.
 */
static enum err
check_object(const char *text, size_t len, bool is_header)
{
	json_t *json;
	const char *alg;
	bool is_good;

	switch (json_read(text, len, &json, NULL)) {
	case ERR_OK:
		break;
	case ERR_NOMEM:
		return ERR_NOMEM;
	default:
		return ERR_BAD_TOKEN;
	}
	alg = json_string_value(json_object_get(json, "alg"));
	is_good = json_is_object(json) &&
	    (!is_header || (alg != NULL && strcmp(alg, "HS256") == 0));
	json_decref(json);
	return is_good ? ERR_OK : ERR_BAD_TOKEN;
}

/* Two objects and a signature in base64url, and nothing else. */
static enum err
check_form(const char *token)
{
	char bytes[TOKEN_MAX];
	size_t part, n, len = 0;
	enum err e = ERR_OK;
	int i;

	for (i = 0; i < 3 && e == ERR_OK; i++) {
		part = strspn(token + len, base64url);
		if (len + part > TOKEN_MAX ||
		    token[len + part] != (i == 2 ? '\0' : '.') ||
		    (n = decode_part(token + len, part, bytes)) == 0)
			return ERR_BAD_TOKEN;
		if (i < 2)
			e = check_object(bytes, n, i == 0);
		len += part + 1;
	}
	return e;
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
check_times(jwt_t *jwt, int64_t skew, struct reading *r)
{
	static const char *const beginnings[] = { "iat", "nbf" };
	int64_t at;
	enum err e;
	size_t i;

	if (get_instant(jwt, "exp", &r->who.expires_at) != ERR_OK)
		return ERR_BAD_TOKEN;
	r->who.issued_at = 0;
	for (i = 0; i < ARRAY_LEN(beginnings); i++) {
		if ((e = get_instant(jwt, beginnings[i], &at)) == ERR_MISSING)
			continue;
		if (e != ERR_OK || at > r->now + skew)
			return ERR_BAD_TOKEN;
		if (i == 0)
			r->who.issued_at = at;
	}
	return ERR_OK;
}

static enum err
read_claims(jwt_t *jwt, const struct conf *conf, struct reading *r)
{
	if (jwt_get_alg(jwt) != JWT_ALG_HS256 ||
	    get_user(jwt, &r->who.user_id) != ERR_OK ||
	    get_id(jwt, "sid", &r->who.session_id) != ERR_OK)
		return ERR_BAD_TOKEN;
	return check_times(jwt, conf->auth_skew_s * 1000, r);
}

/*
 * A token that says which key has signed it is of that one; those of before
 * there were names of keys say nothing.  What is critical is nothing we know.
 */
static enum err
check_key(jwt_t *jwt, const struct key *key)
{
	char kid[KID_LEN + 1];
	const char *named;

	errno = 0;
	if (jwt_get_header(jwt, "crit") != NULL || errno != ENOENT)
		return ERR_BAD_TOKEN;
	errno = 0;
	if ((named = jwt_get_header(jwt, "kid")) == NULL)
		return errno == ENOENT ? ERR_OK : ERR_BAD_TOKEN;
	if (!make_kid(key, kid))
		return ERR_NOMEM;
	return strcmp(named, kid) == 0 ? ERR_OK : ERR_BAD_TOKEN;
}

/* What a token says that `key` has signed; it may have expired. */
static enum err
decode_by(const struct conf *conf, const struct key *key, const char *token,
    struct reading *r)
{
	jwt_t *jwt = NULL;
	enum err e;
	int rc;

	if (!json_mem_begin(strlen(token)))
		return ERR_NOMEM;
	rc = jwt_decode(&jwt, token, (const unsigned char *)key->secret,
	    (int)key->len);
	json_mem_end();
	if (rc != 0)
		return rc == ENOMEM ? ERR_NOMEM : ERR_BAD_TOKEN;
	e = check_key(jwt, key);
	if (e == ERR_OK)
		e = read_claims(jwt, conf, r);
	jwt_free(jwt);
	return e;
}

/* By the secret, or else by one of those before it. */
static enum err
decode(const struct conf *conf, const char *token, struct reading *r)
{
	struct key key = { conf->secret, strlen(conf->secret) };
	const char *next = conf->secret_old;
	enum err e;

	e = decode_by(conf, &key, token, r);
	while (e == ERR_BAD_TOKEN && *next != '\0') {
		key = (struct key){ next, strcspn(next, "\n") };
		next += key.len + (next[key.len] == '\n');
		e = decode_by(conf, &key, token, r);
	}
	return e;
}

/*
 * libjwt does not always say that it had no memory: it may call the token bad
 * then, or find nothing in it.  Where there is none at all it says so, because
 * it begins with some; and what has failed once only does not fail again.
 */
static enum err
decode_surely(const struct conf *conf, const char *token, struct reading *r)
{
	enum err e;

	if ((e = check_form(token)) != ERR_OK)
		return e;
	e = decode(conf, token, r);
	return e == ERR_BAD_TOKEN ? decode(conf, token, r) : e;
}

enum err
auth_token_verify(const struct conf *conf, const char *token, int64_t now,
    struct identity *out)
{
	struct reading r = { .now = now };
	bool is_known = token_cache_find(conf, token, &r.who);
	enum err e;

	if (!is_known && (e = decode_surely(conf, token, &r)) != ERR_OK)
		return e;
	if (now >= r.who.expires_at + conf->auth_skew_s * 1000)
		return ERR_TOKEN_EXPIRED;
	if (!is_known)
		token_cache_add(conf, token, &r.who);
	*out = r.who;
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
