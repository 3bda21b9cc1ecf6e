/*
 * d_rooms - the dialect rooms: what its files share.
 */
#ifndef DIALECT_D_ROOMS_H
#define DIALECT_D_ROOMS_H

#include "core/message.h"
#include "dialect/fastapi.h"

extern const struct dialect dialect_rooms;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_rooms.def"
#undef X

/* The words for a message that is not there, or is deleted. */
extern const struct fastapi_word rooms_message_words[];

/* The path's {room_id} or {message_id}; a 422 for what is no integer. */
enum err	 rooms_path_id(struct exchange *, const char *name,
		    int64_t *out) MUST_CHECK;

/*
 * Take away all reactions that the caller has given a message.  ERR_NOT_FOUND:
 * there were none, or there is no such message.
 */
enum err	 rooms_unreact(struct exchange *, int64_t message_id) MUST_CHECK;

#endif
