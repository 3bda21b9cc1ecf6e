/*
 * fault - the items of a 422.
 *
 * Each part of an item is written as JSON when it is found, because then the
 * value is at hand; what is given back of the request is counted.
 */
#include "config.h"

#include "base/json.h"
#include "dialect/fault.h"

static const char *const places[] = {
	[FIELDS_PATH] = "path",
	[FIELDS_QUERY] = "query",
	[FIELDS_BODY] = "body",
	[FIELDS_FORM] = "body"
};

const char *
value_text(const struct value *v)
{
	return v->json != NULL ? json_string_value(v->json) : v->text;
}

const char *
fault_loc(struct fields *f, const char *name, int index)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, f->x->call.arena);
	jw_init(&w, &s);
	jw_array_begin(&w);
	jw_str(&w, places[f->place]);
	if (f->within != NULL)
		jw_str(&w, f->within);
	if (name != NULL)
		jw_str(&w, name);
	if (index >= 0)
		jw_int(&w, index);
	jw_array_end(&w);
	return s.s;
}

const char *
fault_input(struct fields *f, const struct value *v)
{
	struct str s;
	struct jw w;

	if (v->json == NULL && v->text == NULL)
		return "null";
	str_init_arena(&s, f->x->call.arena);
	jw_init(&w, &s);
	if (v->json != NULL)
		json_put(&w, v->json);
	else
		jw_str(&w, v->text);
	if (s.len > FIELDS_SHOWN_MAX - f->shown)
		return "null";
	f->shown += s.len;
	return s.s;
}

void
fault_add(struct fields *f, const struct fault *what)
{
	struct fault *fault;

	if (f->faults_n == FIELDS_FAULTS_MAX)
		return;
	fault = arena_alloc(f->x->call.arena, sizeof(*fault));
	if (fault == NULL) {
		f->err = ERR_NOMEM;
		return;
	}
	*fault = *what;
	fault->next = NULL;
	*f->end = fault;
	f->end = &fault->next;
	f->faults_n++;
}

void
fault_at(struct fields *f, const char *name, const struct value *v,
    const struct fault *what)
{
	struct fault fault = *what;

	fault.loc = fault_loc(f, name, -1);
	fault.input = fault_input(f, v);
	fault_add(f, &fault);
}

void
fault_type(struct fields *f, const char *name, const struct value *v,
    const char *type, const char *msg)
{
	fault_at(f, name, v, &(struct fault){ .type = type, .msg = msg,
	    .has_url = true });
}

const char *
fault_bound(struct fields *f, const char *key, int64_t n)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, f->x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key_int(&w, key, n);
	jw_object_end(&w);
	return s.s;
}

const char *
fault_reason(struct fields *f, const char *key, const char *text)
{
	struct str s;
	struct jw w;

	str_init_arena(&s, f->x->call.arena);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key_str(&w, key, text);
	jw_object_end(&w);
	return s.s;
}

const char *
fault_join(struct fields *f, const char *a, const char *b)
{
	struct str s;

	str_init_arena(&s, f->x->call.arena);
	str_puts(&s, a);
	str_puts(&s, b);
	return s.s;
}
