/*
 * t_ws - WebSockets.
 */
#ifndef PUSH_T_WS_H
#define PUSH_T_WS_H

#include "push/conn.h"

/* How long after the closing handshake we hang up. */
enum { WS_LINGER_MS = 20 };

/*
 * Ticks': nothing has come for push.ping_ms; nor since the ping; the closing
 * handshake is done.
 */
void	 ws_on_quiet(struct tick *, void *arg);
void	 ws_on_no_pong(struct tick *, void *arg);
void	 ws_on_over(struct tick *, void *arg);

#endif
