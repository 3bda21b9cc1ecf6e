/*
 * queue - the frames that wait for one connection's socket.
 *
 * A list of blocks of pointers; a block is freed as soon as its last frame has
 * left.  The first one is small, because mostly one frame waits, but for ten
 * thousand readers at the same time.
 */
#include "config.h"

#include "push/queue.h"

enum { FIRST_FRAMES = 4, BLOCK_FRAMES = 30 };

struct queue_block {
	struct queue_block *next;
	uint16_t begin;
	uint16_t end;
	uint16_t cap;
	struct frame *frame[];
};

/* The block that has room for one more; NULL: out of memory. */
static struct queue_block *
get_room(struct queue *q)
{
	struct queue_block *b = q->last;
	uint16_t cap = b == NULL ? FIRST_FRAMES : BLOCK_FRAMES;

	if (b != NULL && b->end < b->cap)
		return b;
	if ((b = malloc(sizeof(*b) + cap * sizeof(*b->frame))) == NULL)
		return NULL;
	hold_add(sizeof(*b) + cap * sizeof(*b->frame));
	*b = (struct queue_block){ .cap = cap };
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
	q->frames_n++;
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
	q->frames_n--;
	q->sent = 0;
	if (b->begin < b->end)
		return;
	if ((q->first = b->next) == NULL)
		q->last = NULL;
	hold_drop(sizeof(*b) + b->cap * sizeof(*b->frame));
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

struct frame *
queue_pop(struct queue *q)
{
	struct frame *f;

	if (queue_is_empty(q))
		return NULL;
	f = frame_ref(q->first->frame[q->first->begin]);
	q->bytes -= f->len;
	drop_first(q);
	return f;
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
