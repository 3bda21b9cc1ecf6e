/*
 * sio - what a reader of Socket.IO says before it hears anything.
 *
 * It connects to a namespace, with its token, and joins the room; afterwards it
 * answers pings.  By a WebSocket each text is a frame; by polls each is a body
 * of its own, and the reader asks again after every answer.
 */
#ifndef BENCH_SIO_H
#define BENCH_SIO_H

#include "contrib/bench/dialects.h"

enum sio_step { SIO_OPENING, SIO_CONNECTING, SIO_JOINING, SIO_READING };

struct sio {
	enum sio_step step;
	char	 sid[32];	/* of a session that polls; "": none yet */
	bool	 has_said;	/* polls: the answer to come is that of a POST */
};

/*
 * A packet has come: what is to be said to it is appended to `out`, one packet at
 * most.  True: it is for the reader, who hears everything from then on.
 */
bool		 sio_hear(struct sio *, const struct client *, const char *packet,
		    size_t len, struct str *out);

/* A text as a client's frame. */
void		 sio_put_frame(struct str *out, const struct str *text);

/* The next request of a reader that polls: with a body, or for what comes. */
void		 sio_put_request(struct str *out, struct sio *,
		    const struct str *body);

/* The length of a whole answer, 0: it is not; and where its body is. */
size_t		 sio_take_answer(const char *bytes, size_t len,
		    const char **body_out, size_t *body_len_out);

#endif
