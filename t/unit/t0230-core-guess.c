/*
 * Passwords that somebody sends: how much work each is, and how many may be
 * wrong.
 *
 * crypt_rn() stands between the core and libcrypt here and counts, so that equal
 * time is seen by equal work and not by a clock.
 */
#include "config.h"

#include <crypt.h>
#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/guess.h"
#include "core/password.h"
#include "store/throttle.h"
#include "t/unit/core-fix.h"

static struct rig rig;
static int hashes_n;
static char hashed_by[64];	/* the beginning of the last setting */
static int hashed_nice;		/* of who has hashed last */

char *
crypt_rn(const char *phrase, const char *setting, void *data, int size)
{
	static char *(*real)(const char *, const char *, void *, int);

	if (real == NULL) {
		void *found = dlsym(RTLD_NEXT, "crypt_rn");

		memcpy(&real, &found, sizeof(real));
	}
	hashes_n++;
	hashed_nice = getpriority(PRIO_PROCESS, (id_t)gettid());
	snprintf(hashed_by, sizeof(hashed_by), "%.7s", setting);
	return real(phrase, setting, data, size);
}

/* A try from an address: how long a refused one has to wait, in seconds. */
static int64_t retry_s;

static enum err
try_as(enum login_by by, const char *from, const char *name,
    const char *password)
{
	struct login in = { .username = name, .password = password,
	    .device = "", .by = by, .nocase = true };
	struct tokens t;
	struct call c = rig_call(&rig, 0);
	enum err e;

	c.address = from;
	e = core_session_begin(&c, &in, &t);
	retry_s = c.retry_s;
	arena_reset(&rig.f.a);
	return e;
}

static enum err
try(const char *from, const char *name, const char *password)
{
	return try_as(LOGIN_NAME, from, name, password);
}

/* So many wrong ones; how many of them were looked at. */
static int
be_wrong(const char *from, const char *name, int n)
{
	int looked_at = 0;

	while (n-- > 0)
		looked_at += try(from, name, "wrong") == ERR_CREDENTIALS;
	return looked_at;
}

static void
pass_s(int64_t s)
{
	rig.f.now += s * 1000;
}

static int64_t
rows(void)
{
	struct call c = rig_call(&rig, 0);
	int64_t n;

	/* Sweeping nothing, and then everything, tells how much there was. */
	must(store_throttle_sweep(c.store, &(struct throttle_sweep){
	    .now = INT64_MAX, .max = 0, .step = INT64_MAX }, &n));
	return n;
}

/* ---- the same work for everybody */

static void
test_work(void)
{
	static const struct {
		enum login_by by;
		const char *name, *password, *what;
		enum err want;
	} tries[] = {
		{ LOGIN_NAME, "ann", "wrong", "a wrong password",
		    ERR_CREDENTIALS },
		{ LOGIN_NAME, "nobody", "password", "an unknown name",
		    ERR_CREDENTIALS },
		{ LOGIN_NAME, "gone", "password", "a deleted account",
		    ERR_CREDENTIALS },
		{ LOGIN_NAME, "", "", "nothing", ERR_CREDENTIALS },
		{ LOGIN_EMAIL, "no@example.org", "x", "an unknown address",
		    ERR_CREDENTIALS },
		{ LOGIN_EITHER, "nobody", "x", "neither", ERR_CREDENTIALS },
		{ LOGIN_NAME, "ann", "password", "the right one", ERR_OK },
	};
	struct call c;
	char want[64] = "";
	size_t i;

	c = rig_call(&rig, rig_user(&rig, "gone"));
	must(core_account_delete_self(&c));
	for (i = 0; i < ARRAY_LEN(tries); i++) {
		hashes_n = 0;
		is_err(try_as(tries[i].by, "192.0.2.1", tries[i].name,
		    tries[i].password), tries[i].want, tries[i].what);
		is_int(hashes_n, 1, "is hashed once");
		if (i == 0)
			memcpy(want, hashed_by, sizeof(want));
		is_str(hashed_by, want, "by the same method and cost");
	}
	pass_s(3600);
}

/* What hashes keeps aside; who holds locks does not. */
static void
test_nice(void)
{
	int own = getpriority(PRIO_PROCESS, 0);

	is_err(try("192.0.2.1", "ann", "password"), ERR_OK, "a login");
	is_int(hashed_nice, own, "is hashed like everything else");
	password_hash_aside();
	is_err(try("192.0.2.1", "ann", "password"), ERR_OK,
	    "one where there is a pool for it");
	is_int(hashed_nice, 19, "is hashed nicely");
	is_int(getpriority(PRIO_PROCESS, 0), own, "the rest is as ever");
	rig.conf->auth_hash_nice = 0;
	is_err(try("192.0.2.1", "ann", "password"), ERR_OK, "one without");
	is_int(hashed_nice, own, "is hashed like everything else");
	rig.conf->auth_hash_nice = 19;
}

