/*
 * pool - how many children of a kind there should be, and when one is forked.
 *
 * Nothing here waits or forks.  While stale children are being replaced one
 * fresh child is started at a time, so that a change of generation costs one
 * process more than usual, not twice as many; the same holds while a delay is
 * in force, so that a configuration that kills every child is tried with one.
 */
#include "config.h"

#include <sys/wait.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "fcgi/pool.h"

static const char *const names[POOL_N] = { "keeper", "main", "auth" };

struct census {
	int	 fresh;
	int	 fresh_ready;
	int	 stale_ready;
};

static bool
is_staying(const struct child *c, const struct pool *p)
{
	return c->pool == p->id &&
	    (c->state == CHILD_STARTING || c->state == CHILD_READY);
}

static struct census
take_census(const struct pool *p, const struct family *f)
{
	struct census n = { 0 };
	const struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++) {
		if (!is_staying(c, p))
			continue;
		n.fresh += !c->is_stale;
		n.fresh_ready += !c->is_stale && c->state == CHILD_READY;
		n.stale_ready += c->is_stale && c->state == CHILD_READY;
	}
	return n;
}

void
pool_set_wanted(struct pool *p, const struct conf *conf)
{
	switch (p->id) {
	case POOL_MAIN:
		p->wanted = (int)conf->pool_workers;
		break;
	case POOL_AUTH:
		p->wanted = (int)conf->pool_auth_workers;
		break;
	default:
		p->wanted = 1;
	}
}

int
pool_missing(const struct pool *p, const struct family *f, int64_t now)
{
	struct census n = take_census(p, f);
	int missing = p->wanted - n.fresh;

	if (missing <= 0 || now < p->not_before)
		return 0;
	if (n.stale_ready > 0 || p->delay_ms > 0)
		return n.fresh > n.fresh_ready ? 0 : 1;
	return missing;
}

void
pool_dismiss_surplus(const struct pool *p, struct family *f, int64_t wait_ms)
{
	struct census n = take_census(p, f);
	int surplus = n.fresh_ready + n.stale_ready - p->wanted;
	struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++) {
		if (!is_staying(c, p) || !c->is_stale)
			continue;
		/* One that became stale before it was ready serves nobody. */
		if (c->state == CHILD_READY && surplus-- <= 0)
			continue;
		family_dismiss(f, c, wait_ms);
	}
}

void
pool_dismiss_all(const struct pool *p, struct family *f, int64_t wait_ms)
{
	struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++)
		if (is_staying(c, p))
			family_dismiss(f, c, wait_ms);
}

void
pool_make_stale(const struct pool *p, struct family *f)
{
	struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++)
		if (c->state != CHILD_FREE && c->pool == p->id)
			c->is_stale = true;
}

bool
pool_is_complete(const struct pool *p, const struct family *f)
{
	return take_census(p, f).fresh_ready >= p->wanted;
}

static void
add_delay(struct pool *p, const struct conf *conf, int64_t now)
{
	int64_t calm = conf->pool_throttle_max_ms;

	if (p->delay_ms == 0 || now - p->died_at > calm + p->delay_ms)
		p->delay_ms = conf->pool_throttle_ms;
	else
		p->delay_ms *= 2;
	if (p->delay_ms > conf->pool_throttle_max_ms)
		p->delay_ms = conf->pool_throttle_max_ms;
	p->died_at = now;
	p->not_before = now + p->delay_ms;
}

void
pool_describe(enum pool_id id, pid_t pid, char title[POOL_TITLE_LEN])
{
	if (id == POOL_KEEPER)
		snprintf(title, POOL_TITLE_LEN, "keeper %d", (int)pid);
	else
		snprintf(title, POOL_TITLE_LEN, "worker %d of pool %s",
		    (int)pid, names[id]);
}

/* "killed by signal 11 (Segmentation fault) …, the next one in 100 ms" */
static void
log_death(const struct family_death *d, int64_t delay_ms)
{
	char title[POOL_TITLE_LEN], how[96], id[BOARD_ID_LEN + 1];
	char what[128] = "", then[64] = "";
	int64_t busy_ms = board_busy_ms(d->slot);

	pool_describe(d->child.pool, d->child.pid, title);
	if (WIFSIGNALED(d->status))
		snprintf(how, sizeof(how), "killed by signal %d (%s)%s",
		    WTERMSIG(d->status), strsignal(WTERMSIG(d->status)),
		    d->child.is_killed ? " of ours" : "");
	else
		snprintf(how, sizeof(how), "exited with status %d",
		    WEXITSTATUS(d->status));
	board_get_id(d->slot, id);
	if (busy_ms >= 0)
		snprintf(what, sizeof(what), " at request %s, after %lld ms",
		    id[0] != '\0' ? id : "(not yet known)",
		    (long long)busy_ms);
	if (delay_ms > 0)
		snprintf(then, sizeof(then), "; the next one in %lld ms",
		    (long long)delay_ms);
	log_error("%s %s%s%s", title, how, what, then);
}

static void
log_leave(const struct family_death *d)
{
	char title[POOL_TITLE_LEN];

	pool_describe(d->child.pool, d->child.pid, title);
	log_info("%s left after %llu requests", title,
	    (unsigned long long)atomic_load(&d->slot->requests));
}

void
pool_on_death(struct pool *p, const struct conf *conf,
    const struct family_death *d)
{
	int64_t now = clock_mono_ms();
	bool was_early = now - d->child.started_at < conf->pool_throttle_max_ms;
	bool was_told = d->child.state == CHILD_LEAVING;

	if (!was_told && was_early)
		add_delay(p, conf, now);
	if (!was_told && !was_early)
		p->delay_ms = p->not_before = 0;
	if (WIFEXITED(d->status) && WEXITSTATUS(d->status) == 0)
		log_leave(d);
	else
		log_death(d, was_told ? 0 : p->delay_ms);
}

void
pool_on_failed_fork(struct pool *p, const struct conf *conf)
{
	add_delay(p, conf, clock_mono_ms());
	log_error("cannot fork for pool %s; again in %lld ms", names[p->id],
	    (long long)p->delay_ms);
}

int64_t
pool_next_look(const struct pool *p, const struct family *f, int64_t at)
{
	struct census n = take_census(p, f);

	if (n.fresh < p->wanted && p->not_before > clock_mono_ms() &&
	    p->not_before < at)
		return p->not_before;
	return at;
}
