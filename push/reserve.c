/*
 * reserve - memory for the event loop that cannot run out.
 *
 * The arrays grow by doubling, so what they have left behind is at most as large
 * as what they are: nothing is used a second time, and the pages of what was
 * left go back to the system.  The newest block grows where it is.
 *
 * For each descriptor libev 4 keeps an entry of the table of descriptors (16
 * bytes), and it may have one of each of: a change to tell the kernel (4), an
 * event from it (12), something to be called (16 for each priority in use), a
 * thing that was fed in (8).
 */
#include "config.h"

#include <ev.h>
#include <sys/mman.h>
#include <unistd.h>

#include "push/reserve.h"

enum {
	EACH = 16 + 4 + 12 + 5 * 16 + 8,
	GROWTH = 4,		/* doubled to what is needed, and left behind */
	OWN = 1024 * 1024	/* the loop itself, timers, and small arrays */
};

struct block {
	size_t	 size;		/* of data */
	_Alignas(max_align_t) char data[];
};

static struct {
	char	*base;
	size_t	 size, used;
	struct block *last;
} self;

static struct block *
block_of(void *p)
{
	return CONTAINER_OF(p, struct block, data);
}

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* Give whole pages of a block back, whose address is not used again. */
static void
leave(struct block *b)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t skip = round_up((uintptr_t)b, page) - (uintptr_t)b;
	size_t rest = (uintptr_t)(b->data + b->size) % page;
	size_t len = offsetof(struct block, data) + b->size;

	if (len > skip + rest)
		madvise((char *)b + skip, len - skip - rest, MADV_DONTNEED);
}

static void *
take(size_t size)
{
	struct block *b = (struct block *)(self.base + self.used);

	if (sizeof(*b) + size > self.size - self.used)
		return NULL;
	self.used += sizeof(*b) + size;
	b->size = size;
	self.last = b;
	return b->data;
}

static void *
move(struct block *b, size_t size)
{
	void *p = take(size);

	if (p == NULL)
		return NULL;
	memcpy(p, b->data, b->size);
	leave(b);
	return p;
}

static void *
resize(struct block *b, size_t size)
{
	size_t more = size <= b->size ? 0 : size - b->size;

	if (more == 0)
		return b->data;
	if (b != self.last)
		return move(b, size);
	if (more > self.size - self.used)
		return NULL;
	self.used += more;
	b->size = size;
	return b->data;
}

/* libev's allocator: size 0 frees. */
static void *
reallocate(void *p, long size)
{
	if (size == 0) {
		if (p != NULL && block_of(p) != self.last)
			leave(block_of(p));
		return NULL;
	}
	size = (long)round_up((size_t)size, _Alignof(max_align_t));
	return p == NULL ? take((size_t)size) : resize(block_of(p),
	    (size_t)size);
}

bool
reserve_begin(int64_t descriptors)
{
	size_t size = OWN + (size_t)descriptors * EACH * GROWTH;
	void *p;

	p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return false;
	self.base = p;
	self.size = size;
	self.used = 0;
	ev_set_allocator(reallocate);
	return true;
}

void
reserve_end(void)
{
	munmap(self.base, self.size);
}
