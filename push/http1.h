/*
 * http1 - request heads of HTTP/1.1, as nginx forwards them.
 *
 * The only file that sees the HTTP parser.  A head is read from the bytes that
 * have arrived; while it is not whole the caller keeps the bytes and shows all
 * of them again with the next.  Nothing else is kept between two calls.  A
 * body has a Content-Length: transfer codings are refused, nginx undoes them.
 */
#ifndef PUSH_HTTP1_H
#define PUSH_HTTP1_H

#include "base/arena.h"
#include "base/str.h"

/*
 * The head; strings are in the arena or static, a header's value is NULL when
 * it is absent.  Values may have bytes that are not UTF-8.
 */
struct http1_head {
	const char *method;
	const char *path;	/* percent-decoded, UTF-8 */
	const char *query;	/* raw; "" when there is none */
	const char *authorization;
	const char *accept;
	const char *cookie;
	const char *origin;
	const char *last_event_id;
	const char *request_id;
	const char *real_ip;	/* X-Real-IP: the client, as nginx sees it */
	const char *host;
	const char *forwarded_host;	/* X-Forwarded-Host: with its port */
	const char *proto;	/* X-Forwarded-Proto */
	const char *upgrade;
	const char *ws_key;
	const char *ws_version;
	const char *ws_protocol;
	const char *user_agent;
	bool	 is_upgrade;	/* GET, Connection: upgrade, Upgrade: websocket */
	bool	 keep_alive;
	int64_t	 body_len;	/* Content-Length; 0: none */
};

/*
 * Read a head from `len` bytes.  ERR_OK: `*used_out` bytes were the head.
 * ERR_AGAIN: not whole yet (the caller bounds the length).  ERR_BAD_REQUEST:
 * answer 400 and close.  ERR_NOMEM: the arena is full; 4 kB and sixteen times
 * the longest head are always enough.
 */
enum err	 http1_read_head(const char *bytes, size_t len, struct arena *,
		    struct http1_head *out, size_t *used_out) MUST_CHECK;

/*
 * The first query parameter of that name, decoded, in the arena: UTF-8.  NULL
 * when absent (or the arena is full); a query that does not decode has been
 * refused with the head.
 */
const char	*http1_query(const struct http1_head *, struct arena *,
		    const char *name);

/*
 * A whole answer with a body appended to `out`.  Statuses without a body have
 * no Content-Length, and a 101 no Connection: it brings its own in `extra`.
 */
struct http1_answer {
	int	 status;
	const char *content_type;
	const char *body;
	size_t	 body_len;
	bool	 keep_alive;
	const char *extra;	/* further header lines, each with \r\n; or NULL */
};
void		 http1_put_answer(struct str *out, const struct http1_answer *);

/* "OK", "Not Found", …: the reason phrase; "" for an unknown status. */
const char	*http1_reason(int status);

#endif
