/*
 * fastapi - how the dialects of FastAPI's family refuse, and short answers.
 */
#include "config.h"

#include "dialect/fastapi.h"

/* What is said where a dialect has no word of its own. */
static const struct fastapi_word common[] = {
	{ ERR_NO_TOKEN, 401, "Not authenticated", true },
	{ ERR_BAD_TOKEN, 401, "Could not validate credentials", true },
	{ ERR_NO_ROUTE, 404, "Not Found", false },
	{ ERR_METHOD, 405, "Method Not Allowed", false },
	{ ERR_BAD_UTF8, 400, "There was an error parsing the body", false },
	{ ERR_OK, 0, NULL, false }
};

static const struct fastapi_word *
find_word(const struct fastapi_word *words, enum err e)
{
	for (; words != NULL && words->status != 0; words++)
		if (words->err == e)
			return words;
	return NULL;
}

/* Why a token is no good makes no difference to most. */
static bool
is_about_token(enum err e)
{
	return e == ERR_TOKEN_EXPIRED || e == ERR_SESSION_ENDED ||
	    e == ERR_ACCOUNT_GONE || e == ERR_TOKEN_REUSED;
}

/* The name of a scheme alone is as good as no header. */
static bool
has_credentials(const char *authorization)
{
	const char *s = authorization != NULL ? strchr(authorization, ' ') :
	    NULL;

	return s != NULL && s[strspn(s, " ")] != '\0';
}

static const struct fastapi_word *
choose_word(const struct exchange *x, enum err e,
    const struct fastapi_style *style)
{
	const struct fastapi_word *word;

	if (e == ERR_NO_TOKEN && style->other_scheme.status != 0 &&
	    has_credentials(x->request.authorization))
		return &style->other_scheme;
	if ((word = find_word(style->words, e)) != NULL)
		return word;
	if (is_about_token(e))
		return choose_word(x, ERR_BAD_TOKEN, style);
	return find_word(common, e);
}

static void
put_item(struct jw *w, const struct fault *fault, bool has_url)
{
	char url[96];

	jw_object_begin(w);
	jw_key_str(w, "type", fault->type);
	jw_key(w, "loc");
	jw_raw(w, fault->loc, strlen(fault->loc));
	jw_key_str(w, "msg", fault->msg);
	jw_key(w, "input");
	jw_raw(w, fault->input, strlen(fault->input));
	if (fault->ctx != NULL) {
		jw_key(w, "ctx");
		jw_raw(w, fault->ctx, strlen(fault->ctx));
	}
	if (has_url && fault->has_url) {
		snprintf(url, sizeof(url),
		    "https://errors.pydantic.dev/2.5/v/%s", fault->type);
		jw_key_str(w, "url", url);
	}
	jw_object_end(w);
}

static void
refuse_faults(struct exchange *x, const struct fault *fault, bool has_url)
{
	struct jw w;

	exchange_json(x, 422, &w);
	jw_object_begin(&w);
	jw_key(&w, "detail");
	jw_array_begin(&w);
	for (; fault != NULL; fault = fault->next)
		put_item(&w, fault, has_url);
	jw_array_end(&w);
	jw_object_end(&w);
}

/* Where a field has come from: a form is a body, too. */
static void
find_place(struct fields *f, const char *name)
{
	f->place = FIELDS_BODY;
	f->object = f->x->json;
	if (fields_has(f, name))
		return;
	fields_query(f);
	if (!fields_has(f, name))
		f->place = FIELDS_BODY;
}

/* The core has refused what the request says: an item about that field. */
static void
refuse_field(struct exchange *x, enum err e, const struct fastapi_style *style)
{
	const struct fastapi_name *name = style->names;
	const char *field = x->call.field;
	struct fields f;

	for (; name != NULL && name->field != NULL; name++)
		if (strcmp(name->field, field) == 0)
			field = name->name;
	fields_begin(&f, x);
	find_place(&f, field);
	if (e == ERR_MISSING)
		fields_fault_as(&f, field, &(struct fault){ .type = "missing",
		    .msg = "Field required", .has_url = true });
	else
		fields_fault(&f, field,
		    x->detail != NULL ? x->detail : err_text(e));
	refuse_faults(x, f.faults, style->has_url);
}

