/*
 * peer - who may connect to our sockets.
 *
 * The mode of a socket and of its folder lets in whoever is in a group.  This
 * asks the kernel which account has connected, and lets in fewer: our own,
 * root, and those that run.peers names.
 */
#ifndef BASE_PEER_H
#define BASE_PEER_H

#include "base/base.h"

enum { PEERS_MAX = 16 };

struct peers {
	uid_t	 uid[PEERS_MAX];
	int	 n;
	int64_t	 silent_until;	/* nothing more is logged before */
};

/*
 * Our account, root, and those in `names`, which are parted by blanks: names or
 * numbers.  One that this machine does not have is logged, and lets in nobody.
 * Reads the list of accounts, so it comes before sandbox_enter().
 */
void	 peers_init(struct peers *, const char *names);

/* May that account connect? */
bool	 peers_has(const struct peers *, uid_t uid);

/*
 * May the program at the other end of `fd`, a connection that was accepted?  If
 * not, the log says so once a minute; `where` is the name of the socket.
 */
bool	 peers_allow(struct peers *, int fd, const char *where);

#endif
