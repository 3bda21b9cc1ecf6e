/*
 * sio_up - events of Socket.IO go up to the workers.
 *
 * One after the other, in the order in which they came, by the socket's lane
 * (upcall.h).  What the worker answers is carried out when it comes.
 */
#ifndef PUSH_SIO_UP_H
#define PUSH_SIO_UP_H

#include "push/t_sio.h"

/*
 * An event goes up: a JSON array, which is copied.  With `id`, unless that is
 * SIO_NO_ID, it is acknowledged when it has been carried out.  False: out of
 * memory, and the socket is to be closed.
 */
bool	 sio_up_put(struct sio *, int64_t id, const char *text, size_t len)
	    MUST_CHECK;

/* So many events wait that no more are to be read. */
bool	 sio_up_is_full(const struct sio *);

/* There is room again for what the answers make it say. */
void	 sio_up_resume(struct sio *);

/* The socket is closed: nobody waits for the answers. */
void	 sio_up_forget(struct sio *);

#endif
