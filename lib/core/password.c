/*
 * password - hashing passwords.
 *
 * New ones by the configured method of crypt(3), old ones by whatever method
 * their hash names.  A hash takes the processor for as long as the method costs,
 * so it can be kept aside, in a thread, from what others wait for.
 *
 * It never says whether a name or a password was wrong, and never logs either.
 */
#include "config.h"

#include <crypt.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/num.h"
#include "core/password.h"

enum {
	BCRYPT_MAX = 72,	/* bcrypt does not look at what comes after */
	SALT_LEN = 32		/* as much as any method takes */
};

static struct {
	int64_t	 hashed_n;
	bool	 is_aside;
} self;

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

/* A password on its way through crypt(3), in a thread of its own. */
struct hashing {
	const char *password;
	const char *setting;
	struct crypt_data *data;
	int	 nice;
	const char *hash;	/* NULL: `errnum` says why */
	int	 errnum;
};

/*
 * Out of the way of others.  Niceness does not help where there is nothing to
 * wait for but the disk: a hash then runs between any two requests, and takes the
 * processor's cache with it.  So it keeps to a quarter of the processors, at
 * least to one.  On Linux a thread has a niceness and processors of its own.
 */
static void
keep_aside(int nice)
{
	int cpu, left;
	cpu_set_t all, few;

	setpriority(PRIO_PROCESS, 0, nice);
	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		return;
	left = CPU_COUNT(&all) < 8 ? 1 : CPU_COUNT(&all) / 4;
	CPU_ZERO(&few);
	for (cpu = CPU_SETSIZE - 1; cpu >= 0 && left > 0; cpu--) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_SET(cpu, &few);
		left--;
	}
	sched_setaffinity(0, sizeof(few), &few);
}

/*
 * Only this thread keeps aside.  The worker does not: it will hold the lock of
 * the database, and those who wait for it are not to wait for the others, too.
 */
static void *
run_hashing(void *arg)
{
	struct hashing *h = arg;

	if (h->nice > 0)
		keep_aside(h->nice);
	errno = 0;
	h->hash = crypt_rn(h->password, h->setting, h->data,
	    (int)sizeof(*h->data));
	h->errnum = errno;
	return NULL;
}

/* Without a thread it is done all the same. */
static void
start_hashing(struct hashing *h)
{
	pthread_t thread;

	self.hashed_n++;
	if (self.is_aside && h->nice > 0 &&
	    pthread_create(&thread, NULL, run_hashing, h) == 0) {
		pthread_join(thread, NULL);
		return;
	}
	h->nice = 0;
	(void)run_hashing(h);
}

/* Hash by `setting`; ERR_CREDENTIALS when it is no setting of crypt(5). */
static enum err
hash_by(const struct conf *conf, const char *password, const char *setting,
    char out[CRYPT_OUTPUT_SIZE])
{
	struct hashing h = {
		.password = password, .setting = setting,
		.data = calloc(1, sizeof(*h.data)),
		.nice = (int)conf->auth_hash_nice
	};
	enum err e = ERR_CREDENTIALS;

	if (h.data == NULL)
		return ERR_NOMEM;
	start_hashing(&h);
	if (h.hash != NULL) {
		memcpy(out, h.hash, strlen(h.hash) + 1);
		e = ERR_OK;
	} else if (h.errnum == ENOMEM)
		e = ERR_NOMEM;
	explicit_bzero(h.data, sizeof(*h.data));
	free(h.data);
	return e;
}

void
password_hash_aside(void)
{
	self.is_aside = true;
}

int64_t
password_hashed_n(void)
{
	return self.hashed_n;
}

size_t
password_max(const struct conf *conf)
{
	return strncmp(conf->auth_hash_prefix, "$2", 2) == 0 ? BCRYPT_MAX :
	    CRYPT_MAX_PASSPHRASE_SIZE - 1;
}

enum err
password_hash(struct arena *arena, const struct conf *conf,
    const char *password, const char **hash_out)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], hash[CRYPT_OUTPUT_SIZE];
	uint8_t salt[SALT_LEN];
	enum err e;

	num_random(salt, sizeof(salt));
	if ((e = make_setting(conf, salt, setting)) != ERR_OK)
		return e;
	if ((e = hash_by(conf, password, setting, hash)) != ERR_OK)
		return e == ERR_CREDENTIALS ? ERR_BAD_VALUE : e;
	*hash_out = arena_strdup(arena, hash);
	explicit_bzero(hash, sizeof(hash));
	return *hash_out == NULL ? ERR_NOMEM : ERR_OK;
}

enum err
password_verify(const struct conf *conf, const char *password,
    const char *hash)
{
	static const uint8_t salt[SALT_LEN];
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], got[CRYPT_OUTPUT_SIZE];
	size_t len;
	enum err e;

	if (hash == NULL) {
		if ((e = make_setting(conf, salt, setting)) != ERR_OK)
			return e;
		e = hash_by(conf, password, setting, got);
		explicit_bzero(got, sizeof(got));
		return e == ERR_OK ? ERR_CREDENTIALS : e;
	}
	if ((e = hash_by(conf, password, hash, got)) != ERR_OK)
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
password_is_outdated(const struct conf *conf, const char *hash)
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
