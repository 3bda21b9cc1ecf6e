/*
 * fuzz-json - does base/json read any text within its limits?
 *
 * What it reads, it writes and reads back the same; and whatever it takes, the
 * reader that speaks like Python's takes too.
 */
#include "config.h"

#include "base/json.h"
#include "contrib/fuzz/fuzz.h"
#include "dialect/json_fault.h"

enum { TEXT_MAX = 1 << 16, OUT_MAX = 1 << 20 };

static int
depth_of(const json_t *value)
{
	const json_t *child;
	const char *key;
	size_t i;
	int deepest = 0, depth;

	if (json_is_array(value))
		json_array_foreach((json_t *)(uintptr_t)value, i, child) {
			depth = depth_of(child);
			deepest = depth > deepest ? depth : deepest;
		}
	if (json_is_object(value))
		json_object_foreach((json_t *)(uintptr_t)value, key, child) {
			require_text(key);
			depth = depth_of(child);
			deepest = depth > deepest ? depth : deepest;
		}
	if (json_is_string(value))
		require_text(json_string_value(value));
	return deepest + 1;
}

static void
check_value(const json_t *value)
{
	json_t *again;
	struct str s;
	struct jw jw;

	require(depth_of(value) <= JSON_NESTING_MAX + 1);
	str_init(&s, OUT_MAX);
	jw_init(&jw, &s);
	json_put(&jw, value);
	if (str_is_ok(&s)) {
		require(json_read(s.s, s.len, &again, NULL) == ERR_OK);
		require(json_equal(value, again));
		json_decref(again);
	}
	str_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_fault fault;
	json_t *value;
	size_t at = 0;
	char *text;
	enum err e;

	if (size > TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	e = json_read(text, size, &value, &at);
	if (e == ERR_OK) {
		require(!json_fault_find(text, size, &fault));
		check_value(value);
		json_decref(value);
	} else {
		require(e == ERR_BAD_UTF8 || e == ERR_BAD_JSON);
		require(at <= size);
		if (e == ERR_BAD_JSON && utf8_is_valid(text, size) &&
		    json_fault_find(text, size, &fault))
			require(fault.at <= size && fault.text != NULL);
	}
	free(text);
	return 0;
}
