/*
 * listen - the Unix-domain sockets on which a program waits for others.
 */
#ifndef BASE_LISTEN_H
#define BASE_LISTEN_H

#include "base/base.h"

enum { LISTEN_FAULT_LEN = 256 };

/*
 * Open the folder of the sockets.  ERR_INTERNAL, and `fault`, when it is not
 * there, or when everybody may write in it: who can replace a socket can be
 * taken for us.
 */
enum err	 listen_open_dir(const char *path, int *fd_out,
		    char fault[LISTEN_FAULT_LEN]) MUST_CHECK;

/*
 * Bind a Unix-domain socket at `path`, mode 0660, nonblocking, and listen.
 * What a dead program left there is replaced; a socket on which somebody
 * still listens is not.  On failure ERR_INTERNAL, and `fault` says why in one
 * line.  `lock_fd` is the open folder: two programs that start at once take
 * turns by its lock, so that neither takes the other's new socket for an old
 * one.
 */
struct listen_options {
	const char *path;
	int	 lock_fd;
	int	 backlog;
};
enum err	 listen_open(const struct listen_options *, int *fd_out,
		    char fault[LISTEN_FAULT_LEN]) MUST_CHECK;

#endif
