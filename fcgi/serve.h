/*
 * serve - one request from its first byte to its last.
 *
 * Reads it, finds its route, checks who asks, lets the dialect's handler
 * answer, waits until nothing in the answer can be lost to a power cut, tells
 * push what is new, and sends.  Whatever happens, the request gets an answer.
 */
#ifndef FCGI_SERVE_H
#define FCGI_SERVE_H

#include "base/conf.h"
#include "fcgi/board.h"
#include "fcgi/http.h"
#include "fcgi/route.h"

/* What a worker serves with; the pointers are borrowed. */
struct server {
	const struct conf *conf;
	const struct routes *routes;
	struct store *store;
	struct http *http;
	struct board_slot *slot;
	bool	 is_auth;	/* of the pool that hashes passwords */
	struct arena arena;	/* of the request; empty between two */
	struct arena spare;	/* of a refusal, which must not want for any */
	int64_t	 complain_at;	/* not before; clock_mono_ms() */
	enum err complained;	/* what of, unless it is something new */
};

/* Prepare the arenas; the rest has been set. */
void		 server_init(struct server *);
void		 server_release(struct server *);

/*
 * Take one request and answer it.  ERR_OK; ERR_AGAIN when there was none;
 * ERR_INTERNAL when the socket gives no more.
 */
enum err	 server_take(struct server *) MUST_CHECK;

#endif
