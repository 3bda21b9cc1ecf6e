/*
 * enter - clients of dialects come in, and go.
 *
 * Whether one may is a worker's to say (entry.h); while it is asked, the client
 * waits with its handshake.  Who may not gets an empty 403; when no worker
 * answers in push.upcall_ms, a 503.
 */
#ifndef PUSH_ENTER_H
#define PUSH_ENTER_H

#include "push/conn.h"
#include "push/entry.h"
#include "push/http1.h"

/* The question's first part: what a handshake has, as a JSON object. */
void	 enter_put_question(struct str *, const struct http1_head *);

/*
 * Whoever a worker has let in begins to wait, from `since` on.  From here on the
 * session's end is seen, so it is looked at once more.
 */
enum err enter_settle(struct push *, struct sub *, const struct entry *,
	    int64_t since) MUST_CHECK;

/* A number for a client, by which what it says is known as its own. */
int64_t	 enter_number(void);

/* Serve a request for a path of c->shape. */
void	 enter_serve(struct conn *, const struct http1_head *);

/* The connection is closed: ask no more.  Fine when it does not. */
void	 enter_drop(struct conn *);

/* How much push holds of its question. */
size_t	 enter_size(const struct conn *);

/* It is gone: tell who is to be told.  Fine when nobody is. */
void	 enter_leave(struct conn *);

#endif
