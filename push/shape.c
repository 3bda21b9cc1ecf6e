/*
 * shape - how a dialect writes what push has to say.
 */
#include "config.h"

#include "base/base.h"
#include "push/shape.h"

static void
v1_hello(struct jw *jw, int64_t next)
{
	jw_object_begin(jw);
	jw_key_str(jw, "kind", "hello");
	jw_key_int(jw, "next", next);
	jw_object_end(jw);
}

static void
v1_nack(struct jw *jw, const struct problem *problem)
{
	jw_object_begin(jw);
	jw_key(jw, "ack");
	jw_null(jw);
	jw_key(jw, "error");
	sh_v1_problem(jw, problem);
	jw_object_end(jw);
}

const struct shape shape_v1 = {
	.id = SHAPE_V1,
	.upcall = "/upcall/v1",
	.subprotocol = "natterjack.v1",
	.event = sh_v1_event,
	.hello = v1_hello,
	.reset = sh_v1_reset,
	.problem = sh_v1_problem,
	.nack = v1_nack
};
