/*
 * sockets - the load of contrib/bench that wrk cannot make: many WebSockets.
 *
 *	sockets MODE HOST:PORT ROOM TOKENS [name=value …]
 *
 * TOKENS is a file with lines of an access token and the account's id;
 * connections and posters take them in turn.  Every mode opens `sockets`
 * WebSockets of `dialect` (v1; "mixed" is the first four in turn; "polls" is
 * chatroom by polls instead) and then
 *
 *	fanout	posts as fast as the readers follow (at most `window` messages
 *		ahead of the slowest count) for `seconds`, and counts deliveries
 *	latency	posts `rate` messages a second for `seconds`, and measures from
 *		just before each send to each arrival
 *	idle	prints "ready", and holds the sockets until its standard input
 *		ends
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

#include "base/ids.h"
#include "base/log.h"
#include "base/num.h"
#include "base/str.h"
#include "contrib/bench/sio.h"

enum { IN_LEN = 256 * 1024, POSTERS_MAX = 64, TOKENS_MAX = 1024, MIXED_N = 4 };

/* What the clients of a dialect say and see. */
struct dialect {
	const char *name;
	void	 (*put_path)(struct str *, size_t i);
	const char *mark;	/* what only a message's frame has */
	const char *id;		/* what is before its number */
	enum { DIGITS, UUID, HEX24 } form;
	bool	 is_sio, is_polling;
};

struct reader {
	const struct dialect *dialect;
	int	 fd;
	bool	 open;		/* the handshake is done */
	char	*rest;		/* a frame that has not come whole */
	size_t	 rest_len;
	int64_t	 last_seq;
	int64_t	 got_n;
	struct sio sio;
};

struct poster {
	int	 fd;
	bool	 busy;		/* a request is under way */
	struct str in;
};

static struct {
	const char *mode;
	struct sockaddr_in peer;
	const char *room;
	const char *dialect;
	char	*tokens[TOKENS_MAX];
	int64_t	 users[TOKENS_MAX];	/* whose they are */
	size_t	 tokens_n;
	int64_t	 sockets, seconds, window, rate, posters_n;

