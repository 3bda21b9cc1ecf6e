/*
 * keeper - the child that looks after the database.
 *
 * Every database.checkpoint_ms it looks how long the write-ahead log is; the
 * writers say so in shared memory, so that a look costs nothing.  Events, files,
 * sessions and wrong passwords that have become old go in small steps between
 * these looks.
 *
 * A SIGTERM that the master has not sent is ignored: somebody who signals
 * everybody at once must not make us note an orderly end while workers write.
 */
#include "config.h"

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/file.h"
#include "core/guess.h"
#include "core/session.h"
#include "fcgi/keeper.h"
#include "store/event.h"

enum {
	PRUNE_MAX = 500,		/* events in one write */
	DAY_MS = 24 * 3600 * 1000,
	COMPLAIN_EVERY_MS = 60 * 1000,
	SWEEP_MAX_MS = 60 * 1000,	/* the longest wait between two steps */
	SWEEP_ARENA_MAX = 1024 * 1024,
	CHORES_N = 3
};

struct keeper {
	const struct seat *seat;
	const struct keeper_env *env;
	struct store *store;
	int64_t	 chore_at[CHORES_N];	/* clock_mono_ms() */
	int64_t	 sweep_at;
	int	 bucket;		/* of files, the next to be swept */
	struct arena arena;		/* of a step */
	int64_t	 complain_at;
};

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
	/* Later, because files lie beside the database where nobody says. */
	if (k->env->is_first &&
	    (e = filedir_make(conf->files_dir)) != ERR_OK)
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
	if (text[0] == '\0')		/* the store has not said why */
		snprintf(text, sizeof(text), "cannot use the database %s: %s",
		    k->env->conf->database_path, err_text(e));
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

/* ---- chores: what becomes old goes in small writes */

/* Events. */
static enum err
prune(struct call *c, bool *has_more_out)
{
	int64_t days = c->conf->log_keep_days;
	int n = 0;
	enum err e;

	if (days == 0)
		return ERR_OK;
	e = store_event_prune(c->store, c->now - days * DAY_MS, PRUNE_MAX, &n);
	*has_more_out = n == PRUNE_MAX;
	return e;
}

/* Wrong passwords that do not count any more. */
static enum err
forget(struct call *c, bool *has_more_out)
{
	int64_t n = 0;
	enum err e = guess_sweep(c, &n);

	*has_more_out = n > 0;
	return e;
}

/* Sessions that ran out. */
static enum err
expire(struct call *c, bool *has_more_out)
{
	int n = 0;
	enum err e = core_session_sweep(c, &n);

	*has_more_out = n > 0;
	return e;
}

static const struct {
	enum err (*step)(struct call *, bool *has_more_out);
	const char *fault;
	int64_t	 every_ms;
} chores[CHORES_N] = {
	{ prune, "cannot shorten the log", 60 * 1000 },
	{ forget, "cannot forget wrong passwords", 5 * 1000 },
	{ expire, "cannot remove sessions that ran out", 5 * 1000 }
};

static struct call
keeper_call(struct keeper *k)
{
	return (struct call){
		.store = k->store,
		.conf = k->env->conf,
		.arena = &k->arena,
		.now = clock_now_ms()
	};
}

/* One step of each that is due, and at the next look the next. */
static void
do_chores(struct keeper *k)
{
	int64_t now = clock_mono_ms();
	struct call c;
	bool has_more;
	enum err e;
	int i;

	for (i = 0; i < CHORES_N; i++) {
		if (now < k->chore_at[i])
			continue;
		c = keeper_call(k);
		has_more = false;
		e = chores[i].step(&c, &has_more);
		arena_reset(&k->arena);
		complain(k, chores[i].fault, e);
		if (e != ERR_BUSY && (e != ERR_OK || !has_more))
			k->chore_at[i] = now + chores[i].every_ms;
	}
}

/*
 * Files that nobody needs: each look is at one bucket, so that all of them have
 * been looked at when such a file has become old once more.
 */
static void
sweep(struct keeper *k)
{
	const struct conf *conf = k->env->conf;
	int64_t every = conf->files_orphan_s * 1000 / FILEDIR_BUCKETS;
	int64_t now = clock_mono_ms();
	struct call c = keeper_call(k);
	int n = 0;
	enum err e;

	if (now < k->sweep_at)
		return;
	k->sweep_at = now + (every < SWEEP_MAX_MS ? every : SWEEP_MAX_MS);
	e = core_file_sweep(&c, k->bucket, &n);
	complain(k, "cannot remove files that nobody needs", e);
	if (n > 0)
		log_info("files that nobody needs: %d removed", n);
	k->bucket = (k->bucket + 1) % FILEDIR_BUCKETS;
	arena_reset(&k->arena);
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

	arena_init(&k.arena, SWEEP_ARENA_MAX);
	if ((e = keeper_open(&k)) == ERR_OK) {
		while (wait_for_look(&k)) {
			complain(&k, "cannot copy the write-ahead log",
			    store_checkpoint(k.store,
			    (int)env->conf->database_checkpoint_pages));
			do_chores(&k);
			sweep(&k);
		}
		if (atomic_load(&seat->board->workers_gone))
			e = store_mark_clean(k.store);
		if (e != ERR_OK)
			log_error("cannot note an orderly end: %s",
			    err_text(e));
	}
	store_close(k.store);
	arena_release(&k.arena);
	return e != ERR_OK;
}
