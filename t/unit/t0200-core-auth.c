/*
 * Tokens and passwords: what is refused, and that it takes as long as it
 * should.
 */
#include "config.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <time.h>

#include "base/num.h"
#include "core/auth.h"
#include "core/password.h"
#include "t/unit/core-fix.h"

enum { NOW = 1700000000 };	/* s */

static struct rig rig;

/* ---- tokens made by hand */

static void
put_base64url(struct str *out, const void *bytes, size_t len)
{
	char text[4096];
	char *s;

	num_base64(bytes, len, text);
	text[strcspn(text, "=")] = '\0';
	for (s = text; *s != '\0'; s++)
		*s = *s == '+' ? '-' : *s == '/' ? '_' : *s;
	str_puts(out, text);
}

struct forgery {
	const char *header;
	const char *payload;
	const char *secret;	/* NULL: no signature */
	const EVP_MD *md;
};

static const char *
forge(const struct forgery *f)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int len;
	struct str t;

	str_init_arena(&t, &rig.f.a);
	put_base64url(&t, f->header, strlen(f->header));
	str_putc(&t, '.');
	put_base64url(&t, f->payload, strlen(f->payload));
	if (f->secret == NULL) {
		str_putc(&t, '.');
		return t.s;
	}
	HMAC(f->md, f->secret, (int)strlen(f->secret),
	    (unsigned char *)t.s, t.len, mac, &len);
	str_putc(&t, '.');
	put_base64url(&t, mac, len);
	return t.s;
}

#define HS256	"{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define GOOD	"{\"sub\":\"7\",\"sid\":\"9\",\"iat\":1699999990," \
	"\"exp\":1700000900}"

/* Well signed by the right secret, with these claims. */
static const char *
claims(const char *payload)
{
	return forge(&(struct forgery){ HS256, payload, RIG_SECRET,
	    EVP_sha256() });
}

static enum err
verify(const char *token)
{
	struct identity who;

	return auth_token_verify(rig.conf, token, NOW * INT64_C(1000), &who);
}

static void
refused(const char *token, const char *what)
{
	is_err(verify(token), ERR_BAD_TOKEN, what);
}

static void
test_issue(void)
{
	struct token_draft in = { .who = { 7, 9, NOW * INT64_C(1000),
	    (NOW + 900) * INT64_C(1000) } };
	struct identity out;
	const char *token;

	must(auth_token_issue(&rig.f.a, rig.conf, &in, &token));
	is_err(auth_token_verify(rig.conf, token, in.who.issued_at, &out), ERR_OK,
	    "a token of ours is accepted");
	is_int(out.user_id, 7, "with its account");
	is_int(out.session_id, 9, "with its session");
	is_int(out.issued_at, in.who.issued_at, "when it was issued");
	is_int(out.expires_at, in.who.expires_at, "when it expires");
	is_err(verify(claims(GOOD)), ERR_OK,
	    "so is one made by hand with the secret");
}

static void
test_signatures(void)
{
	struct forgery f = { HS256, GOOD, RIG_SECRET, EVP_sha256() };
	const char *good = forge(&f);
	const char *other, *dot;
	char *text;
	size_t len = strlen(good);

	f.header = "{\"alg\":\"none\",\"typ\":\"JWT\"}";
	f.secret = NULL;
	refused(forge(&f), "alg none without a signature");
	f.secret = RIG_SECRET;
	refused(forge(&f), "alg none with a good signature");
	f.header = "{\"alg\":\"None\"}";
	refused(forge(&f), "alg None");
	f.header = "{\"alg\":\"HS512\",\"typ\":\"JWT\"}";
	f.md = EVP_sha512();
	refused(forge(&f), "HS512 with the right secret");
	f.header = "{\"alg\":\"HS384\",\"typ\":\"JWT\"}";
	f.md = EVP_sha384();
	refused(forge(&f), "HS384 with the right secret");
	f.md = EVP_sha256();
	f.header = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
	refused(forge(&f), "RS256 over an HMAC");
	f.header = "{\"alg\":\"ES256\",\"typ\":\"JWT\"}";
	refused(forge(&f), "ES256 over an HMAC");
	f.header = "{\"typ\":\"JWT\"}";
	refused(forge(&f), "no alg");
	f.header = "{\"alg\":256}";
	refused(forge(&f), "an alg that is a number");
	f.header = "[]";
	refused(forge(&f), "a header that is no object");
	f.header = HS256;
	f.secret = "fedcba9876543210fedcba9876543210";
	refused(forge(&f), "another secret");
	f.secret = "";
	refused(forge(&f), "an empty secret");

	other = claims("{\"sub\":\"8\",\"sid\":\"9\",\"exp\":1700000900}");
	dot = strrchr(good, '.');
	text = arena_alloc(&rig.f.a, 2048);
	snprintf(text, 2048, "%.*s%s", (int)(strrchr(other, '.') - other),
	    other, dot);
	refused(text, "another payload under a good signature");
	snprintf(text, 2048, "%s", good);
	text[len - 2] = text[len - 2] == 'A' ? 'B' : 'A';
	refused(text, "one character of the signature changed");
	snprintf(text, 2048, "%s", good);
	text[len - 1] = '\0';
	refused(text, "a signature that is cut");
	snprintf(text, 2048, "%.*s", (int)(dot - good), good);
	refused(text, "no signature at all");
	snprintf(text, 2048, "%.*s.", (int)(dot - good), good);
	refused(text, "an empty signature");
}

