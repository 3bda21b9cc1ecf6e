/*
 * http - requests and answers over FastCGI.
 *
 * The only file that sees fcgiapp.h.  One struct http per worker takes one
 * request at a time from a listening socket that is shared with others:
 * accept, head, body, send, finish.  What it fills into a struct request is
 * borrowed from it until http_finish().
 */
#ifndef FCGI_HTTP_H
#define FCGI_HTTP_H

#include "base/peer.h"
#include "dialect/exchange.h"

struct http;

/* What a request's head says beyond struct request. */
struct http_head {
	const char *uri;	/* path and query as they came */
	bool	 is_encoded;	/* the body is compressed, or something like it */
	bool	 is_upcall;	/* push speaks, for the account in the head */
	int64_t	 user_id;	/* of an upcall; 0: it does not say */
	int64_t	 session_id;
};

/*
 * For the nonblocking listening socket `listen_fd` and those who may connect to
 * it, both borrowed.  NULL: no memory.
 */
struct http	*http_new(int listen_fd, struct peers *);
void		 http_free(struct http *);	/* NULL is fine */

/*
 * Take the next request and read its head; once a connection is there this
 * blocks on its peer.  ERR_AGAIN when there is none (another worker was
 * faster, or the peer was no FastCGI client, or one that may not connect, of
 * whom not a byte is read); ERR_INTERNAL when the socket gives no more, which
 * has been logged.
 */
enum err	 http_accept(struct http *) MUST_CHECK;

/*
 * Fill in everything but path, query, body and parameters.  The request id is
 * the one that nginx gave it, or one of ours.  ERR_BAD_REQUEST when there is
 * no method, no address, or a header that is to be kept is not UTF-8; the id
 * is set all the same.
 */
enum err	 http_get_head(struct http *, struct request *,
		    struct http_head *out) MUST_CHECK;

/*
 * Read the whole body into the arena, at most `max` bytes; nothing when nginx
 * has put it into a file.  ERR_TOO_LARGE,
 * ERR_BAD_REQUEST when it has not as many bytes as its head says, ERR_NOMEM.
 * Blocks on the peer.
 */
enum err	 http_read_body(struct http *, struct arena *, size_t max,
		    struct request *) MUST_CHECK;

/*
 * Write the whole body to disk instead, at most `max` bytes.  ERR_TOO_LARGE,
 * ERR_BAD_REQUEST, and filedir_write()'s.
 */
struct incoming;
enum err	 http_save_body(struct http *, struct incoming *,
		    size_t max) MUST_CHECK;

/* The status that an answer goes out with: 200 or 204 when it names none. */
int		 http_status(const struct answer *);

/*
 * Send the answer.  A peer that has gone is no error of ours: false, and
 * nothing is logged.  What is left of the body is read and dropped first,
 * because nginx takes a server that does not read to its end for a broken one.
 */
bool		 http_send(struct http *, const struct request *,
		    const struct answer *);

/* Close the connection; the request's strings are gone. */
void		 http_finish(struct http *);

#endif