	int	 ep;
	struct reader *readers;
	struct poster posters[POSTERS_MAX];
	int64_t	 opened_n;
	int64_t	 posted_n;	/* acknowledged */
	int64_t	 sent_n;	/* sent, acknowledged or not */
	int64_t	 got_n;		/* deliveries */
	int64_t	 faults_n;
	uint32_t *latency_us;
	size_t	 latency_n, latency_max;
	char	 in[IN_LEN];
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

static const char *
token(size_t i)
{
	return self.tokens[i % self.tokens_n];
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
send_all(int fd, const struct str *s)
{
	if (write(fd, s->s, s->len) != (ssize_t)s->len)
		die(1, "write: %s", strerror(errno));
}

static void
put_v1(struct str *s, size_t i)
{
	(void)i;
	str_printf(s, "/v1/events?rooms=%s", self.room);
}

static void
put_chatapp(struct str *s, size_t i)
{
	(void)i;
	str_printf(s, "/websockets/chat/%s", self.room);
}

/* By the account's id: it must be a member of the room. */
static void
put_realtime(struct str *s, size_t i)
{
	char uuid[IDS_UUID_LEN + 1];

	ids_uuid(self.users[i % self.tokens_n], uuid);
	str_printf(s, "/ws/%s", uuid);
}

static void
put_rooms(struct str *s, size_t i)
{
	str_printf(s, "/ws/chat/%s?token=%s", self.room, token(i));
}

static void
put_chatroom(struct str *s, size_t i)
{
	(void)i;
	str_puts(s, "/socket.io/?EIO=4&transport=websocket");
}

static const struct dialect dialects[] = {
	{ "v1", put_v1, "\"message.posted\"", "\"seq\":", DIGITS, false, false },
	{ "chatapp", put_chatapp, "{\"id\":", "\"id\":", DIGITS, false, false },
	{ "realtime", put_realtime, "\"chat_id\":", ",\"id\":\"", UUID, false,
	    false },
	{ "rooms", put_rooms, "\"type\":\"message\"", "\"message_id\":", DIGITS,
	    false, false },
	{ "chatroom", put_chatroom, "\"newMessage\"", "\"_id\":\"", HEX24, true,
	    false },
	{ "polls", NULL, "\"newMessage\"", "\"_id\":\"", HEX24, true, true }
};

static const struct dialect *
dialect_of(size_t i)
{
	size_t k;

	if (strcmp(self.dialect, "mixed") == 0)
		return &dialects[i % MIXED_N];
	for (k = 0; k < ARRAY_LEN(dialects); k++)
		if (strcmp(self.dialect, dialects[k].name) == 0)
			return &dialects[k];
	die(64, "there is no dialect %s with sockets", self.dialect);
}

/* The next request of a reader that polls; with `said`, if that is not empty. */
static void
ask(struct reader *r, const struct str *said)
{
	struct str s;

	str_init(&s, 8192);
	sio_put_request(&s, &r->sio, said);
	send_all(r->fd, &s);
	str_release(&s);
}

/* Begin the handshake of reader `i`. */
static void
reader_open(struct reader *r, size_t i)
{
	struct str s;

	r->dialect = dialect_of(i);
	r->fd = dial();
	str_init(&s, 4096);
	if (r->dialect->is_polling) {
		ask(r, &s);
		watch(r->fd, r);
		return;
	}
	str_puts(&s, "GET ");
	r->dialect->put_path(&s, i);
	str_printf(&s, " HTTP/1.1\r\n"
	    "Host: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
	    "Sec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	    "Authorization: Bearer %s\r\n\r\n", token(i));
	send_all(r->fd, &s);
	str_release(&s);
	watch(r->fd, r);
}

/* The number behind `name` in a text; -1 when it is not there. */
static int64_t
number_after(const char *text, size_t len, const char *name)
{
	const char *p = memmem(text, len, name, strlen(name));
	const char *end = text + len;
	int64_t n = 0;

	if (p == NULL)
		return -1;
	p += strlen(name);
	if (p < end && *p == '"')
		p++;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		n = n * 10 + *p - '0';
	return n;
}

static void
note_latency(const char *text, size_t len)
{
	int64_t sent = number_after(text, len, "sent=");

	if (sent >= 0 && self.latency_n < self.latency_max)
		self.latency_us[self.latency_n++] =
		    (uint32_t)((now_ns() - sent) / 1000);
}

/* The id of the message in a frame: they grow. */
static int64_t
id_of(const struct dialect *d, const char *text, size_t len)
{
	size_t id_len = d->form == UUID ? IDS_UUID_LEN : IDS_HEX24_LEN;
	char form[IDS_UUID_LEN + 1];
	const char *p;
	int64_t id;

	if (d->form == DIGITS)
		return number_after(text, len, d->id);
	p = memmem(text, len, d->id, strlen(d->id));
	if (p == NULL || text + len < p + strlen(d->id) + id_len)
		return -1;
	memcpy(form, p + strlen(d->id), id_len);
	form[id_len] = '\0';
	return (d->form == UUID ? ids_parse_uuid(form, &id) :
	    ids_parse_hex24(form, &id)) ? id : -1;
}

/* A packet of Socket.IO: is it one to be read?  What it is answered with. */
static bool
hear(struct reader *r, const char *text, size_t len, struct str *said)
{
	const struct sio_who who = {
		token((size_t)(r - self.readers)), self.room };
	bool was_reading = r->sio.step == SIO_READING;
	bool is_reading = sio_hear(&r->sio, &who, text, len, said);

	self.opened_n += is_reading && !was_reading;
	return was_reading;
}

/* The same over a WebSocket, where it is answered at once. */
static bool
hear_frame(struct reader *r, const char *text, size_t len)
{
	struct str said, framed;
	bool is_event;

	str_init(&said, 4096);
	str_init(&framed, 4096 + 16);
	is_event = hear(r, text, len, &said);
	if (said.len > 0) {
		sio_put_frame(&framed, &said);
		send_all(r->fd, &framed);
	}
	str_release(&said);
	str_release(&framed);
	return is_event;
}

static void
on_frame(struct reader *r, const char *text, size_t len)
{
	const struct dialect *d = r->dialect;
	int64_t seq;

	if (d->is_sio && !d->is_polling && !hear_frame(r, text, len))
		return;
	if (memmem(text, len, d->mark, strlen(d->mark)) == NULL)
		return;
	seq = id_of(d, text, len);
	if (seq <= r->last_seq)
		self.faults_n++;
	r->last_seq = seq;
	r->got_n++;
	self.got_n++;
	if (self.latency_us != NULL)
		note_latency(text, len);
}

/* Take the whole frames off the front; returns how many bytes that was. */
static size_t
take_frames(struct reader *r, const char *bytes, size_t len)
{
	size_t used = 0, head, body;

	while (len - used >= 2) {
		const unsigned char *p = (const unsigned char *)bytes + used;

		head = 2;
		body = p[1] & 127;
		if (body == 126) {
			head = 4;
			if (len - used < head)
				break;
			body = (size_t)p[2] << 8 | p[3];
		} else if (body == 127)
			die(1, "a frame of more than 64 kB");
		if (len - used < head + body)
			break;
		if ((p[0] & 15) == 8)
			die(1, "the server closed a socket");
		on_frame(r, bytes + used + head, body);
		used += head + body;
	}
	return used;
}

/* The packets of a poll's answer, and what is said to the last that asks. */
static void
on_packets(struct reader *r, const char *body, size_t len, struct str *said)
{
	const char *end;
	size_t n;

	for (; len > 0; body += n, len -= n) {
		end = memchr(body, 0x1e, len);
		n = end == NULL ? len : (size_t)(end - body);
		if (hear(r, body, n, said))
			on_frame(r, body, n);
		n += end != NULL;
	}
}

/* Answers to polls and to what was said; returns how many bytes they were. */
static size_t
take_answers(struct reader *r, const char *bytes, size_t len)
{
	size_t used = 0, n, body_len;
	const char *body;
	struct str said;

	while ((n = sio_take_answer(bytes + used, len - used, &body,
	    &body_len)) > 0) {
		str_init(&said, 4096);
		if (!r->sio.has_said)
			on_packets(r, body, body_len, &said);
		ask(r, &said);
		str_release(&said);
		used += n;
	}
	return used;
}

/* Take the answer to the handshake; returns how many bytes it was. */
static size_t
take_handshake(struct reader *r, const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);

	if (end == NULL)
		return 0;
	if (len < 12 || memcmp(bytes + 9, "101", 3) != 0)
		die(1, "handshake refused: %.60s", bytes);
	r->open = true;
	self.opened_n += !r->dialect->is_sio;
	return (size_t)(end - bytes) + 4;
}

static void
keep_rest(struct reader *r, const char *bytes, size_t len)
{
	r->rest_len = len;
	if (len == 0)
		return;
	if ((r->rest = realloc(r->rest, len)) == NULL)
		die(1, "out of memory");
	memcpy(r->rest, bytes, len);
}

/* Read what there is, and take what is whole; false: there was no more. */
static bool
read_some(struct reader *r)
{
	size_t len = r->rest_len, room = IN_LEN - len, used = 0;
	ssize_t n;

	if (len > 0)
		memcpy(self.in, r->rest, len);
	n = recv(r->fd, self.in + len, room, 0);
	if (n == -1 && errno == EAGAIN)
		return false;
	if (n <= 0)
		die(1, "a socket was lost: %s", n == 0 ? "closed" :
		    strerror(errno));
	len += (size_t)n;
	if (r->dialect->is_polling)
		used = take_answers(r, self.in, len);
	else if (!r->open)
		used = take_handshake(r, self.in, len);
	if (r->open)
		used += take_frames(r, self.in + used, len - used);
	keep_rest(r, self.in + used, len - used);
	return (size_t)n == room;
}

static void
on_readable(struct reader *r)
{
	while (read_some(r))
		continue;
}

static void
post(struct poster *p)
{
	struct str s, body;

	str_init(&body, 1024);
	str_printf(&body, "{\"text\":\"sent=%lld a message of a usual length, "
	    "as people write them to each other\"}", (long long)now_ns());
	str_init(&s, 4096);
	str_printf(&s, "POST /v1/rooms/%s/messages HTTP/1.1\r\nHost: bench\r\n"
	    "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s", self.room,
	    token((size_t)(p - self.posters)), body.len, body.s);
	send_all(p->fd, &s);
	p->busy = true;
	self.sent_n++;
	str_release(&s);
	str_release(&body);
}

/* Read an answer; when it is whole the poster is free again. */
static void
on_answer(struct poster *p)
{
	char *room = str_room(&p->in, 65536);
	ssize_t n = read(p->fd, room, 65536);
	const char *head_end;
	int64_t body;

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0)
		die(1, "a poster's connection was lost");
	str_grew(&p->in, (size_t)n);
	head_end = memmem(p->in.s, p->in.len, "\r\n\r\n", 4);
	if (head_end == NULL)
		return;
	body = number_after(p->in.s, (size_t)(head_end - p->in.s),
	    "Content-Length: ");
	if (body < 0 || p->in.s + p->in.len < head_end + 4 + body)
		return;
	if (memcmp(p->in.s + 9, "201", 3) != 0)
		die(1, "a message was refused: %.300s", p->in.s);
	str_reset(&p->in);
	p->busy = false;
	self.posted_n++;
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
			on_answer(events[i].data.ptr);
		else if (events[i].data.ptr != &self)
			on_readable(events[i].data.ptr);
	}
}

