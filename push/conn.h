/*
 * conn - one client's connection.
 *
 * It reads, and keeps what its transport cannot use yet; it queues frames, and
 * writes all that was queued in a turn of the loop with one system call at the
 * end of it.  While nothing is under way it owns no buffer.  A client that
 * leaves more than push.out_max bytes unread is told to come again, and what is
 * queued for it is dropped.
 *
 * A connection that is closed is freed at the end of the turn, never inside a
 * callback: until then is_dead says that nothing more is to be done with it.
 *
 * A WebSocket of a dialect other than v1 has a visit besides: its number, by
 * which what it says is not told to itself, and whom to tell that it has gone.
 */
#ifndef PUSH_CONN_H
#define PUSH_CONN_H

#include "push/inbuf.h"
#include "push/push.h"
#include "push/queue.h"
#include "push/transport.h"
#include "push/ws.h"

enum { CONN_ID_LEN = 32 };

struct eio;
struct entering;

/* A client of a dialect. */
struct visit {
	int64_t	 connection;	/* its number, random */
	int64_t	 room;		/* its frames go up with it; 0: none */
	int64_t	 user_id;
	int64_t	 went_room;	/* is told when it has gone; 0: none */
	const char *display_name;	/* both within names */
	char	 names[];	/* the username first */
};

struct conn {
	ev_io	 io;
	struct push *push;
	const struct transport *transport;
	const struct shape *shape;
	struct inbuf *in;	/* NULL: nothing is kept */
	struct queue out;
	struct conn *next, *prev;	/* push->conns */
	struct conn *next_dirty;
	struct conn *next_dead;
	struct tick tick;
	struct sub sub;
	struct lane *lane;	/* frames on their way up; NULL: none */
	struct entering *entering;	/* waits to be let in; NULL: does not */
	struct visit *visit;	/* NULL: v1, or not let in */
	struct eio *eio;	/* the session that it serves; NULL: none */
	int64_t	 body_left;	/* HTTP: of a request's body */
	struct inbuf *message;	/* a WebSocket message in fragments */
	struct ws ws;
	uint16_t poll_events;	/* queued for the answer */
	bool	 is_dead : 1;
	bool	 is_dirty : 1;
	bool	 is_paused : 1;	/* is not read from */
	bool	 is_full : 1;	/* its socket is: wait for EV_WRITE */
	bool	 is_last : 1;	/* close when everything is written */
	bool	 is_extra : 1;	/* one too many: it gets a 503 */
	bool	 is_answering : 1;	/* HTTP: an answer is under way */
	bool	 is_head : 1;	/* HTTP: without a body */
	bool	 is_kept : 1;	/* HTTP: and then the connection stays */
	bool	 is_open : 1;	/* WebSocket: the handshake has left */
	bool	 is_asked : 1;	/* WebSocket: pinged, nothing has come since */
	bool	 is_closing : 1;	/* WebSocket: we have sent a close */
	bool	 is_deaf : 1;	/* WebSocket: it cannot be understood */
	bool	 is_over : 1;	/* WebSocket: both sides have closed */
	bool	 is_due : 1;	/* poll: the answer is to be sent */
	char	 id[CONN_ID_LEN + 1];	/* of its present request */
};

/* Serve a new connection, whose descriptor it owns.  False: out of memory. */
bool	 conn_new(struct push *, int fd, bool is_extra);

void	 conn_set_transport(struct conn *, const struct transport *);

/*
 * Queue a frame; its reference becomes the queue's.  False: nothing was queued,
 * because it is closing, too far behind, or out of memory; it then has ended.
 */
bool	 conn_put(struct conn *, struct frame *);

/* It has something to be written, or to finish, at the end of the turn. */
void	 conn_touch(struct conn *);

/* Stop reading from it; go on, first with what is kept. */
void	 conn_pause(struct conn *);
void	 conn_resume(struct conn *);

/* Offer the transport again what is kept. */
void	 conn_take_kept(struct conn *);

/* Its client gets nothing any more from the log. */
void	 conn_unsubscribe(struct conn *);

/* Close it now; `why` is for the log. */
void	 conn_close(struct conn *, const char *why);

/* A tick's: it should have closed by now. */
void	 conn_on_no_close(struct tick *, void *arg);

/* The following lines of the log are about it. */
void	 conn_log(const struct conn *);

/* How much push holds because of it. */
size_t	 conn_size(const struct conn *);

/* Write what is queued, once for each connection that has something. */
void	 conn_flush_all(struct push *);

/* Free what has been closed. */
void	 conn_sweep(struct push *);

/* The connection whose tick this is. */
struct conn	*conn_of_tick(struct tick *);

#endif
