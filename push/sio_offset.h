/*
 * sio_offset - where a client of Socket.IO stood when it was cut off.
 *
 * The library that a client uses keeps two texts, and says them when it comes
 * again: the pid of its connection, and the offset, which is the last element
 * of each event.  Nothing is kept here: the texts are all there is, so that they
 * are good after any time and any restart.
 *
 *	pid	sid.user.seq	who it was, and the seq from which on it was told
 *	offset	seq.room.room…	the seq of an event, and which rooms the client
 *				had joined when it was told of it
 *
 * Neither is a proof of anything.  Who comes again shows its token like everybody
 * else; a pid of somebody else does not count, and rooms that the account may
 * not see stay unseen, whether they are joined or not.
 */
#ifndef PUSH_SIO_OFFSET_H
#define PUSH_SIO_OFFSET_H

#include "base/str.h"

enum { SIO_SID_LEN = 20, SIO_ROOMS_MAX = 100 };

struct sio_pid {
	char	 sid[SIO_SID_LEN + 1];
	int64_t	 user_id;
	int64_t	 seq;
};

struct sio_offset {
	int64_t	 seq;
	int64_t	 rooms[SIO_ROOMS_MAX];	/* ascending */
	int	 rooms_n;
};

/* A new sid: random, 20 characters that need no escape anywhere. */
void	 sio_sid_make(char sid[SIO_SID_LEN + 1]);

void	 sio_pid_put(struct str *, const struct sio_pid *);
void	 sio_offset_put(struct str *, int64_t seq, const int64_t *rooms, int n);

/* False: this is none of ours. */
bool	 sio_pid_parse(const char *text, struct sio_pid *out) MUST_CHECK;
bool	 sio_offset_parse(const char *text, struct sio_offset *out) MUST_CHECK;

#endif
