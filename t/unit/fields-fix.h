/*
 * fields-fix - a request that is read field by field, and what is told of it.
 */
#ifndef T_UNIT_FIELDS_FIX_H
#define T_UNIT_FIELDS_FIX_H

#include "dialect/fastapi.h"
#include "t/unit/tap.h"

static struct arena arena;

static const struct fastapi_style plain = { .has_url = false };

/* A request with this query and body. */
static struct exchange
request(const char *query, const char *body)
{
	struct exchange x = { .call.arena = &arena };

	arena_reset(&arena);
	x.request = (struct request){ .id = "r", .method = "POST",
	    .path = "/", .query = query, .body = body,
	    .body_len = strlen(body) };
	str_init_arena(&x.answer.body, &arena);
	return x;
}

/* What the client is told of the faults. */
static const char *
told(struct fields *f, const struct fastapi_style *style)
{
	enum err e = fields_end(f);

	if (e == ERR_OK)
		return "nothing";
	str_init_arena(&f->x->answer.body, &arena);
	fastapi_refuse(f->x, e, style);
	return f->x->answer.body.s;
}

/* The items that `read` makes of a body, without what is around them. */
static void
faults(const char *body, void (*read)(struct fields *), const char *want,
    const char *what)
{
	struct exchange x = request("", body);
	struct fields f;
	struct str s;

	fields_begin(&f, &x);
	fields_body(&f);
	read(&f);
	str_init(&s, 1 << 20);
	str_printf(&s, *want == '\0' ? "nothing" : "{\"detail\":[%s]}", want);
	is_str(told(&f, &plain), s.s, what);
	str_release(&s);
	exchange_release(&x);
}

#endif
