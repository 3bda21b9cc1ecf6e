/*
 * A confined process does its work, and nothing else: each call that is not
 * allowed kills it by SIGSYS and leaves the call's number in the log, also if
 * it has tried to avert that.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/peer.h"
#include "base/sandbox.h"
#include "t/unit/child.h"

/* Work that must go on; a step that fails ends the child with its line. */
#define NEED(cond) do {			\
	if (!(cond))			\
		_exit(__LINE__ % 200 + 1); \
} while (0)

static char folder[] = "/tmp/nj-sandbox.XXXXXX";

/* Who hashes passwords is a worker, too. */
static int
roles_of(enum sandbox_role role)
{
	return role == SANDBOX_HASHER ? SANDBOX_WORKER | SANDBOX_HASHER :
	    (int)role;
}

static void
work(void *arg)
{
	enum sandbox_role role = *(const enum sandbox_role *)arg;
	int fd, pair[2];
	char *block;
	void *map;

	NEED(chdir(folder) == 0 && sandbox_enter(roles_of(role)));
	NEED((fd = open("data", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) >= 0);
	NEED(pwrite(fd, "toad", 4, 0) == 4 && fdatasync(fd) == 0);
	map = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
	NEED(map != MAP_FAILED && memcmp(map, "toad", 4) == 0);
	NEED(munmap(map, 4) == 0 && close(fd) == 0 && unlink("data") == 0);
	NEED((block = malloc(1 << 24)) != NULL);
	memset(block, 1, 1 << 24);
	free(block);
	NEED(pipe2(pair, O_CLOEXEC) == 0 && write(pair[1], "x", 1) == 1);
	NEED((fd = socket(AF_UNIX, SOCK_STREAM, 0)) >= 0);
	NEED(time(NULL) > 0 && getpid() > 0 && clock() >= 0);
	NEED(signal(SIGPIPE, SIG_IGN) != SIG_ERR && raise(SIGPIPE) == 0);
}

/* ---- what is not allowed */

static void
run_program(void)
{
	char *argv[] = { (char *)(uintptr_t)"/bin/true", NULL };

	execv(argv[0], argv);
}

static void
make_process(void)
{
	if (fork() == 0)
		_exit(0);
}

static void
reach_network(void)
{
	(void)socket(AF_INET, SOCK_STREAM, 0);
}

static void
reach_kernel(void)
{
	(void)socket(AF_NETLINK, SOCK_RAW, 0);
}

static void
listen_somewhere(void)
{
	(void)listen(STDIN_FILENO, 1);
}

static void
map_code(void)
{
	(void)mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
make_code(void)
{
	void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(map, 4096, PROT_READ | PROT_EXEC);
}

static void
look_into_parent(void)
{
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void
kill_parent(void)
{
	kill(getppid(), SIGTERM);
}

static void
kill_parent_thread(void)
{
	syscall(SYS_tgkill, getppid(), getppid(), SIGTERM);
}

static void
become_another(void)
{
	(void)!setuid(0);
}

static void
raise_limit(void)
{
	struct rlimit r = { 1, 1 };

	setrlimit(RLIMIT_NOFILE, &r);
}

static void
make_device(void)
{
	(void)!syscall(SYS_mknodat, AT_FDCWD, "device", 0600, 0);
}

static void
call_nothing(void)
{
	syscall(99999);
}

static void
ignore_end(void)
{
	signal(SIGSYS, SIG_IGN);
}

/* The kernel looks at half of a register. */
static void
widen_end(void)
{
	syscall(SYS_rt_sigaction, (1L << 32) | SIGSYS, NULL, NULL, 8L);
}

static void
block_end(void)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	run_program();
}

static void
make_folder(void)
{
	mkdir("folder", 0700);
}

static void *
be_thread(void *arg)
{
	setpriority(PRIO_PROCESS, 0, 19);
	return arg;
}

/* What libc makes of it without a filter is another call. */
static void
make_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, be_thread, NULL) == 0)
		pthread_join(thread, NULL);
}

static void
slow_parent(void)
{
	setpriority(PRIO_PROCESS, (id_t)getppid(), 19);
}

