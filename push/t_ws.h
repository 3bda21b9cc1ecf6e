/*
 * t_ws - WebSockets.
 */
#ifndef PUSH_T_WS_H
#define PUSH_T_WS_H

#include "push/conn.h"

/* Ticks': nothing has come for push.ping_ms; nor since the ping. */
void	 ws_on_quiet(struct tick *, void *arg);
void	 ws_on_no_pong(struct tick *, void *arg);

#endif
