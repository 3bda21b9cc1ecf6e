/*
 * json - reads JSON with jansson, with our limits.
 *
 * Depth is limited, duplicate keys and NUL characters are refused, and bad
 * UTF-8 is told apart from bad JSON.  Getters say what is wrong with a field.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/jw.h"

enum { JSON_NESTING_MAX = 32 };

/*
 * Parse exactly one JSON value of any type from `len` bytes.  On success
 * `*value_out` is the caller's: json_decref().  ERR_BAD_UTF8, ERR_BAD_JSON
 * (also: too deep, a key twice, a NUL), ERR_NOMEM, with `*at_out` (may be NULL)
 * the byte offset of the fault.
 */
enum err	 json_read(const char *text, size_t len, json_t **value_out,
		    size_t *at_out) MUST_CHECK;

/*
 * Fields of an object.  Each returns ERR_OK with `*out` set, ERR_MISSING when
 * the key is absent or null, ERR_WRONG_TYPE; `*out` is untouched on failure.
 * Text is borrowed from `object`.  An id is a string of digits or an integer.
 */
enum err	 json_get_text(const json_t *object, const char *key,
		    const char **out) MUST_CHECK;
enum err	 json_get_int(const json_t *object, const char *key,
		    int64_t *out) MUST_CHECK;
enum err	 json_get_id(const json_t *object, const char *key,
		    int64_t *out) MUST_CHECK;
enum err	 json_get_bool(const json_t *object, const char *key,
		    bool *out) MUST_CHECK;
enum err	 json_get_array(const json_t *object, const char *key,
		    const json_t **out) MUST_CHECK;

/* A value that is an id, as json_get_id() takes it; ERR_WRONG_TYPE. */
enum err	 json_as_id(const json_t *value, int64_t *out) MUST_CHECK;

/* Write a value of any type, compact; the keys of objects keep their order. */
void		 json_put(struct jw *, const json_t *value);

#endif
