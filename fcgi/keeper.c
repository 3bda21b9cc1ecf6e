/*
 * keeper - the child that looks after the database.
 *
 * Every database.checkpoint_ms it looks how long the write-ahead log is; the
 * writers say so in shared memory, so that a look costs nothing.  When a sync has
 * failed, it tries every MEND_EVERY_MS to bring what was committed to the disk in
 * another way, after which all go on.  Events, files, sessions and wrong
 * passwords that have become old go in small steps between these looks.
 *
 * A SIGTERM that the master has not sent is ignored: somebody who signals
 * everybody at once must not make us note an orderly end while workers write.
 */
#include "config.h"

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "core/file.h"
#include "core/guess.h"
#include "core/session.h"
#include "fcgi/keeper.h"
#include "fcgi/notify.h"
#include "store/event.h"
#include "store/keep.h"

enum {
	PRUNE_MAX = 500,		/* events in one write */
	DAY_MS = 24 * 3600 * 1000,
	COMPLAIN_EVERY_MS = 60 * 1000,
	MEND_EVERY_MS = 1000,
	ASK_EVERY_MS = 5000,		/* push, whether it can read */
	ASK_WAIT_MS = 100,
	LOG_GROWN = 4,			/* times longer than it should get */
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
	int64_t	 mend_at;
	int64_t	 ask_at;
	bool	 has_failed;		/* a sync, and the log says so */
	bool	 has_grown;		/* the write-ahead log, and so on */
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
	if (e == ERR_OK && k->env->conf->run_seccomp &&
	    !sandbox_enter(SANDBOX_WORKER))
		e = ERR_INTERNAL;
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
	{ prune, "cannot shorten the log", 60000 },
	{ forget, "cannot forget wrong passwords", 5000 },
	{ expire, "cannot remove sessions that ran out", 5000 }
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

/* A sync has failed: as long as that is so, nobody can write. */
static void
mend(struct keeper *k)
{
	int64_t now = clock_mono_ms();
	enum err e;

	if (!k->has_failed)
		log_error("the disk of %s has failed: trying to save what was"
		    " written", k->env->conf->database_path);
	k->has_failed = true;
	if (now < k->mend_at)
		return;
	k->mend_at = now + MEND_EVERY_MS;
	if ((e = store_mend(k->store)) == ERR_OK) {
		k->has_failed = false;
		k->complain_at = 0;
		log_info("the disk works again, and all that was written is on"
		    " it");
	} else if (e == ERR_CORRUPT) {
		complain(k, "the write-ahead log has lost what the disk did not"
		    " take; stop natterjack-fcgi and natterjack-push, and start"
		    " them again", e);
	} else {
		complain(k, "the disk does not work yet", e);
	}
}

/* Who reads without end keeps the log from being emptied. */
static void
watch_log(struct keeper *k)
{
	int pages = commit_log_pages(k->env->commit);
	bool has_grown = pages >
	    LOG_GROWN * (int)k->env->conf->database_checkpoint_pages;

	if (has_grown && !k->has_grown)
		log_warn("the write-ahead log of %s has %d pages and cannot be"
		    " emptied: some program reads without end",
		    k->env->conf->database_path, pages);
	if (!has_grown && k->has_grown)
		log_info("the write-ahead log is short again");
	k->has_grown = has_grown;
}

/* What push could not sync we do not know of: it is mended all the same. */
static void
ask_push(struct keeper *k)
{
	int64_t now = clock_mono_ms();

	if (now < k->ask_at)
		return;
	k->ask_at = now + ASK_EVERY_MS;
	if (notify_ping(ASK_WAIT_MS) == ERR_IO)
		commit_fail(k->env->commit);
}

/* Copy the log into the database, if it is time. */
static void
keep_log_short(struct keeper *k)
{
	enum err e;

	ask_push(k);
	if (commit_has_failed(k->env->commit)) {
		mend(k);
		return;
	}
	e = store_checkpoint(k->store,
	    (int)k->env->conf->database_checkpoint_pages);
	if (e != ERR_OK && e != ERR_BUSY)
		commit_set_fault(k->env->commit, e);
	complain(k, "cannot copy the write-ahead log", e);
	watch_log(k);
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

	notify_init(env->conf);
	arena_init(&k.arena, SWEEP_ARENA_MAX);
	if ((e = keeper_open(&k)) == ERR_OK) {
		while (wait_for_look(&k)) {
			keep_log_short(&k);
			do_chores(&k);
			sweep(&k);
		}
		if (atomic_load(&seat->board->workers_gone))
			e = store_mark_clean(k.store);
		if (e != ERR_OK)
			log_error("cannot note an orderly end: %s",
			    err_text(e));
	}
	notify_release();
	store_close(k.store);
	arena_release(&k.arena);
	return e != ERR_OK;
}
