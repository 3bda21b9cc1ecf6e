/*
 * exchange - reading a request, and beginning its answer.
 *
 * It decodes queries and parses bodies.  What a field or a parameter means is
 * the dialects' affair; the credentials are in cookie.c.
 */
#include "config.h"

#include "base/json.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "dialect/exchange.h"

/*
 * Decode `len` bytes of a query.  NULL when the result is not UTF-8 or has a
 * NUL, or the arena is full.
 */
static const char *
decode(struct arena *arena, const char *s, size_t len)
{
	size_t n;
	char *out = percent_form(arena, s, len, &n);

	return out != NULL && strlen(out) == n && utf8_is_valid(out, n) ?
	    out : NULL;
}

const char *
exchange_query(struct exchange *x, const char *name)
{
	size_t name_len = strlen(name), len;
	const char *s = x->request.query;

	for (; *s != '\0'; s += len + (s[len] == '&')) {
		len = strcspn(s, "&");
		if (len > name_len && s[name_len] == '=' &&
		    memcmp(s, name, name_len) == 0)
			return decode(x->call.arena, s + name_len + 1,
			    len - name_len - 1);
	}
	return NULL;
}

const char *
exchange_param(const struct exchange *x, const char *name)
{
	const struct request *r = &x->request;
	int i;

	for (i = 0; i < r->params_n; i++)
		if (strcmp(r->param[i].name, name) == 0)
			return r->param[i].value;
	return "";
}

void
exchange_header(struct exchange *x, const char *name, const char *value)
{
	struct answer *a = &x->answer;

	if (a->headers_n == EXCHANGE_HEADERS_MAX)
		abort();
	a->header[a->headers_n].name = name;
	a->header[a->headers_n++].value = value;
}

void
exchange_json(struct exchange *x, int status, struct jw *out)
{
	x->answer.status = status;
	jw_init(out, &x->answer.body);
}

/* Tell where the body stops to be JSON. */
static void
tell_place(struct exchange *x, size_t at)
{
	struct str s;

	str_init_arena(&s, x->call.arena);
	str_printf(&s, "The body is not valid JSON: see byte %zu.", at);
	if (str_is_ok(&s))
		x->detail = s.s;
}

enum err
exchange_body(struct exchange *x, const json_t **out)
{
	size_t at;
	enum err e;

	if (x->json == NULL) {
		e = json_read(x->request.body, x->request.body_len, &x->json,
		    &at);
		if (e == ERR_BAD_JSON)
			tell_place(x, at);
		if (e != ERR_OK)
			return e;
	}
	*out = x->json;
	return json_is_object(x->json) ? ERR_OK : ERR_NOT_OBJECT;
}

void
exchange_release(struct exchange *x)
{
	json_decref(x->json);
	x->json = NULL;
}
