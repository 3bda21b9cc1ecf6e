/*
 * sockets - the load of contrib/bench that wrk cannot make: many WebSockets.
 *
 *	sockets MODE HOST:PORT ROOM TOKENS [name=value …]
 *
 * TOKENS is a file with lines of an access token and the account's id;
 * connections and posters take them in turn.  Every mode opens `sockets`
 * WebSockets of `dialect` (v1; dialects.h has the others) and then
 *
 *	fanout	posts as fast as the readers follow (at most `window` messages
 *		ahead of the slowest count) for `seconds`, and counts deliveries
 *	latency	posts `rate` messages a second for `seconds`, and measures from
 *		just before each send to each arrival
 *	idle	prints "ready", and holds the sockets until its standard input
 *		ends
 *	storm	the same, but does what the lines of its standard input say:
 *		"stall": post `window` messages of `text` bytes more than usual,
 *		and read none of them; "back": hang up everywhere, post one
 *		message, come back with all, each from where it was, and read
 *		what it has missed; "end".  Prints "stalled", or "back" and the
 *		seconds from the first handshake; v1 only
 *
 * It checks what it measures: every socket must get every message once, in
 * order; anything else is an error and the exit status says so.  One thread,
 * one epoll, so that it takes as little as possible of the machine it shares
 * with what it measures.  Output: lines "name value".
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "base/str.h"
#include "contrib/bench/poster.h"
#include "contrib/bench/reader.h"

enum { POSTERS_MAX = 64, TOKENS_MAX = 1024 };

static struct {
	const char *mode;
	struct sockaddr_in peer;
	const char *room;
	const char *dialect;
	char	*tokens[TOKENS_MAX];
	int64_t	 users[TOKENS_MAX];	/* whose they are */
	size_t	 tokens_n;
	int64_t	 sockets, seconds, window, rate, posters_n, text_len;

	int	 ep;
	struct reader *readers;
	struct poster posters[POSTERS_MAX];
	int64_t	 ready_n;	/* readers that hear everything */
	int64_t	 posted_n;	/* acknowledged */
	int64_t	 sent_n;	/* sent, acknowledged or not */
	int64_t	 got_n;		/* deliveries */
	int64_t	 faults_n;
	uint32_t *latency_us;
	size_t	 latency_n, latency_max;
} self = {
	.dialect = "v1", .sockets = 1000, .seconds = 10, .window = 32, .rate = 50,
	.posters_n = 4,
};

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static struct client
client_of(size_t i)
{
	return (struct client){ .token = self.tokens[i % self.tokens_n],
	    .user_id = self.users[i % self.tokens_n], .room = self.room };
}

/*
 * By edges: a level would have the kernel look at every socket once more after
 * it has been read.  So whoever is called reads until there is no more.
 */
static void
watch(int fd, void *who)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET,
	    .data.ptr = who };

	if (epoll_ctl(self.ep, EPOLL_CTL_ADD, fd, &e) == -1)
		die(1, "epoll_ctl: %s", strerror(errno));
}

/*
 * A reader that says nothing itself acknowledges each message at once, and on
 * one machine that costs as much as reading it.  As a client on its own machine
 * costs the server nothing by it, ours delays that, as one that talks does.
 */
