/*
 * shed - what is done when clients make push hold too much.
 *
 * No client holds more than its own limits allow, but there may be many.  When
 * all together hold more than push.memory_max, those who hold most go, until there
 * is room again: who reads, and says what it has to say, holds next to nothing.
 */
#ifndef PUSH_SHED_H
#define PUSH_SHED_H

#include "push/push.h"

/*
 * Let those go because of whom push holds so many bytes or more.  What they held
 * is given back when the turn is over; nothing may be dirty.
 */
void	 shed(struct push *, size_t least);

#endif
