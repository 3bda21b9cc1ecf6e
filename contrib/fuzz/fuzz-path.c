/*
 * fuzz-path - does any address lead to a route, or to a refusal?
 *
 * Paths are text without NUL, cut into segments as they were written; every
 * route of every dialect is there to be found, and what it takes for parameters
 * is of this path.
 */
#include "config.h"

#include "contrib/fuzz/fuzz.h"
#include "fcgi/route.h"

enum { URI_MAX = 1 << 12, ARENA_MAX = 1 << 20 };

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH",
    "DELETE", "OPTIONS", "BREW" };

static void
check_target(const struct target *t)
{
	int i;

	require(t->path[0] == '/' && t->query != NULL);
	require_text(t->path);
	for (i = 0; i < t->segments_n && i < TARGET_SEGMENTS_MAX; i++)
		require_text(t->segment[i]);
}

static void
find(const struct routes *routes, const struct target *t, const char *method)
{
	struct route_query q = { method, t, false };
	struct route_match match = { 0 };
	enum err e;
	int i;

	e = routes_find(routes, &q, &match);
	require(e == ERR_OK || e == ERR_METHOD || e == ERR_NO_ROUTE);
	require(match.dialect != NULL);
	for (i = 0; e == ERR_OK && i < match.params_n; i++)
		require_text(match.param[i].value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct routes *routes;
	struct target target;
	struct arena arena;
	size_t i;
	char *uri;
	enum err e;

	if (routes == NULL)
		require((routes = routes_new(dialects, dialects_n)) != NULL);
	if (size > URI_MAX)
		return 0;
	arena_init(&arena, ARENA_MAX);
	uri = fuzz_text(data, size);
	require(routes_owner(routes, uri) != NULL);
	e = target_parse(&arena, uri, &target);
	require(e == ERR_OK || e == ERR_BAD_REQUEST);
	if (e == ERR_OK) {
		check_target(&target);
		for (i = 0; i < ARRAY_LEN(methods); i++)
			find(routes, &target, methods[i]);
	}
	free(uri);
	arena_release(&arena);
	return 0;
}
