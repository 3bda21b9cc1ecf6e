/*
 * socket - what the WebSockets of the dialects share, on the workers' side.
 *
 * A WebSocket of a dialect costs two kinds of upcall.  The first asks whether
 * the client may come in:
 *
 *	push    POST /upcall/<dialect>/enter {"path","query","authorization",…}
 *	worker  200 {"user":"12","session":"34","rooms":["7"],"frames":[…],…}
 *	        or any error: the client is refused with an empty 403 (a 5xx is a
 *	        503, so that it comes again)
 *
 * and each later one carries the frames that have come since, in their order:
 *
 *	push    POST /upcall/<dialect> ["text","text"]
 *	worker  200 ["text",null]: one answer for each frame, or none
 *
 * The routes have ROUTE_UPCALL, and that of enter ROUTE_ENTER besides: nobody is
 * known yet.
 */
#ifndef DIALECT_SOCKET_H
#define DIALECT_SOCKET_H

#include "dialect/cast.h"
#include "dialect/exchange.h"

enum { SOCKET_ROOMS_MAX = 100, SOCKET_FRAMES_MAX = 4 };

/* ---- coming in */

/*
 * Read what push says of the handshake and put it into x->request, so that
 * everything works that works for a request: path, query, authorization, cookie,
 * origin and host are the client's from then on.  The subprotocols that it
 * offers are in `*protocols_out`: the header, or NULL.
 */
enum err	 socket_enter(struct exchange *, const char **protocols_out)
		    MUST_CHECK;

/*
 * What stands behind `stem` in the path, in the arena; a slash at its end does
 * not count.  NULL: nothing, several parts, or the path begins otherwise.
 */
const char	*socket_path_part(struct exchange *, const char *stem);

/*
 * Who has this token: the call is that account's from then on.  NULL is
 * ERR_NO_TOKEN.
 */
enum err	 socket_identify(struct exchange *, const char *token) MUST_CHECK;

/*
 * Of the subprotocols that a client offers, in the arena, the one to answer with
 * (a browser hangs up when there is none), and the token if there is one among
 * them: "bearer.<token>", or whatever looks like a token.  NULL: none.
 */
const char	*socket_protocol(struct exchange *, const char *list,
		    const char **token_out);

/* What push does with a client that may come in. */
struct socket_entry {
	int64_t	 rooms[SOCKET_ROOMS_MAX];
	int	 rooms_n;	/* what it hears; 0: all rooms of the account */
	int64_t	 room;		/* its frames come with it: x->request.room */
	/* What it is told at once, in this order; JSON in the arena. */
	const char *frame[SOCKET_FRAMES_MAX];
	int	 frames_n;
	const char *protocol;	/* the subprotocol that is chosen; NULL: none */
	int	 close;		/* then close with this code; 0: stay */
	/*
	 * Tell the others in this room that it has come, and when it goes that
	 * it has gone (EVENT_CAME, EVENT_WENT); 0: tell nobody.  `user` is then
	 * who that is; its username and display_name are used.
	 */
	int64_t	 came_room;
	int64_t	 went_room;
	const struct user *user;
};

/* Let it in, as call.user_id in call.session_id. */
enum err	 socket_admit(struct exchange *, const struct socket_entry *)
		    MUST_CHECK;

/* ---- frames */

/*
 * One frame: its text, which may hold any character, and its JSON; NULL when it
 * is none, and `fault` says why (ERR_BAD_JSON, ERR_BAD_UTF8).
 */
struct socket_frame {
	const char *text;
	size_t	 len;
	const json_t *json;
	enum err fault;
};

/*
 * Carry out a frame.  What it appends to `answer` is sent back to this client
 * alone; nothing: no answer.  Faults are its own affair: one frame that is
 * refused does not keep the next from being carried out.
 */
typedef void (*socket_frame_fn)(struct exchange *, const struct socket_frame *,
    struct str *answer);

/* Run the frames of the body, in their order, and answer with the texts. */
enum err	 socket_run(struct exchange *, socket_frame_fn) MUST_CHECK;

/*
 * Say something to the others in a room that is not kept; the caller has been
 * found to be allowed to.  It goes out after the frames have been carried out,
 * to all but this connection (x->request.connection; post.origin is the same
 * for a message).
 */
enum err	 socket_cast(struct exchange *, const struct cast *) MUST_CHECK;

#endif
