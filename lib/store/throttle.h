/*
 * throttle - what counts against somebody for a while.
 *
 * A row is an instant until which something counts; what it stands for is in its
 * key, which only lib/core can make.  A row whose instant has passed is as good
 * as none, and the keeper removes it.
 */
#ifndef STORE_THROTTLE_H
#define STORE_THROTTLE_H

#include "store/store.h"

enum { THROTTLE_KEY_LEN = 16 };

/* 0 when there is no such row. */
enum err	 store_throttle_get(struct store *,
		    const uint8_t key[THROTTLE_KEY_LEN],
		    int64_t *free_at_out) MUST_CHECK;

/* Within a write. */
enum err	 store_throttle_set(struct store *,
		    const uint8_t key[THROTTLE_KEY_LEN],
		    int64_t free_at) MUST_CHECK;
enum err	 store_throttle_remove(struct store *,
		    const uint8_t key[THROTTLE_KEY_LEN]) MUST_CHECK;

/*
 * Remove up to `step` rows: those that have passed at `now`, and of more than
 * `max` those that pass first.  Begins and ends writes of its own, and none when
 * there is nothing to remove; `*n_out` says how many went.
 */
struct throttle_sweep {
	int64_t	 now;
	int64_t	 max;
	int64_t	 step;
};
enum err	 store_throttle_sweep(struct store *,
		    const struct throttle_sweep *, int64_t *n_out) MUST_CHECK;

#endif
