/*
 * queue - the frames that wait for one connection's socket.
 *
 * An empty queue owns no memory.  It knows how much of its first frame has
 * left, so that it can be cut without tearing that frame.
 */
#ifndef PUSH_QUEUE_H
#define PUSH_QUEUE_H

#include <sys/uio.h>

#include "push/frame.h"
#include "push/hold.h"

struct queue_block;

struct queue {
	struct queue_block *first;
	struct queue_block *last;
	uint32_t bytes;		/* that have not left yet */
	uint32_t sent;		/* bytes of the first frame that have */
	uint32_t frames_n;
};

/* What a frame takes beside its bytes: its head, and a place in the queue. */
enum { QUEUE_EACH = sizeof(struct frame) + sizeof(struct frame *) + HOLD_EACH };

static inline bool
queue_is_empty(const struct queue *q)
{
	return q->first == NULL;
}

/* What its frames take of memory, as if nobody else had them. */
static inline size_t
queue_size(const struct queue *q)
{
	return q->bytes + (size_t)q->frames_n * QUEUE_EACH;
}

/*
 * Put a frame at the end: its reference becomes the queue's, also on failure.
 * False: out of memory, or NULL was given.
 */
bool		 queue_put(struct queue *, struct frame *) MUST_CHECK;

/* What is to be written, in at most `max` pieces; how many there are. */
int		 queue_iov(const struct queue *, struct iovec *iov, int max);

/* `n` bytes from the front have left. */
void		 queue_drop(struct queue *, size_t n);

/*
 * The first frame, whose reference becomes the caller's; NULL: there is none.
 * Not when a part of it has left.
 */
struct frame	*queue_pop(struct queue *);

/* Forget all frames but one of which a part has left. */
void		 queue_cut(struct queue *);

/* Forget everything. */
void		 queue_clear(struct queue *);

/* The bytes of all frames appended to `out`, with `between` in between. */
void		 queue_join(const struct queue *, struct str *out, char between);

#endif
