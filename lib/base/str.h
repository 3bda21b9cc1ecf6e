/*
 * str - a byte string that grows.
 *
 * The bytes live in an arena or on the heap, chosen at the start.  Growth has
 * a ceiling.  A str that cannot grow goes bad and stays so: every later put
 * does nothing, and the one check at the end is str_is_ok().  The bytes are
 * always followed by a NUL that does not count.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>

#include "base/arena.h"

struct str {
	char	*s;		/* never NULL; "" while empty */
	size_t	 len;
	size_t	 cap;		/* 0: s is the static empty string */
	size_t	 max;		/* most bytes it may hold */
	struct arena *arena;	/* NULL: heap */
	bool	 bad;
	bool	 starved;	/* and that for want of memory */
};

/* An empty str on the heap that holds at most `max` bytes. */
void	 str_init(struct str *, size_t max);

/* An empty str in `arena`; the arena's ceiling is its own. */
void	 str_init_arena(struct str *, struct arena *arena);

/* Free the bytes (heap only) and make it empty and good again. */
void	 str_release(struct str *);

/* Make it empty and good, keep the memory. */
void	 str_reset(struct str *);

/* What str_room() does when there is no room yet. */
char	*str_make_room(struct str *, size_t n);

/*
 * Room for `n` more bytes: the place to write them, or NULL when the str went
 * bad.  Follow with str_grew() by what was really written.
 *
 * These few are inline: a page of messages takes thousands of them.
 */
static inline char *
str_room(struct str *s, size_t n)
{
	if (s->bad || n >= s->cap - s->len)
		return str_make_room(s, n);
	return s->s + s->len;
}

static inline void
str_grew(struct str *s, size_t n)
{
	s->len += n;
	s->s[s->len] = '\0';
}

static inline void
str_put(struct str *s, const void *bytes, size_t len)
{
	char *room;

	if (len == 0 || (room = str_room(s, len)) == NULL)
		return;
	memcpy(room, bytes, len);
	str_grew(s, len);
}

static inline void
str_puts(struct str *s, const char *text)
{
	str_put(s, text, strlen(text));
}

static inline void
str_putc(struct str *s, char c)
{
	str_put(s, &c, 1);
}

void	 str_put_int(struct str *, int64_t n);
void	 str_printf(struct str *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	 str_vprintf(struct str *, const char *fmt, va_list ap);

/* Remove the first `n` bytes; `n` is at most the length. */
void	 str_drop(struct str *, size_t n);

bool	 str_is_ok(const struct str *);

/* ERR_OK; ERR_NOMEM, also of a full arena; ERR_TOO_LARGE: its own ceiling. */
enum err str_fault(const struct str *);

#endif
