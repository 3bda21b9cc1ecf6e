/*
 * target - the address of a request: its path in segments, and its query.
 *
 * Two copies of the decoded path are made in one pass, one with slashes and
 * one with a NUL in the place of each.  Dots are not resolved: no route has a
 * segment "." or "..", so such a path leads nowhere.
 */
#include "config.h"

#include "base/base.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "fcgi/target.h"

static void
begin_segment(struct target *t, const char *s)
{
	if (t->segments_n < TARGET_SEGMENTS_MAX)
		t->segment[t->segments_n] = s;
	t->segments_n++;
}

enum err
target_parse(struct arena *arena, const char *uri, struct target *out)
{
	size_t len = strcspn(uri, "?"), i, used, n = 0;
	char *path, *cut;
	int byte;

	*out = (struct target){ .query = "" };
	if (uri[0] != '/')
		return ERR_BAD_REQUEST;
	path = arena_alloc(arena, len + 1);
	cut = arena_alloc(arena, len + 1);
	if (path == NULL || cut == NULL)
		return ERR_NOMEM;
	for (i = 0; i < len; i += used) {
		if ((byte = percent_byte(uri + i, len - i, &used)) <= 0)
			return ERR_BAD_REQUEST;
		path[n] = (char)byte;
		cut[n++] = uri[i] == '/' ? '\0' : (char)byte;
		if (uri[i] == '/')
			begin_segment(out, cut + n);
	}
	path[n] = cut[n] = '\0';
	if (!utf8_is_valid(path, n))
		return ERR_BAD_REQUEST;
	out->path = path;
	if (uri[len] == '?')
		out->query = arena_strdup(arena, uri + len + 1);
	return out->query == NULL ? ERR_NOMEM : ERR_OK;
}
