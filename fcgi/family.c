/*
 * family - the children of the master, as far as forking and dying go.
 *
 * A record of the status pipe is smaller than PIPE_BUF, so that it arrives
 * whole or not at all even when its writer is killed in the middle.  A record
 * may arrive after its writer was reaped; it names a process id that no child
 * has any more, and is dropped.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "fcgi/family.h"

struct record {
	pid_t	 pid;
	enum status status;
	char	 text[FAMILY_TEXT_LEN];
};

_Static_assert(sizeof(struct record) <= PIPE_BUF, "a record is written whole");

enum err
family_init(struct family *f, struct board *board)
{
	memset(f, 0, sizeof(*f));
	f->board = board;
	if (pipe2(f->death_fd, O_CLOEXEC) < 0)
		return ERR_INTERNAL;
	if (pipe2(f->status_fd, O_CLOEXEC) < 0) {
		close(f->death_fd[0]);
		close(f->death_fd[1]);
		return ERR_INTERNAL;
	}
	/* Only our end: a child that tells something waits until it is in. */
	fcntl(f->status_fd[0], F_SETFL, O_NONBLOCK);
	return ERR_OK;
}

void
family_release(struct family *f)
{
	int i;

	for (i = 0; i < 2; i++) {
		close(f->death_fd[i]);
		close(f->status_fd[i]);
	}
}

static struct child *
find_free(struct family *f)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(f->child); i++)
		if (f->child[i].state == CHILD_FREE)
			return &f->child[i];
	return NULL;
}

static struct child *
find_pid(struct family *f, pid_t pid)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(f->child); i++)
		if (f->child[i].state != CHILD_FREE && f->child[i].pid == pid)
			return &f->child[i];
	return NULL;
}

/* A descriptor that becomes readable when SIGTERM has come. */
static int
open_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Become a child: keep its own ends of everything. */
static void
take_seat(struct family *f, struct board_slot *slot, struct seat *seat)
{
	close(f->status_fd[0]);
	close(f->death_fd[1]);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	*seat = (struct seat){
		.board = f->board,
		.slot = slot,
		.status_fd = f->status_fd[1],
		.death_fd = f->death_fd[0],
		.signal_fd = open_signal(),
	};
	if (seat->signal_fd < 0) {
		log_error("signalfd: %s", strerror(errno));
		_exit(1);
	}
}

pid_t
family_fork(struct family *f, enum pool_id pool, unsigned generation,
    struct seat *seat_out)
{
	struct child *c = find_free(f);
	struct board_slot *slot;
	pid_t pid;

	if (c == NULL)
		return -1;
	slot = &f->board->slot[c - f->child];
	board_clear(slot);
	if ((pid = fork()) == 0)
		take_seat(f, slot, seat_out);
	if (pid > 0)
		*c = (struct child){
			.state = CHILD_STARTING,
			.pool = pool,
			.pid = pid,
			.generation = generation,
			.started_at = clock_mono_ms(),
		};
	return pid;
}

bool
family_next_news(struct family *f, struct family_news *out)
{
	struct record r;

	while (read(f->status_fd[0], &r, sizeof(r)) == (ssize_t)sizeof(r)) {
		if ((out->child = find_pid(f, r.pid)) == NULL)
			continue;
		out->status = r.status;
		memcpy(out->text, r.text, sizeof(out->text));
		out->text[sizeof(out->text) - 1] = '\0';
		return true;
	}
	return false;
}

bool
family_next_death(struct family *f, struct family_death *out)
{
	struct child *c;
	pid_t pid;

	while ((pid = waitpid(-1, &out->status, WNOHANG)) > 0) {
		if ((c = find_pid(f, pid)) == NULL)
			continue;
		out->child = *c;
		out->slot = &f->board->slot[c - f->child];
		c->state = CHILD_FREE;
		return true;
	}
	return false;
}

void
family_dismiss(struct family *f, struct child *c, int64_t wait_ms)
{
	c->state = CHILD_LEAVING;
	c->kill_at = clock_mono_ms() + wait_ms;
	atomic_store(&f->board->slot[c - f->child].is_dismissed, true);
	kill(c->pid, SIGTERM);
}

void
family_kill(struct child *c)
{
	c->is_killed = true;
	kill(c->pid, SIGKILL);
}

void
family_kill_late(struct family *f, int64_t now)
{
	struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++) {
		if (c->state == CHILD_LEAVING && !c->is_killed &&
		    now >= c->kill_at)
			family_kill(c);
	}
}

int64_t
family_next_kill(const struct family *f, int64_t at)
{
	const struct child *c;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++)
		if (c->state == CHILD_LEAVING && !c->is_killed &&
		    c->kill_at < at)
			at = c->kill_at;
	return at;
}

int
family_count(const struct family *f, enum pool_id pool)
{
	const struct child *c;
	int n = 0;

	for (c = f->child; c < f->child + ARRAY_LEN(f->child); c++)
		n += c->state != CHILD_FREE && c->pool == pool;
	return n;
}

void
seat_tell(const struct seat *seat, enum status status, const char *text)
{
	struct record r = { .pid = getpid(), .status = status };
	ssize_t n;

	if (text != NULL)
		snprintf(r.text, sizeof(r.text), "%s", text);
	n = write(seat->status_fd, &r, sizeof(r));
	(void)n;	/* it fails only when there is no master any more */
}
