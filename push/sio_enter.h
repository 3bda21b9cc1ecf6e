/*
 * sio_enter - clients of Socket.IO connect to a namespace.
 *
 * A worker is asked, as for every client of a dialect (entry.h), with what the
 * CONNECT says besides: "auth" and "namespace".  Who may not come in is told why,
 * and may try again in the same session.  When no worker answers, the session is
 * closed: then the client comes again by itself.
 */
#ifndef PUSH_SIO_ENTER_H
#define PUSH_SIO_ENTER_H

#include "push/t_sio.h"

/* `auth` is the payload of the CONNECT, NULL: none; `text` is its JSON. */
struct sio_connecting {
	const json_t *auth;
	const char *text;
	size_t	 len;
};

/* Ask for this socket, which is new.  False: out of memory. */
bool	 sio_enter(struct sio *, const struct sio_connecting *) MUST_CHECK;

/* Ask no more.  Fine when it does not. */
void	 sio_enter_drop(struct sio *);

/* How much push holds of what it asks. */
size_t	 sio_enter_size(const struct sio *);

#endif
