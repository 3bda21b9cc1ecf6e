/*
 * reserve - memory for the event loop that cannot run out.
 *
 * libev ends the program when it gets no memory for one of its arrays.  It gets
 * all of it from here: addresses for as many descriptors as there can ever be are
 * set aside at the start, and become memory when they are used.
 */
#ifndef PUSH_RESERVE_H
#define PUSH_RESERVE_H

#include "base/base.h"

/*
 * Set aside what libev needs for `descriptors`, and make it use that.  Once,
 * before there is a loop.  False: there are not as many addresses.
 */
bool	 reserve_begin(int64_t descriptors) MUST_CHECK;

/* After the last loop: give it back. */
void	 reserve_end(void);

#endif
