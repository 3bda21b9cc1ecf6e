/*
 * sio_packet - packets of Socket.IO, protocol 5.
 */
#include "config.h"

#include <ctype.h>

#include "base/json.h"
#include "push/sio_packet.h"

enum {
	ID_MAX_DIGITS = 15,	/* a number that JavaScript knows exactly */
	ESCAPE_LEN = 6,		/* "\\ud83d" */
	HIGH = 0xd800, LOW = 0xdc00	/* halves of a pair begin with these */
};

/* What is left to be read. */
struct text {
	const char *s;
	size_t	 len;
};

static void
skip(struct text *t, size_t n)
{
	t->s += n;
	t->len -= n;
}

static size_t
digits(const struct text *t)
{
	size_t n = 0;

	while (n < t->len && t->s[n] >= '0' && t->s[n] <= '9')
		n++;
	return n;
}

/* A number of so many digits, which are skipped. */
static int64_t
take_number(struct text *t, size_t n)
{
	int64_t value = 0;

	for (; n > 0; n--) {
		value = value * 10 + (t->s[0] - '0');
		skip(t, 1);
	}
	return value;
}

static bool
has_parts(enum sio_type type)
{
	return type == SIO_BINARY_EVENT || type == SIO_BINARY_ACK;
}

/* "12-" */
static bool
take_parts(struct text *t, int *out)
{
	size_t n = digits(t);

	if (n == 0 || n > 2 || n == t->len || t->s[n] != '-')
		return false;
	*out = (int)take_number(t, n);
	skip(t, 1);
	return *out <= SIO_PARTS_MAX;
}

/* "/admin,"; the comma may be missing at the end. */
static bool
take_namespace(struct text *t, struct sio_packet *out)
{
	const char *comma;

	if (t->len == 0 || t->s[0] != '/') {
		out->ns = "/";
		out->ns_len = 1;
		return true;
	}
	comma = memchr(t->s, ',', t->len);
	out->ns = t->s;
	out->ns_len = comma == NULL ? t->len : (size_t)(comma - t->s);
	skip(t, out->ns_len + (comma != NULL));
	return out->ns_len <= SIO_NAMESPACE_MAX;
}

static bool
take_id(struct text *t, int64_t *out)
{
	size_t n = digits(t);

	*out = SIO_NO_ID;
	if (n > ID_MAX_DIGITS)
		return false;
	if (n > 0)
		*out = take_number(t, n);
	return true;
}

enum err
sio_packet_parse(const char *s, size_t len, struct sio_packet *out)
{
	struct text t = { s, len };

	*out = (struct sio_packet){ .id = SIO_NO_ID };
	if (len == 0 || s[0] < '0' + SIO_CONNECT ||
	    s[0] > '0' + SIO_BINARY_ACK)
		return ERR_BAD_REQUEST;
	out->type = (enum sio_type)(s[0] - '0');
	skip(&t, 1);
	if ((has_parts(out->type) && !take_parts(&t, &out->parts_n)) ||
	    !take_namespace(&t, out) || !take_id(&t, &out->id))
		return ERR_BAD_REQUEST;
	out->data = t.s;
	out->len = t.len;
	return ERR_OK;
}

/* The number of an escape that `s` begins with; -1: it is another, or none. */
static int
escape(const char *s, size_t len)
{
	int i, n = 0;

	if (len < ESCAPE_LEN || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (i = 2; i < ESCAPE_LEN; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return -1;
		n = 16 * n + (s[i] <= '9' ? s[i] - '0' : (s[i] | 32) - 'a' + 10);
	}
	return n;
}

static bool
is_half(int n, int which)
{
	return n >= 0 && (n & 0xfc00) == which;
}

void
sio_packet_mend(char *s, size_t len)
{
	char *end = s + len;
	size_t left;
	int n;

	while ((s = memchr(s, '\\', (size_t)(end - s))) != NULL) {
		left = (size_t)(end - s);
		n = escape(s, left);
		if (is_half(n, HIGH) && left > ESCAPE_LEN &&
		    is_half(escape(s + ESCAPE_LEN, left - ESCAPE_LEN), LOW)) {
			s += ESCAPE_LEN;
		} else if (n == 0 || is_half(n, HIGH) || is_half(n, LOW)) {
			memcpy(s + 2, "fffd", 4);
		}
		s += n >= 0 ? ESCAPE_LEN : left > 1 ? 2 : 1;
	}
}

/* Names that libraries use for what is theirs. */
static bool
is_reserved(const char *name)
{
	static const char *const names[] = { "connect", "connect_error",
	    "disconnect", "disconnecting", "newListener", "removeListener" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* An event is a list that begins with its name. */
static bool
is_event(const json_t *json)
{
	const json_t *name = json_array_get(json, 0);

	return json_is_number(name) || (json_is_string(name) &&
	    !is_reserved(json_string_value(name)));
}

static bool
fits(enum sio_type type, const json_t *json)
{
	switch (type) {
	case SIO_CONNECT:
		return json == NULL || json_is_object(json);
	case SIO_DISCONNECT:
		return json == NULL;
	case SIO_EVENT:
	case SIO_BINARY_EVENT:
		return is_event(json);
	case SIO_ACK:
	case SIO_BINARY_ACK:
		return json_is_array(json);
	case SIO_CONNECT_ERROR:
		break;			/* a server's */
	}
	return false;
}

enum err
sio_packet_read(const struct sio_packet *p, json_t **json_out)
{
	json_t *json = NULL;

	*json_out = NULL;
	if (p->len > 0 && json_read(p->data, p->len, &json, NULL) != ERR_OK)
		return ERR_BAD_REQUEST;
	if (!fits(p->type, json)) {
		json_decref(json);
		return ERR_BAD_REQUEST;
	}
	*json_out = json;
	return ERR_OK;
}

static bool
is_placeholder(const json_t *json)
{
	return json_is_true(json_object_get(json, "_placeholder"));
}

/* One element; `*in_place` is what is to stand there, if it is another. */
static enum err
fill(json_t *item, int parts_n, json_t **in_place)
{
	const json_t *num = json_object_get(item, "num");

	*in_place = NULL;
	if (!is_placeholder(item))
		return sio_packet_fill(item, parts_n);
	if (!json_is_integer(num) || json_integer_value(num) < 0 ||
	    json_integer_value(num) >= parts_n)
		return ERR_BAD_REQUEST;
	*in_place = json_null();
	return ERR_OK;
}

/* json_read() bounds how deep it goes. */
enum err
sio_packet_fill(json_t *event, int parts_n)
{
	json_t *item, *other;
	const char *key;
	enum err e;
	size_t i;

	json_array_foreach(event, i, item) {
		if ((e = fill(item, parts_n, &other)) != ERR_OK)
			return e;
		if (other != NULL && json_array_set(event, i, other) != 0)
			return ERR_NOMEM;
	}
	json_object_foreach(event, key, item) {
		if ((e = fill(item, parts_n, &other)) != ERR_OK)
			return e;
		if (other != NULL && json_object_set(event, key, other) != 0)
			return ERR_NOMEM;
	}
	return ERR_OK;
}

void
sio_packet_put_head(struct str *out, const struct sio_packet *p)
{
	str_putc(out, '4');
	str_putc(out, (char)('0' + p->type));
	if (p->ns_len > 1) {
		str_put(out, p->ns, p->ns_len);
		str_putc(out, ',');
	}
	if (p->id != SIO_NO_ID)
		str_put_int(out, p->id);
}
