/*
 * str - a byte string that grows, in an arena or on the heap.
 */
#include "config.h"

#include "base/num.h"
#include "base/str.h"

enum { CAP_FIRST = 256 };

static char nothing[1] = "";

void
str_init(struct str *s, size_t max)
{
	*s = (struct str){ .s = nothing, .max = max };
}

void
str_init_arena(struct str *s, struct arena *arena)
{
	*s = (struct str){ .s = nothing, .max = arena->max, .arena = arena };
}

void
str_release(struct str *s)
{
	if (s->arena == NULL && s->cap > 0)
		free(s->s);
	*s = (struct str){ .s = nothing, .max = s->max, .arena = s->arena };
}

void
str_reset(struct str *s)
{
	s->len = 0;
	s->bad = s->starved = false;
	if (s->cap > 0)
		s->s[0] = '\0';
}

/* Bytes for `cap` in all, the NUL included; the old ones come along. */
static char *
move_to(struct str *s, size_t cap)
{
	char *moved;

	if (s->arena == NULL)
		return realloc(s->cap > 0 ? s->s : NULL, cap);
	if (s->cap > 0 && arena_extend(s->arena, s->s, s->cap, cap))
		return s->s;
	if ((moved = arena_alloc(s->arena, cap)) != NULL && s->len > 0)
		memcpy(moved, s->s, s->len);
	return moved;
}

static bool
grow(struct str *s, size_t n)
{
	size_t need, cap = s->cap > 0 ? s->cap : CAP_FIRST;
	char *moved;

	if (s->bad || n > s->max - s->len)
		goto bad;
	need = s->len + n + 1;
	while (cap < need)
		cap *= 2;
	if (cap > s->max + 1)
		cap = s->max + 1;
	if ((moved = move_to(s, cap)) == NULL) {
		s->starved = true;
		goto bad;
	}
	s->s = moved;
	s->cap = cap;
	s->s[s->len] = '\0';
	return true;
bad:
	s->bad = true;
	return false;
}

char *
str_make_room(struct str *s, size_t n)
{
	return grow(s, n) ? s->s + s->len : NULL;
}

void
str_put_int(struct str *s, int64_t n)
{
	char digits[20];
	size_t len = num_format(n, digits);

	str_put(s, digits, len);
}

void
str_vprintf(struct str *s, const char *fmt, va_list ap)
{
	va_list again;
	char *room;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		s->bad = true;
	else if ((room = str_room(s, (size_t)n)) != NULL) {
		vsnprintf(room, (size_t)n + 1, fmt, again);
		str_grew(s, (size_t)n);
	}
	va_end(again);
}

void
str_printf(struct str *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(s, fmt, ap);
	va_end(ap);
}

void
str_drop(struct str *s, size_t n)
{
	if (n == 0)
		return;
	memmove(s->s, s->s + n, s->len - n);
	s->len -= n;
	s->s[s->len] = '\0';
}

bool
str_is_ok(const struct str *s)
{
	return !s->bad;
}

enum err
str_fault(const struct str *s)
{
	if (!s->bad)
		return ERR_OK;
	return s->starved ? ERR_NOMEM : ERR_TOO_LARGE;
}
