/*
 * board - what every child is doing, in memory shared before the fork.
 *
 * Each slot has one writer at a time.  The id is complete before the state
 * that makes it interesting can be seen, hence release and acquire; nothing
 * here locks, so a child that is killed anywhere leaves nothing held.
 */
#include "config.h"

#include <sys/mman.h>

#include "base/base.h"
#include "base/clock.h"
#include "fcgi/board.h"

struct board *
board_new(void)
{
	void *p = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
board_free(struct board *b)
{
	if (b != NULL)
		munmap(b, sizeof(*b));
}

void
board_clear(struct board_slot *slot)
{
	slot->id[0] = '\0';
	atomic_store(&slot->requests, 0);
	atomic_store(&slot->is_dismissed, false);
	atomic_store(&slot->busy_at, 0);
}

void
board_begin(struct board_slot *slot)
{
	slot->id[0] = '\0';
	atomic_store_explicit(&slot->busy_at, clock_mono_ms(),
	    memory_order_release);
}

void
board_name(struct board_slot *slot, const char *id)
{
	snprintf(slot->id, sizeof(slot->id), "%s", id);
	atomic_thread_fence(memory_order_release);
}

void
board_end(struct board_slot *slot)
{
	atomic_fetch_add_explicit(&slot->requests, 1, memory_order_relaxed);
	atomic_store_explicit(&slot->busy_at, 0, memory_order_release);
}

void
board_cancel(struct board_slot *slot)
{
	atomic_store_explicit(&slot->busy_at, 0, memory_order_release);
}

int64_t
board_busy_ms(struct board_slot *slot)
{
	int64_t at = atomic_load_explicit(&slot->busy_at, memory_order_acquire);

	return at == 0 ? -1 : clock_mono_ms() - at;
}

void
board_get_id(struct board_slot *slot, char id[BOARD_ID_LEN + 1])
{
	id[0] = '\0';
	if (board_busy_ms(slot) < 0)
		return;
	memcpy(id, slot->id, BOARD_ID_LEN);
	id[BOARD_ID_LEN] = '\0';
}
