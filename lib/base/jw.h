/*
 * jw - writes JSON (RFC 8259) by appending to a str.
 *
 * It keeps a stack of open scopes and puts the commas itself.  Text is given
 * as UTF-8 and comes out as UTF-8; only what must be escaped is.  Calls in an
 * order that makes no JSON (a value without a key in an object, a missing
 * end) are programmer's mistakes and abort.  What it writes goes bad only as
 * the str does.  It never formats through printf: it is on the hot path.
 */
#ifndef BASE_JW_H
#define BASE_JW_H

#include "base/str.h"

enum { JW_DEPTH_MAX = 32 };

struct jw {
	struct str *out;
	uint32_t objects;	/* bit d: scope d is an object */
	uint32_t filled;	/* bit d: scope d holds something */
	int	 depth;		/* open scopes */
	bool	 keyed;		/* a key waits for its value */
};

/* Begin a text that is appended to `out`, which the writer borrows. */
void	 jw_init(struct jw *, struct str *out);

/* Every scope is closed: the text is whole. */
bool	 jw_is_whole(const struct jw *);

void	 jw_object_begin(struct jw *);
void	 jw_object_end(struct jw *);
void	 jw_array_begin(struct jw *);
void	 jw_array_end(struct jw *);

/* The next value's name; `key` is ours, plain ASCII, and needs no escape. */
void	 jw_keyn(struct jw *, const char *key, size_t len);

static inline void
jw_key(struct jw *w, const char *key)
{
	jw_keyn(w, key, strlen(key));
}

/* The same for a name that is somebody else's. */
void	 jw_key_text(struct jw *, const char *key);

void	 jw_str(struct jw *, const char *s);		/* NULL: null */
void	 jw_strn(struct jw *, const char *s, size_t len);
void	 jw_int(struct jw *, int64_t n);
void	 jw_bool(struct jw *, bool b);
void	 jw_null(struct jw *);

/* An int64 as a JSON string of digits: "42". */
void	 jw_id(struct jw *, int64_t id);

/* An instant as an RFC 3339 string with ms; 0: null. */
void	 jw_time(struct jw *, int64_t at);

/* An id in the forms of ids.h. */
void	 jw_uuid(struct jw *, int64_t id);
void	 jw_hex24(struct jw *, int64_t id);

/*
 * An instant in UTC that does not say so, as Python's isoformat() writes one:
 * "2026-01-31T12:00:00", and with NAIVE_US, unless they are 0, six digits of
 * the second, "….123000"; 0: null.
 */
enum naive { NAIVE_S, NAIVE_US };
void	 jw_naive(struct jw *, int64_t at, enum naive);

/* A whole JSON value made elsewhere, copied as it is. */
void	 jw_raw(struct jw *, const char *json, size_t len);

/*
 * key and value in one line; the same rules.  Inline, because nearly every key
 * is a literal, whose length the compiler knows.
 */
static inline void
jw_key_str(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_str(w, s);
}

static inline void
jw_key_int(struct jw *w, const char *key, int64_t n)
{
	jw_key(w, key);
	jw_int(w, n);
}

static inline void
jw_key_id(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_id(w, id);
}

static inline void
jw_key_time(struct jw *w, const char *key, int64_t at)
{
	jw_key(w, key);
	jw_time(w, at);
}

static inline void
jw_key_bool(struct jw *w, const char *key, bool b)
{
	jw_key(w, key);
	jw_bool(w, b);
}

static inline void
jw_key_null(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_null(w);
}

static inline void
jw_key_uuid(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_uuid(w, id);
}

static inline void
jw_key_hex24(struct jw *w, const char *key, int64_t id)
{
	jw_key(w, key);
	jw_hex24(w, id);
}

static inline void
jw_key_naive(struct jw *w, const char *key, int64_t at, enum naive digits)
{
	jw_key(w, key);
	jw_naive(w, at, digits);
}

static inline void
jw_key_raw(struct jw *w, const char *key, const char *json, size_t len)
{
	jw_key(w, key);
	jw_raw(w, json, len);
}

#endif