/* ---- one address and one name */

static void
test_pair(void)
{
	is_int(be_wrong("192.0.2.1", "ann", 5), 5, "five wrong passwords");
	hashes_n = 0;
	is_err(try("192.0.2.1", "ann", "password"), ERR_RATE,
	    "then even the right one is refused");
	is_int(hashes_n, 0, "without a look at it");
	is_int(retry_s, 60, "until a minute later");
	is_err(try("192.0.2.1", "ANN", "password"), ERR_RATE,
	    "in another case, too");
	is_err(try("192.0.2.2", "ann", "password"), ERR_OK,
	    "from another address it is taken");
	is_err(try("192.0.2.1", "bob", "password"), ERR_OK,
	    "and another account's");
	pass_s(30);
	is_err(try("192.0.2.1", "ann", "password"), ERR_RATE, "too early");
	is_int(retry_s, 30, "and it says by how much");
	fix_reopen(&rig.f);
	is_err(try("192.0.2.1", "ann", "password"), ERR_RATE,
	    "a restart forgets nothing");
	pass_s(30);
	is_err(try("192.0.2.1", "ann", "wrong"), ERR_CREDENTIALS,
	    "one more a minute later");
	is_err(try("192.0.2.1", "ann", "password"), ERR_RATE, "and no other");
	pass_s(60);
	is_err(try("192.0.2.1", "ann", "password"), ERR_OK, "the right one");
	is_int(be_wrong("192.0.2.1", "ann", 6), 5,
	    "forgives those before it: five again");
	pass_s(3600);
}

/* Whether there is an account makes no difference. */
static void
test_nobody(void)
{
	is_int(be_wrong("192.0.2.1", "nobody", 6), 5, "a name of nobody");
	is_int(retry_s, 60, "is refused in the same way");
	is_int(be_wrong("192.0.2.1", "someone", 6), 5, "another one by itself");
	pass_s(3600);
}

static void
test_addresses(void)
{
	is_int(be_wrong("2001:db8:1:2::1", "ann", 3), 3, "IPv6");
	is_int(be_wrong("2001:db8:1:2:aaaa::1", "ann", 3), 2,
	    "its /64 is one address");
	is_err(try("2001:db8:1:3::1", "ann", "password"), ERR_OK,
	    "another /64 is another");
	is_int(be_wrong("192.0.2.7", "ann", 5), 5, "IPv4");
	is_err(try("::ffff:192.0.2.7", "ann", "password"), ERR_RATE,
	    "is the same written as IPv6");
	is_err(try("192.0.2.8", "ann", "password"), ERR_OK,
	    "and has no neighbours");
	pass_s(3600);
	is_int(be_wrong("127.0.0.1", "ann", 20), 20, "this machine");
	is_int(be_wrong("127.8.9.1", "ann", 20), 20, "by another address");
	is_int(be_wrong("::1", "ann", 20), 20, "by IPv6");
	is_int(be_wrong("unix:", "ann", 20), 20, "by a socket");
	is_int(be_wrong(NULL, "ann", 20), 20, "or by no address at all");
	rig.conf->auth_limit_local = true;
	is_int(be_wrong("127.0.0.1", "ann", 20), 5, "is limited if it shall");
	is_int(be_wrong("unix:", "ann", 20), 0, "as one address");
	rig.conf->auth_limit_local = false;
	pass_s(3600);
}

/*
 * A name in another case may be another account: who comes in by that has shown
 * nothing about this one.
 */
static void
test_namesake(void)
{
	int i, looked_at = 0;

	(void)rig_register(&rig, "Ann");
	for (i = 0; i < 10; i++) {
		looked_at += be_wrong("192.0.2.1", "ann", 1);
		is_err(try("192.0.2.1", "Ann", "password"), ERR_OK,
		    "an account of one's own");
	}
	is_int(looked_at, 5, "forgives nothing of another's");
	pass_s(3600);
}

/* ---- one address, many names */

static void
test_spraying(void)
{
	char name[16];
	int i, looked_at = 0;

	for (i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		looked_at += be_wrong("192.0.2.3", name, 1);
	}
	is_int(looked_at, 50, "fifty names from one address");
	is_int(retry_s, 10, "and then one every ten seconds");
	is_err(try("192.0.2.3", "ann", "password"), ERR_RATE,
	    "whatever the name");
	is_err(try("192.0.2.4", "name1", "wrong"), ERR_CREDENTIALS,
	    "others are not held up");
	pass_s(3600);
}

/* ---- one name, many addresses */