static int
dial(void)
{
	const int on = 1, off = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		die(1, "socket: %s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&self.peer, sizeof(self.peer)) == -1)
		die(1, "connect: %s", strerror(errno));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		die(1, "fcntl: %s", strerror(errno));
	return fd;
}

static void
on_ready(struct reader *r)
{
	(void)r;
	self.ready_n++;
}

static void
note_latency(const char *text, size_t len)
{
	int64_t sent = number_after(text, len, "sent=");

	if (sent >= 0 && self.latency_n < self.latency_max)
		self.latency_us[self.latency_n++] =
		    (uint32_t)((now_ns() - sent) / 1000);
}

static void
on_message(struct reader *r, const char *text, size_t len)
{
	(void)r;
	self.got_n++;
	if (self.latency_us != NULL)
		note_latency(text, len);
}

static const struct reader_ops reader_ops = {
	.ready = on_ready,
	.message = on_message
};

static void
post(struct poster *p)
{
	struct str text;

	str_init(&text, 32768);
	str_printf(&text, "sent=%lld a message of a usual length, "
	    "as people write them to each other%*s", (long long)now_ns(),
	    (int)self.text_len, "");
	poster_post(p, &text);
	self.sent_n++;
	str_release(&text);
}

static bool
is_poster(const void *who)
{
	return (const struct poster *)who >= self.posters &&
	    (const struct poster *)who < self.posters + POSTERS_MAX;
}

/* Handle what has arrived; wait at most `ms` for it. */
static void
turn(int ms)
{
	struct epoll_event events[512];
	int i, n = epoll_wait(self.ep, events, ARRAY_LEN(events), ms);

	for (i = 0; i < n; i++) {
		if (is_poster(events[i].data.ptr))
			self.posted_n += poster_on_readable(events[i].data.ptr);
		else if (events[i].data.ptr != &self)
			reader_on_readable(events[i].data.ptr);
	}
}

static const struct dialect *
dialect_of(size_t i)
{
	const struct dialect *d = dialect_find(self.dialect, i);

	if (d == NULL)
		die(64, "there is no dialect %s with sockets", self.dialect);
	return d;
}

static void
open_reader(struct reader *r, size_t i)
{
	r->ops = &reader_ops;
	r->dialect = dialect_of(i);
	r->who = client_of(i);
	r->who.since = r->last_id;
	r->fd = dial();
	reader_open(r);
	watch(r->fd, r);
}

static void
open_readers(void)
{
	int64_t i;

	self.ready_n = 0;
	for (i = 0; i < self.sockets; i++) {
		open_reader(&self.readers[i], (size_t)i);
		while (i - self.ready_n > 64)
			turn(1000);
	}
	while (self.ready_n < self.sockets)
		turn(1000);
}

static void
open_posters(void)
{
	struct poster *p;
	int64_t i;

	for (i = 0; i < self.posters_n; i++) {
		p = &self.posters[i];
		p->who = client_of((size_t)i);
		p->fd = dial();
		poster_open(p);
		watch(p->fd, p);
	}
}

static struct poster *
free_poster(void)
{
	int64_t i;

	for (i = 0; i < self.posters_n; i++)
		if (!self.posters[i].busy)
			return &self.posters[i];
	return NULL;
}

/* Wait until every socket has got every message, or nothing comes any more. */
static void
await_all(void)
{
	int64_t last = now_ns(), before;

	while (self.posted_n < self.sent_n ||
	    self.got_n < self.posted_n * self.sockets) {
		before = self.got_n;
		turn(100);
		if (self.got_n != before)
			last = now_ns();
		else if (now_ns() - last > INT64_C(10000000000))
			break;
	}
}

/* Every socket must have got each message once, in order. */
static void
check_all(void)
{
	int64_t i;

	for (i = 0; i < self.sockets; i++)
		self.faults_n += self.readers[i].faults_n +
		    (self.readers[i].got_n != self.posted_n);
	printf("posted %lld\ndelivered %lld\nfaults %lld\n",
	    (long long)self.posted_n, (long long)self.got_n,
	    (long long)self.faults_n);
}

static void
fanout(void)
{
	int64_t start = now_ns(), end = start + self.seconds * 1000000000;
	struct poster *p;
	double s;

	while (now_ns() < end) {
		while (self.sent_n - self.got_n / self.sockets < self.window &&
		    (p = free_poster()) != NULL)
			post(p);
		turn(10);
	}
	await_all();
	s = (double)(now_ns() - start) / 1e9;
	check_all();
	printf("deliveries_per_s %.0f\nposts_per_s %.0f\n",
	    (double)self.got_n / s, (double)self.posted_n / s);
}

static int
compare_latency(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
print_latency(void)
{
	const size_t n = self.latency_n;
	const uint32_t *us = self.latency_us;

	if (n == 0)
		die(1, "nothing was delivered");
	qsort(self.latency_us, n, sizeof(*us), compare_latency);
	printf("p50_ms %.3f\np90_ms %.3f\np99_ms %.3f\nmax_ms %.3f\n",
	    us[n / 2] / 1e3, us[n / 10 * 9] / 1e3,
	    us[(size_t)((double)n * 0.99)] / 1e3, us[n - 1] / 1e3);
}

static void
latency(void)
{
	const int64_t total = self.rate * self.seconds;
	const int64_t start = now_ns();
	struct poster *p;
	int64_t due;

	self.latency_max = (size_t)(total * self.sockets);
	self.latency_us = calloc(self.latency_max, sizeof(*self.latency_us));
	if (self.latency_us == NULL)
		die(1, "out of memory");
	while (self.sent_n < total) {
		due = start + self.sent_n * 1000000000 / self.rate;
		if (now_ns() >= due && (p = free_poster()) != NULL)
			post(p);
		else
			turn(1);
	}
	await_all();
	check_all();
	print_latency();
}

/* Hold everything until somebody closes our standard input. */
static void
idle(void)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = &self };
	char c;

	epoll_ctl(self.ep, EPOLL_CTL_ADD, STDIN_FILENO, &e);
	printf("ready %lld\n", (long long)self.ready_n);
	fflush(stdout);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	while (read(STDIN_FILENO, &c, 1) != 0)
		turn(1000);
}

