/*
 * guess - passwords that somebody sends, and how many may be wrong.
 *
 * A measure is a bucket that leaks: each wrong password moves the instant at
 * which it is empty, free_at, by the measure's interval, and one more is taken
 * as long as that instant is less than so many intervals away.  That is one
 * integer for each, and rows go by themselves when their instant has passed.
 * What a clock that was set back leaves too far in the future is cut.
 *
 * The row is read before the password is hashed and written after it: as many
 * wrong ones as there are workers that hash may get past the limit at once.
 *
 * How many rows there can be follows from how fast passwords can be hashed, and
 * ROWS_MAX bounds it: what passes soonest is forgotten first, so that a flood of
 * names does not push out an account that is under attack.
 */
#include "config.h"

#include <arpa/inet.h>

#include "base/num.h"
#include "base/str.h"
#include "core/guess.h"
#include "core/password.h"
#include "store/throttle.h"

enum {
	ROWS_MAX = 100000,
	SWEEP_STEP = 2000,
	ADDRESS_LEN = 8,	/* of IPv6, what a site has; IPv4 has four */
	NAME_MAX = 256,		/* longer ones are nobody's, and count as one */
	ADDRESS_SHARE = 6,	/* addresses are forgiven faster, */
	SIEGE_FACTOR = 5	/* and who tries at an account under attack slower */
};

/* How many in a row, and how long each counts. */
struct measure {
	uint8_t	 key[THROTTLE_KEY_LEN];
	int64_t	 max;		/* 0: there is no limit */
	int64_t	 interval_ms;
	int64_t	 free_at;
};

/* What a password counts by. */
struct measures {
	bool	 is_off;
	struct measure pair, address, account;
};

/* ---- who it is */

struct address {
	uint8_t	 bytes[ADDRESS_LEN];
	size_t	 len;		/* 0: the machine's own, or none that is known */
};

