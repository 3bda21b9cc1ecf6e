/*
 * queue - the frames that wait for one connection's socket.
 *
 * A list of blocks of pointers; a block is freed as soon as its last frame has
 * left.  A block is 256 bytes: what a burst needs in one, and small enough for
 * ten thousand readers to have one at the same time.
 */
#include "config.h"

#include "push/queue.h"

enum { BLOCK_FRAMES = 30 };

struct queue_block {
	struct queue_block *next;
	uint16_t begin;
	uint16_t end;
	struct frame *frame[BLOCK_FRAMES];
};

/* The block that has room for one more; NULL: out of memory. */
static struct queue_block *
get_room(struct queue *q)
{
	struct queue_block *b = q->last;

	if (b != NULL && b->end < BLOCK_FRAMES)
		return b;
	if ((b = malloc(sizeof(*b))) == NULL)
		return NULL;
	b->next = NULL;
	b->begin = b->end = 0;
	if (q->last != NULL)
		q->last->next = b;
	else
		q->first = b;
	return q->last = b;
}

bool
queue_put(struct queue *q, struct frame *f)
{
	struct queue_block *b;

	if (f == NULL)
		return false;
	if (f->len == 0) {
		frame_unref(f);
		return true;
	}
	if (f->len > UINT32_MAX - q->bytes || (b = get_room(q)) == NULL) {
		frame_unref(f);
		return false;
	}
	b->frame[b->end++] = f;
	q->bytes += f->len;
	return true;
}

int
queue_iov(const struct queue *q, struct iovec *iov, int max)
{
	const struct queue_block *b;
	size_t skip = q->sent;
	int i, n = 0;

	for (b = q->first; b != NULL; b = b->next) {
		for (i = b->begin; i < b->end && n < max; i++, n++) {
			iov[n].iov_base = b->frame[i]->bytes + skip;
			iov[n].iov_len = b->frame[i]->len - skip;
			skip = 0;
		}
	}
	return n;
}

/* The first frame is done with. */
static void
drop_first(struct queue *q)
{
	struct queue_block *b = q->first;

	frame_unref(b->frame[b->begin++]);
	q->sent = 0;
	if (b->begin < b->end)
		return;
	if ((q->first = b->next) == NULL)
		q->last = NULL;
	free(b);
}

void
queue_drop(struct queue *q, size_t n)
{
	size_t left;

	q->bytes -= (uint32_t)n;
	while (n > 0) {
		left = q->first->frame[q->first->begin]->len - q->sent;
		if (n < left) {
			q->sent += (uint32_t)n;
			return;
		}
		n -= left;
		drop_first(q);
	}
}

void
queue_clear(struct queue *q)
{
	while (!queue_is_empty(q))
		drop_first(q);
	q->bytes = 0;
}

void
queue_cut(struct queue *q)
{
	struct frame *f;
	uint32_t sent = q->sent;

	if (sent == 0) {
		queue_clear(q);
		return;
	}
	f = frame_ref(q->first->frame[q->first->begin]);
	queue_clear(q);
	if (queue_put(q, f)) {
		q->sent = sent;
		q->bytes -= sent;
	}
}

void
queue_join(const struct queue *q, struct str *out, char between)
{
	const struct queue_block *b;
	int i;

	for (b = q->first; b != NULL; b = b->next) {
		for (i = b->begin; i < b->end; i++) {
			if (b != q->first || i != b->begin)
				str_putc(out, between);
			str_put(out, b->frame[i]->bytes, b->frame[i]->len);
		}
	}
}