static void
open_readers(void)
{
	int64_t i;

	self.readers = calloc((size_t)self.sockets, sizeof(*self.readers));
	if (self.readers == NULL)
		die(1, "out of memory");
	for (i = 0; i < self.sockets; i++) {
		reader_open(&self.readers[i], (size_t)i);
		while (i - self.opened_n > 64)
			turn(1000);
	}
	while (self.opened_n < self.sockets)
		turn(1000);
}

static void
open_posters(void)
{
	int64_t i;

	for (i = 0; i < self.posters_n; i++) {
		self.posters[i].fd = dial();
		str_init(&self.posters[i].in, 1 << 20);
		watch(self.posters[i].fd, &self.posters[i]);
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

/* Every socket must have got each message once. */
static void
check_all(void)
{
	int64_t i;

	for (i = 0; i < self.sockets; i++)
		if (self.readers[i].got_n != self.posted_n)
			self.faults_n++;
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
	printf("ready %lld\n", (long long)self.opened_n);
	fflush(stdout);
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	while (read(STDIN_FILENO, &c, 1) != 0)
		turn(1000);
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
	};
	size_t i;
	int arg;

	log_init("sockets");
	if (argc < 5)
		die(64, "usage: sockets fanout|latency|idle HOST:PORT ROOM "
		    "TOKENS [name=value ...]");
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
		open_readers();
		open_posters();
		modes[i].run();
		return self.faults_n != 0;
	}
	die(64, "there is no mode %s", self.mode);
}