static const struct deed {
	const char *text;
	void	 (*run)(void);
	long	 number;	/* of the call; -1: the log does not say it */
	int	 roles;		/* that may not; 0: none may */
} deeds[] = {
	{ "start a program", run_program, SYS_execve, 0 },
#ifdef SYS_clone
	{ "make a process", make_process, SYS_clone, 0 },
#endif
	{ "reach the network", reach_network, SYS_socket, 0 },
	{ "speak with the kernel", reach_kernel, SYS_socket, 0 },
	{ "listen", listen_somewhere, SYS_listen, 0 },
	{ "map memory to write and run", map_code, SYS_mmap, 0 },
	{ "turn memory into code", make_code, SYS_mprotect, 0 },
	{ "look into another process", look_into_parent, SYS_ptrace, 0 },
	{ "kill another process", kill_parent, SYS_kill, 0 },
	{ "kill it by its thread", kill_parent_thread, SYS_tgkill, 0 },
	{ "become root", become_another, SYS_setuid, 0 },
	{ "change a limit", raise_limit, SYS_prlimit64, 0 },
	{ "make a device", make_device, SYS_mknodat, 0 },
	{ "make a call that there is not", call_nothing, 99999, 0 },
	{ "ignore the end", ignore_end, SYS_rt_sigaction, 0 },
	{ "hide that in a wider number", widen_end, SYS_rt_sigaction, 0 },
	{ "start a program with the end blocked", block_end, -1, 0 },
	{ "make a folder", make_folder, -1, SANDBOX_PUSH },
	{ "make a thread", make_thread, -1, SANDBOX_WORKER | SANDBOX_PUSH },
	{ "slow another process", slow_parent, SYS_setpriority, 0 },
};

struct trial {
	const struct deed *deed;
	enum sandbox_role role;
};

static void
commit(void *arg)
{
	struct trial *t = arg;

	NEED(chdir(folder) == 0 && sandbox_enter(roles_of(t->role)));
	t->deed->run();
}

static void
test_deed(const struct deed *deed, enum sandbox_role role)
{
	const char *who = role == SANDBOX_PUSH ? "push" :
	    role == SANDBOX_HASHER ? "who hashes passwords" : "a worker";
	struct trial t = { .deed = deed, .role = role };
	char said[CHILD_SAID_MAX], want[64];
	bool may = deed->roles != 0 && !(deed->roles & (int)role);
	int end = child_run(commit, &t, said);

	if (may) {
		ok(end == 0, "%s may %s", who, deed->text);
		return;
	}
	if (!ok(end == -SIGSYS, "%s may not %s: it is killed", who,
	    deed->text))
		printf("# %d: %s\n", end, said);
	if (deed->number < 0)
		return;
	snprintf(want, sizeof(want), "not allowed: number %ld\n",
	    deed->number);
	ok(strstr(said, want) != NULL && strchr(said, '\n')[1] == '\0',
	    "and the log has the number, in one line");
}

static void
test_role(enum sandbox_role role)
{
	size_t i;

	is_int(child_wait(child_start(work, &role)), 0,
	    "a confined process does its work");
	for (i = 0; i < ARRAY_LEN(deeds); i++)
		test_deed(&deeds[i], role);
}

/* ---- who may connect */

static void
test_peers(void)
{
	struct peers p;
	int pair[2];

	peers_init(&p, "");
	ok(peers_has(&p, geteuid()) && peers_has(&p, 0),
	    "our own account may connect, and root");
	is_int(p.n, geteuid() == 0 ? 1 : 2, "and nobody else");
	peers_init(&p, " daemon,\t4711  no-such-account daemon");
	ok(peers_has(&p, 1) && peers_has(&p, 4711),
	    "who is named may, by name and by number");
	is_int(p.n, geteuid() == 0 ? 3 : 4, "each once, and nobody else");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return;
	ok(peers_allow(&p, pair[0], "a socket"), "we may connect to ourselves");
	p.n = 0;
	ok(!peers_allow(&p, pair[0], "a socket"), "unless nobody may");
	close(pair[0]);
	ok(!peers_allow(&p, pair[0], "a socket"),
	    "nor who cannot be told");
	close(pair[1]);
}

int
main(void)
{
	test_peers();
	if (!SANDBOX_IS_BUILT || !sandbox_is_possible() ||
	    getenv("NJ_VALGRIND") != NULL) {
		printf("# this build, or this kernel, does not confine\n");
		return tap_done();
	}
	if (mkdtemp(folder) == NULL)
		return 1;
	test_role(SANDBOX_WORKER);
	test_role(SANDBOX_HASHER);
	test_role(SANDBOX_PUSH);
	if (chdir(folder) == 0)
		rmdir("folder");
	rmdir(folder);
	return tap_done();
}
