/*
 * d_chatroom - the dialect chatroom: what its files share.
 */
#ifndef DIALECT_D_CHATROOM_H
#define DIALECT_D_CHATROOM_H

#include "core/message.h"
#include "core/room.h"
#include "dialect/fastapi.h"
#include "dialect/sh_chatroom.h"

extern const struct dialect dialect_chatroom;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_chatroom.def"
#undef X

/* The token in a text: what follows its last "Bearer ", or all of it. */
const char	*chatroom_bare(const char *text);

/*
 * What a text says of an id: that of something of ours, or of nothing, or that
 * it is no ObjectId at all.
 */
enum hex { HEX_ID, HEX_NOTHING, HEX_BAD };
enum hex	 chatroom_hex(const char *text, int64_t *id_out);

/* The id in the path; ERR_NOT_FOUND for whatever is none of ours. */
enum err	 chatroom_path_id(struct exchange *, const char *name,
		    int64_t *out) MUST_CHECK;

/* A fault: this field is no ObjectId. */
void		 chatroom_bad_id(struct fields *, const char *name,
		    const char *value);

/* Answer 200 with a JSON string. */
enum err	 chatroom_say(struct exchange *, const char *text) MUST_CHECK;

/*
 * Clients of this dialect know no pages, so lists are as long as the request's
 * memory allows.  May one go on?  What is read for the next step and written of
 * it takes a third at most.
 */
bool		 chatroom_goes_on(const struct exchange *);

/*
 * Who is in a room, in the order of their ids, while it goes on; at most `max`
 * if it is not 0.
 */
enum err	 chatroom_load_members(struct exchange *, const struct room *,
		    int max, struct chatroom_room *out) MUST_CHECK;

/*
 * Of an edit of a profile: the profile as an object, and in it this dialect's
 * own part, borrowed, NULL when there is no memory; then the text of it, unless
 * something went wrong, and the object is gone.
 */
json_t		*chatroom_profile_open(const char *profile, json_t **own_out);
enum err	 chatroom_profile_close(struct call *, json_t *all, bool is_fine,
		    const char **out) MUST_CHECK;

/* A message of this dialect, by request or by event. */
struct chatroom_post {
	int64_t	 room_id;
	const char *content;
	const json_t *details;	/* beside the text; NULL: it is a text alone */
};

/*
 * Post it.  ERR_FORBIDDEN for a public room that the caller is not a member of,
 * which is enough elsewhere; ERR_NOT_FOUND.
 */
enum err	 chatroom_post(struct exchange *, const struct chatroom_post *,
		    struct message *out) MUST_CHECK;

#endif
