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
jw_keyn(struct jw *w, const char *key, size_t len)
{
	uint32_t bit;
	char *room, *p;

	must(in_object(w) && !w->keyed);
	bit = UINT32_C(1) << (w->depth - 1);
	w->keyed = true;
	if ((p = room = str_room(w->out, len + 4)) == NULL)
		return;
	if (w->filled & bit)
		*p++ = ',';
	w->filled |= bit;
	*p++ = '"';
	memcpy(p, key, len);
	p += len;
	*p++ = '"';
	*p++ = ':';
	str_grew(w->out, (size_t)(p - room));
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

/* Which of eight bytes are 0: bit 7 of each, right up to the first of them. */
static uint64_t
zeros(uint64_t bytes)
{
	return (bytes - UINT64_C(0x0101010101010101)) & ~bytes &
	    UINT64_C(0x8080808080808080);
}

/* The same of those that must be escaped. */
static uint64_t
specials(uint64_t bytes)
{
	return zeros(bytes & UINT64_C(0xe0e0e0e0e0e0e0e0)) |
	    zeros(bytes ^ UINT64_C(0x2222222222222222)) |
	    zeros(bytes ^ UINT64_C(0x5c5c5c5c5c5c5c5c));
}

static bool
is_special(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

/* How many bytes go as they are, eight at a time while they can. */
static size_t
plain_len(const char *s, size_t len)
{
	uint64_t bytes;
	size_t n;

	for (n = 0; len - n >= sizeof(bytes); n += sizeof(bytes)) {
		memcpy(&bytes, s + n, sizeof(bytes));
		if (specials(bytes) != 0)
			break;
	}
	while (n < len && !is_special((unsigned char)s[n]))
		n++;
	return n;
}

/* A text in quotation marks. */
static void
put_quoted(struct jw *w, const char *s, size_t len)
{
	size_t n = plain_len(s, len);
	char *room = str_room(w->out, n + 2);

	if (room == NULL)
		return;
	room[0] = '"';
	memcpy(room + 1, s, n);
	str_grew(w->out, n + 1);
	while (n < len) {
		put_escape(w->out, (unsigned char)s[n++]);
		s += n;
		len -= n;
		n = plain_len(s, len);
		str_put(w->out, s, n);
	}
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
	char *room;

	before_value(w);
	if ((room = str_room(w->out, len + 2)) == NULL)
		return;
	room[0] = '"';
	memcpy(room + 1, s, len);
	room[len + 1] = '"';
	str_grew(w->out, len + 2);
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
