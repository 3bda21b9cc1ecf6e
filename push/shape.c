/*
 * shape - whose WebSocket is at a path.
 *
 * The table is short and is asked once per connection, so it is walked.
 */
#include "config.h"

#include "base/base.h"
#include "push/shape.h"

static const struct shape *const shapes[] = {
#define X(id, name) &name,
#include "dialect/shape.def"
#undef X
};

/* The length of the longest of the shape's paths that this one begins with. */
static size_t
fit(const struct shape *s, const char *path)
{
	size_t best = 0, len;
	int i;

	for (i = 0; i < SHAPE_PATHS_MAX && s->path[i] != NULL; i++) {
		len = strlen(s->path[i]);
		if (len > best && strncmp(path, s->path[i], len) == 0)
			best = len;
	}
	return best;
}

const struct shape *
shape_find(const char *path)
{
	const struct shape *found = NULL;
	size_t best = 0, len, i;

	for (i = 0; i < ARRAY_LEN(shapes); i++) {
		if ((len = fit(shapes[i], path)) > best) {
			best = len;
			found = shapes[i];
		}
	}
	return found;
}

const struct shape *
shape_find_sio(void)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(shapes); i++)
		if (shapes[i]->speaks_sio)
			return shapes[i];
	return NULL;
}
