/*
 * fields - what a request says, field by field, with all its faults at once.
 *
 * Where fields are read from, and what only a JSON body can hold; texts and
 * numbers are in fields_scalar.c.  A value is a text outside of a JSON body.
 */
#include "config.h"

#include <strings.h>

#include "base/utf8.h"
#include "dialect/fault.h"
#include "dialect/json_fault.h"

const struct any_rule fields_required = { .is_optional = false };

/* ---- where fields are read from */

void
fields_begin(struct fields *f, struct exchange *x)
{
	*f = (struct fields){ .x = x };
	f->end = &f->faults;
}

void
fields_path(struct fields *f)
{
	f->place = FIELDS_PATH;
}

void
fields_note(struct fields *f, enum err e)
{
	if (f->err == ERR_OK)
		f->err = e;
}

void
fields_query(struct fields *f)
{
	const char *query = f->x->request.query;

	f->place = FIELDS_QUERY;
	fields_note(f, form_parse(f->x->call.arena, query, strlen(query), &f->form));
}

void
fields_form(struct fields *f)
{
	f->place = FIELDS_FORM;
	fields_note(f, form_read(f->x, &f->form));
}

/* application/json, application/x+json, or nothing said. */
static bool
is_json_type(const char *type)
{
	static const char prefix[] = "application/";
	size_t len;

	if (type == NULL)
		return true;
	if (strncasecmp(type, prefix, sizeof(prefix) - 1) != 0)
		return false;
	type += sizeof(prefix) - 1;
	len = strcspn(type, "; \t");
	return (len == 4 && strncasecmp(type, "json", 4) == 0) ||
	    (len >= 5 && strncasecmp(type + len - 5, "+json", 5) == 0);
}

/* Say where the body stops to be JSON. */
static void
add_json_fault(struct fields *f)
{
	const struct request *r = &f->x->request;
	struct json_fault at = { 0, "Expecting value" };
	struct str loc;

	(void)json_fault_find(r->body, r->body_len, &at);
	str_init_arena(&loc, f->x->call.arena);
	str_puts(&loc, "[\"body\",");
	str_put_int(&loc, (int64_t)at.at);
	str_putc(&loc, ']');
	fault_add(f, &(struct fault){ .type = "json_invalid", .loc = loc.s,
	    .msg = "JSON decode error", .input = "{}",
	    .ctx = fault_reason(f, "error", at.text) });
}

static void
add_no_object(struct fields *f, const struct value *v)
{
	fault_type(f, NULL, v, "model_attributes_type",
	    "Input should be a valid dictionary or object to extract fields "
	    "from");
}

/* A body of another type: text as far as it is any. */
static void
add_raw(struct fields *f)
{
	const struct request *r = &f->x->request;
	struct str text;

	str_init_arena(&text, f->x->call.arena);
	utf8_repair(&text, r->body, r->body_len < FIELDS_SHOWN_MAX ?
	    r->body_len : FIELDS_SHOWN_MAX);
	add_no_object(f, &(struct value){ .text = text.s });
}

/* What an item of a list should be. */
static const struct fault string_item = {
	.type = "string_type", .msg = "Input should be a valid string",
	.has_url = true
};
static const struct fault object_item = {
	.type = "dict_type", .msg = "Input should be a valid dictionary",
	.has_url = true
};

/* An item, whose place is made already, is something else. */
static void
add_item(struct fields *f, const char *loc, const json_t *item,
    const struct fault *what)
{
	struct fault fault = *what;

	fault.loc = loc;
	fault.input = fault_input(f, &(struct value){ .json = item });
	fault_add(f, &fault);
}

/* The body, of whatever type; NULL: there is none, and a fault is noted. */
static const json_t *
take_body(struct fields *f)
{
	const struct request *r = &f->x->request;
	const json_t *body = NULL;
	enum err e;

	f->place = FIELDS_BODY;
	f->object = NULL;
	if (r->body_len > 0 && !is_json_type(r->content_type)) {
		add_raw(f);
		return NULL;
	}
	e = r->body_len > 0 ? exchange_body(f->x, &body) : ERR_NOT_OBJECT;
	if (e == ERR_BAD_JSON)
		add_json_fault(f);
	else if (e != ERR_OK && e != ERR_NOT_OBJECT)
		fields_note(f, e);
	else if (body == NULL || json_is_null(body))
		fault_type(f, NULL, &(struct value){ NULL, NULL }, "missing",
		    "Field required");
	else
		return body;
	return NULL;
}

void
fields_body(struct fields *f)
{
	const json_t *body = take_body(f);

	if (json_is_object(body))
		f->object = body;
	else if (body != NULL)
		add_no_object(f, &(struct value){ .json = body });
}