/* ---- a storm */

static void
post_all(int64_t n)
{
	struct poster *p;

	while (n > 0) {
		if ((p = free_poster()) != NULL) {
			post(p);
			n--;
		} else
			turn(1000);
	}
	while (self.posted_n < self.sent_n)
		turn(1000);
}

static void
stall(void)
{
	int64_t i;

	for (i = 0; i < self.sockets; i++)
		epoll_ctl(self.ep, EPOLL_CTL_DEL, self.readers[i].fd, NULL);
	post_all(self.window);
	printf("stalled\n");
}

static void
come_back(void)
{
	int64_t i, start;

	for (i = 0; i < self.sockets; i++)
		reader_close(&self.readers[i]);
	post_all(1);
	start = now_ns();
	open_readers();
	await_all();
	printf("back %.2f\n", (double)(now_ns() - start) / 1e9);
}

static void
storm(void)
{
	char line[16];

	/* From here on each knows where it stands. */
	post_all(1);
	await_all();
	printf("ready %lld\n", (long long)self.ready_n);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL &&
	    strcmp(line, "end\n") != 0) {
		if (strcmp(line, "stall\n") == 0)
			stall();
		else
			come_back();
		fflush(stdout);
	}
	check_all();
}

static void
read_tokens(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *space;
	size_t cap = 0;
	ssize_t len;

	if (f == NULL)
		die(1, "%s: %s", path, strerror(errno));
	while (self.tokens_n < TOKENS_MAX &&
	    (len = getline(&line, &cap, f)) > 1) {
		line[len - 1] = '\0';
		space = strchr(line, ' ');
		if (space == NULL || !num_parse(space + 1, 1, INT64_MAX,
		    &self.users[self.tokens_n]))
			die(64, "%s: expected a token and an id", path);
		*space = '\0';
		self.tokens[self.tokens_n++] = line;
		line = NULL;
	}
	free(line);
	fclose(f);
	if (self.tokens_n == 0)
		die(1, "%s: no token", path);
}

static void
read_peer(char *text)
{
	char *colon = strchr(text, ':');
	int64_t port = 0;

	if (colon == NULL || !num_parse(colon + 1, 1, 65535, &port))
		die(64, "expected HOST:PORT");
	*colon = '\0';
	self.peer.sin_family = AF_INET;
	self.peer.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, text, &self.peer.sin_addr) != 1)
		die(64, "%s is no address", text);
}

static void
read_option(const char *text)
{
	static const struct {
		const char *name;
		int64_t	*at;
		int64_t	 max;
	} options[] = {
		{ "sockets=", &self.sockets, 100000 },
		{ "seconds=", &self.seconds, 600 },
		{ "window=", &self.window, 10000 },
		{ "rate=", &self.rate, 10000 },
		{ "posters=", &self.posters_n, POSTERS_MAX },
		{ "text=", &self.text_len, 16000 },
	};
	size_t i, len;

	if (strncmp(text, "dialect=", 8) == 0) {
		self.dialect = text + 8;
		return;
	}
	for (i = 0; i < ARRAY_LEN(options); i++) {
		len = strlen(options[i].name);
		if (strncmp(text, options[i].name, len) == 0 &&
		    num_parse(text + len, 1, options[i].max, options[i].at))
			return;
	}
	die(64, "what is %s?", text);
}

static void
raise_descriptors(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void	 (*run)(void);
	} modes[] = {
		{ "fanout", fanout }, { "latency", latency }, { "idle", idle },
		{ "storm", storm },
	};
	size_t i;
	int arg;

	log_init("sockets");
	if (argc < 5)
		die(64, "usage: sockets fanout|latency|idle|storm HOST:PORT "
		    "ROOM TOKENS [name=value ...]");
	self.mode = argv[1];
	read_peer(argv[2]);
	self.room = argv[3];
	read_tokens(argv[4]);
	for (arg = 5; arg < argc; arg++)
		read_option(argv[arg]);
	raise_descriptors();
	if ((self.ep = epoll_create1(EPOLL_CLOEXEC)) == -1)
		die(1, "epoll_create1: %s", strerror(errno));
	for (i = 0; i < ARRAY_LEN(modes); i++) {
		if (strcmp(modes[i].name, self.mode) != 0)
			continue;
		self.readers = calloc((size_t)self.sockets,
		    sizeof(*self.readers));
		if (self.readers == NULL)
			die(1, "out of memory");
		open_readers();
		open_posters();
		modes[i].run();
		return self.faults_n != 0;
	}
	die(64, "there is no mode %s", self.mode);
}
