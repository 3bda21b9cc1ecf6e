/*
 * tick - deadlines, many and cheap.
 *
 * Every interval that is used has a list of its own.  All entries of a list
 * wait equally long, so a new one belongs at its end and the list is in order
 * by itself; one timer of the loop serves all lists.  An entry is 24 bytes.
 * What is due is called late by up to TICK_GRAIN_MS, so that thousands of
 * deadlines do not wake the process one by one.
 */
#ifndef PUSH_TICK_H
#define PUSH_TICK_H

#include <ev.h>

#include "base/base.h"

enum { TICK_GRAIN_MS = 20 };

/* An entry; all zero: in no list. */
struct tick {
	struct tick *next;
	struct tick *prev;
	int64_t	 at;		/* clock_mono_ms() */
};

typedef void (*tick_fn)(struct tick *, void *arg);

struct ticks;

/* All that wait for one interval. */
struct tick_list {
	struct tick head;
	int64_t	 interval_ms;
	tick_fn	 on_due;
	void	*arg;
	struct ticks *ticks;
	struct tick_list *next;
};

struct ticks {
	struct ev_loop *loop;
	ev_timer timer;
	struct tick_list *lists;
	int64_t	 armed_at;	/* when the timer fires; 0: it does not run */
};

void		 ticks_init(struct ticks *, struct ev_loop *);
void		 ticks_release(struct ticks *);

/*
 * Add a list, which stays until the end.  An entry that is due is taken out
 * of its list and given to `on_due` with `arg`.
 */
struct tick_rule {
	int64_t	 interval_ms;
	tick_fn	 on_due;
	void	*arg;
};
void		 tick_list_init(struct tick_list *, struct ticks *,
		    const struct tick_rule *);

/* Begin to wait, or begin anew; the entry may be in this list or another. */
void		 tick_start(struct tick_list *, struct tick *);
void		 tick_stop(struct tick *);	/* fine when it does not wait */

#endif
