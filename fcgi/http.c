/*
 * http - requests and answers over FastCGI.
 *
 * libfcgi keeps the protocol.  Its stream for the answer holds 8 kB, so that
 * head, body and the end of the request leave in one write when they are
 * smaller than that.
 *
 * The connection is accepted here and put into libfcgi's hands as one that it
 * has kept from a request before: that way who connects is known before a byte
 * is read, which libfcgi asks of addresses only, not of Unix-domain sockets.
 *
 * Before the end the request is detached.  Otherwise libfcgi would wait up to
 * two seconds for the peer to close first, which saves a TCP connection from a
 * reset but has no use on a Unix-domain socket, where nothing that was written
 * is lost when its writer closes.
 */
#include "config.h"

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/num.h"
#include "base/utf8.h"
#include "fcgi/http.h"
#include "store/filedir.h"

enum { ID_BYTES = 16, ID_LEN_MAX = 63, BODY_STEP = 8192, SAVE_STEP = 65536,
	HEAD_MAX = 16384, SILENCE_MS = 2000, NO_SOCKET = -1 };

struct http {
	FCGX_Request fcgx;
	int	 listen_fd;
	struct peers *peers;
	struct str head;		/* of the answer; kept for its memory */
	char	 id[ID_LEN_MAX + 1];
};

struct http *
http_new(int listen_fd, struct peers *peers)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&h->fcgx, NO_SOCKET, 0) != 0) {
		free(h);
		return NULL;
	}
	h->listen_fd = listen_fd;
	h->peers = peers;
	str_init(&h->head, HEAD_MAX);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	FCGX_Free(&h->fcgx, 1);
	str_release(&h->head);
	free(h);
}