static bool
is_loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) ||
	    (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

/* nginx says "unix:" of who comes through a socket. */
static struct address
read_address(const char *text)
{
	struct address out = { .len = 0 };
	struct in6_addr a6;
	struct in_addr a4;
	uint8_t *bytes = a6.s6_addr;

	if (text == NULL)
		return out;
	if (inet_pton(AF_INET, text, &a4) == 1) {
		memset(&a6, 0, sizeof(a6));
		bytes[10] = bytes[11] = 0xff;
		memcpy(bytes + 12, &a4, sizeof(a4));
	} else if (inet_pton(AF_INET6, text, &a6) != 1)
		return out;
	if (is_loopback(&a6))
		return out;
	out.len = IN6_IS_ADDR_V4MAPPED(&a6) ? 4 : ADDRESS_LEN;
	memcpy(out.bytes, out.len == 4 ? bytes + 12 : bytes, out.len);
	return out;
}

/* Whose name, and that in lower case, or else who the caller is. */
static void
put_name(struct str *s, const struct call *c, const struct guess *g)
{
	const char *p;

	if (g->name == NULL) {
		str_printf(s, "own %lld", (long long)c->user_id);
		return;
	}
	str_printf(s, "name %lld ", (long long)g->user_id);
	if (strlen(g->name) > NAME_MAX)
		return;
	for (p = g->name; *p != '\0'; p++)
		str_putc(s, *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') :
		    *p);
}

/* ---- the measures */

/* What a measure counts: its key is the digest of that. */
struct counted {
	const char *word;	/* which measure it is */
	const struct guess *guess;	/* by name; NULL: by none */
	const struct address *from;	/* NULL: from anywhere */
};

static enum err
make_measure(struct call *c, const struct counted *what, struct measure *out)
{
	uint8_t digest[SHA256_LEN];
	struct str s;

	*out = (struct measure){ .interval_ms = c->conf->auth_tries_s * 1000 };
	str_init_arena(&s, c->arena);
	str_puts(&s, what->word);
	if (what->guess != NULL)
		put_name(&s, c, what->guess);
	str_putc(&s, '\0');
	if (what->from != NULL)
		str_put(&s, what->from->bytes, what->from->len);
	if (!str_is_ok(&s))
		return ERR_NOMEM;
	num_sha256(s.s, s.len, digest);
	memcpy(out->key, digest, sizeof(out->key));
	return ERR_OK;
}

static enum err
make_measures(struct call *c, const struct guess *g, struct measures *out)
{
	const struct conf *conf = c->conf;
	struct address from = read_address(c->address);
	enum err e;

	out->is_off = from.len == 0 && !conf->auth_limit_local;
	if (out->is_off)
		return ERR_OK;
	if ((e = make_measure(c, &(struct counted){ "pair ", g, &from },
	    &out->pair)) != ERR_OK ||
	    (e = make_measure(c, &(struct counted){ "address ", NULL, &from },
	    &out->address)) != ERR_OK ||
	    (e = make_measure(c, &(struct counted){ "account ", g, NULL },
	    &out->account)) != ERR_OK)
		return e;
	out->pair.max = conf->auth_tries;
	out->address.max = conf->auth_tries_address;
	out->address.interval_ms /= ADDRESS_SHARE;
	out->account.max = conf->auth_tries_account;
	return ERR_OK;
}

/* Nothing counts longer than `most` of its intervals. */
static enum err
load(struct call *c, struct measure *m, int64_t most)
{
	enum err e;

	if (m->max == 0)
		return ERR_OK;
	e = store_throttle_get(c->store, m->key, &m->free_at);
	if (m->free_at > c->now + most * m->interval_ms)
		m->free_at = c->now + most * m->interval_ms;
	return e;
}

static enum err
load_pair(struct call *c, struct measure *m)
{
	return load(c, m, m->max > SIEGE_FACTOR ? m->max : SIEGE_FACTOR);
}

/* How long until one more is taken; 0: it is taken now. */
static int64_t
wait_ms(const struct call *c, const struct measure *m)
{
	int64_t wait = m->free_at - (m->max - 1) * m->interval_ms - c->now;

	return m->max == 0 || wait < 0 ? 0 : wait;
}

static enum err
load_all(struct call *c, struct measures *m)
{
	enum err e;

	if ((e = load_pair(c, &m->pair)) != ERR_OK ||
	    (e = load(c, &m->address, m->address.max)) != ERR_OK ||
	    (e = load(c, &m->account, m->account.max)) != ERR_OK)
		return e;
	if (m->pair.max > 0 && wait_ms(c, &m->account) > 0) {
		m->pair.max = 1;
		m->pair.interval_ms *= SIEGE_FACTOR;
	}
	return ERR_OK;
}

static enum err
refuse_if(struct call *c, const struct measures *m)
{
	int64_t wait = wait_ms(c, &m->pair), other = wait_ms(c, &m->address);

	if (wait < other)
		wait = other;
	if (wait == 0)
		return ERR_OK;
	c->retry_s = (wait + 999) / 1000;
	return ERR_RATE;
}

/* ---- counting */

static enum err
add(struct call *c, const struct measure *m)
{
	int64_t from = m->free_at > c->now ? m->free_at : c->now;

	if (m->max == 0)
		return ERR_OK;
	return store_throttle_set(c->store, m->key, from + m->interval_ms);
}

/* Within a write: what was read before may have been added to meanwhile. */
static enum err
add_all(struct call *c, const struct guess *g)
{
	struct measures m = { .is_off = true };
	enum err e;

	if ((e = make_measures(c, g, &m)) != ERR_OK ||
	    (e = load_all(c, &m)) != ERR_OK ||
	    (e = add(c, &m.pair)) != ERR_OK ||
	    (e = add(c, &m.address)) != ERR_OK)
		return e;
	return add(c, &m.account);
}

/* One that cannot be counted is not answered either. */
static enum err
count(struct call *c, const struct guess *g)
{
	enum err e;

	if ((e = store_begin(c->store)) != ERR_OK)
		return e;
	e = store_end(c->store, add_all(c, g));
	return e == ERR_OK ? ERR_CREDENTIALS : e;
}

enum err
guess_check(struct call *c, const struct guess *g)
{
	struct measures m = { .is_off = true };
	enum err e;

	if ((e = make_measures(c, g, &m)) != ERR_OK)
		return e;
	if (m.is_off)
		return password_verify(c->conf, g->password, g->hash);
	if ((e = load_all(c, &m)) != ERR_OK || (e = refuse_if(c, &m)) != ERR_OK)
		return e;
	e = password_verify(c->conf, g->password, g->hash);
	return e == ERR_CREDENTIALS ? count(c, g) : e;
}

/* The address and the account are not forgiven: others' tries count there. */
enum err
guess_forgive(struct call *c, const struct guess *g)
{
	struct measures m = { .is_off = true };
	enum err e;

	if ((e = make_measures(c, g, &m)) != ERR_OK || m.is_off ||
	    (e = load_pair(c, &m.pair)) != ERR_OK || m.pair.free_at == 0)
		return e;
	return store_throttle_remove(c->store, m.pair.key);
}

enum err
guess_sweep(struct call *c, int64_t *n_out)
{
	return store_throttle_sweep(c->store, &(struct throttle_sweep){
	    .now = c->now, .max = ROWS_MAX, .step = SWEEP_STEP }, n_out);
}
