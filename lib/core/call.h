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
	int64_t	 session_id;
	const char *field;	/* out: the input that an error is about; NULL */
};

/* Remember which input is wrong, and pass the error on. */
static inline enum err
call_fault(struct call *c, const char *field, enum err e)
{
	c->field = field;
	return e;
}

#endif
