/*
 * pool - how many children of a kind there should be, and when one is forked.
 *
 * A pool wants a number of fresh children.  A child becomes stale when the
 * configuration has changed or when it wants to retire; it goes on working
 * until a fresh one is ready to take its place, so that capacity never drops
 * below what is wanted.  Children that die young are replaced after a delay
 * that doubles; one that has lived as long as the longest delay ends that.
 */
#ifndef FCGI_POOL_H
#define FCGI_POOL_H

#include "base/conf.h"
#include "fcgi/family.h"

struct pool {
	enum pool_id id;
	int	 wanted;	/* fresh children */
	int64_t	 delay_ms;	/* the last delay; 0: all was well */
	int64_t	 not_before;	/* no fork before this; clock_mono_ms() */
	int64_t	 died_at;	/* the last early death */
};

/* What the configuration wants now. */
void		 pool_set_wanted(struct pool *, const struct conf *);

/* How many children to fork now. */
int		 pool_missing(const struct pool *, const struct family *,
		    int64_t now);

/* Dismiss the stale children whose places are taken. */
void		 pool_dismiss_surplus(const struct pool *, struct family *,
		    int64_t wait_ms);

/* Everybody, stale or not. */
void		 pool_dismiss_all(const struct pool *, struct family *,
		    int64_t wait_ms);

/* All of them are to be replaced. */
void		 pool_make_stale(const struct pool *, struct family *);

/* As many fresh children are ready as are wanted. */
bool		 pool_is_complete(const struct pool *, const struct family *);

/* A child has died: one line in the log, and perhaps a delay. */
void		 pool_on_death(struct pool *, const struct conf *,
		    const struct family_death *);

/* fork() has failed: the same delay. */
void		 pool_on_failed_fork(struct pool *, const struct conf *);

/* When the pool wants to be looked at again, or `at` if that is earlier. */
int64_t		 pool_next_look(const struct pool *, const struct family *,
		    int64_t at);

/* "worker 12 of pool main", "keeper 12", for the log. */
enum { POOL_TITLE_LEN = 64 };
void		 pool_describe(enum pool_id, pid_t, char title[POOL_TITLE_LEN]);

#endif
