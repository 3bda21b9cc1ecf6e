/*
 * check - what texts the core takes.
 *
 * Names are counted in characters, because people see them; keys and emoji in
 * bytes, because nobody counts what these look like.  Whether an emoji is one
 * is not looked at: there are new ones every year.
 */
#include "config.h"

#include "base/json.h"
#include "base/utf8.h"
#include "core/check.h"
#include "core/known.h"
#include "core/password.h"

/* Decode the character at `*s` of a valid text, and go on to the next. */
static uint32_t
take_char(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t c = *p++;

	if (c >= 0xf0)
		c &= 0x07;
	else if (c >= 0xe0)
		c &= 0x0f;
	else if (c >= 0xc0)
		c &= 0x1f;
	while ((*p & 0xc0) == 0x80)
		c = c << 6 | (*p++ & 0x3f);
	*s = (const char *)p;
	return c;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	    c == 0x2029;
}

/* Unicode's White_Space, of what is no control character. */
static bool
is_space(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* Valid UTF-8 without control characters. */
static bool
is_line(const char *s)
{
	if (!utf8_is_valid(s, strlen(s)))
		return false;
	while (*s != '\0')
		if (is_control(take_char(&s)))
			return false;
	return true;
}

/* A line that is not empty and has no white space at either end. */
static bool
is_trimmed(const char *s)
{
	uint32_t last = 0;

	if (!is_line(s) || *s == '\0' || is_space(take_char(&s)))
		return false;
	while (*s != '\0')
		last = take_char(&s);
	return !is_space(last);
}

/* The byte length goes first, so that nothing long is looked at. */
static bool
is_over(const char *s, size_t chars_max)
{
	return strlen(s) > chars_max * 4 ||
	    (utf8_is_valid(s, strlen(s)) && utf8_length(s) > chars_max);
}

static enum err
check_trimmed(struct call *c, const char *field, const char *s,
    size_t chars_max)
{
	if (is_over(s, chars_max))
		return call_fault(c, field, ERR_TOO_LONG);
	return is_trimmed(s) ? ERR_OK : call_fault(c, field, ERR_BAD_VALUE);
}

enum err
check_username(struct call *c, const char *s)
{
	return check_trimmed(c, "username", s, CHECK_USERNAME_MAX);
}

enum err
check_name(struct call *c, const char *field, const char *name)
{
	return check_trimmed(c, field, name, CHECK_NAME_MAX);
}

enum err
check_device(struct call *c, const char *s)
{
	if (is_over(s, CHECK_DEVICE_MAX))
		return call_fault(c, "device", ERR_TOO_LONG);
	return is_line(s) ? ERR_OK : call_fault(c, "device", ERR_BAD_VALUE);
}

/* A line of 1 to `max` bytes. */
static enum err
check_bytes(struct call *c, const char *field, const char *s, size_t max)
{
	if (strlen(s) > max)
		return call_fault(c, field, ERR_TOO_LONG);
	return *s != '\0' && is_line(s) ? ERR_OK :
	    call_fault(c, field, ERR_BAD_VALUE);
}

enum err
check_email(struct call *c, const char *s)
{
	const char *at = strrchr(s, '@'), *p = s;
	enum err e;

	if ((e = check_bytes(c, "email", s, CHECK_EMAIL_MAX)) != ERR_OK)
		return e;
	while (*p != '\0')
		if (is_space(take_char(&p)))
			return call_fault(c, "email", ERR_BAD_VALUE);
	return at != NULL && at > s && at[1] != '\0' ? ERR_OK :
	    call_fault(c, "email", ERR_BAD_VALUE);
}

enum err
check_kind(struct call *c, const char *s)
{
	return check_bytes(c, "kind", s, CHECK_KIND_MAX);
}

enum err
check_object(struct call *c, const char *field, const char *json)
{
	json_t *value;
	size_t len;
	enum err e;

	if (json == NULL)
		return ERR_OK;
	if ((len = strlen(json)) > CHECK_OBJECT_MAX)
		return call_fault(c, field, ERR_TOO_LONG);
	if (json_read(json, len, &value, NULL) != ERR_OK)
		return call_fault(c, field, ERR_BAD_VALUE);
	e = json_is_object(value) ? ERR_OK : ERR_BAD_VALUE;
	json_decref(value);
	return e == ERR_OK ? ERR_OK : call_fault(c, field, e);
}

enum err
check_emoji(struct call *c, const char *s)
{
	return check_bytes(c, "emoji", s, CHECK_EMOJI_MAX);
}

enum err
check_key(struct call *c, const char *s)
{
	return check_bytes(c, "key", s, CHECK_KEY_MAX);
}

enum err
check_text(struct call *c, const char *s)
{
	size_t len = strlen(s);

	if (len > c->conf->message_text_max)
		return call_fault(c, "text", ERR_TOO_LONG);
	return utf8_is_valid(s, len) ? ERR_OK :
	    call_fault(c, "text", ERR_BAD_VALUE);
}

bool
check_replace(const char **slot, const char *text)
{
	const char *old = *slot;

	if (text == NULL)
		return false;
	*slot = *text == '\0' ? NULL : text;
	return *slot == NULL || old == NULL ? *slot != old :
	    strcmp(*slot, old) != 0;
}

enum err
check_password(struct call *c, const char *password, int64_t min)
{
	size_t len = strlen(password);
	enum err e;

	if (len > password_max(c->conf))
		return call_fault(c, "password", ERR_TOO_LONG);
	if ((int64_t)len < min)
		return call_fault(c, "password", ERR_BAD_VALUE);
	e = known_check(c->conf, password);
	return e == ERR_PASSWORD_KNOWN ? call_fault(c, "password", e) : e;
}
