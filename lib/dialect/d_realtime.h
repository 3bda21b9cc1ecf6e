/*
 * d_realtime - the dialect realtime: what its files share.
 */
#ifndef DIALECT_D_REALTIME_H
#define DIALECT_D_REALTIME_H

#include "core/message.h"
#include "core/room.h"
#include "dialect/fastapi.h"

extern const struct dialect dialect_realtime;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_realtime.def"
#undef X

/* The token of a request: in the header, the query, or the login cookie. */
const char	*realtime_token(struct exchange *);

/*
 * Be the account that realtime.guest names; ERR_NO_TOKEN when it names none.
 */
enum err	 realtime_guest(struct exchange *);

/*
 * Where a message goes: `recipient_id` names an account, or else `chat_id` a
 * room.  NULL and "" are none; both none is the lobby.
 */
struct realtime_target {
	const char *recipient_id;
	const char *chat_id;
};

/*
 * The room of a target; 0 when there is none yet, or nobody of that id.
 * Whether the caller may see it is for the core to say.  A read.
 */
enum err	 realtime_find(struct exchange *, const struct realtime_target *,
		    int64_t *room_id_out) MUST_CHECK;

/*
 * The same, made if need be; a failure is a refusal: 404 Recipient not found,
 * Chat not found.
 */
enum err	 realtime_get(struct exchange *, const struct realtime_target *,
		    int64_t *room_id_out) MUST_CHECK;

#endif
