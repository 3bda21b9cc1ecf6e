/*
 * email - is this an address, and if not, why?
 *
 * The part before the @-sign is looked at first, then the one after it, from
 * the characters to the labels; the first thing that is wrong is the reason.
 */
#include "config.h"

#include <strings.h>

#include "base/str.h"
#include "dialect/email.h"

enum { EMAIL_MAX = 254, DOMAIN_MAX = 253, LABEL_MAX = 63 };

#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* Besides what is not ASCII. */
static const char local_chars[] = ALNUM "_!#$%&'*+-/=?^`{|}~.";
static const char domain_chars[] = ALNUM "-.";

/* Names below these are nobody's on the Internet. */
static const char *const special[] = {
	"arpa", "invalid", "local", "localhost", "onion", "test"
};

struct email {
	struct arena *arena;
	const char *reason;
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Note the reason, which is `text` as it is. */
static bool
refuse(struct email *m, const char *text)
{
	m->reason = text;
	return false;
}

/* The same, with `what` in the place of %s. */
static bool
refuse_what(struct email *m, const char *format, const char *what)
{
	size_t before = strcspn(format, "%");
	struct str s;

	str_init_arena(&s, m->arena);
	str_put(&s, format, before);
	str_puts(&s, what);
	str_puts(&s, format + before + 2);
	return refuse(m, s.s);
}

static bool
refuse_length(struct email *m, const char *format, size_t over)
{
	struct str s;

	str_init_arena(&s, m->arena);
	str_printf(&s, "(%zu character%s too many)", over, over > 1 ? "s" : "");
	return refuse_what(m, format, s.s);
}

/* A character as people can read it. */
static void
show(struct str *out, int c)
{
	if (out->len > 0)
		str_puts(out, ", ");
	if (c == ' ')
		str_puts(out, "SPACE");
	else if (c < ' ' || c == 0x7f)
		str_printf(out, "U+%04X", (unsigned)c);
	else if (c == '\'' || c == '\\')
		str_printf(out, "\"%c\"", c);
	else
		str_printf(out, "'%c'", c);
}

/* The characters of `s` that are not among `good`, each once, in order. */
static void
show_bad(struct str *out, const char *s, const char *good)
{
	/* As their names sort: "'" "\" '!' … '~' SPACE U+0001 … U+007F. */
	static const char first[] = "'\\";
	int c;

	for (c = 0; first[c] != '\0'; c++)
		if (strchr(s, first[c]) != NULL &&
		    strchr(good, first[c]) == NULL)
			show(out, first[c]);
	for (c = '!'; c <= '~'; c++)
		if (strchr(first, c) == NULL && strchr(s, c) != NULL &&
		    strchr(good, c) == NULL)
			show(out, c);
	if (strchr(s, ' ') != NULL)
		show(out, ' ');
	for (c = 1; c <= 0x7f; c = c == 0x1f ? 0x7f : c + 1)
		if (strchr(s, c) != NULL)
			show(out, c);
}

static bool
has_good_chars(struct email *m, const char *s, const char *good,
    const char *format)
{
	struct str bad;

	str_init_arena(&bad, m->arena);
	show_bad(&bad, s, good);
	return bad.len == 0 || refuse_what(m, format, bad.s);
}

/* No `c` at either end; `at_start` and `at_end` say so otherwise. */
static bool
has_good_ends(struct email *m, const char *s, char c, const char *const text[2])
{
	const char *name = c == '.' ? "period" : "hyphen";
	size_t len = strlen(s);

	if (s[len - 1] == c)
		return refuse_what(m, text[1], name);
	return s[0] != c || refuse_what(m, text[0], name);
}

static bool
has_good_periods(struct email *m, const char *s, const char *const text[2])
{
	if (!has_good_ends(m, s, '.', text))
		return false;
	return strstr(s, "..") == NULL || refuse(m,
	    "An email address cannot have two periods in a row.");
}

static bool
is_local(struct email *m, const char *s)
{
	static const char *const ends[2] = {
		"An email address cannot start with a %s.",
		"An email address cannot have a %s immediately before the "
		    "@-sign."
	};

	if (*s == '\0')
		return refuse(m, "There must be something before the @-sign.");
	if (*s == '"')
		return refuse(m, "Quoting the part before the @-sign is not "
		    "allowed here.");
	return has_good_chars(m, s, local_chars, "The email address contains "
	    "invalid characters before the @-sign: %s.") &&
	    has_good_periods(m, s, ends);
}

/* Two letters and two dashes begin a label of Punycode only. */
static bool
has_good_start(const char *label, size_t len)
{
	return len < 4 || label[2] != '-' || label[3] != '-' ||
	    strncasecmp(label, "xn", 2) == 0;
}

static bool
has_good_labels(struct email *m, const char *s)
{
	size_t len;

	for (; *s != '\0'; s += len + (s[len] == '.')) {
		len = strcspn(s, ".");
		if (!has_good_start(s, len))
			return refuse(m, "An email address cannot have two "
			    "letters followed by two dashes immediately after "
			    "the @-sign or after a period, except Punycode.");
		if (len > LABEL_MAX)
			return refuse_length(m, "After the @-sign, periods "
			    "cannot be separated by so many characters %s.",
			    len - LABEL_MAX);
	}
	return true;
}

static bool
is_special(const char *s)
{
	size_t i, len = strlen(s), n;

	for (i = 0; i < ARRAY_LEN(special); i++) {
		n = strlen(special[i]);
		if (len >= n && strcasecmp(s + len - n, special[i]) == 0 &&
		    (len == n || s[len - n - 1] == '.'))
			return true;
	}
	return false;
}

static bool
is_global(struct email *m, const char *s)
{
	char last = s[strlen(s) - 1];

	if (strchr(s, '.') == NULL)
		return refuse(m, "The part after the @-sign is not valid. It "
		    "should have a period.");
	if (!is_letter(last) && (last & 0x80) == 0)
		return refuse(m, "The part after the @-sign is not valid. It "
		    "is not within a valid top-level domain.");
	return !is_special(s) || refuse(m, "The part after the @-sign is a "
	    "special-use or reserved name that cannot be used with email.");
}

static bool
is_domain(struct email *m, const char *s)
{
	static const char *const ends[2] = {
		"An email address cannot have a %s immediately after the "
		    "@-sign.",
		"An email address cannot end with a %s."
	};

	if (*s == '\0')
		return refuse(m, "There must be something after the @-sign.");
	if (*s == '[' && s[strlen(s) - 1] == ']')
		return refuse(m, "A bracketed IP address after the @-sign is "
		    "not allowed here.");
	if (!has_good_chars(m, s, domain_chars, "The part after the @-sign "
	    "contains invalid characters: %s.") ||
	    !has_good_periods(m, s, ends) || !has_good_ends(m, s, '-', ends))
		return false;
	if (strstr(s, ".-") != NULL || strstr(s, "-.") != NULL)
		return refuse(m, "An email address cannot have a period and a "
		    "hyphen next to each other.");
	if (strlen(s) > DOMAIN_MAX)
		return refuse_length(m, "The email address is too long after "
		    "the @-sign %s.", strlen(s) - DOMAIN_MAX);
	return has_good_labels(m, s) && is_global(m, s);
}

/* The @-sign between the parts: one that is not in quotes. */
static char *
find_at(char *s)
{
	bool is_quoted = false;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && is_quoted && s[1] != '\0')
			s++;
		else if (*s == '"')
			is_quoted = !is_quoted;
		else if (*s == '@' && !is_quoted)
			return s;
	}
	return NULL;
}

static bool
is_email(struct email *m, char *s)
{
	char *at = find_at(s), *c;
	size_t len = strlen(s);
	bool is_good;

	if (at == NULL)
		return refuse(m, "An email address must have an @-sign.");
	*at = '\0';
	is_good = is_local(m, s) && is_domain(m, at + 1);
	*at = '@';
	for (c = at; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	if (!is_good || len <= EMAIL_MAX)
		return is_good;
	return refuse_length(m, "The email address is too long %s.",
	    len - EMAIL_MAX);
}

const char *
email_read(struct arena *arena, const char *text, const char **out)
{
	struct email m = { .arena = arena };
	size_t len;
	char *copy;

	while (is_space(*text))
		text++;
	for (len = strlen(text); len > 0 && is_space(text[len - 1]); len--)
		continue;
	*out = copy = arena_strndup(arena, text, len);
	return copy == NULL || is_email(&m, copy) ? NULL : m.reason;
}
