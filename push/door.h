/*
 * door - where clients come in: push.sock.
 */
#ifndef PUSH_DOOR_H
#define PUSH_DOOR_H

#include "push/push.h"

/*
 * Accept from the nonblocking listening socket `fd`, which it owns from now
 * on.  NULL: out of memory.
 */
struct door	*door_new(struct push *, int fd);

/* Let nobody in any more. */
void		 door_close(struct door *);

/* Once no tick can be due any more. */
void		 door_free(struct door *);

#endif
