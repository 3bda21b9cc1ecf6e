/*
 * t_eio - the requests and the WebSockets of Engine.IO.
 */
#ifndef PUSH_T_EIO_H
#define PUSH_T_EIO_H

#include "push/conn.h"
#include "push/http1.h"

/*
 * Serve a request for /socket.io/, whatever its method; false: it is for
 * something else.
 */
bool	 t_eio_serve(struct conn *, const struct http1_head *);

#endif
