/*
 * t0031-fcgi-notify - hints and casts reach push, and a push that is away,
 * silent or slow holds nobody up.
 *
 * Push is played by this program on a real socket; for pings, which wait, by a
 * child of it.
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fcgi/notify.h"
#include "tap.h"

static char folder[] = "/tmp/nj-notify.XXXXXX";
static struct conf conf = { .run_dir = folder };
static struct sockaddr_un at = { .sun_family = AF_UNIX };

static int
start_push(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(at.sun_path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, 8) < 0)
		abort();
	return fd;
}

/* What has come over the connection so far. */
static const char *
take(int fd)
{
	static char bytes[4096];
	ssize_t n = recv(fd, bytes, sizeof(bytes) - 1, MSG_DONTWAIT);

	bytes[n > 0 ? n : 0] = '\0';
	return bytes;
}

/* Until a new connection is tried again. */
static void
wait_for_retry(void)
{
	int64_t until = clock_mono_ms() + 150;

	while (clock_mono_ms() < until)
		usleep(10000);
}

static void
test_lines(int push)
{
	struct cast cast = {
		.kind = EVENT_TYPING, .room_id = 7, .on = true,
		.user = { .id = 42, .username = "a\tb",
		    .display_name = "line\nbreak" },
	};
	int fd;

	notify_wake(9223372036854775807LL);
	fd = accept(push, NULL, NULL);
	is_str(take(fd), "natterjack\t1\tworker\nwake\t9223372036854775807\n",
	    "the handshake, then the first hint");
	notify_wake(5);
	notify_cast(&cast);
	is_str(take(fd), "wake\t5\n"
	    "cast\ttyping\t7\t42\ta\\tb\tline\\nbreak\t1\n",
	    "a hint and a cast, with what must be escaped");
	cast.is_begin = true;
	notify_cast(&cast);
	ok(strstr(take(fd), "\t2\n") != NULL, "typing has begun");
	cast.on = false;
	notify_cast(&cast);
	ok(strstr(take(fd), "\t0\n") != NULL, "typing has ended");
	cast.kind = EVENT_CAME;
	cast.origin = 9223372036854775807LL;
	notify_cast(&cast);
	ok(strstr(take(fd), "cast\tcame\t7\t42\t") != NULL, "another kind");
	notify_cast(&cast);
	ok(strstr(take(fd), "\t0\t9223372036854775807\n") != NULL,
	    "the connection that it comes from");
	close(fd);
}

static void
test_push_that_comes_back(int push)
{
	int fd;

	wait_for_retry();
	notify_wake(6);
	fd = accept(push, NULL, NULL);
	is_str(take(fd), "natterjack\t1\tworker\nwake\t6\n",
	    "a connection that push has closed is made anew at once");
	close(fd);
}

static void
test_slow_push(int push)
{
	int64_t begun;
	int fd, i;

	wait_for_retry();
	notify_wake(1);
	fd = accept(push, NULL, NULL);
	begun = clock_mono_ms();
	for (i = 0; i < 100000; i++)
		notify_wake(i);
	ok(clock_mono_ms() - begun < 5000,
	    "a push that does not read holds nobody up");
	while (*take(fd) != '\0')
		continue;
	notify_wake(77);
	is_str(take(fd), "wake\t77\n", "and once it reads it hears again");
	close(fd);
}

/* Long lines of nothing, for the reader's ceiling. */
static void
test_chatty_push(int push)
{
	static char noise[60000];
	int fd;

	wait_for_retry();
	notify_wake(1);
	fd = accept(push, NULL, NULL);
	memset(noise, 'x', sizeof(noise));
	ok(send(fd, noise, sizeof(noise), MSG_DONTWAIT) > 0, "push says a lot");
	wait_for_retry();
	notify_wake(2);
	wait_for_retry();
	notify_wake(3);
	ok(strstr(take(fd), "wake\t3\n") != NULL, "which is thrown away");
	close(fd);
}

static void
test_no_push(void)
{
	int64_t begun = clock_mono_ms();
	int i;

	wait_for_retry();
	unlink(at.sun_path);
	for (i = 0; i < 1000; i++)
		notify_wake(i);
	is_err(notify_ping(500), ERR_PUSH_DOWN, "without push, a ping says so");
	ok(clock_mono_ms() - begun < 5000, "nothing waits for it");
}

/* ---- pings */

enum answer { SILENT, RIGHT, CHATTY, WRONG, CLOSING };

/* In a child: read up to the ping, and answer like that. */
static void
play_push(int push, enum answer how)
{
	char bytes[4096], *ping, text[64] = "";
	size_t n = 0;
	int fd = accept(push, NULL, NULL);

	while ((ping = memmem(bytes, n, "\nping\t", 6)) == NULL ||
	    bytes[n - 1] != '\n')
		n += (size_t)read(fd, bytes + n, sizeof(bytes) - n);
	memcpy(text, ping + 6, 16);
	switch (how) {
	case WRONG:
		dprintf(fd, "pong\tother\t1\t2\n");
		break;
	case CHATTY:
		dprintf(fd, "natterjack\t1\tpush\nerror\t\\q\nerror\twhat?\n");
		dprintf(fd, "pong\tother\t1\t2\npong\t%s", text);
		usleep(20000);
		dprintf(fd, "\t3\t4\nmore");
		break;
	case RIGHT:
		dprintf(fd, "natterjack\t1\tpush\npong\t%s\t3\t4\n", text);
		break;
	case CLOSING:
		_exit(0);
	case SILENT:
		break;
	}
	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
	_exit(0);
}

static void
test_ping(int push, enum answer how, enum err want, const char *what)
{
	int64_t begun;
	pid_t child;

	notify_release();
	notify_init(&conf);
	if ((child = fork()) == 0)
		play_push(push, how);
	begun = clock_mono_ms();
	is_err(notify_ping(300), want, what);
	ok(clock_mono_ms() - begun < 5000, "  in time");
	notify_release();
	waitpid(child, NULL, 0);
	notify_init(&conf);
}

int
main(void)
{
	int push;

	if (mkdtemp(folder) == NULL ||
	    !conf_socket_path(&conf, "hint.sock", at.sun_path))
		return 1;
	push = start_push();
	notify_init(&conf);
	test_lines(push);
	test_push_that_comes_back(push);
	test_slow_push(push);
	test_chatty_push(push);
	test_ping(push, RIGHT, ERR_OK, "a ping is answered");
	test_ping(push, CHATTY, ERR_OK, "among other things, in pieces");
	test_ping(push, WRONG, ERR_PUSH_DOWN, "another's pong is none");
	test_ping(push, SILENT, ERR_PUSH_DOWN, "no answer is waited for so long");
	test_ping(push, CLOSING, ERR_PUSH_DOWN, "push goes away");
	close(push);
	test_no_push();
	notify_release();
	unlink(at.sun_path);
	rmdir(folder);
	return tap_done();
}
