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
#include "push/http1.h"

/* Serve a request for a path of c->shape. */
void	 enter_serve(struct conn *, const struct http1_head *);

/* The connection is closed: ask no more.  Fine when it does not. */
void	 enter_drop(struct conn *);

/* It is gone: tell who is to be told.  Fine when nobody is. */
void	 enter_leave(struct conn *);

#endif
