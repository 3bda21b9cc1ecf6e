/*
 * hold - how much clients make push hold, all of them together.
 */
#include "config.h"

#include "push/hold.h"

static struct {
	size_t	 bytes;
	size_t	 max;
} self;

void
hold_add(size_t len)
{
	self.bytes += len + HOLD_EACH;
}

void
hold_drop(size_t len)
{
	self.bytes -= len + HOLD_EACH;
}

size_t
hold_bytes(void)
{
	return self.bytes;
}

void
hold_set_max(size_t max)
{
	self.max = max;
}

bool
hold_is_over(void)
{
	return self.bytes > self.max;
}

bool
hold_is_much(void)
{
	return self.bytes > self.max / 2;
}
