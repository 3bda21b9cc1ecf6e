/*
 * t_sse - streams of server-sent events.
 */
#ifndef PUSH_T_SSE_H
#define PUSH_T_SSE_H

#include "push/conn.h"

/* A tick's: the next heartbeat is due. */
void	 sse_on_beat(struct tick *, void *arg);

#endif
