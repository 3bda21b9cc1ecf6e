/*
 * catchup - clients that are behind read the log, each for itself.
 *
 * A new client is in the hub before it reads (the other order loses messages),
 * but takes nothing from it until it has read as far as the hub has given: what
 * comes meanwhile is in the log too.  Work is bounded and fair: one client reads
 * one window of the log per turn of the loop, and a turn reads for a few
 * milliseconds only.  A client whose socket is full reads on when it is empty.
 */
#ifndef PUSH_CATCHUP_H
#define PUSH_CATCHUP_H

#include "push/source.h"

struct catchup;

struct catchup_options {
	const struct conf *conf;
	struct ticks *ticks;
	struct source *source;
	struct counters *counters;
};

/* All of it is borrowed.  NULL: out of memory. */
struct catchup	*catchup_new(const struct catchup_options *);
void		 catchup_free(struct catchup *);	/* NULL is fine */

/* A subscriber that is in the hub; its cursor and its target are set. */
void		 catchup_add(struct catchup *, struct sub *);

/* Its socket is empty: go on, if it is behind. */
void		 catchup_resume(struct catchup *, struct sub *);

/* It wants nothing any more. */
void		 catchup_drop(struct catchup *, struct sub *);

/* The hub has been given more: some may have waited for that. */
void		 catchup_advance(struct catchup *);

/* Read for everybody who is behind, for a while. */
void		 catchup_run(struct catchup *);

/* There is more to do at once. */
bool		 catchup_is_busy(const struct catchup *);

#endif
