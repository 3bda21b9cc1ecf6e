/*
 * call - what a verb of the core is called with.
 *
 * A verb is something that somebody does: post a message, leave a room.  It
 * checks who may, runs in one transaction, appends at least one event, and is
 * done when the change is on disk.  Verbs know no HTTP, no JSON and no socket.
 * Everything they return lives in the call's arena.
 */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include "base/arena.h"
#include "base/conf.h"
#include "store/store.h"

struct call {
	struct store *store;
	const struct conf *conf;
	struct arena *arena;
	int64_t	 now;		/* ms UTC, fixed for the whole call */
	int64_t	 user_id;	/* who calls; 0: nobody yet */
	int64_t	 session_id;	/* by which session; 0: by none */
	bool	 is_checked;	/* the session was found alive, in this call */
	bool	 tells_forbidden;	/* a room that is not the caller's to see is
				   ERR_FORBIDDEN, not ERR_NOT_FOUND */
	bool	 sees_all;	/* every room may be looked at (DEED_SEE) */
	const char *address;	/* it comes from; NULL or no number: from here */
	int64_t	 retry_s;	/* out: of ERR_RATE, when to come again */
	const char *field;	/* out: the input that an error is about; NULL */
};

/*
 * Is the caller's session alive?  ERR_OK, also for a call by no session, or what
 * store_session_check() says.  One indexed read, of the open transaction if there
 * is one.
 */
enum err	 call_check(struct call *) MUST_CHECK;

/*
 * Begin a verb's write: store_begin(), and in it call_check().  Whoever reads
 * and writes in it is hence known to be logged in at that point of the log, and
 * a session that has ended changes nothing.  After an error nothing has begun.
 */
#define		 call_begin(c)	call_begin_at((c), __FILE__, __LINE__)
enum err	 call_begin_at(struct call *, const char *file, int line)
		    MUST_CHECK;

/* Remember which input is wrong, and pass the error on. */
static inline enum err
call_fault(struct call *c, const char *field, enum err e)
{
	c->field = field;
	return e;
}

#endif
