/*
 * hold - how much clients make push hold, all of them together.
 *
 * A client decides how much it sends without an end, and how much it leaves
 * unread.  Each piece of memory that is kept because of that is counted here, by
 * whoever allocates it; what all may hold is push.memory_max, and shed.c sees to
 * it.  What a client costs by being there is not counted: that is bounded by how
 * many there may be.
 */
#ifndef PUSH_HOLD_H
#define PUSH_HOLD_H

#include "base/base.h"

/* What malloc() takes beside each piece. */
enum { HOLD_EACH = 16 };

void	 hold_add(size_t len);		/* one more piece, of so many bytes */
void	 hold_drop(size_t len);		/* one less */

size_t	 hold_bytes(void);		/* how many bytes it is */

void	 hold_set_max(size_t max);
bool	 hold_is_over(void);		/* it is more than that */
bool	 hold_is_much(void);		/* more than half of that */

#endif