/* A token that is remembered is worth no more than when it came first. */
static void
test_remembered(void)
{
	static char another[] = "another secret, and 32 bytes long";
	struct conf other = *rig.conf;
	struct identity who;
	const char *good = claims(GOOD);
	char *text = arena_strdup(&rig.f.a, good);

	is_err(verify(good), ERR_OK, "a token that comes again is good");
	is_err(verify(good), ERR_OK, "and again");
	is_err(auth_token_verify(rig.conf, good, (NOW + 931) * INT64_C(1000),
	    &who), ERR_TOKEN_EXPIRED, "until it expires");
	text[50]++;
	refused(text, "one that differs in its payload only is not known");
	other.secret = another;
	is_err(auth_token_verify(&other, good, NOW * INT64_C(1000), &who),
	    ERR_BAD_TOKEN, "nor is it under another secret");
	is_err(verify(good), ERR_OK, "and it is good under the old one again");
}

static void
test_forms(void)
{
	static const char *const tails[] = { "A", ".", ".x", " ", "=", "\n",
	    "%", "\xc3\xa4" };
	const char *good = claims(GOOD);
	char text[4096];
	char *huge;
	size_t i;

	for (i = 0; i < ARRAY_LEN(tails); i++) {
		snprintf(text, sizeof(text), "%s%s", good, tails[i]);
		refused(text, "something after the signature");
		snprintf(text, sizeof(text), "%s%s", tails[i], good);
		refused(text, "something before the header");
	}
	refused("", "no token");
	refused(".", "a dot");
	refused("..", "two dots");
	refused("a.b.c", "three letters");
	refused("....", "four dots");
	huge = arena_alloc(&rig.f.a, 300001);
	memset(huge, 'A', 300000);
	huge[300000] = '\0';
	refused(huge, "300,000 letters");
	huge[100] = huge[100000] = '.';
	refused(huge, "300,000 letters in three parts");
	snprintf(text, sizeof(text), "{\"sub\":\"7\",\"sid\":\"9\","
	    "\"exp\":1700000900,\"pad\":\"%01500d\"}", 0);
	refused(claims(text), "a well signed token that is too long");
}

static void
test_claims(void)
{
	static const struct {
		const char *payload;
		enum err want;
		const char *what;
	} table[] = {
		{ "{\"sid\":\"9\",\"exp\":1700000900}", ERR_BAD_TOKEN,
		    "no sub" },
		{ "{\"sub\":7,\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sub that is a number" },
		{ "{\"sub\":\"x\",\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sub that is no id" },
		{ "{\"sub\":\"0\",\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sub of 0" },
		{ "{\"sub\":\"-7\",\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a negative sub" },
		{ "{\"sub\":\"99999999999999999999\",\"sid\":\"9\","
		    "\"exp\":1700000900}", ERR_BAD_TOKEN, "a sub over 2^63" },
		{ "{\"sub\":null,\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sub of null" },
		{ "{\"sub\":[\"7\"],\"sid\":\"9\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sub that is an array" },
		{ "{\"sub\":\"7\",\"exp\":1700000900}", ERR_BAD_TOKEN,
		    "no sid" },
		{ "{\"sub\":\"7\",\"sid\":9,\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "a sid that is a number" },
		{ "{\"sub\":\"7\",\"sid\":\"\",\"exp\":1700000900}",
		    ERR_BAD_TOKEN, "an empty sid" },
		{ "{\"sub\":\"7\",\"sid\":\"9\"}", ERR_BAD_TOKEN, "no exp" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":\"1700000900\"}",
		    ERR_BAD_TOKEN, "an exp that is a text" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900.5}",
		    ERR_BAD_TOKEN, "an exp that is no whole number" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":true}",
		    ERR_BAD_TOKEN, "an exp that is true" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":-1}", ERR_BAD_TOKEN,
		    "an exp before 1970" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":9223372036854775807}",
		    ERR_BAD_TOKEN, "an exp that overflows" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1699999971}", ERR_OK,
		    "an exp that is 29 s ago, within the skew" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1699999970}",
		    ERR_TOKEN_EXPIRED, "an exp that is 30 s ago" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1}",
		    ERR_TOKEN_EXPIRED, "an exp that is long ago" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"iat\":1700000030}", ERR_OK, "issued in 30 s" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"iat\":1700000031}", ERR_BAD_TOKEN, "issued in 31 s" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"iat\":\"now\"}", ERR_BAD_TOKEN,
		    "an iat that is a text" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"nbf\":1700000031}", ERR_BAD_TOKEN,
		    "not before in 31 s" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"nbf\":1699999999}", ERR_OK, "not before a second ago" },
		{ "{\"sub\":\"7\",\"sid\":\"9\",\"exp\":1700000900,"
		    "\"extra\":{}}", ERR_OK, "a claim that nobody knows" },
		{ "[]", ERR_BAD_TOKEN, "claims that are an array" },
		{ "7", ERR_BAD_TOKEN, "claims that are a number" },
		{ "{\"sub\":\"7\"", ERR_BAD_TOKEN, "claims that are no JSON" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		is_err(verify(claims(table[i].payload)), table[i].want,
		    table[i].what);
}

