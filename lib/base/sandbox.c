/*
 * sandbox - a process gives up what it will not ask of the kernel.
 *
 * A call that is not allowed is not made; the kernel raises SIGSYS instead, and
 * our handler writes the call's number before it lets the signal end us.  That
 * end cannot be averted: to change what SIGSYS does is not allowed either, and
 * while it is blocked the kernel ends us without asking.
 *
 * It refuses to guess: nothing is allowed because it seems harmless.
 */
#include "config.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sandbox.h"

enum { ALL = SANDBOX_WORKER | SANDBOX_PUSH, WORKER = SANDBOX_WORKER,
    PUSH = SANDBOX_PUSH };

/* What the kernel's headers call SYS_SECCOMP and libc's do not. */
enum { CODE_SECCOMP = 1 };

static const struct call {
	int	 who;
	const char *name;
} calls[] = {
#define X(who, name) { who, #name },
#include "base/syscall.def"
#undef X
};

/* The terminal's, of stdio; how much can be read; the file system's, of SQLite. */
static const unsigned long ioctls[] = { TCGETS, FIONREAD, FIONBIO, 0x8004f50c };

/* What these do may be changed: by abort(), and by libev as it ends. */
static const int signals[] = { SIGABRT, SIGPIPE, SIGTERM, SIGINT };

bool
sandbox_is_possible(void)
{
	uint32_t action = SECCOMP_RET_TRAP;

	return !SANDBOX_IS_BUILT || syscall(SYS_seccomp,
	    SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

/* A handler of signals: no more than write() and raise(). */
static void
on_violation(int sig, siginfo_t *si, void *context)
{
	if (si->si_code == CODE_SECCOMP)
		log_from_signal("a system call that is not allowed: number ",
		    si->si_syscall);
	raise(sig);
}

static bool
watch_violations(void)
{
	struct sigaction act = {
		.sa_sigaction = on_violation,
		.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_NODEFER,
	};
	sigset_t set;

	sigemptyset(&act.sa_mask);
	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	return sigaction(SIGSYS, &act, NULL) == 0 &&
	    sigprocmask(SIG_UNBLOCK, &set, NULL) == 0;
}

/* Allow a call if argument `arg`, of which `mask` counts, is `value`. */
struct condition {
	const char *name;
	unsigned arg;
	uint64_t mask, value;
};

static int
allow_if(scmp_filter_ctx f, const struct condition *c)
{
	int nr = seccomp_syscall_resolve_name(c->name);

	if (nr < 0)		/* not on this machine */
		return 0;
	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, nr, 1,
	    &(struct scmp_arg_cmp){ c->arg, SCMP_CMP_MASKED_EQ, c->mask,
	    c->value });
}

/* What no argument may be: memory that is code, another process, a network. */
static int
add_conditions(scmp_filter_ctx f)
{
	const uint64_t every = UINT64_MAX, exec = PROT_EXEC;
	const uint64_t self = (uint64_t)getpid();
	const struct condition conditions[] = {
		{ "mmap", 2, exec, 0 },
		{ "mmap2", 2, exec, 0 },
		{ "mprotect", 2, exec, 0 },
		{ "socket", 0, UINT32_MAX, AF_UNIX },
		{ "tgkill", 0, every, self },
		{ "kill", 0, UINT32_MAX, self },
		/* Of ourselves, and only to look. */
		{ "prlimit64", 2, every, 0 },
	};
	size_t i;
	int rc = 0;

	for (i = 0; i < ARRAY_LEN(conditions) && rc == 0; i++)
		rc = allow_if(f, &conditions[i]);
	for (i = 0; i < ARRAY_LEN(signals) && rc == 0; i++)
		rc = allow_if(f, &(struct condition){ "rt_sigaction", 0,
		    UINT32_MAX, (uint64_t)signals[i] });
	for (i = 0; i < ARRAY_LEN(ioctls) && rc == 0; i++)
		rc = allow_if(f, &(struct condition){ "ioctl", 1, UINT32_MAX,
		    ioctls[i] });
	return rc;
}

/*
 * A thread, which shares everything with us, this filter too, and keeps itself
 * aside; no process.  The newer call hides from a filter what it is to make: it
 * is not there, and libc takes the older one.
 */
static int
add_threads(scmp_filter_ctx f)
{
	const uint64_t thread = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
	const struct condition conditions[] = {
		{ "clone", 0, thread, thread },
		/* 0 is the thread that asks. */
		{ "setpriority", 1, UINT32_MAX, 0 },
		{ "sched_getaffinity", 0, UINT32_MAX, 0 },
		{ "sched_setaffinity", 0, UINT32_MAX, 0 },
		/* The two signals that libc keeps for its threads. */
		{ "rt_sigaction", 0, UINT32_MAX, 32 },
		{ "rt_sigaction", 0, UINT32_MAX, 33 },
	};
	int nr = seccomp_syscall_resolve_name("clone3"), rc = 0;
	size_t i;

	for (i = 0; i < ARRAY_LEN(conditions) && rc == 0; i++)
		rc = allow_if(f, &conditions[i]);
	if (rc == 0 && nr >= 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), nr, 0);
	return rc;
}

static int
add_calls(scmp_filter_ctx f, int roles)
{
	int rc = 0, nr;
	size_t i;

	for (i = 0; i < ARRAY_LEN(calls) && rc == 0; i++) {
		if (!(calls[i].who & roles))
			continue;
		/* Below 0: of other processors, or newer than this library. */
		if ((nr = seccomp_syscall_resolve_name(calls[i].name)) >= 0)
			rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, nr, 0);
	}
	return rc;
}

/* A filter that is a search, not a walk; and no other processor's calls. */
static int
set_up(scmp_filter_ctx f)
{
	int rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS);

	return rc != 0 ? rc : seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
}

bool
sandbox_enter(int roles)
{
	scmp_filter_ctx f;
	int rc = -ENOMEM;

	if (!SANDBOX_IS_BUILT)
		return true;
	f = seccomp_init(SCMP_ACT_TRAP);
	if (f != NULL)
		rc = set_up(f);
	if (rc == 0)
		rc = add_calls(f, roles);
	if (rc == 0)
		rc = add_conditions(f);
	if (rc == 0 && (roles & SANDBOX_HASHER))
		rc = add_threads(f);
	if (rc == 0 && !watch_violations())
		rc = -errno;
	if (rc == 0)
		rc = seccomp_load(f);
	if (f != NULL)
		seccomp_release(f);
	if (rc != 0)
		log_error("cannot give up system calls: %s; see run.seccomp",
		    strerror(-rc));
	return rc == 0;
}
