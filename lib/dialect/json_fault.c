/*
 * json_fault - where a text stops to be JSON, in Python's words.
 *
 * A parser that keeps nothing.  Each part returns false when it has noted the
 * fault; only where a value is expected at all, the caller's place counts.
 */
#include "config.h"

#include "base/utf8.h"
#include "dialect/json_fault.h"

enum { DEPTH_MAX = 1000 };

struct scan {
	const char *s;
	size_t	 len;
	size_t	 at;
	int	 depth;
	struct json_fault fault;	/* at: in bytes */
};

static bool	 scan_value(struct scan *);

static bool
fail(struct scan *v, size_t at, const char *text)
{
	v->fault = (struct json_fault){ at, text };
	return false;
}

static bool
is_at(const struct scan *v, char c)
{
	return v->at < v->len && v->s[v->at] == c;
}

static bool
is_digit_at(const struct scan *v, size_t at)
{
	return at < v->len && v->s[at] >= '0' && v->s[at] <= '9';
}

static void
skip_space(struct scan *v)
{
	while (is_at(v, ' ') || is_at(v, '\t') || is_at(v, '\n') ||
	    is_at(v, '\r'))
		v->at++;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F');
}

/* Behind a backslash and the u. */
static bool
scan_code(struct scan *v)
{
	size_t i;

	if (v->len - v->at <= 4)
		return fail(v, v->at - 1, "Invalid \\uXXXX escape");
	for (i = 0; i < 4; i++)
		if (!is_hex(v->s[v->at + i]))
			return fail(v, v->at - 1, "Invalid \\uXXXX escape");
	v->at += 4;
	return true;
}

/* Behind the quote at `begin`. */
static bool
scan_string(struct scan *v, size_t begin)
{
	char c;

	while (v->at < v->len) {
		c = v->s[v->at++];
		if (c == '"')
			return true;
		if ((unsigned char)c < 0x20)
			return fail(v, v->at - 1, "Invalid control character at");
		if (c != '\\')
			continue;
		if (v->at == v->len)
			break;
		c = v->s[v->at++];
		if (c == 'u' ? !scan_code(v) : false)
			return false;
		if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL)
			return fail(v, v->at - 2, "Invalid \\escape");
	}
	return fail(v, begin, "Unterminated string starting at");
}

static bool
scan_key(struct scan *v)
{
	if (!is_at(v, '"'))
		return fail(v, v->at,
		    "Expecting property name enclosed in double quotes");
	v->at++;
	if (!scan_string(v, v->at - 1))
		return false;
	skip_space(v);
	if (!is_at(v, ':'))
		return fail(v, v->at, "Expecting ':' delimiter");
	v->at++;
	skip_space(v);
	return true;
}

/* Behind the bracket that `end` closes. */
static bool
scan_list(struct scan *v, char end)
{
	skip_space(v);
	if (!is_at(v, end)) {
		for (;;) {
			if (end == '}' && !scan_key(v))
				return false;
			if (!scan_value(v))
				return false;
			skip_space(v);
			if (is_at(v, end))
				break;
			if (!is_at(v, ','))
				return fail(v, v->at, "Expecting ',' delimiter");
			v->at++;
			skip_space(v);
		}
	}
	v->at++;
	v->depth--;
	return true;
}

static bool
scan_number(struct scan *v)
{
	size_t at = v->at + (is_at(v, '-') ? 1 : 0), more;

	if (!is_digit_at(v, at))
		return fail(v, v->at, "Expecting value");
	if (v->s[at++] != '0')
		while (is_digit_at(v, at))
			at++;
	if (at < v->len && v->s[at] == '.' && is_digit_at(v, at + 1))
		for (at++; is_digit_at(v, at); at++)
			continue;
	if (at < v->len && (v->s[at] == 'e' || v->s[at] == 'E')) {
		more = at + 1;
		if (more < v->len && (v->s[more] == '+' || v->s[more] == '-'))
			more++;
		if (is_digit_at(v, more))
			for (at = more; is_digit_at(v, at); at++)
				continue;
	}
	v->at = at;
	return true;
}

static bool
scan_word(struct scan *v)
{
	static const char *const words[] = {
		"null", "true", "false", "NaN", "Infinity", "-Infinity"
	};
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(words); i++) {
		n = strlen(words[i]);
		if (v->len - v->at >= n &&
		    memcmp(v->s + v->at, words[i], n) == 0) {
			v->at += n;
			return true;
		}
	}
	return scan_number(v);
}

static bool
scan_value(struct scan *v)
{
	char c = v->at < v->len ? v->s[v->at] : '\0';

	if (c == '"') {
		v->at++;
		return scan_string(v, v->at - 1);
	}
	if (c != '{' && c != '[')
		return scan_word(v);
	if (++v->depth > DEPTH_MAX)
		return fail(v, v->at, "Expecting value");
	v->at++;
	return scan_list(v, c == '{' ? '}' : ']');
}

bool
json_fault_find(const char *text, size_t len, struct json_fault *out)
{
	struct scan v = { .s = text, .len = len };
	size_t i;

	skip_space(&v);
	if (scan_value(&v)) {
		skip_space(&v);
		if (v.at == len)
			return false;
		fail(&v, v.at, "Extra data");
	}
	*out = (struct json_fault){ 0, v.fault.text };
	for (i = 0; i < v.fault.at; i++)
		out->at += ((unsigned char)text[i] & 0xc0) != 0x80;
	return true;
}