void
fields_objects(struct fields *f, const json_t **out)
{
	const json_t *body = take_body(f), *item;
	int faults_n = f->faults_n;
	size_t i;

	if (body != NULL && !json_is_array(body))
		fault_type(f, NULL, &(struct value){ .json = body },
		    "list_type", "Input should be a valid list");
	json_array_foreach(body, i, item)
		if (!json_is_object(item))
			add_item(f, fault_loc(f, NULL, (int)i), item,
			    &object_item);
	if (f->faults_n == faults_n && body != NULL)
		*out = body;
}

enum err
fields_end(struct fields *f)
{
	struct exchange *x = f->x;

	if (f->err != ERR_OK)
		return f->err;
	if (f->faults == NULL)
		return ERR_OK;
	x->status = 422;
	x->faults = f->faults;
	return ERR_REFUSED;
}

/* ---- values */

/* False: it is not there. */
static bool
find(const struct fields *f, const char *name, struct value *out)
{
	*out = (struct value){ NULL, NULL };
	switch (f->place) {
	case FIELDS_PATH:
		out->text = exchange_param(f->x, name);
		return true;
	case FIELDS_QUERY:
		out->text = form_find(&f->form, name);
		break;
	case FIELDS_FORM:
		out->text = form_find(&f->form, name);
		return out->text != NULL && *out->text != '\0';
	case FIELDS_BODY:
		out->json = json_object_get(f->object, name);
		break;
	}
	return out->json != NULL || out->text != NULL;
}

bool
fields_has(const struct fields *f, const char *name)
{
	struct value v;

	return find(f, name, &v);
}

bool
fields_take(struct fields *f, const char *name, const struct any_rule *rule,
    struct value *out)
{
	if (f->place == FIELDS_BODY && f->object == NULL)
		return false;
	if (find(f, name, out))
		return !(rule->is_optional && json_is_null(out->json));
	if (!rule->is_optional && !rule->has_default)
		fault_type(f, name, &(struct value){ .json = f->place ==
		    FIELDS_BODY ? f->object : NULL }, "missing",
		    "Field required");
	return false;
}

/* ---- what only a JSON body can hold */

void
fields_texts(struct fields *f, const char *name, const struct any_rule *rule,
    struct texts *out)
{
	int n, i, faults_n = f->faults_n;
	const json_t *item;
	const char **text;
	struct value v;

	if (!fields_take(f, name, rule != NULL ? rule : &fields_required, &v))
		return;
	if (!json_is_array(v.json)) {
		fault_type(f, name, &v, "list_type",
		    "Input should be a valid list");
		return;
	}
	n = (int)json_array_size(v.json);
	text = arena_calloc(f->x->call.arena, (size_t)n + 1, sizeof(*text));
	if (text == NULL) {
		fields_note(f, ERR_NOMEM);
		return;
	}
	for (i = 0; i < n; i++) {
		item = json_array_get(v.json, (size_t)i);
		if ((text[i] = json_string_value(item)) == NULL)
			add_item(f, fault_loc(f, name, i), item, &string_item);
	}
	if (f->faults_n == faults_n)
		*out = (struct texts){ text, n };
}

void
fields_object(struct fields *f, const char *name, const struct any_rule *rule,
    const json_t **out)
{
	struct value v;

	if (!fields_take(f, name, rule != NULL ? rule : &fields_required, &v))
		return;
	if (json_is_object(v.json))
		*out = v.json;
	else
		fault_type(f, name, &v, "dict_type",
		    "Input should be a valid dictionary");
}

void
fields_any(struct fields *f, const char *name, const struct any_rule *rule,
    const json_t **out)
{
	struct value v;

	if (fields_take(f, name, rule != NULL ? rule : &fields_required, &v))
		*out = v.json;
}

bool
fields_enter(struct fields *f, const char *name, const struct any_rule *rule)
{
	struct value v;

	if (!fields_take(f, name, rule != NULL ? rule : &fields_required, &v))
		return false;
	if (!json_is_object(v.json)) {
		fault_type(f, name, &v, "model_attributes_type", "Input should "
		    "be a valid dictionary or object to extract fields from");
		return false;
	}
	f->whole = f->object;
	f->object = v.json;
	f->within = name;
	return true;
}

void
fields_leave(struct fields *f)
{
	f->object = f->whole;
	f->within = NULL;
}

/* ---- faults that dialects find */

void
fields_fault_as(struct fields *f, const char *name, const struct fault *what)
{
	struct value v;

	(void)find(f, name, &v);
	fault_at(f, name, &v, what);
}

void
fields_fault(struct fields *f, const char *name, const char *msg)
{
	fields_fault_as(f, name, &(struct fault){ .type = "value_error",
	    .msg = msg, .ctx = "{\"error\":{}}", .has_url = true });
}
