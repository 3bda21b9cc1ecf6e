/*
 * shed - what is done when clients make push hold too much.
 *
 * It may be in three places: at connections, at sessions of Engine.IO, which have
 * what waits for the next poll, and on its way to the workers.
 */
#include "config.h"

#include "push/conn.h"
#include "push/eio.h"
#include "push/shed.h"

void
shed(struct push *p, size_t least)
{
	struct conn *c;

	for (c = p->conns; c != NULL; c = c->next) {
		if (c->is_dead || conn_size(c) < least)
			continue;
		p->counters.shed++;
		conn_close(c, "push.memory_max");
	}
	eios_shed(p->eios, least);
	upcalls_shed(p->upcalls, least);
}
