/*
 * fcgi_client - the client's side of FastCGI 1.0, without a socket.
 *
 * One request per connection, role responder, request id 1, as nginx speaks it.
 * The answer is read from bytes in whatever pieces they come; what the worker
 * says on its error stream is thrown away, it has a log of its own.
 */
#ifndef PUSH_FCGI_CLIENT_H
#define PUSH_FCGI_CLIENT_H

#include "base/str.h"

struct fcgi_param {
	const char *name;
	const char *value;
};

/* Append a whole request; the connection is closed after its answer. */
struct fcgi_request {
	const struct fcgi_param *params;
	size_t	 params_n;
	const char *body;
	size_t	 body_len;
};
void		 fcgi_put_request(struct str *out, const struct fcgi_request *);

/* An answer that is coming in. */
struct fcgi_answer {
	struct str text;	/* headers and body so far */
	uint8_t	 head[8];	/* of the present record */
	uint8_t	 head_len;
	bool	 is_done;
	uint8_t	 end[8];	/* the body of END_REQUEST */
	uint8_t	 end_len;
	size_t	 content_left;
	size_t	 padding_left;
};

/* `max` bounds headers and body together. */
void		 fcgi_answer_init(struct fcgi_answer *, size_t max);
void		 fcgi_answer_release(struct fcgi_answer *);

/*
 * Take `len` more bytes.  ERR_OK: the answer is whole.  ERR_AGAIN: more has to
 * come.  ERR_BAD_REQUEST: this is no answer to our request.  ERR_TOO_LARGE.
 */
enum err	 fcgi_answer_take(struct fcgi_answer *, const char *bytes,
		    size_t len) MUST_CHECK;

/*
 * The status (200 when there is none) and the body of a whole answer; false
 * when it has no headers.
 */
bool		 fcgi_answer_parse(const struct fcgi_answer *, int *status_out,
		    const char **body_out, size_t *len_out) MUST_CHECK;

#endif
