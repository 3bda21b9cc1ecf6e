/*
 * push - what all parts of the daemon share.
 *
 * One struct push per process, made by main.c and filled by loop.c.  Every
 * connection points to it.
 */
#ifndef PUSH_PUSH_H
#define PUSH_PUSH_H

#include <ev.h>

#include "base/conf.h"
#include "push/ask.h"
#include "push/catchup.h"
#include "push/upcall.h"

struct conn;
struct door;
struct eios;
struct hints;

/* Connections beyond the limit that are let in to be told so. */
enum { PUSH_EXTRA = 32 };

struct push {
	const struct conf *conf;
	struct ev_loop *loop;
	struct counters counters;
	struct arena arena;		/* of one request */
	char	*scratch;		/* what is read goes here first */

	struct ticks ticks;
	struct tick_list head_list;	/* a request has to come */
	struct tick_list keepalive_list;	/* between two requests */
	struct tick_list ping_list;	/* a WebSocket says nothing */
	struct tick_list pong_list;	/* and has been pinged */
	struct tick_list beat_list;	/* until a stream's next heartbeat */
	struct tick_list close_list;	/* a closing handshake */
	struct tick_list linger_list;	/* and after it */
	struct tick_list *poll_lists;	/* one for each second of `wait` */

	struct hub *hub;
	struct source *source;
	struct catchup *catchup;
	struct expiry *expiry;
	struct asks *asks;
	struct upcalls *upcalls;
	struct door *door;
	struct eios *eios;
	struct hints *hints;

	struct conn *conns;		/* all of them */
	struct conn *dirty;		/* have something to be written */
	struct conn *dead;		/* are freed at the end of the turn */
	int64_t	 connections_max;
	bool	 is_stopping;
};

#endif