/* A connection of somebody who may connect, and who says something soon. */
static enum err
accept_one(struct http *h, int *fd_out)
{
	struct pollfd p = { .events = POLLIN };

	p.fd = accept4(h->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	if (p.fd < 0 && (errno == EAGAIN || errno == EINTR ||
	    errno == ECONNABORTED))
		return ERR_AGAIN;
	if (p.fd < 0) {
		log_error("cannot accept: %s", strerror(errno));
		return ERR_INTERNAL;
	}
	if (!peers_allow(h->peers, p.fd, "fcgi.sock") ||
	    poll(&p, 1, SILENCE_MS) <= 0) {
		close(p.fd);
		return ERR_AGAIN;
	}
	*fd_out = p.fd;
	return ERR_OK;
}

enum err
http_accept(struct http *h)
{
	enum err e;

	if ((e = accept_one(h, &h->fcgx.ipcFd)) != ERR_OK)
		return e;
	h->fcgx.keepConnection = 1;
	/* If it is no request, libfcgi looks for the next one at NO_SOCKET. */
	return FCGX_Accept_r(&h->fcgx) == 0 ? ERR_OK : ERR_AGAIN;
}

/* A parameter; NULL when it is absent or empty. */
static const char *
get(struct http *h, const char *name)
{
	const char *value = FCGX_GetParam(name, h->fcgx.envp);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* An id that can stand in a log line and in a header. */
static bool
is_plain_id(const char *id)
{
	size_t len = strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:");

	return len <= ID_LEN_MAX && id[len] == '\0';
}

static const char *
get_id(struct http *h)
{
	const char *given = get(h, "REQUEST_ID");
	unsigned char bytes[ID_BYTES];

	if (given != NULL && is_plain_id(given))
		return given;
	num_random(bytes, sizeof(bytes));
	num_hex(bytes, sizeof(bytes), h->id);
	return h->id;
}

static int64_t
get_number(struct http *h, const char *name)
{
	const char *value = get(h, name);
	int64_t n;

	return value != NULL && num_parse_id(value, &n) ? n : 0;
}

static bool
is_utf8(const char *s)
{
	return s == NULL || utf8_is_valid(s, strlen(s));
}

enum err
http_get_head(struct http *h, struct request *r, struct http_head *out)
{
	const char *upcall = get(h, "NATTERJACK_UPCALL"), *https, *encoding;

	r->id = get_id(h);
	r->method = get(h, "REQUEST_METHOD");
	if (r->method == NULL)
		r->method = "";
	r->authorization = get(h, "HTTP_AUTHORIZATION");
	encoding = get(h, "HTTP_CONTENT_ENCODING");
	out->is_encoded = encoding != NULL &&
	    strcasecmp(encoding, "identity") != 0;
	r->idempotency_key = get(h, "HTTP_IDEMPOTENCY_KEY");
	r->content_type = get(h, "CONTENT_TYPE");
	r->content_disposition = get(h, "HTTP_CONTENT_DISPOSITION");
	r->user_agent = get(h, "HTTP_USER_AGENT");
	r->cookie = get(h, "HTTP_COOKIE");
	r->origin = get(h, "HTTP_ORIGIN");
	r->host = get(h, "HTTP_HOST");
	https = get(h, "HTTPS");
	r->is_https = https != NULL && strcmp(https, "on") == 0;
	r->body_file = get(h, "NATTERJACK_BODY_FILE");
	r->remote_addr = get(h, "REMOTE_ADDR");
	if (r->remote_addr == NULL)
		r->remote_addr = "";
	out->uri = get(h, "REQUEST_URI");
	out->is_upcall = upcall != NULL && strcmp(upcall, "1") == 0;
	out->user_id = get_number(h, "NATTERJACK_USER");
	out->session_id = get_number(h, "NATTERJACK_SESSION");
	r->connection = get_number(h, "NATTERJACK_CONNECTION");
	r->room = get_number(h, "NATTERJACK_ROOM");
	if (r->method[0] == '\0' || out->uri == NULL)
		return ERR_BAD_REQUEST;
	/* These two are kept; the others are only looked at. */
	if (!is_utf8(r->idempotency_key) || !is_utf8(r->user_agent))
		return ERR_BAD_REQUEST;
	return ERR_OK;
}

/* Read until there are `len` bytes, or none are left. */
static size_t
read_bytes(struct http *h, char *bytes, size_t len)
{
	return (size_t)FCGX_GetStr(bytes, (int)len, h->fcgx.in);
}

/* A body whose length was announced: exactly `len` bytes, and no more. */
static enum err
read_announced(struct http *h, struct arena *arena, size_t len,
    struct request *r)
{
	char *bytes = arena_alloc(arena, len + 1), more;

	if (bytes == NULL)
		return ERR_NOMEM;
	if (read_bytes(h, bytes, len) != len)
		return ERR_BAD_REQUEST;
	if (read_bytes(h, &more, 1) != 0)
		return ERR_BAD_REQUEST;
	bytes[len] = '\0';
	r->body = bytes;
	r->body_len = len;
	return ERR_OK;
}

/* A body that ends where it ends. */
static enum err
read_to_end(struct http *h, struct arena *arena, size_t max,
    struct request *r)
{
	struct str body;
	size_t n;
	char *room;

	str_init_arena(&body, arena);
	do {
		if ((room = str_room(&body, BODY_STEP)) == NULL)
			return ERR_NOMEM;
		n = read_bytes(h, room, BODY_STEP);
		str_grew(&body, n);
		if (body.len > max)
			return ERR_TOO_LARGE;
	} while (n == BODY_STEP);
	if (FCGX_GetError(h->fcgx.in) != 0)
		return ERR_BAD_REQUEST;
	r->body = body.s;
	r->body_len = body.len;
	return ERR_OK;
}

enum err
http_read_body(struct http *h, struct arena *arena, size_t max,
    struct request *r)
{
	const char *announced = get(h, "CONTENT_LENGTH");
	int64_t len;

	r->body = "";
	r->body_len = 0;
	if (r->body_file != NULL)
		return ERR_OK;
	if (announced == NULL)
		return read_to_end(h, arena, max, r);
	if (!num_parse(announced, 0, INT64_MAX, &len))
		return ERR_BAD_REQUEST;
	if ((uint64_t)len > max)
		return ERR_TOO_LARGE;
	return read_announced(h, arena, (size_t)len, r);
}

enum err
http_save_body(struct http *h, struct incoming *in, size_t max)
{
	const char *announced = get(h, "CONTENT_LENGTH");
	char bytes[SAVE_STEP];
	int64_t len = -1;
	size_t n, all = 0;
	enum err e;

	if (announced != NULL && !num_parse(announced, 0, INT64_MAX, &len))
		return ERR_BAD_REQUEST;
	if (len >= 0 && (uint64_t)len > max)
		return ERR_TOO_LARGE;
	do {
		n = read_bytes(h, bytes, sizeof(bytes));
		all += n;
		if (all > max)
			return ERR_TOO_LARGE;
		if ((e = filedir_write(in, bytes, n)) != ERR_OK)
			return e;
	} while (n == sizeof(bytes));
	if (FCGX_GetError(h->fcgx.in) != 0 || (len >= 0 && all != (size_t)len))
		return ERR_BAD_REQUEST;
	return ERR_OK;
}

/* The phrase beside a status, for people who read the bytes. */
static const char *
get_phrase(int status)
{
	static const struct { int status; const char *phrase; } phrases[] = {
		{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
		{ 204, "No Content" }, { 301, "Moved Permanently" },
		{ 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" },
		{ 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
		{ 400, "Bad Request" }, { 401, "Unauthorized" },
		{ 403, "Forbidden" }, { 404, "Not Found" },
		{ 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
		{ 409, "Conflict" }, { 410, "Gone" },
		{ 412, "Precondition Failed" }, { 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
		{ 500, "Internal Server Error" }, { 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Other";
}

/* A header that nobody can use to write another one. */
static bool
is_plain_value(const char *value)
{
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

static void
put_header(struct str *out, const char *name, const char *value)
{
	if (!is_plain_value(value)) {
		log_warn("header %s is left out: control character", name);
		return;
	}
	str_puts(out, name);
	str_puts(out, ": ");
	str_puts(out, value);
	str_puts(out, "\r\n");
}

int
http_status(const struct answer *a)
{
	if (a->status != 0)
		return a->status;
	return a->body.len > 0 ? 200 : 204;
}

static bool
may_have_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

static void
put_head(struct str *out, const struct answer *a)
{
	int status = http_status(a), i;

	str_puts(out, "Status: ");
	str_put_int(out, status);
	str_putc(out, ' ');
	str_puts(out, get_phrase(status));
	str_puts(out, "\r\n");
	for (i = 0; i < a->headers_n; i++)
		put_header(out, a->header[i].name, a->header[i].value);
	if (may_have_body(status)) {
		put_header(out, "Content-Type", a->content_type != NULL ?
		    a->content_type : "application/json");
		str_puts(out, "Content-Length: ");
		str_put_int(out, (int64_t)a->body.len);
		str_puts(out, "\r\n");
	}
	str_puts(out, "\r\n");
}

static void
drop_body(struct http *h)
{
	char trash[BODY_STEP];

	while (read_bytes(h, trash, sizeof(trash)) == sizeof(trash))
		continue;
}

static bool
put(struct http *h, const struct str *s)
{
	return FCGX_PutStr(s->s, (int)s->len, h->fcgx.out) == (int)s->len;
}

bool
http_send(struct http *h, const struct request *r, const struct answer *a)
{
	bool sent;

	drop_body(h);
	str_reset(&h->head);
	put_head(&h->head, a);
	sent = str_is_ok(&h->head) && put(h, &h->head);
	if (sent && may_have_body(http_status(a)) &&
	    strcmp(r->method, "HEAD") != 0)
		sent = put(h, &a->body);
	/* The end of the request goes out with the last stream's last bytes. */
	FCGX_FClose(h->fcgx.err);
	return FCGX_FClose(h->fcgx.out) == 0 && sent;
}

void
http_finish(struct http *h)
{
	FCGX_Detach(&h->fcgx);
	/* Closed even when the peer would keep it: see the head of worker.c. */
	FCGX_Free(&h->fcgx, 1);
}
