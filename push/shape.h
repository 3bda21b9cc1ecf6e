/*
 * shape - how a dialect writes what push has to say.
 *
 * A path belongs to a dialect; its shape turns events into JSON and says where
 * its clients' frames go.  How the JSON is wrapped for a transport is framing,
 * and the same for all dialects.
 */
#ifndef PUSH_SHAPE_H
#define PUSH_SHAPE_H

#include "dialect/sh_v1.h"

enum shape_id { SHAPE_V1, SHAPE_N };

struct shape {
	enum shape_id id;
	const char *upcall;	/* REQUEST_URI for frames that clients send */
	const char *subprotocol;	/* Sec-WebSocket-Protocol */
	void	 (*event)(struct jw *, const struct event *);
	/* The cursor at which a stream begins. */
	void	 (*hello)(struct jw *, int64_t next);
	/* The log no longer reaches back to `since`; it begins after `oldest`. */
	void	 (*reset)(struct jw *, int64_t since, int64_t oldest);
	/* The body of a refusal, and the answer to a frame that got none. */
	void	 (*problem)(struct jw *, const struct problem *);
	void	 (*nack)(struct jw *, const struct problem *);
};

extern const struct shape shape_v1;

#endif
