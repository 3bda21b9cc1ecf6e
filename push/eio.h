/*
 * eio - sessions of Engine.IO, protocol 4.
 *
 * A session outlives its connections.  A client polls: one request waits for
 * packets, others bring some, and in between there is no connection at all.  Or
 * it has a WebSocket, from the start or after it has polled.
 *
 *	polling --- "2probe" on a WebSocket ---> probed --- "5" ---> upgraded
 *	   |          (that one fails: polling)                         |
 *	   `--- the end, and a last answer to be given ---> closing     |
 *	   `------------------------------------------------> gone <----'
 *
 * The server pings, and a session whose client does not answer in time is gone.
 * So is one whose poll or WebSocket is given up.  What is in the messages is
 * t_sio.c's affair.  A session is freed at the end of the turn; until then
 * is_dead says that nothing more is to be done with it.
 */
#ifndef PUSH_EIO_H
#define PUSH_EIO_H

#ifndef HASH_NONFATAL_OOM
#define HASH_NONFATAL_OOM 1
#endif
#include <uthash.h>

#include "push/conn.h"
#include "push/eio_packet.h"
#include "push/sio_offset.h"

struct sio;
struct sio_partial;

/* What is known of the request that a session began with. */
struct eio_handshake {
	size_t	 len;
	char	 remote_addr[48];
	char	 question[];	/* for entry.h: a JSON object */
};

struct eio {
	UT_hash_handle hh;
	struct push *push;
	struct conn *poll;	/* waits for packets; NULL: none does */
	struct conn *post;	/* brings some */
	struct conn *ws;	/* the WebSocket; NULL: it polls */
	struct conn *probe;	/* one that wants to become that */
	struct queue out;	/* packets for the next poll */
	struct tick beat;	/* until a ping, its pong, or the end of all */
	struct tick entry;	/* until a namespace has to be connected */
	struct eio_handshake *handshake;
	struct sio *sockets;	/* one for each namespace that is connected */
	struct sio_partial *partial;	/* an event whose bytes are to come */
	struct eio *next_dead;
	char	 sid[SIO_SID_LEN + 1];
	char	 id[CONN_ID_LEN + 1];	/* of its first request */
	uint8_t	 refusals;		/* of CONNECTs */
	bool	 is_echo : 1;		/* returns what it gets */
	bool	 is_probed : 1;
	bool	 is_closing : 1;
	bool	 is_dead : 1;
	bool	 wants_offsets : 1;	/* as its library can use them */
};

/* All sessions.  NULL: out of memory. */
struct eios	*eios_new(struct push *);
void		 eios_free(struct eios *);	/* NULL is fine */

/* Free what is dead, after the turn. */
void		 eios_sweep(struct eios *);

/* The shape that is spoken over Socket.IO; NULL: none. */
const struct shape	*eios_shape(const struct eios *);

/*
 * A new session, which is in the table and expects a connection; `question` of
 * `len` bytes is copied.  NULL: out of memory, or there are too many.
 */
struct eio_beginning {
	const char *id;
	const char *remote_addr;	/* NULL: not known */
	const char *question;
	size_t	 len;
	bool	 is_echo;
	bool	 wants_offsets;
};
struct eio	*eio_new(struct push *, const struct eio_beginning *);
/* Drop those because of which push holds so many bytes or more. */
void		 eios_shed(struct eios *, size_t least);

struct eio	*eio_find(struct push *, const char *sid);

/* The session is open: it is told so, and pinged from now on. */
void		 eio_begin(struct eio *);

/* How packets are framed at present: FRAMING_WS or FRAMING_BARE. */
enum framing	 eio_framing(const struct eio *);

/*
 * Queue a packet in that framing; its reference becomes the queue's.  False:
 * nothing was queued; unless the session is ending anyway, it has ended by that.
 */
bool		 eio_put(struct eio *, struct frame *);

/* The same from a text. */
bool		 eio_say(struct eio *, const char *packet, size_t len);

/* It would not be too far behind with this one more. */
bool		 eio_fits(const struct eio *, const struct frame *);

/* Its client reads: more can be queued without need. */
bool		 eio_has_room(const struct eio *);

/* So much of what it sent waits that no more is to be read. */
bool		 eio_is_burdened(const struct eio *);
void		 eio_read_on(struct eio *);	/* unless it is */

/* Its queue has been emptied. */
void		 eio_drained(struct eio *);

/*
 * Carry out a packet from the client; of text, which may be changed, or bytes.
 * ERR_BAD_REQUEST: it is none, and the session is gone.  ERR_CLOSED: the packet
 * has ended the session.
 */
enum err	 eio_take(struct eio *, char *text, size_t len) MUST_CHECK;
enum err	 eio_take_bytes(struct eio *, const char *bytes, size_t len)
		    MUST_CHECK;

/* A namespace has to be connected within push.eio_connect_ms. */
void		 eio_expect_entry(struct eio *);

/* Its WebSocket takes over; what was queued goes there. */
void		 eio_upgrade(struct eio *);

/* All that waits is the answer to its poll. */
void		 eio_answer_poll(struct eio *);

/* End it, behind what is queued; `why` is for the log. */
void		 eio_close(struct eio *, const char *why);

/*
 * End it now; a poll that waits is answered with what is queued and `last`, which
 * is a packet.
 */
void		 eio_drop(struct eio *, const char *last, const char *why);

/* The connection is closed.  Fine when it serves no session. */
void		 eio_detach(struct conn *);

/* Ticks of connections that want to become a session's WebSocket. */
struct tick_list	*eios_probe_list(struct eios *);

#define EIO_CLOSE_PACKET	"1"
#define EIO_NOOP_PACKET		"6"

#endif
