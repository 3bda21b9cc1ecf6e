/*
 * events - who may listen, to what, from where, and how.
 */
#ifndef PUSH_EVENTS_H
#define PUSH_EVENTS_H

#include "push/t_http.h"

/*
 * Serve GET /v1/events: checks the token, reads the parameters, adds the
 * client to the hub and hands its connection to the transport that it asked
 * for; or refuses.
 */
void	 events_serve(struct conn *, const struct http1_head *);

/* Serve the WebSocket for conformance suites: it has no token and no events. */
void	 events_echo(struct conn *, const struct http1_head *);

#endif
