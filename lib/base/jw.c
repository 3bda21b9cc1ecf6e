/*
 * jw - writes JSON by appending to a str.
 *
 * The scopes are two words of bits, one level a bit.  Text is copied in runs
 * that need no escape: most texts are one run.
 */
#include "config.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/jw.h"
#include "base/num.h"

/* A programmer's mistake: this order of calls makes no JSON. */
static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
in_object(const struct jw *w)
{
	return w->depth > 0 && (w->objects >> (w->depth - 1) & 1);
}

/* The comma before an item, if the scope holds one already. */
static void
separate(struct jw *w)
{
	uint32_t bit;

	if (w->depth == 0)
		return;
	bit = UINT32_C(1) << (w->depth - 1);
	if (w->filled & bit)
		str_putc(w->out, ',');
	w->filled |= bit;
}

/* What stands before every value. */
static void
before_value(struct jw *w)
{
	if (in_object(w)) {
		must(w->keyed);
		w->keyed = false;
	} else
		separate(w);
}

static void
scope_begin(struct jw *w, bool is_object)
{
	uint32_t bit;

	before_value(w);
	must(w->depth < JW_DEPTH_MAX);
	bit = UINT32_C(1) << w->depth++;
	w->filled &= ~bit;
	w->objects = is_object ? w->objects | bit : w->objects & ~bit;
	str_putc(w->out, is_object ? '{' : '[');
}

static void
scope_end(struct jw *w, bool is_object)
{
	must(w->depth > 0 && in_object(w) == is_object && !w->keyed);
	w->depth--;
	str_putc(w->out, is_object ? '}' : ']');
}

void
jw_init(struct jw *w, struct str *out)
{
	*w = (struct jw){ .out = out };
}

bool
jw_is_whole(const struct jw *w)
{
	return w->depth == 0;
}

void
jw_object_begin(struct jw *w)
{
	scope_begin(w, true);
}

void
jw_object_end(struct jw *w)
{
	scope_end(w, true);
}

void
jw_array_begin(struct jw *w)
{
	scope_begin(w, false);
}

void
jw_array_end(struct jw *w)
{
	scope_end(w, false);
}

void
jw_key(struct jw *w, const char *key)
{
	size_t len = strlen(key);
	char *room;

	must(in_object(w) && !w->keyed);
	separate(w);
	w->keyed = true;
	if ((room = str_room(w->out, len + 3)) == NULL)
		return;
	room[0] = '"';
	memcpy(room + 1, key, len);
	room[len + 1] = '"';
	room[len + 2] = ':';
	str_grew(w->out, len + 3);
}

/* RFC 8259 section 7: the quotation mark, the backslash, below U+0020. */
static void
put_escape(struct str *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	switch (c) {
	case '"':
	case '\\':
		text[1] = (char)c;
		break;
	case '\b':
		text[1] = 'b';
		break;
	case '\f':
		text[1] = 'f';
		break;
	case '\n':
		text[1] = 'n';
		break;
	case '\r':
		text[1] = 'r';
		break;
	case '\t':
		text[1] = 't';
		break;
	default:
		str_put(out, text, 6);
		return;
	}
	str_put(out, text, 2);
}

/* A text in quotation marks. */
static void
put_quoted(struct jw *w, const char *s, size_t len)
{
	const char *run = s, *end = s + len;

	str_putc(w->out, '"');
	for (; s < end; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		str_put(w->out, run, (size_t)(s - run));
		put_escape(w->out, c);
		run = s + 1;
	}
	str_put(w->out, run, (size_t)(s - run));
	str_putc(w->out, '"');
}

void
jw_key_text(struct jw *w, const char *key)
{
	must(in_object(w) && !w->keyed);
	separate(w);
	w->keyed = true;
	put_quoted(w, key, strlen(key));
	str_putc(w->out, ':');
}

void
jw_strn(struct jw *w, const char *s, size_t len)
{
	before_value(w);
	put_quoted(w, s, len);
}

void
jw_str(struct jw *w, const char *s)
{
	if (s == NULL)
		jw_null(w);
	else
		jw_strn(w, s, strlen(s));
}

void
jw_int(struct jw *w, int64_t n)
{
	before_value(w);
	str_put_int(w->out, n);
}

void
jw_bool(struct jw *w, bool b)
{
	jw_raw(w, b ? "true" : "false", b ? 4 : 5);
}

void
jw_null(struct jw *w)
{
	jw_raw(w, "null", 4);
}

void
jw_id(struct jw *w, int64_t id)
{
	char text[22] = "\"";
	size_t len = 1 + num_format(id, text + 1);

	text[len++] = '"';
	jw_raw(w, text, len);
}

void
jw_time(struct jw *w, int64_t at)
{
	char text[CLOCK_TEXT_LEN + 3] = "\"";

	if (at == 0) {
		jw_null(w);
		return;
	}
	clock_format(at, text + 1);
	text[CLOCK_TEXT_LEN + 1] = '"';
	jw_raw(w, text, CLOCK_TEXT_LEN + 2);
}

/* ASCII that needs no escape. */
static void
put_plain(struct jw *w, const char *s, size_t len)
{
	before_value(w);
	str_putc(w->out, '"');
	str_put(w->out, s, len);
	str_putc(w->out, '"');
}

void
jw_uuid(struct jw *w, int64_t id)
{
	char text[IDS_UUID_LEN + 1];

	ids_uuid(id, text);
	put_plain(w, text, IDS_UUID_LEN);
}

void
jw_hex24(struct jw *w, int64_t id)
{
	char text[IDS_HEX24_LEN + 1];

	ids_hex24(id, text);
	put_plain(w, text, IDS_HEX24_LEN);
}

/* What clock_format() writes, cut after the seconds or with 000 for the Z. */
void
jw_naive(struct jw *w, int64_t at, enum naive digits)
{
	enum { SECONDS_LEN = 19, MS_LEN = 23 };
	char text[CLOCK_TEXT_LEN + 3];
	bool is_short = digits == NAIVE_S || at % 1000 == 0;

	if (at == 0) {
		jw_null(w);
		return;
	}
	clock_format(at, text);
	memcpy(text + MS_LEN, "000", 3);
	put_plain(w, text, is_short ? SECONDS_LEN : MS_LEN + 3);
}

void
jw_raw(struct jw *w, const char *json, size_t len)
{
	before_value(w);
	str_put(w->out, json, len);
}

void
jw_key_str(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_str(w, s);
}

void
jw_key_int(struct jw *w, const char *key, int64_t n)
{
	jw_key(w, key);
	jw_int(w, n);
}

void
jw_key_id(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_id(w, id);
}

void
jw_key_time(struct jw *w, const char *key, int64_t at)
{
	jw_key(w, key);
	jw_time(w, at);
}

void
jw_key_bool(struct jw *w, const char *key, bool b)
{
	jw_key(w, key);
	jw_bool(w, b);
}

void
jw_key_null(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_null(w);
}

void
jw_key_uuid(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_uuid(w, id);
}

void
jw_key_hex24(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_hex24(w, id);
}

void
jw_key_naive(struct jw *w, const char *key, int64_t at, enum naive digits)
{
	jw_key(w, key);
	jw_naive(w, at, digits);
}

void
jw_key_raw(struct jw *w, const char *key, const char *json, size_t len)
{
	jw_key(w, key);
	jw_raw(w, json, len);
}
