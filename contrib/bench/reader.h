/*
 * reader - one client that is told what happens, and counts it.
 *
 * It speaks its dialect over a WebSocket, or polls, until it hears everything,
 * and from then on takes messages.  What it is not prepared for ends the program:
 * a figure that was measured with errors is none.
 */
#ifndef BENCH_READER_H
#define BENCH_READER_H

#include "contrib/bench/dialects.h"
#include "contrib/bench/sio.h"

struct reader;

struct reader_ops {
	void	 (*ready)(struct reader *);	/* it hears everything */
	void	 (*message)(struct reader *, const char *text, size_t len);
};

struct reader {
	const struct reader_ops *ops;
	const struct dialect *dialect;
	struct client who;
	int	 fd;
	bool	 open;		/* a WebSocket: the handshake is done */
	char	*rest;		/* a frame that has not come whole */
	size_t	 rest_len;
	int64_t	 last_id;
	int64_t	 got_n;
	int64_t	 faults_n;	/* messages that came again or too late */
	struct sio sio;
};

/* Begin; `ops`, `dialect`, `who` and `fd`, which is connected, are set. */
void		 reader_open(struct reader *);

/* Hang up, and forget what had not come whole; it can be opened again. */
void		 reader_close(struct reader *);

/* Read until there is no more. */
void		 reader_on_readable(struct reader *);

/* Write all of it, or end the program. */
void		 send_all(int fd, const struct str *);

#endif
