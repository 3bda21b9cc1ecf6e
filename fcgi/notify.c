/*
 * notify - hints and casts from a worker to push.
 *
 * A line goes out in one send().  If the socket takes only a part of it the
 * stream is no longer at the beginning of a line, so the connection is closed.
 * While push is away a new attempt is made at most every RETRY_MS: a worker
 * under load would otherwise pay for a failing connect() in every request.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/line.h"
#include "base/log.h"
#include "base/num.h"
#include "fcgi/notify.h"

enum { RETRY_MS = 100, LINE_BYTES_MAX = 8192, PING_BYTES = 8 };

static const char hello[] = "natterjack\t1\tworker\n";

static struct {
	struct sockaddr_un push;
	int	 fd;			/* -1: not connected */
	int64_t	 retry_at;		/* no connect() before; clock_mono_ms() */
	int64_t	 heard_at;		/* when push was last listened to */
	bool	 is_down;		/* and the log says so */
	bool	 is_asking;		/* whoever asks is told: no need to log */
	struct str out;			/* the line being made */
	struct str in;			/* what push said, from a line's start */
} self = { .fd = -1 };

void
notify_init(const struct conf *conf)
{
	self.push.sun_family = AF_UNIX;
	if (!conf_socket_path(conf, "hint.sock", self.push.sun_path))
		self.push.sun_path[0] = '\0';
	self.fd = -1;
	self.retry_at = 0;
	self.is_down = false;
	str_init(&self.out, LINE_BYTES_MAX);
	str_init(&self.in, LINE_BYTES_MAX);
}

static void
drop(void)
{
	if (self.fd >= 0)
		close(self.fd);
	self.fd = -1;
	str_reset(&self.in);
}

void
notify_release(void)
{
	drop();
	str_release(&self.out);
	str_release(&self.in);
}

static void
note_down(bool is_down)
{
	if (self.is_asking)
		return;
	if (is_down && !self.is_down)
		log_warn("push does not listen at %s: events will be late",
		    self.push.sun_path);
	if (!is_down && self.is_down)
		log_info("push listens again");
	self.is_down = is_down;
}

/* Send bytes, all or nothing; false when the connection is gone. */
static bool
put(const char *bytes, size_t len)
{
	ssize_t n = send(self.fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n == (ssize_t)len)
		return true;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;	/* push is far behind: it will look by itself */
	drop();
	return false;
}

/* Connect unless it is done, or was tried a moment ago. */
static bool
reach_push(void)
{
	int64_t now;

	if (self.fd >= 0)
		return true;
	if ((now = clock_mono_ms()) < self.retry_at)
		return false;
	self.retry_at = now + RETRY_MS;
	self.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0);
	if (self.fd < 0)
		return false;
	if (connect(self.fd, (const struct sockaddr *)&self.push,
	    sizeof(self.push)) < 0)
		drop();
	note_down(self.fd < 0);
	return self.fd >= 0 && put(hello, sizeof(hello) - 1);
}

/* Append what push has said to self.in; false when there is nothing (more). */
static bool
hear(void)
{
	char bytes[1024];
	ssize_t n;

	if (self.fd < 0)
		return false;
	n = recv(self.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		drop();
		return false;
	}
	str_put(&self.in, bytes, (size_t)n);
	if (!str_is_ok(&self.in))
		drop();
	return self.fd >= 0;
}

/* Push says little that we did not ask for; now and then it is thrown away. */
static void
forget_news(void)
{
	int64_t now = clock_mono_ms();

	if (now - self.heard_at < RETRY_MS)
		return;
	self.heard_at = now;
	while (hear())
		str_reset(&self.in);
}

/* Send the line in self.out, over a new connection if the old one is dead. */
static bool
put_line(void)
{
	if (!str_is_ok(&self.out))
		return false;
	forget_news();
	if (reach_push() && put(self.out.s, self.out.len))
		return true;
	return reach_push() && put(self.out.s, self.out.len);
}

void
notify_wake(int64_t seq)
{
	str_reset(&self.out);
	line_put(&self.out, "wake");
	line_put_int(&self.out, seq);
	line_end(&self.out);
	(void)put_line();	/* lost: push finds it by itself */
}

void
notify_cast(const struct cast *cast)
{
	str_reset(&self.out);
	line_put(&self.out, "cast");
	line_put(&self.out, event_kind_name(cast->kind));
	line_put_int(&self.out, cast->room_id);
	line_put_int(&self.out, cast->user.id);
	line_put(&self.out, cast->user.username);
	line_put(&self.out, cast->user.display_name);
	line_put(&self.out, !cast->on ? "0" : cast->is_begin ? "2" : "1");
	if (cast->origin != 0)
		line_put_int(&self.out, cast->origin);
	line_end(&self.out);
	(void)put_line();	/* a cast may be lost */
}

/* Is the answer to our ping among what push has said?  And what does it say? */
static bool
has_pong(const char *text, enum err *out)
{
	struct line line;
	size_t used;
	enum err e;
	bool found = false;

	while (!found) {
		e = line_take(self.in.s, self.in.len, &line, &used);
		if (e == ERR_AGAIN)
			break;
		found = e == ERR_OK && line.n >= 2 &&
		    strcmp(line.field[0], "pong") == 0 &&
		    strcmp(line.field[1], text) == 0;
		*out = found && line.n >= 5 &&
		    strcmp(line.field[4], "fault") == 0 ? ERR_IO : ERR_OK;
		str_drop(&self.in, used);
	}
	return found;
}

/* Wait until push has said something, or `until` has come. */
static bool
wait_news(int64_t until)
{
	struct pollfd p = { .fd = self.fd, .events = POLLIN };
	int64_t left = until - clock_mono_ms();

	return left > 0 && poll(&p, 1, (int)left) >= 0;
}

enum err
notify_ping(int wait_ms)
{
	int64_t until = clock_mono_ms() + wait_ms;
	unsigned char bytes[PING_BYTES];
	char text[2 * PING_BYTES + 1];
	bool is_sent;
	enum err e;

	num_random(bytes, sizeof(bytes));
	num_hex(bytes, sizeof(bytes), text);
	str_reset(&self.out);
	line_put(&self.out, "ping");
	line_put(&self.out, text);
	line_end(&self.out);
	self.is_asking = true;
	is_sent = put_line();
	self.is_asking = false;
	if (!is_sent)
		return ERR_PUSH_DOWN;
	while (self.fd >= 0 && wait_news(until)) {
		while (hear())
			continue;
		if (has_pong(text, &e))
			return e;
	}
	return ERR_PUSH_DOWN;
}
