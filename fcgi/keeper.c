/*
 * keeper - the child that looks after the database.
 *
 * Every database.checkpoint_ms it looks how long the write-ahead log is; the
 * writers say so in shared memory, so that a look costs nothing.  SQLite begins
 * the log anew only when a writer finds all of it copied, and under load a
 * checkpoint that lets others write never gets there: new pages come while it
 * copies.  So what remains after it is copied once more with the group's write
 * lock held, which is short because little remains.
 *
 * A SIGTERM that the master has not sent is ignored: somebody who signals
 * everybody at once must not make us note an orderly end while workers write.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fcgi/keeper.h"
#include "store/event.h"

enum {
	READERS_WAIT_MS = 10,
	PRUNE_MAX = 500,		/* events in one write */
	PRUNE_EVERY_MS = 60 * 1000,
	DAY_MS = 24 * 3600 * 1000,
	COMPLAIN_EVERY_MS = 60 * 1000
};

struct keeper {
	const struct seat *seat;
	const struct keeper_env *env;
	struct store *store;
	int	 pages_seen;		/* in the log when it was last copied */
	int	 pages_left;		/* then not copied */
	int64_t	 prune_at;		/* clock_mono_ms() */
	int64_t	 complain_at;
};

/* Why the database cannot be used, when the store has not said it. */
static void
describe_failure(const struct conf *conf, enum err e, char *text, size_t size)
{
	const char *path = conf->database_path;

	if (e == ERR_SCHEMA)
		snprintf(text, size, "the database %s has a newer schema than "
		    "this program, which knows version %d", path,
		    store_schema_version());
	else if (e == ERR_CORRUPT)
		snprintf(text, size, "%s is damaged, or no database", path);
	else if (access(path, R_OK | W_OK) < 0)
		snprintf(text, size, "cannot open the database %s: %s", path,
		    strerror(errno));
	else
		snprintf(text, size, "cannot use the database %s: %s", path,
		    err_text(e));
}

static enum err
open_store(struct keeper *k)
{
	const struct conf *conf = k->env->conf;
	struct store_options options = {
		.driver = &db_sqlite,
		.path = conf->database_path,
		.mode = DB_WORKER,
		.busy_ms = conf->database_busy_ms,
		.commit = k->env->commit,
	};
	enum err e;

	if (k->env->is_first && (e = store_migrate(&db_sqlite,
	    conf->database_path, conf->database_busy_ms)) != ERR_OK)
		return e;
	if ((e = store_open(&options, &k->store)) != ERR_OK)
		return e;
	return k->env->is_first ? store_mark_running(k->store) : ERR_OK;
}

static enum err
keeper_open(struct keeper *k)
{
	char text[FAMILY_TEXT_LEN] = "";
	enum err e;

	log_keep_errors(text, sizeof(text));
	e = open_store(k);
	log_keep_errors(NULL, 0);
	if (e == ERR_OK) {
		seat_tell(k->seat, STATUS_READY, NULL);
		return ERR_OK;
	}
	if (text[0] == '\0')
		describe_failure(k->env->conf, e, text, sizeof(text));
	seat_tell(k->seat, STATUS_FAILED, text);
	return e;
}

/* A fault that comes with every look is said once a minute. */
static void
complain(struct keeper *k, const char *what, enum err e)
{
	int64_t now = clock_mono_ms();

	if (e == ERR_OK || e == ERR_BUSY || now < k->complain_at)
		return;
	k->complain_at = now + COMPLAIN_EVERY_MS;
	log_error("%s: %s", what, err_text(e));
}

/* The log is long enough, and has changed since we copied all of it. */
static bool
should_checkpoint(struct keeper *k)
{
	int pages = commit_log_pages(k->env->commit);

	if (pages < k->env->conf->database_checkpoint_pages ||
	    (pages == k->pages_seen && k->pages_left == 0))
		return false;
	k->pages_seen = pages;
	return true;
}

/*
 * Copy what is left while nobody can add to it.  Readers are waited for, so
 * that the log can begin anew, but not for long: writers stand still.
 */
static enum err
checkpoint_alone(struct keeper *k)
{
	struct commit *commit = k->env->commit;
	enum err e;

	e = commit_lock(commit, k->env->conf->database_checkpoint_ms);
	if (e != ERR_OK)
		return e;
	e = db_checkpoint(k->store->db, DB_CKPT_RESTART, READERS_WAIT_MS,
	    &k->pages_left);
	commit_unlock(commit);
	return e;
}

static void
checkpoint(struct keeper *k)
{
	enum err e;

	if (!should_checkpoint(k))
		return;
	e = db_checkpoint(k->store->db, DB_CKPT_PASSIVE, 0, &k->pages_left);
	if (e == ERR_OK && k->pages_left > 0)
		e = checkpoint_alone(k);
	complain(k, "cannot copy the write-ahead log", e);
}

/* Old events go in small writes, one per look while there are more. */
static void
prune(struct keeper *k)
{
	int64_t days = k->env->conf->log_keep_days;
	int64_t now = clock_mono_ms();
	int n = 0;
	enum err e;

	if (days == 0 || now < k->prune_at)
		return;
	e = store_event_prune(k->store, clock_now_ms() - days * DAY_MS,
	    PRUNE_MAX, &n);
	complain(k, "cannot shorten the log", e);
	if (e == ERR_OK && n == PRUNE_MAX)
		return;
	if (e != ERR_BUSY)
		k->prune_at = now + PRUNE_EVERY_MS;
}

/* Sleep until the next look; false when it is time to leave. */
static bool
wait_for_look(struct keeper *k)
{
	struct pollfd p[2] = {
		{ .fd = k->seat->death_fd, .events = POLLIN },
		{ .fd = k->seat->signal_fd, .events = POLLIN },
	};
	char signals[1024];

	if (poll(p, 2, (int)k->env->conf->database_checkpoint_ms) <= 0)
		return true;
	if (p[0].revents != 0)
		return false;
	while (read(k->seat->signal_fd, signals, sizeof(signals)) > 0)
		continue;
	return !atomic_load(&k->seat->slot->is_dismissed);
}

int
keeper_run(const struct seat *seat, const struct keeper_env *env)
{
	struct keeper k = { .seat = seat, .env = env };
	enum err e;

	if ((e = keeper_open(&k)) == ERR_OK) {
		while (wait_for_look(&k)) {
			checkpoint(&k);
			prune(&k);
		}
		if (atomic_load(&seat->board->workers_gone))
			e = store_mark_clean(k.store);
		if (e != ERR_OK)
			log_error("cannot note an orderly end: %s",
			    err_text(e));
	}
	store_close(k.store);
	return e != ERR_OK;
}
