/*
 * t_poll - long-polls.
 */
#ifndef PUSH_T_POLL_H
#define PUSH_T_POLL_H

#include "push/conn.h"

/* A tick's: the poll has waited as long as it was asked to. */
void	 poll_on_time(struct tick *, void *arg);

#endif
