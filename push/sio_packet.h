/*
 * sio_packet - packets of Socket.IO, protocol 5.
 *
 * Each is a message of Engine.IO:
 *
 *	type [attachments "-"] [namespace ","] [id] [JSON]
 *	2["name",…]   51-/admin,12["name",{"_placeholder":true,"num":0}]
 *
 * What is wrong with a packet ends its session, as the reference has it: the
 * type, a payload that does not fit it, more attachments than SIO_PARTS_MAX, a
 * namespace or a number that is too long.
 */
#ifndef PUSH_SIO_PACKET_H
#define PUSH_SIO_PACKET_H

#include <jansson.h>

#include "base/str.h"

enum sio_type {
	SIO_CONNECT, SIO_DISCONNECT, SIO_EVENT, SIO_ACK, SIO_CONNECT_ERROR,
	SIO_BINARY_EVENT, SIO_BINARY_ACK
};

enum { SIO_PARTS_MAX = 10, SIO_NAMESPACE_MAX = 128, SIO_NO_ID = -1 };

struct sio_packet {
	enum sio_type type;
	int	 parts_n;	/* binary messages that follow */
	const char *ns;		/* "/" if it names none; within the packet */
	size_t	 ns_len;
	int64_t	 id;		/* SIO_NO_ID: it wants no answer */
	const char *data;	/* the JSON */
	size_t	 len;		/* 0: there is none */
};

/* Read all but the JSON.  ERR_BAD_REQUEST: this is no packet. */
enum err	 sio_packet_parse(const char *text, size_t len,
		    struct sio_packet *out) MUST_CHECK;

/*
 * Read the JSON, and see whether it fits the type; NULL with ERR_OK when there
 * is none and none has to be.  The value is the caller's: json_decref().
 */
enum err	 sio_packet_read(const struct sio_packet *, json_t **json_out)
		    MUST_CHECK;

/*
 * Escapes in JSON for which UTF-8 has no text, halves of a surrogate pair and NUL,
 * become U+FFFD, as a browser makes of the former: what cuts a text between the
 * two halves of an emoji is no reason to end its session.
 */
void		 sio_packet_mend(char *text, size_t len);

/*
 * Put null where a placeholder for one of `parts_n` binary parts stands.
 * ERR_BAD_REQUEST: for one that there is not.
 */
enum err	 sio_packet_fill(json_t *event, int parts_n) MUST_CHECK;

/*
 * Append the head of a packet, with the 4 of the message around it: "42/admin,".
 * The JSON, if any, follows.
 */
void		 sio_packet_put_head(struct str *, const struct sio_packet *);

#endif
