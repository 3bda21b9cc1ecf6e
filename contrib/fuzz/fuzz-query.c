/*
 * fuzz-query - do workers and push read the same in any query?
 *
 * The same address reaches either of them, as its client says.  Push takes the
 * first of two values and refuses what is no UTF-8; workers take the last, and
 * repair it.  Where a name comes once and its value is text, both must agree.
 */
#include "config.h"

#include "contrib/fuzz/fuzz.h"
#include "dialect/form.h"
#include "push/http1.h"

enum { QUERY_MAX = 1 << 14, ARENA_MAX = 1 << 20 };

static const char *const names[] = { "a", "since", "token", "wait" };

static int
count(const struct form *form, const char *name)
{
	const struct form_field *f;
	int n = 0;

	for (f = form->fields; f != NULL; f = f->next)
		n += strcmp(f->name, name) == 0;
	return n;
}

static void
compare(struct arena *arena, const struct http1_head *head,
    const struct form *form)
{
	const char *value;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		value = http1_query(head, arena, names[i]);
		if (value == NULL)
			continue;
		require_text(value);
		require(count(form, names[i]) > 0);
		if (count(form, names[i]) == 1)
			require(strcmp(value, form_find(form, names[i])) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http1_head head = { .method = "GET" };
	struct arena arena;
	struct form form;
	char *query;

	if (size > QUERY_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX);
	query = fuzz_text(data, size);
	head.query = query;
	if (form_parse(&arena, query, strlen(query), &form) == ERR_OK)
		compare(&arena, &head, &form);
	free(query);
	arena_release(&arena);
	return 0;
}
