/*
 * call - who calls a verb, and the beginning of its write.
 *
 * The session is checked inside the write, where its pages are at hand.  A
 * transaction of its own would take SQLite's locks once more, and read them
 * anew after every commit of somebody else.
 */
#include "config.h"

#include "core/call.h"
#include "store/session.h"

enum err
call_check(struct call *c)
{
	enum err e = ERR_OK;

	if (c->session_id != 0)
		e = store_session_check(c->store, c->session_id, c->user_id,
		    c->now);
	c->is_checked = e == ERR_OK;
	return e;
}

enum err
call_begin_at(struct call *c, const char *file, int line)
{
	enum err e;

	if ((e = store_begin_at(c->store, file, line)) != ERR_OK)
		return e;
	if ((e = call_check(c)) != ERR_OK)
		e = store_end(c->store, e);
	return e;
}