static void
test_check(void)
{
	struct tokens t = rig_register(&rig, "checked");
	int64_t now = rig.f.now;
	struct identity who;

	is_err(auth_check(rig.f.s, rig.conf, t.access, now, &who), ERR_OK,
	    "check: a living session");
	is_int(who.user_id, t.user.id, "check: says who");
	is_int(who.session_id, t.session_id, "check: says by which session");
	must(AS(&rig, t.user.id, core_session_end(&c, t.session_id)));
	is_err(auth_check(rig.f.s, rig.conf, t.access, now, &who),
	    ERR_SESSION_ENDED, "check: a session that has ended");
}

/* A token that is remembered is no better than one that is not. */
static void
test_again(void)
{
	const int64_t now = NOW * INT64_C(1000);
	struct conf other = *rig.conf;
	const char *good = claims(GOOD);
	struct identity first, again, who;
	char *text = arena_strdup(&rig.f.a, good);
	size_t i, len = strlen(good);
	bool refused_all = true;

	must(auth_token_verify(rig.conf, good, now, &first));
	must(auth_token_verify(rig.conf, good, now, &again));
	ok(memcmp(&first, &again, sizeof(first)) == 0,
	    "again: it says the same");
	for (i = 0; i < len; i++) {
		text[i] = text[i] == 'A' ? 'B' : 'A';
		refused_all = refused_all && (text[i] == good[i] ||
		    verify(text) == ERR_BAD_TOKEN);
		text[i] = good[i];
	}
	ok(refused_all, "again: with any character changed it is refused");
	is_err(auth_token_verify(rig.conf, good, now + 930 * 1000, &who),
	    ERR_TOKEN_EXPIRED, "again: it expires");
	is_err(auth_token_verify(rig.conf, good, now + 930 * 1000 - 1, &who),
	    ERR_OK, "again: but not before");
	other.secret = arena_strdup(&rig.f.a,
	    "fedcba9876543210fedcba9876543210");
	is_err(auth_token_verify(&other, good, now, &who), ERR_BAD_TOKEN,
	    "again: with another secret it is refused");
	is_err(auth_token_verify(rig.conf, good, now, &who), ERR_OK,
	    "again: and with its own it is not");
}

/* ---- passwords */

static void
test_passwords(void)
{
	const struct conf *conf = rig.conf;
	const char *a, *b;
	char broken[64];

	must(password_hash(&rig.f.a, conf, "secret one", &a));
	must(password_hash(&rig.f.a, conf, "secret one", &b));
	ok(strncmp(a, "$2b$04$", 7) == 0, "hashed by the configured method");
	ok(strcmp(a, b) != 0, "each hash has a salt of its own");
	is_err(password_verify(conf, "secret one", a), ERR_OK,
	    "the right password");
	is_err(password_verify(conf, "secret two", a), ERR_CREDENTIALS,
	    "a wrong password");
	is_err(password_verify(conf, "", a), ERR_CREDENTIALS,
	    "an empty password");
	is_err(password_verify(conf, "secret one", NULL), ERR_CREDENTIALS,
	    "nobody's password");
	is_err(password_verify(conf, "", ""), ERR_CREDENTIALS,
	    "an empty hash fits nothing");
	is_err(password_verify(conf, "x", "x"), ERR_CREDENTIALS,
	    "a password in clear is no hash");
	is_err(password_verify(conf, "x", "*0"), ERR_CREDENTIALS,
	    "crypt's own error is no hash");
	snprintf(broken, sizeof(broken), "%.20s", a);
	is_err(password_verify(conf, "secret one", broken),
	    ERR_CREDENTIALS, "a hash that is cut fits nothing");
	ok(!password_is_outdated(conf, a), "a new hash is up to date");
}

