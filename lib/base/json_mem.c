/*
 * json_mem - memory for reading JSON that cannot run out in the middle.
 *
 * A pool hands out pieces from its front to its end and takes none back; it
 * counts those that live, and goes with the last one.  Pieces are known by their
 * address, because whoever gets a text from jansson may use plain free() for it.
 *
 * A byte of text costs jansson most where a string of one character is a member
 * of its own in an array or an object; test t0001 measures that FACTOR is more.
 * Pages that are not used are not there.
 */
#include "config.h"

#include <jansson.h>

#include "base/json_mem.h"

enum { FACTOR = 128, LEAST = 8192 };

struct pool {
	struct pool *next;
	size_t	 size, used;
	size_t	 live;		/* pieces */
	_Alignas(max_align_t) char data[];
};

static struct {
	struct pool *pools;
	struct pool *open;	/* the newest, between begin and end */
	int64_t	 misses;
} self;

static void *
allocate(size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct pool *p = self.open;
	void *piece;

	if (p == NULL || size > p->size - p->used) {
		self.misses += p != NULL;
		return malloc(size);
	}
	piece = p->data + p->used;
	size = (size + align - 1) & ~(align - 1);
	p->used = size > p->size - p->used ? p->size : p->used + size;
	p->live++;
	return piece;
}

static void
drop(struct pool *p)
{
	struct pool **link = &self.pools;

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	free(p);
}

static void
release(void *piece)
{
	uintptr_t at = (uintptr_t)piece, begin;
	struct pool *p;

	for (p = self.pools; p != NULL; p = p->next) {
		begin = (uintptr_t)p->data;
		if (at < begin || at >= begin + p->size)
			continue;
		if (--p->live == 0 && p != self.open)
			drop(p);
		return;
	}
	free(piece);
}

/* Before anybody has something of jansson's. */
__attribute__((constructor)) static void
take_over(void)
{
	json_set_alloc_funcs(allocate, release);
}

bool
json_mem_begin(size_t len)
{
	struct pool *p;
	size_t size;

	if (self.open != NULL)
		abort();
	if (__builtin_mul_overflow(len, (size_t)FACTOR, &size) ||
	    __builtin_add_overflow(size, (size_t)LEAST, &size) ||
	    (p = malloc(sizeof(*p) + size)) == NULL)
		return false;
	*p = (struct pool){ .next = self.pools, .size = size };
	self.pools = self.open = p;
	return true;
}

void
json_mem_end(void)
{
	struct pool *p = self.open;

	self.open = NULL;
	if (p->live == 0)
		drop(p);
}

int64_t
json_mem_misses(void)
{
	return self.misses;
}
