/*
 * transport - how a connection speaks.
 *
 * A connection has one transport at a time: it begins with HTTP, which reads a
 * request and hands over to the transport that was asked for.  A long-poll
 * hands back.  Each is a table of functions; those that are not needed are NULL.
 */
#ifndef PUSH_TRANSPORT_H
#define PUSH_TRANSPORT_H

#include "push/sub.h"

struct conn;
struct ws_part;

struct transport {
	const char *name;
	enum framing framing;
	int64_t	 *(*gauge)(struct conn *);	/* counts those that are open */
	/*
	 * Take something from the front of what has come and return how many
	 * bytes it was; 0: wait for more.
	 */
	size_t	 (*take)(struct conn *, char *bytes, size_t len);
	/* Another event has been queued. */
	void	 (*on_queued)(struct conn *);
	/* The queue is about to be written. */
	void	 (*finish)(struct conn *);
	/* Everything has been written. */
	void	 (*on_drained)(struct conn *);
	/* Of a WebSocket: a message has come, whole. */
	void	 (*on_message)(struct conn *, struct ws_part *);
	/* More of what it sent, or has not read, waits than may. */
	bool	 (*is_burdened)(struct conn *);
	size_t	 (*message_max)(const struct conn *);
	bool	 is_pinged;	/* with the protocol's own pings */
	/* What a subscriber is asked; see sub.h. */
	void	 (*begin)(struct conn *);
	void	 (*live)(struct conn *);
	void	 (*end)(struct conn *, enum sub_end);
};

extern const struct transport t_http;
extern const struct transport t_enter;
extern const struct transport t_ws;
extern const struct transport t_echo;
extern const struct transport t_sse;
extern const struct transport t_poll;
extern const struct transport t_eio_poll;
extern const struct transport t_eio_post;
extern const struct transport t_eio_ws;

#endif
