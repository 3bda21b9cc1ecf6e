/*
 * notify - hints and casts from a worker to push.
 *
 * One connection per worker to hint.sock, made when it is first needed and
 * made anew, lazily, when it has broken.  Sending never blocks: what does not
 * fit is dropped, because a hint is not data and push looks at the log by
 * itself.  What push says is read and thrown away, except the answer to a
 * ping.  natterjack-wire(7).
 */
#ifndef FCGI_NOTIFY_H
#define FCGI_NOTIFY_H

#include "base/conf.h"
#include "dialect/cast.h"

/* Where push listens; nothing is connected yet. */
void		 notify_init(const struct conf *);
void		 notify_release(void);

/* Everything up to `seq` is on disk. */
void		 notify_wake(int64_t seq);
void		 notify_cast(const struct cast *);

/*
 * Ask push whether it lives and wait for its answer, at most `wait_ms`.
 * ERR_PUSH_DOWN; ERR_IO: the disk has failed under push.
 */
enum err	 notify_ping(int wait_ms) MUST_CHECK;

#endif