static void
refuse_text(struct exchange *x, int status, const char *detail,
    bool wants_bearer)
{
	struct jw w;

	if (wants_bearer)
		exchange_header(x, "WWW-Authenticate", "Bearer");
	exchange_json(x, status, &w);
	jw_object_begin(&w);
	jw_key_str(&w, "detail", detail);
	jw_object_end(&w);
}

static void
refuse_plain(struct exchange *x)
{
	x->answer.status = 500;
	x->answer.content_type = "text/plain; charset=utf-8";
	str_puts(&x->answer.body, "Internal Server Error");
}

void
fastapi_refuse(struct exchange *x, enum err e,
    const struct fastapi_style *style)
{
	const struct fastapi_word *word = choose_word(x, e, style);

	if (e == ERR_REFUSED && x->faults != NULL)
		refuse_faults(x, x->faults, style->has_url);
	else if (e == ERR_REFUSED)
		refuse_text(x, x->status, x->detail, x->wants_bearer);
	else if (word != NULL)
		refuse_text(x, word->status, word->detail, word->wants_bearer);
	else if (err_status(e) == 422 && x->call.field != NULL)
		refuse_field(x, e, style);
	else if (err_status(e) == 500)
		refuse_plain(x);
	else
		refuse_text(x, err_status(e), x->detail != NULL ? x->detail :
		    err_text(e), false);
}

enum err
fastapi_fail(struct exchange *x, int status, const char *detail)
{
	x->status = status;
	x->detail = detail;
	x->faults = NULL;
	x->wants_bearer = false;
	return ERR_REFUSED;
}

enum err
fastapi_fail_bearer(struct exchange *x, int status, const char *detail)
{
	(void)!fastapi_fail(x, status, detail);
	x->wants_bearer = true;
	return ERR_REFUSED;
}

enum err
fastapi_word(struct exchange *x, enum err e, const struct fastapi_word *words)
{
	const struct fastapi_word *word = find_word(words, e);

	if (e == ERR_OK || word == NULL)
		return e;
	return word->wants_bearer ?
	    fastapi_fail_bearer(x, word->status, word->detail) :
	    fastapi_fail(x, word->status, word->detail);
}

void
fields_grant(struct fields *f)
{
	const char *grant = "password";

	fields_text(f, "grant_type", &(struct text_rule){ .has_default = true },
	    &grant);
	if (strcmp(grant, "password") != 0)
		fields_fault_as(f, "grant_type", &(struct fault){
		    .type = "string_pattern_mismatch",
		    .msg = "String should match pattern '^password$'",
		    .ctx = "{\"pattern\":\"^password$\"}", .has_url = true });
}

bool
fastapi_is_below(const char *path, const char *const *stems, size_t stems_n)
{
	size_t i, len;

	for (i = 0; i < stems_n; i++) {
		len = strlen(stems[i]);
		if (strncmp(path, stems[i], len) == 0 &&
		    (path[len] == '\0' || path[len] == '/'))
			return true;
	}
	return false;
}

enum err
fastapi_message(struct exchange *x, const char *text)
{
	struct jw w;

	exchange_json(x, 200, &w);
	jw_object_begin(&w);
	jw_key_str(&w, "message", text);
	jw_object_end(&w);
	return ERR_OK;
}

/* ---- paths of nobody */

static const struct fastapi_style plain_style = { .has_url = false };

static bool
owns_all(const char *path)
{
	(void)path;
	return true;
}

static void
refuse_plainly(struct exchange *x, enum err e)
{
	fastapi_refuse(x, e, &plain_style);
}

const struct dialect dialect_nobody = {
	.name = "nobody",
	.owns = owns_all,
	.refuse = refuse_plainly,
	.token = exchange_bearer
};
