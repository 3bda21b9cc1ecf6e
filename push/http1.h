/*
 * http1 - request heads of HTTP/1.1, as nginx forwards them.
 *
 * The only file that sees the HTTP parser.  A head is read from the bytes that
 * have arrived, all at once or in pieces; nothing is kept between two calls but
 * the caller's bytes.  Requests with a body are refused unless a route wants
 * one; the bodies that are wanted have a Content-Length.
 */
#ifndef PUSH_HTTP1_H
#define PUSH_HTTP1_H

#include "base/arena.h"
#include "base/str.h"

/* The head; strings are in the arena, NULL when the header is absent. */
struct http1_head {
	const char *method;
	const char *path;	/* percent-decoded */
	const char *query;	/* raw; "" when there is none */
	const char *authorization;
	const char *accept;
	const char *cookie;
	const char *origin;
	const char *last_event_id;
	const char *request_id;
	const char *upgrade;
	const char *ws_key;
	const char *ws_version;
	const char *ws_protocol;
	bool	 is_upgrade;	/* Connection: upgrade and Upgrade: websocket */
	bool	 keep_alive;
	int64_t	 body_len;	/* Content-Length; 0: none */
};

/*
 * Read a head from `len` bytes.  ERR_OK: `*used_out` bytes were the head.
 * ERR_AGAIN: not whole yet (the caller bounds the length).  ERR_BAD_REQUEST:
 * answer 400 and close.
 */
enum err	 http1_read_head(const char *bytes, size_t len, struct arena *,
		    struct http1_head *out, size_t *used_out) MUST_CHECK;

/* A query parameter, decoded, in the arena; NULL when absent or not UTF-8. */
const char	*http1_query(const struct http1_head *, struct arena *,
		    const char *name);

/* A whole answer with a body appended to `out`. */
struct http1_answer {
	int	 status;
	const char *content_type;
	const char *body;
	size_t	 body_len;
	bool	 keep_alive;
	const char *extra;	/* further header lines, each with \r\n; or NULL */
};
void		 http1_put_answer(struct str *out, const struct http1_answer *);

/* "OK", "Not Found", …: the reason phrase. */
const char	*http1_reason(int status);

#endif
