/*
 * eio_packet - packets of Engine.IO, protocol 4.
 *
 * A packet is a digit and what belongs to it.  A WebSocket carries one in each
 * text frame; a body of HTTP carries several, with a separator between two.
 * Bytes travel as the binary frames of a WebSocket, and in text as base64.
 *
 *	4hello 0x1e 2 0x1e bAQIDBA==
 *
 * The codec keeps nothing and knows no session.
 */
#ifndef PUSH_EIO_PACKET_H
#define PUSH_EIO_PACKET_H

#include "base/str.h"

enum eio_type {
	EIO_OPEN, EIO_CLOSE, EIO_PING, EIO_PONG, EIO_MESSAGE, EIO_UPGRADE,
	EIO_NOOP
};

#define EIO_SEPARATOR	'\x1e'

struct eio_packet {
	enum eio_type type;
	bool	 is_binary;	/* a message of bytes */
	const char *data;	/* behind the digit; within the caller's bytes */
	size_t	 len;
};

/* How long the first packet of a body is; `len` when it is the only one. */
size_t		 eio_packet_len(const char *body, size_t len);

/*
 * Read a packet of text.  Base64 is decoded in the caller's bytes.
 * ERR_BAD_REQUEST: this is none.
 */
enum err	 eio_packet_parse(char *text, size_t len, struct eio_packet *out)
		    MUST_CHECK;

/* Append a packet as text. */
void		 eio_packet_put(struct str *, const struct eio_packet *);

#endif
