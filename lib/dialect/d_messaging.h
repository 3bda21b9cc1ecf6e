/*
 * d_messaging - the dialect messaging: rooms of two, groups, and histories.
 *
 * Only dialect_messaging is for others.
 */
#ifndef DIALECT_D_MESSAGING_H
#define DIALECT_D_MESSAGING_H

#include "dialect/exchange.h"
#include "store/room.h"

extern const struct dialect dialect_messaging;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_messaging.def"
#undef X

/* The kinds of rooms that are rooms here, and those that are groups. */
#define MESSAGING_ROOM	(1u << ROOM_DIRECT)
#define MESSAGING_GROUP	(1u << ROOM_PRIVATE | 1u << ROOM_PUBLIC)

#endif
