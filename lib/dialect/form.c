/*
 * form - names and values in a text: queries, urlencoded forms, multipart.
 *
 * A percent sign that begins no code stands for itself, as in browsers.
 */
#include "config.h"

#include <strings.h>

#include "base/multipart.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "dialect/form.h"

/* `len` bytes of an encoded text. */
static const char *
decode(struct arena *arena, const char *s, size_t len)
{
	struct str out;
	size_t n;
	char *bytes = percent_form(arena, s, len, &n);

	if (bytes == NULL)
		return NULL;
	str_init_arena(&out, arena);
	utf8_repair(&out, bytes, n);
	return str_is_ok(&out) ? out.s : NULL;
}

static enum err
add(struct arena *arena, const char *name, const char *value, struct form *form)
{
	struct form_field *field;

	if (form->n == FORM_FIELDS_MAX)
		return ERR_BAD_REQUEST;
	if ((field = arena_alloc(arena, sizeof(*field))) == NULL ||
	    name == NULL || value == NULL)
		return ERR_NOMEM;
	*field = (struct form_field){ name, value, form->fields };
	form->fields = field;
	form->n++;
	return ERR_OK;
}

static enum err
add_pair(struct arena *arena, const char *s, size_t len, struct form *form)
{
	const char *equals = memchr(s, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - s) : len;
	size_t skip = equals != NULL ? 1 : 0;

	return add(arena, decode(arena, s, name_len),
	    decode(arena, s + name_len + skip, len - name_len - skip), form);
}

enum err
form_parse(struct arena *arena, const char *text, size_t len, struct form *out)
{
	const char *end = text + len, *stop;
	enum err e = ERR_OK;

	*out = (struct form){ .n = 0 };
	for (; text < end && e == ERR_OK; text = stop + 1) {
		stop = memchr(text, '&', (size_t)(end - text));
		if (stop == NULL)
			stop = end;
		if (stop > text)
			e = add_pair(arena, text, (size_t)(stop - text), out);
	}
	return e;
}

static enum err
add_part(struct arena *arena, const struct part *part, struct form *form)
{
	struct str name, value;

	if (part->has_filename)
		return ERR_OK;
	str_init_arena(&name, arena);
	str_init_arena(&value, arena);
	utf8_repair(&name, part->name, strlen(part->name));
	utf8_repair(&value, part->bytes, part->len);
	if (!str_is_ok(&name) || !str_is_ok(&value))
		return ERR_NOMEM;
	return add(arena, name.s, value.s, form);
}

static enum err
read_parts(struct arena *arena, struct multipart *m, struct form *out)
{
	struct part part;
	enum err e;

	while ((e = multipart_next(m, &part)) == ERR_OK)
		if ((e = add_part(arena, &part, out)) != ERR_OK)
			return e;
	return e == ERR_DONE ? ERR_OK : e;
}

/* Does the content type begin with this one? */
static bool
is_type(const char *type, const char *want)
{
	size_t len = strlen(want);

	return type != NULL && strncasecmp(type, want, len) == 0 &&
	    (type[len] == '\0' || strchr("; \t", type[len]) != NULL);
}

enum err
form_read(struct exchange *x, struct form *out)
{
	const struct request *r = &x->request;
	struct multipart m;
	enum err e = ERR_OK;

	*out = (struct form){ .n = 0 };
	if (is_type(r->content_type, "application/x-www-form-urlencoded"))
		e = form_parse(x->call.arena, r->body, r->body_len, out);
	else if (is_type(r->content_type, "multipart/form-data"))
		e = multipart_begin(&m, r->content_type, r->body, r->body_len) ?
		    read_parts(x->call.arena, &m, out) : ERR_BAD_REQUEST;
	if (e == ERR_BAD_REQUEST)
		x->detail = "There was an error parsing the body";
	return e;
}

const char *
form_find(const struct form *form, const char *name)
{
	const struct form_field *field;

	for (field = form->fields; field != NULL; field = field->next)
		if (strcmp(field->name, name) == 0)
			return field->value;
	return NULL;
}
