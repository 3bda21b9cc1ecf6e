/*
 * arena - memory that lives as long as one request.
 *
 * An arena hands out memory that is never freed one by one: arena_reset()
 * takes all of it back at once and keeps a block for the next request.  It has
 * a ceiling; what would exceed it gets NULL, and so does everything after, so
 * that a caller may check once, at the end, with arena_is_full().  Nothing here
 * blocks.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;	/* newest first */
	size_t	 used;			/* bytes handed out since the reset */
	size_t	 max;			/* the ceiling, in bytes */
	bool	 full;
};

/* Prepare an empty arena that hands out at most `max` bytes. */
void	 arena_init(struct arena *, size_t max);

/* Give everything back to the system. */
void	 arena_release(struct arena *);

/* Take back all that was handed out; the arena is no longer full. */
void	 arena_reset(struct arena *);

/*
 * `size` bytes, aligned for any type, not cleared.  NULL once the ceiling is
 * reached or the system has no memory; the arena is then full.
 */
void	*arena_alloc(struct arena *, size_t size);

/*
 * Make `p`, which has `size` bytes of this arena, `wanted` bytes long where it
 * is, at least `size`.  False, and nothing has changed: it is not what was
 * handed out last, or there is no room behind it.
 */
bool	 arena_extend(struct arena *, const void *p, size_t size, size_t wanted);

/* arena_alloc(), cleared to zero, for `n` items; NULL on overflow too. */
void	*arena_calloc(struct arena *, size_t n, size_t size);

/* A NUL-terminated copy of `len` bytes at `s`; NULL as arena_alloc(). */
char	*arena_strndup(struct arena *, const char *s, size_t len);

/* A copy of the string `s`; NULL stays NULL. */
char	*arena_strdup(struct arena *, const char *s);

bool	 arena_is_full(const struct arena *);

#endif
