/*
 * shape - how push speaks to the clients of a dialect.
 *
 * A shape turns what push has to say into the dialect's JSON.  Its functions
 * are pure: they look at what they are given and at nothing else.  How the JSON
 * is wrapped for a transport is framing, and the same for all.
 *
 * A dialect with WebSockets of its own has one shape, in its sh_ file, and one
 * line in shape.def.  A client that opens one of its paths is let in by the
 * dialect's upcall "/upcall/<name>/enter"; its frames go to "/upcall/<name>".
 * socket.h has what both need.
 */
#ifndef DIALECT_SHAPE_H
#define DIALECT_SHAPE_H

#include "base/conf.h"
#include "base/jw.h"
#include "store/event.h"

enum { SHAPE_PATHS_MAX = 4 };

enum shape_id {
#define X(id, name) id,
#include "dialect/shape.def"
#undef X
	SHAPE_N
};

struct problem;

/*
 * Clients of Socket.IO join rooms: what they are told of an event depends on
 * whether they have.  The bytes are shared by many, so there are two forms of an
 * event and no more.
 */
enum shape_told { SHAPE_NOTHING, SHAPE_EVENT, SHAPE_ASIDE };

struct shape_client {
	int64_t	 user_id;
	bool	 has_joined;	/* the room of the event */
};

struct shape {
	enum shape_id id;
	const char *name;		/* the dialect's */
	/*
	 * A GET whose path begins so asks for a WebSocket of the dialect; of
	 * several that fit, the longest counts.  v1 has its own door and none.
	 */
	const char *path[SHAPE_PATHS_MAX];
	const char *subprotocol;	/* v1 */

	/*
	 * An event of the log, or a cast (seq 0).  False: these clients are not
	 * told of it, and what was written does not count.
	 */
	bool	 (*event)(struct jw *, const struct event *);
	/*
	 * Of a dialect that is spoken over Socket.IO: all that it writes are
	 * arrays that begin with the name of what happens, ["newMessage",{…}].
	 * A notice (EVENT_NOTICE) is such an array already.  Its clients are
	 * told by `event`, by `aside`, or not at all, as `told` says of each.
	 */
	bool	 speaks_sio;
	bool	 (*aside)(struct jw *, const struct event *);
	enum shape_told (*told)(const struct event *,
		    const struct shape_client *);
	/*
	 * Does the connection that posted a message get it, too?  NULL: yes.
	 * Everything else goes to everybody but where it comes from.
	 */
	bool	 (*echoes)(const struct conf *);
	/* Are its clients told who comes?  NULL: yes, if `event` does. */
	bool	 (*hears_coming)(const struct conf *);
	/* A frame was not carried out: it got no answer.  NULL: say nothing. */
	void	 (*nack)(struct jw *, const struct problem *);

	/* The rest is NULL where the dialect has no such thing. */
	/* The cursor at which a stream begins. */
	void	 (*hello)(struct jw *, int64_t next);
	/* The log no longer reaches back to `since`; it begins after `oldest`. */
	void	 (*reset)(struct jw *, int64_t since, int64_t oldest);
	/* The body of a refusal. */
	void	 (*problem)(struct jw *, const struct problem *);

	bool	 takes_binary;		/* a binary frame is as good as a text */
	uint16_t ended_code;		/* the close when the session has ended */
	uint16_t behind_code;		/* and when the client reads too slowly */
};

/* The usual codes: "policy violation" and "try again later". */
enum { SHAPE_ENDED = 1008, SHAPE_BEHIND = 1013 };

#define X(id, name) extern const struct shape name;
#include "dialect/shape.def"
#undef X

#endif