/* Hashes that others have made. */
static void
test_foreign(void)
{
	static const char *const hashes[] = {
		"$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
		"$5$saltsalt$myjXcpMpE2Ofk7fj9hqyNYSn6lmWG4Mqnjx.KIRRr4/",
		"$1$salt$uXdHrfCd.CnHQasvSgrAO0",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(hashes); i++) {
		is_err(password_verify(rig.conf, "correct horse",
		    hashes[i]), ERR_OK, hashes[i]);
		is_err(password_verify(rig.conf, "correct hors",
		    hashes[i]), ERR_CREDENTIALS, "and not everything");
	}
}

/* Other methods verify, and are outdated. */
static void
test_methods(void)
{
	static const char *const prefixes[] = { "$y$", "$gy$", "$7$", "$2b$",
	    "$6$", "$5$" };
	struct conf conf = *rig.conf;
	const char *hash;
	size_t i;

	for (i = 0; i < ARRAY_LEN(prefixes); i++) {
		conf.auth_hash_prefix = arena_strdup(&rig.f.a, prefixes[i]);
		conf.auth_hash_cost = i == 3 ? 5 : 0;
		must(password_hash(&rig.f.a, &conf, "p\xc3\xa4ss", &hash));
		ok(strncmp(hash, prefixes[i], strlen(prefixes[i])) == 0,
		    "%s: makes its hashes", prefixes[i]);
		is_err(password_verify(rig.conf, "p\xc3\xa4ss", hash),
		    ERR_OK, "and they verify");
		is_err(password_verify(rig.conf, "pass", hash),
		    ERR_CREDENTIALS, "but not everything does");
		ok(!password_is_outdated(&conf, hash),
		    "they are up to date while it is the method");
		ok(password_is_outdated(rig.conf, hash),
		    "and outdated when it is not");
	}
	conf.auth_hash_prefix = arena_strdup(&rig.f.a, "$7$");
	conf.auth_hash_cost = 6;
	must(password_hash(&rig.f.a, &conf, "password", &hash));
	conf.auth_hash_cost = 7;
	ok(password_is_outdated(&conf, hash),
	    "another cost is outdated too");
	conf.auth_hash_prefix = arena_strdup(&rig.f.a, "$nosuch$");
	is_err(password_hash(&rig.f.a, &conf, "password", &hash),
	    ERR_CONFIG, "a method that is none is a matter of configuration");
}

static void
test_lengths(void)
{
	struct conf conf = *rig.conf;
	char text[600];
	const char *hash;

	is_int((int64_t)password_max(&conf), 72,
	    "bcrypt takes 72 bytes whole");
	conf.auth_hash_prefix = arena_strdup(&rig.f.a, "$5$");
	is_int((int64_t)password_max(&conf), 511, "others take 511");
	memset(text, 'x', sizeof(text));
	text[511] = '\0';
	is_err(password_hash(&rig.f.a, &conf, text, &hash), ERR_OK,
	    "and do");
	is_err(password_verify(&conf, text, hash), ERR_OK,
	    "all of it");
	text[510] = '\0';
	is_err(password_verify(&conf, text, hash), ERR_CREDENTIALS,
	    "to the last byte");
	text[510] = 'x';
	text[511] = 'x';
	text[599] = '\0';
	is_err(password_verify(&conf, text, hash), ERR_CREDENTIALS,
	    "a longer one is wrong, not an error");
}

/* An unknown name costs a hash, as a known one does. */
static void
test_timing(void)
{
	struct conf conf = *rig.conf;
	const char *hash;
	clock_t t0, known, unknown;

	conf.auth_hash_cost = 9;
	must(password_hash(&rig.f.a, &conf, "password", &hash));
	t0 = clock();
	(void)!password_verify(&conf, "wrong", hash);
	known = clock() - t0;
	t0 = clock();
	(void)!password_verify(&conf, "wrong", NULL);
	unknown = clock() - t0;
	ok(unknown > known / 3 && unknown < known * 3,
	    "an unknown name takes as long as a known one");
	printf("# %ld and %ld us\n", (long)unknown, (long)known);
}

static void
measure(void)
{
	enum { N = 20000 };
	const char *token = claims(GOOD);
	clock_t t0 = clock();
	int i;

	for (i = 0; i < N; i++)
		if (verify(token) != ERR_OK)
			break;
	is_int(i, N, "twenty thousand verifications");
	printf("# %.2f us each\n",
	    (double)(clock() - t0) * 1e6 / CLOCKS_PER_SEC / N);
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	test_issue();
	test_signatures();
	test_remembered();
	test_forms();
	test_claims();
	test_again();
	test_check();
	test_passwords();
	test_foreign();
	test_methods();
	test_lengths();
	test_timing();
	measure();
	rig_close(&rig);
	return tap_done();
}
