/*
 * fuzz-form - does dialect/form read any body, by any content type?
 *
 * The first line is the Content-Type, the rest the body.  Names and values are
 * text whatever the bytes were, and a value is found by its name.
 */
#include "config.h"

#include "contrib/fuzz/fuzz.h"
#include "dialect/form.h"

enum { BODY_MAX = 1 << 15, ARENA_MAX = 1 << 20 };

static void
check_form(const struct form *form)
{
	const struct form_field *f;
	int n = 0;

	for (f = form->fields; f != NULL; f = f->next, n++) {
		require_text(f->name);
		require_text(f->value);
		require(form_find(form, f->name) != NULL);
	}
	require(n == form->n && n <= FORM_FIELDS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	struct exchange x = { .detail = NULL };
	struct arena arena;
	struct form form;
	char *type, *body;
	enum err e;

	if (line == NULL || size > BODY_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX);
	type = fuzz_text(data, (size_t)(line - data));
	x.request.body_len = size - (size_t)(line - data) - 1;
	body = fuzz_copy(line + 1, x.request.body_len);
	x.call.arena = &arena;
	x.request.content_type = type;
	x.request.body = body;
	e = form_read(&x, &form);
	require(e == ERR_OK || e == ERR_NOMEM ||
	    (e == ERR_BAD_REQUEST && x.detail != NULL));
	if (e == ERR_OK)
		check_form(&form);
	free(body);
	free(type);
	arena_release(&arena);
	return 0;
}
