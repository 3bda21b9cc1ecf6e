/*
 * d_chatapp - the dialect chatapp: accounts by e-mail, and one WebSocket per
 * room.
 */
#ifndef DIALECT_D_CHATAPP_H
#define DIALECT_D_CHATAPP_H

#include "dialect/exchange.h"

extern const struct dialect dialect_chatapp;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_chatapp.def"
#undef X

#endif
