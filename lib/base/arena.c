/*
 * arena - memory that lives as long as one request.
 *
 * A list of blocks, newest first; each allocation is cut from the newest, and
 * a block that is too small for it is left as it is.  Blocks double up to a
 * size at which malloc() takes them from the system directly.  What is kept
 * between requests is one block that a usual answer fits in: freeing it each
 * time would have malloc() give the end of the heap back and ask for it again.
 */
#include "config.h"

#include "base/arena.h"

enum {
	BLOCK_FIRST = 16 * 1024, BLOCK_MOST = 1024 * 1024,
	BLOCK_KEPT = 128 * 1024
};

struct arena_block {
	struct arena_block *next;
	size_t	 size;		/* of data */
	size_t	 used;
	_Alignas(max_align_t) char data[];
};

void
arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

/* Free blocks from `b` on; the list that is left begins with `end`. */
static struct arena_block *
free_blocks(struct arena_block *b, const struct arena_block *end)
{
	struct arena_block *next;

	for (; b != end; b = next) {
		next = b->next;
		free(b);
	}
	return b;
}

void
arena_release(struct arena *a)
{
	free_blocks(a->blocks, NULL);
	arena_init(a, a->max);
}

void
arena_reset(struct arena *a)
{
	struct arena_block *kept = a->blocks;

	while (kept != NULL && kept->size > BLOCK_KEPT)
		kept = kept->next;
	free_blocks(a->blocks, kept);
	arena_init(a, a->max);
	if (kept == NULL)
		return;
	free_blocks(kept->next, NULL);
	kept->next = NULL;
	kept->used = 0;
	a->blocks = kept;
}

/* Put a block in front that has room for `size` bytes. */
static struct arena_block *
grow(struct arena *a, size_t size)
{
	struct arena_block *b;
	size_t want = BLOCK_FIRST;

	if (a->blocks != NULL)
		want = a->blocks->size * 2;
	if (want > BLOCK_MOST)
		want = BLOCK_MOST;
	if (want < size)
		want = size;
	if ((b = malloc(sizeof(*b) + want)) == NULL)
		return NULL;
	b->next = a->blocks;
	b->size = want;
	b->used = 0;
	return a->blocks = b;
}

/* What an allocation of `size` takes of its block; `size` is below the ceiling. */
static size_t
aligned(size_t size)
{
	const size_t align = _Alignof(max_align_t);

	return (size + align - 1) & ~(align - 1);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->blocks;
	void *p;

	if (a->full || size > a->max - a->used)
		goto full;
	size = aligned(size);
	if (size > a->max - a->used)
		goto full;
	if ((b == NULL || size > b->size - b->used) &&
	    (b = grow(a, size)) == NULL)
		goto full;
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	return p;
full:
	a->full = true;
	return NULL;
}

bool
arena_extend(struct arena *a, const void *p, size_t size, size_t wanted)
{
	struct arena_block *b = a->blocks;
	size_t more;

	if (a->full || wanted > a->max)
		return false;
	more = aligned(wanted) - aligned(size);
	if ((const char *)p + aligned(size) != b->data + b->used ||
	    more > b->size - b->used || more > a->max - a->used)
		return false;
	b->used += more;
	a->used += more;
	return true;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total)) {
		a->full = true;
		return NULL;
	}
	if ((p = arena_alloc(a, total)) != NULL)
		memset(p, 0, total);
	return p;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX) {
		a->full = true;
		return NULL;
	}
	if ((copy = arena_alloc(a, len + 1)) == NULL)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

bool
arena_is_full(const struct arena *a)
{
	return a->full;
}
