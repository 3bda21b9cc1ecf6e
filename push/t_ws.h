/*
 * t_ws - WebSockets.
 */
#ifndef PUSH_T_WS_H
#define PUSH_T_WS_H

#include "push/conn.h"
#include "push/http1.h"

/* How long after the closing handshake we hang up. */
enum { WS_LINGER_MS = 20 };

/*
 * Is this a handshake that can be answered?  ERR_UPGRADE: of another version;
 * ERR_BAD_REQUEST.  `accept` is what the answer has to say.
 */
enum err	 ws_check(const struct http1_head *,
		    char accept[WS_ACCEPT_LEN + 1]) MUST_CHECK;

/* Answer the handshake: the connection is a WebSocket from then on. */
struct ws_opening {
	const struct transport *transport;
	const char *accept;
	const char *protocol;	/* the subprotocol; NULL: none */
};
void	 ws_open(struct conn *, const struct ws_opening *);

/*
 * What all transports over a WebSocket have: they take bytes with the first, and
 * are drained with the second.
 */
size_t	 ws_read(struct conn *, char *bytes, size_t len);
void	 ws_on_drained(struct conn *);

/* Send a text. */
void	 ws_say(struct conn *, const char *text, size_t len);

/* Begin the closing handshake, behind what waits. */
void	 ws_close(struct conn *, uint16_t code, const char *reason);

/* The same without what waits; at once when the handshake has not left. */
void	 ws_cut_off(struct conn *, uint16_t code, const char *reason);

/*
 * Ticks': push.ping_ms have passed; nothing has come since the ping; the closing
 * handshake is done.
 */
void	 ws_on_ping_due(struct tick *, void *arg);
void	 ws_on_no_pong(struct tick *, void *arg);
void	 ws_on_over(struct tick *, void *arg);

#endif
