/*
 * listen - the Unix-domain sockets on which a program waits for others.
 *
 * Only connect() tells a live socket from what a killed program left behind;
 * the file looks the same.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/base.h"
#include "base/listen.h"

/* Everybody of our group may connect, nobody else. */
enum { SOCKET_UMASK = 0117 };

static int
open_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Somebody accepts connections at this address. */
static bool
is_live(const struct sockaddr_un *at)
{
	int fd = open_socket(), rc, saved;

	if (fd < 0)
		return false;
	rc = connect(fd, (const struct sockaddr *)at, sizeof(*at));
	saved = errno;
	close(fd);
	/* EAGAIN: it listens, and its queue is full. */
	return rc == 0 || saved == EAGAIN;
}

/* Make the place free, or say why it is not. */
static enum err
clear_place(const struct sockaddr_un *at, char fault[LISTEN_FAULT_LEN])
{
	struct stat st;

	if (lstat(at->sun_path, &st) < 0)
		return ERR_OK;		/* bind() will say what else is wrong */
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(fault, LISTEN_FAULT_LEN,
		    "%s is in the way: it is not a socket", at->sun_path);
		return ERR_INTERNAL;
	}
	if (is_live(at)) {
		snprintf(fault, LISTEN_FAULT_LEN,
		    "another program is listening at %s", at->sun_path);
		return ERR_INTERNAL;
	}
	if (unlink(at->sun_path) < 0) {
		snprintf(fault, LISTEN_FAULT_LEN, "cannot remove the old %s: %s",
		    at->sun_path, strerror(errno));
		return ERR_INTERNAL;
	}
	return ERR_OK;
}

static bool
bind_and_listen(int fd, const struct sockaddr_un *at, int backlog)
{
	mode_t old = umask(SOCKET_UMASK);
	bool done;

	done = bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 &&
	    listen(fd, backlog) == 0;
	umask(old);
	return done;
}

enum err
listen_open_dir(const char *path, int *fd_out, char fault[LISTEN_FAULT_LEN])
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(fault, LISTEN_FAULT_LEN, "run.dir %s: %s", path,
		    strerror(errno));
	} else if (st.st_mode & S_IWOTH) {
		snprintf(fault, LISTEN_FAULT_LEN, "run.dir %s: everybody may "
		    "write there, so anybody could stand in for us", path);
	} else {
		*fd_out = fd;
		return ERR_OK;
	}
	if (fd >= 0)
		close(fd);
	return ERR_INTERNAL;
}

enum err
listen_open(const struct listen_options *o, int *fd_out,
    char fault[LISTEN_FAULT_LEN])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	enum err e;
	int fd;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", o->path);
	if (flock(o->lock_fd, LOCK_EX) < 0) {
		snprintf(fault, LISTEN_FAULT_LEN, "cannot lock the folder of "
		    "%s: %s", o->path, strerror(errno));
		return ERR_INTERNAL;
	}
	if ((e = clear_place(&at, fault)) == ERR_OK) {
		fd = open_socket();
		if (fd >= 0 && bind_and_listen(fd, &at, o->backlog)) {
			*fd_out = fd;
		} else {
			snprintf(fault, LISTEN_FAULT_LEN,
			    "cannot listen at %s: %s", o->path,
			    strerror(errno));
			e = ERR_INTERNAL;
			if (fd >= 0)
				close(fd);
		}
	}
	flock(o->lock_fd, LOCK_UN);
	return e;
}
