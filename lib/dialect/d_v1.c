/*
 * d_v1 - the API that is ours: its routes, its errors, and reading requests.
 *
 * JSON in and out, whatever the Content-Type says.  Fields that are not known
 * are ignored, and null is as good as absent where a field may be absent.
 */
#include "config.h"

#include "base/json.h"
#include "base/num.h"
#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"

enum { LIMIT_DEFAULT = 50 };

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_v1.def"
#undef X
};

static bool
owns(const char *path)
{
	return strcmp(path, "/v1") == 0 || strncmp(path, "/v1/", 4) == 0;
}

/* RFC 6750: the reason is given to those who sent a token, and to no others. */
static void
challenge(struct exchange *x, enum err e)
{
	bool had_none = e == ERR_NO_TOKEN || e == ERR_CREDENTIALS;

	exchange_header(x, "WWW-Authenticate", had_none ?
	    "Bearer realm=\"natterjack\"" :
	    "Bearer realm=\"natterjack\", error=\"invalid_token\"");
}

static void
refuse(struct exchange *x, enum err e)
{
	struct problem p = {
		.err = e,
		.detail = x->detail,
		.field = x->call.field,
		.request_id = x->request.id
	};
	struct jw w;

	if (err_status(e) == 401)
		challenge(x, e);
	exchange_json(x, err_status(e), &w);
	x->answer.content_type = "application/problem+json";
	sh_v1_problem(&w, &p);
}

const struct dialect dialect_v1 = {
	.name = "v1",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.has_head = true,
	.is_strict_slash = true,
	.owns = owns,
	.refuse = refuse,
	.token = exchange_bearer
};

/* An error about a field names it. */
static enum err
name_field(struct exchange *x, const char *key, enum err e)
{
	return e == ERR_OK ? ERR_OK : call_fault(&x->call, key, e);
}

/* The same, but a field that is not there is none. */
static enum err
name_field_if(struct exchange *x, const char *key, enum err e)
{
	return e == ERR_MISSING ? ERR_OK : name_field(x, key, e);
}

enum err
v1_text(struct exchange *x, const json_t *body, const char *key,
    const char **out)
{
	return name_field(x, key, json_get_text(body, key, out));
}

enum err
v1_id(struct exchange *x, const json_t *body, const char *key, int64_t *out)
{
	return name_field(x, key, json_get_id(body, key, out));
}

enum err
v1_text_if(struct exchange *x, const json_t *body, const char *key,
    const char **out)
{
	return name_field_if(x, key, json_get_text(body, key, out));
}

enum err
v1_id_if(struct exchange *x, const json_t *body, const char *key, int64_t *out)
{
	return name_field_if(x, key, json_get_id(body, key, out));
}

enum err
v1_bool_if(struct exchange *x, const json_t *body, const char *key, bool *out)
{
	return name_field_if(x, key, json_get_bool(body, key, out));
}

enum err
v1_body_if(struct exchange *x, const json_t **out)
{
	if (x->json == NULL && x->request.body_len == 0 &&
	    (x->json = json_object()) == NULL)
		return ERR_NOMEM;
	return exchange_body(x, out);
}

enum err
v1_path_id(struct exchange *x, const char *name, int64_t *out)
{
	return num_parse_id(exchange_param(x, name), out) ? ERR_OK :
	    ERR_NOT_FOUND;
}

/* A position in a list, at least `min`; `*out` stays when there is none. */
static enum err
read_position(struct exchange *x, const char *name, int64_t min, int64_t *out)
{
	const char *text = exchange_query(x, name);

	if (text == NULL || num_parse(text, min, INT64_MAX, out))
		return ERR_OK;
	return call_fault(&x->call, name, ERR_BAD_CURSOR);
}

static enum err
read_limit(struct exchange *x, int *out)
{
	const char *text = exchange_query(x, "limit");
	int64_t max = x->call.conf->page_max;
	int64_t limit = max < LIMIT_DEFAULT ? max : LIMIT_DEFAULT;

	if (text != NULL && !num_parse(text, 1, max, &limit))
		return call_fault(&x->call, "limit", ERR_BAD_VALUE);
	*out = (int)limit;
	return ERR_OK;
}

enum err
v1_page_after(struct exchange *x, struct v1_page *out)
{
	enum err e;

	*out = (struct v1_page){ .after = -1 };
	if ((e = read_limit(x, &out->limit)) != ERR_OK)
		return e;
	return read_position(x, "after", 0, &out->after);
}

enum err
v1_page_before(struct exchange *x, struct v1_page *out)
{
	enum err e;

	*out = (struct v1_page){ .after = -1 };
	if ((e = read_limit(x, &out->limit)) != ERR_OK)
		return e;
	return read_position(x, "before", 1, &out->before);
}

enum err
v1_page_both(struct exchange *x, struct v1_page *out)
{
	enum err e;

	if ((e = v1_page_before(x, out)) != ERR_OK ||
	    (e = read_position(x, "after", 0, &out->after)) != ERR_OK)
		return e;
	if (out->before == 0 || out->after < 0)
		return ERR_OK;
	x->detail = "Ask for what is before a position or for what is after "
	    "one, not for both.";
	return call_fault(&x->call, "before", ERR_BAD_VALUE);
}

void
v1_list_begin(struct exchange *x, struct jw *w)
{
	exchange_json(x, 200, w);
	jw_object_begin(w);
	jw_key(w, "items");
	jw_array_begin(w);
}

void
v1_list_end(struct jw *w, int64_t next)
{
	jw_array_end(w);
	jw_key(w, "next");
	if (next == 0)
		jw_null(w);
	else
		jw_id(w, next);
	jw_object_end(w);
}

void
v1_created(struct exchange *x, const char *path, int64_t id, struct jw *w)
{
	struct str location;

	str_init_arena(&location, x->call.arena);
	str_puts(&location, path);
	str_put_int(&location, id);
	if (str_is_ok(&location))
		exchange_header(x, "Location", location.s);
	exchange_json(x, 201, w);
}

enum err
v1_done(struct exchange *x, enum err e)
{
	x->answer.status = 204;
	return e;
}
