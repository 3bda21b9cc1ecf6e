/*
 * news - one event on its way out, and the frames that were made of it.
 *
 * However many readers an event has, it is written once per shape and framing
 * that is in use: the first reader of a kind makes the frame, the others share
 * it.
 */
#ifndef PUSH_NEWS_H
#define PUSH_NEWS_H

#include "push/frame.h"
#include "push/shape.h"

enum framing {
	FRAMING_WS,	/* a text frame */
	FRAMING_SSE,	/* a block with data and, if there is a seq, an id */
	FRAMING_BARE,	/* the JSON itself; a poll's answer joins them */
	FRAMING_N
};

/*
 * Some readers of a shape get what others do not, but many of them the same: a
 * voice is what such readers share of one event.  All zero, it has nothing yet.
 */
enum { VOICE_FRAMES = 4 };

struct voice {
	struct voice *next;	/* of the same news */
	const struct news *news;	/* whose frames these are; NULL: none */
	struct frame *frame[VOICE_FRAMES];
};

struct news {
	const struct event *event;
	struct frame *frame[SHAPE_N][FRAMING_N];
	struct frame *aside[SHAPE_N];
	bool	 is_silent[SHAPE_N];	/* has no frames: these are not told */
	bool	 has_no_aside[SHAPE_N];
	struct voice *voices;
};

/* The event is borrowed until news_release(). */
void		 news_init(struct news *, const struct event *);
void		 news_release(struct news *);

/*
 * The frame for one kind of reader, borrowed.  NULL: that kind is not told of
 * the event (`is_silent` of its shape), or out of memory.
 */
struct frame	*news_get(struct news *, const struct shape *, enum framing);

/* The JSON of the event's other form, borrowed; NULL in the same way. */
struct frame	*news_get_aside(struct news *, const struct shape *);

/* Make the voice this event's, unless it is: its frames are released with it. */
void		 news_voice(struct news *, struct voice *);

/* The bytes of all frames that were made of it, each counted once. */
size_t		 news_size(const struct news *);

/* What is said to one reader only; the caller's reference, NULL: no memory. */
struct frame	*news_hello(const struct shape *, enum framing, int64_t next);
struct reset {
	int64_t	 since;
	int64_t	 oldest;
	int64_t	 next;		/* where the reader goes on */
};
struct frame	*news_reset(const struct shape *, enum framing,
		    const struct reset *);

/* Free the memory that is kept between two events. */
void		 news_forget(void);

#endif
