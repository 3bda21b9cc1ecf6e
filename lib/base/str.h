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

/*
 * Room for `n` more bytes: the place to write them, or NULL when the str went
 * bad.  Follow with str_grew() by what was really written.
 */
char	*str_room(struct str *, size_t n);
void	 str_grew(struct str *, size_t n);

void	 str_put(struct str *, const void *bytes, size_t len);
void	 str_puts(struct str *, const char *s);
void	 str_putc(struct str *, char c);
void	 str_put_int(struct str *, int64_t n);
void	 str_printf(struct str *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void	 str_vprintf(struct str *, const char *fmt, va_list ap);

/* Remove the first `n` bytes; `n` is at most the length. */
void	 str_drop(struct str *, size_t n);

bool	 str_is_ok(const struct str *);

/* ERR_OK; ERR_NOMEM, also of a full arena; ERR_TOO_LARGE: its own ceiling. */
enum err str_fault(const struct str *);

#endif
