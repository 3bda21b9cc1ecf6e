/*
 * child - what a test does in a process of its own.
 *
 * child_run() runs a function in a child and says how it ended; what it said
 * on stderr is kept, so that a test can ask why it aborted.
 */
#ifndef T_UNIT_CHILD_H
#define T_UNIT_CHILD_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/unit/tap.h"

typedef void child_fn(void *arg);

/* Start one; it exits with 0 when `fn` returns. */
static pid_t UNUSED
child_start(child_fn *fn, void *arg)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid != 0)
		return pid;
	fn(arg);
	_exit(0);
}

/* How it ended: its exit status, or minus the signal that killed it. */
static int UNUSED
child_wait(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return 255;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Wait for all; how many did not exit with 0. */
static int UNUSED
child_wait_all(void)
{
	int status, bad = 0;

	while (wait(&status) != -1)
		bad += status != 0;
	return bad;
}

enum { CHILD_SAID_MAX = 4096 };

static int UNUSED
child_run(child_fn *fn, void *arg, char said[CHILD_SAID_MAX])
{
	size_t len = 0;
	ssize_t n;
	pid_t pid;
	int p[2];

	fflush(stdout);
	if (pipe(p) == -1)
		return 255;
	pid = fork();
	if (pid == 0) {
		dup2(p[1], STDERR_FILENO);
		close(p[0]);
		close(p[1]);
		fn(arg);
		_exit(0);
	}
	close(p[1]);
	while (len < CHILD_SAID_MAX - 1 && (n = read(p[0], said + len,
	    CHILD_SAID_MAX - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(p[0]);
	return child_wait(pid);
}

/* A programmer's mistake: `fn` aborts and says `why`. */
static void UNUSED
aborts(child_fn *fn, void *arg, const char *why, const char *what)
{
	char said[CHILD_SAID_MAX];
	int status = child_run(fn, arg, said);

	if (!ok(status == -SIGABRT && strstr(said, why) != NULL, "%s", what))
		printf("# ended with %d, said: %s\n", status, said);
}

#endif
