/*
 * json - reads JSON with jansson, with our limits.
 *
 * jansson checks the syntax, the UTF-8 and double keys.  Its own limit of depth
 * is 2048, so a pass over the brackets goes before it; and because it has one
 * code for bad UTF-8 and bad escapes alike, the bytes are checked first.
 */
#include "config.h"

#include "base/json.h"
#include "base/json_mem.h"
#include "base/num.h"
#include "base/utf8.h"

/* The depth of brackets outside strings, as far as the text is JSON at all. */
static bool
is_too_deep(const char *text, size_t len, size_t *at_out)
{
	bool quoted = false;
	int depth = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = false;
			continue;
		}
		if (text[i] == '"')
			quoted = true;
		else if (text[i] == '{' || text[i] == '[')
			depth++;
		else if (text[i] == '}' || text[i] == ']')
			depth--;
		if (depth > JSON_NESTING_MAX) {
			*at_out = i;
			return true;
		}
	}
	return false;
}

enum err
json_read(const char *text, size_t len, json_t **value_out, size_t *at_out)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_error_t fault;
	size_t at = 0;
	json_t *value = NULL;
	const char *nul;
	enum err e = ERR_BAD_JSON;

	if (!utf8_is_valid(text, len)) {
		e = ERR_BAD_UTF8;
		goto out;
	}
	/* jansson 2.14 loses one that stands behind a number. */
	if (len > 0 && (nul = memchr(text, '\0', len)) != NULL) {
		at = (size_t)(nul - text);
		goto out;
	}
	if (is_too_deep(text, len, &at))
		goto out;
	if (!json_mem_begin(len)) {
		e = ERR_NOMEM;
		goto out;
	}
	value = json_loadb(text, len, flags, &fault);
	json_mem_end();
	if (value == NULL) {
		at = fault.position > 0 ? (size_t)fault.position : 0;
		goto out;
	}
	*value_out = value;
	return ERR_OK;
out:
	if (at_out != NULL)
		*at_out = at;
	return e;
}

/* The value of a key that is there and not null; NULL otherwise. */
static const json_t *
find(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return v == NULL || json_is_null(v) ? NULL : v;
}

enum err
json_get_text(const json_t *object, const char *key, const char **out)
{
	const json_t *v = find(object, key);

	if (v == NULL)
		return ERR_MISSING;
	if (!json_is_string(v))
		return ERR_WRONG_TYPE;
	*out = json_string_value(v);
	return ERR_OK;
}

enum err
json_get_int(const json_t *object, const char *key, int64_t *out)
{
	const json_t *v = find(object, key);

	if (v == NULL)
		return ERR_MISSING;
	if (!json_is_integer(v))
		return ERR_WRONG_TYPE;
	*out = json_integer_value(v);
	return ERR_OK;
}

enum err
json_as_id(const json_t *value, int64_t *out)
{
	int64_t id = 0;

	if (json_is_integer(value))
		id = json_integer_value(value);
	else if (!json_is_string(value) ||
	    !num_parse_id(json_string_value(value), &id))
		return ERR_WRONG_TYPE;
	if (id < 1)
		return ERR_WRONG_TYPE;
	*out = id;
	return ERR_OK;
}

enum err
json_get_id(const json_t *object, const char *key, int64_t *out)
{
	const json_t *v = find(object, key);

	return v == NULL ? ERR_MISSING : json_as_id(v, out);
}

enum err
json_get_bool(const json_t *object, const char *key, bool *out)
{
	const json_t *v = find(object, key);

	if (v == NULL)
		return ERR_MISSING;
	if (!json_is_boolean(v))
		return ERR_WRONG_TYPE;
	*out = json_is_true(v);
	return ERR_OK;
}

enum err
json_get_array(const json_t *object, const char *key, const json_t **out)
{
	const json_t *v = find(object, key);

	if (v == NULL)
		return ERR_MISSING;
	if (!json_is_array(v))
		return ERR_WRONG_TYPE;
	*out = v;
	return ERR_OK;
}

/*
 * With as many digits as make it this number and no other, so that 1.1 stays
 * 1.1; and never like an integer.
 */
static void
put_real(struct jw *w, double real)
{
	char text[32];
	double got;
	int digits = 15, n;

	do {
		n = snprintf(text, sizeof(text), "%.*g", digits, real);
		got = strtod(text, NULL);
	} while ((got < real || got > real) && ++digits <= 17);
	if (strpbrk(text, ".e") == NULL) {
		text[n++] = '.';
		text[n++] = '0';
	}
	jw_raw(w, text, (size_t)n);
}

static void	 put(struct jw *, const json_t *);

static void
put_object(struct jw *w, const json_t *object)
{
	const json_t *item;
	const char *key;

	jw_object_begin(w);
	json_object_foreach((json_t *)object, key, item) {
		jw_key_text(w, key);
		put(w, item);
	}
	jw_object_end(w);
}

static void
put_array(struct jw *w, const json_t *array)
{
	size_t i;

	jw_array_begin(w);
	for (i = 0; i < json_array_size(array); i++)
		put(w, json_array_get(array, i));
	jw_array_end(w);
}

static void
put(struct jw *w, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		put_object(w, value);
		break;
	case JSON_ARRAY:
		put_array(w, value);
		break;
	case JSON_STRING:
		jw_strn(w, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		jw_int(w, json_integer_value(value));
		break;
	case JSON_REAL:
		put_real(w, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		jw_bool(w, json_is_true(value));
		break;
	case JSON_NULL:
		jw_null(w);
		break;
	}
}

void
json_put(struct jw *w, const json_t *value)
{
	struct jw inner;

	/* A writer of its own: the depth of what was read is as deep as any. */
	jw_raw(w, "", 0);
	jw_init(&inner, w->out);
	put(&inner, value);
}
