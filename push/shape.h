/*
 * shape - whose WebSocket is at a path.
 *
 * Which dialects there are, and how each writes what push has to say, is
 * lib/dialect's affair; the table is dialect/shape.def.
 */
#ifndef PUSH_SHAPE_H
#define PUSH_SHAPE_H

#include "dialect/sh_v1.h"
#include "dialect/shape.h"

/* The dialect that has its WebSockets at this path; NULL: nobody has. */
const struct shape	*shape_find(const char *path);

/* The dialect that is spoken over Socket.IO; NULL: none is. */
const struct shape	*shape_find_sio(void);

#endif
