/*
 * t_sio - sockets of Socket.IO, protocol 5.
 *
 * A socket is a session's connection to a namespace: a subscriber with the
 * identity that its CONNECT has shown.  Its events go up to the workers in the
 * order in which they came, and what the worker answers is carried out.  It hears
 * all rooms of its account; what it is told of each depends on whether it has
 * joined the room.
 */
#ifndef PUSH_T_SIO_H
#define PUSH_T_SIO_H

#include "push/eio.h"
#include "push/sio_group.h"
#include "push/sio_packet.h"

struct sio_acks;
struct sio_entering;

struct sio {
	struct sub sub;
	struct eio *eio;	/* NULL: it is gone */
	struct sio *next;	/* of the session, or of the dead */
	struct lane *lane;	/* events on their way up; NULL: none */
	struct sio_group *group;	/* what it has joined */
	struct sio_acks *acks;	/* what these are to be answered with */
	struct sio_entering *entering;	/* a worker is asked; NULL: not */
	int64_t	 connection;	/* its number */
	enum sio_ns ns;
	bool	 is_told;	/* has been given something; see sio_up.c */
};

/* A message of the session: a packet, or bytes that belong to one. */
void	 sio_take(struct eio *, const char *text, size_t len);
void	 sio_take_bytes(struct eio *, const char *bytes, size_t len);

/* A namespace is connected. */
bool	 sio_is_connected(const struct eio *);

/* So many events wait, or one that has to be connected first. */
bool	 sio_is_burdened(const struct eio *);

/* How much is held of what it has sent. */
size_t	 sio_size(const struct eio *);

/* The session's queue has been emptied. */
void	 sio_drained(struct eio *);

/* Say a packet with this JSON, or none. */
struct sio_saying {
	enum sio_type type;
	int64_t	 id;		/* SIO_NO_ID: none */
	const char *json;
	size_t	 len;
};
void	 sio_say(struct sio *, const struct sio_saying *);

/* The namespace is not connected any more. */
void	 sio_close(struct sio *);
void	 sio_close_all(struct eio *);

/* Free what is closed, after the turn. */
void	 sio_sweep(struct push *);

#endif
