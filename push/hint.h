/*
 * hint - where workers tell push what is new: hint.sock.
 *
 * Lines of text, natterjack-wire(7).  A hint carries no data: losing one costs
 * a moment.  Only programs of the same account, or root, are heard.
 */
#ifndef PUSH_HINT_H
#define PUSH_HINT_H

#include "push/push.h"

enum { HINT_PEERS_MAX = 1024 };	/* workers, and who else may say something */

struct hints;

/*
 * Serve the nonblocking listening socket `fd`, which it owns from now on.
 * NULL: out of memory.
 */
struct hints	*hints_new(struct push *, int fd);
void		 hints_free(struct hints *);		/* NULL is fine */

#endif