static void
test_siege(void)
{
	char from[32];
	int i, looked_at = 0;

	for (i = 0; i < 200; i++) {
		snprintf(from, sizeof(from), "198.51.100.%d", i);
		looked_at += be_wrong(from, "ann", 2);
	}
	is_int(looked_at, 225, "beyond fifty each address has one try");
	is_int(retry_s, 300, "and the next after five minutes");
	is_err(try("192.0.2.9", "ann", "password"), ERR_OK,
	    "the owner comes in, always");
	is_int(be_wrong("192.0.2.9", "ann", 2), 1, "but mistakes cost more");
	is_err(try("192.0.2.10", "ann", "password"), ERR_OK,
	    "from another address the owner comes in again");
	is_int(be_wrong("192.0.2.10", "bob", 6), 5, "bob's account is as ever");
	pass_s(50 * 60);
	is_int(be_wrong("192.0.2.11", "ann", 6), 5,
	    "it is over when all of it has been forgotten");
	pass_s(3600);
}

/* ---- the rest */

/* Who has taken a session cannot guess the password with it. */
static void
test_own(void)
{
	int64_t user = rig_user(&rig, "carl");
	struct call c;
	int i, looked_at = 0;

	for (i = 0; i < 8; i++) {
		c = rig_call(&rig, user);
		c.address = "192.0.2.1";
		looked_at += core_account_delete(&c, "wrong") ==
		    ERR_CREDENTIALS;
	}
	is_int(looked_at, 5, "five tries at deleting an account");
	c = rig_call(&rig, user);
	c.address = "192.0.2.1";
	is_err(core_account_set_password(&c, &(struct password_change){
	    .old_password = "password", .new_password = "another password",
	    .password_min = 8 }), ERR_RATE, "or at changing its password");
	is_int(c.retry_s, 60, "and when to come again");
	pass_s(3600);
}

static void
test_clock(void)
{
	is_int(be_wrong("192.0.2.1", "ann", 5), 5, "five wrong ones");
	rig.f.now -= 1000 * 1000;
	is_err(try("192.0.2.1", "ann", "password"), ERR_RATE,
	    "the clock is set back");
	ok(retry_s <= 60, "nobody waits longer for that");
	rig.f.now += 1000 * 1000;
	pass_s(3600);
}

static void
test_off(void)
{
	struct conf *conf = rig.conf;

	conf->auth_tries = conf->auth_tries_address = 0;
	conf->auth_tries_account = 0;
	(void)rows();
	is_int(be_wrong("192.0.2.1", "ann", 80), 80, "without a limit");
	is_int(rows(), 0, "nothing is counted");
	conf->auth_tries = 1;
	is_int(be_wrong("192.0.2.1", "ann", 3), 1, "one try");
	is_int(retry_s, 60, "a minute");
	conf->auth_tries = 5;
	conf->auth_tries_address = conf->auth_tries_account = 50;
	pass_s(3600);
}

static void
test_sweep(void)
{
	struct throttle_sweep in = { .max = 5, .step = 4 };
	char from[32];
	int64_t n;
	int i;

	(void)rows();
	be_wrong("192.0.2.1", "ann", 4);
	for (i = 0; i < 4; i++) {
		snprintf(from, sizeof(from), "198.51.100.%d", i);
		be_wrong(from, "bob", 1);
	}
	in.now = rig.f.now;
	must(store_throttle_sweep(rig.f.s, &in, &n));
	is_int(n, 4, "a step removes so many");
	must(store_throttle_sweep(rig.f.s, &in, &n));
	is_int(n, 3, "until there are as many as may be");
	is_err(try("192.0.2.1", "ann", "wrong"), ERR_CREDENTIALS,
	    "what is forgotten first");
	is_err(try("192.0.2.1", "ann", "wrong"), ERR_RATE,
	    "is not who tries most");
	pass_s(3600);
	in = (struct throttle_sweep){ .now = rig.f.now, .max = 100,
	    .step = 100 };
	must(store_throttle_sweep(rig.f.s, &in, &n));
	ok(n > 0, "what does not count any more goes");
	must(store_throttle_sweep(rig.f.s, &in, &n));
	is_int(n, 0, "once");
	is_int(rows(), 0, "all of it");
}

int
main(void)
{
	rig_open(&rig, &db_sqlite);
	rig.conf->auth_hash_nice = 19;
	(void)rig_register(&rig, "ann");
	(void)rig_register(&rig, "bob");
	test_work();
	test_nice();
	test_pair();
	test_nobody();
	test_addresses();
	test_namesake();
	test_spraying();
	test_siege();
	test_own();
	test_clock();
	test_off();
	test_sweep();
	rig_close(&rig);
	return tap_done();
}
