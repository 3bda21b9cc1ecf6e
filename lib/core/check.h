/*
 * check - what texts the core takes.
 *
 * Each refuses with the field in the call: ERR_TOO_LONG, or ERR_BAD_VALUE for
 * what is empty, is not UTF-8, or holds what has no place in it.  A dialect
 * may be stricter; nothing gets past these.  Internal to the core.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "core/call.h"

enum {
	CHECK_USERNAME_MAX = 64,	/* characters */
	CHECK_NAME_MAX = 128,
	CHECK_DEVICE_MAX = 128,
	CHECK_EMAIL_MAX = 254,		/* bytes */
	CHECK_KIND_MAX = 32,
	CHECK_OBJECT_MAX = 16 * 1024,
	CHECK_EMOJI_MAX = 64,		/* bytes */
	CHECK_KEY_MAX = 128
};

/* A name of one line: no control characters, no white space at either end. */
enum err	 check_username(struct call *, const char *) MUST_CHECK;
enum err	 check_name(struct call *, const char *field,
		    const char *name) MUST_CHECK;

/* Something, an @, and something, without white space; the rest is a dialect's. */
enum err	 check_email(struct call *, const char *) MUST_CHECK;

/* What kind of message it is, a dialect's word. */
enum err	 check_kind(struct call *, const char *) MUST_CHECK;

/* A JSON object that a dialect keeps; NULL: none. */
enum err	 check_object(struct call *, const char *field,
		    const char *json) MUST_CHECK;

/* What a session calls its device; may be empty. */
enum err	 check_device(struct call *, const char *) MUST_CHECK;

enum err	 check_emoji(struct call *, const char *) MUST_CHECK;
enum err	 check_key(struct call *, const char *) MUST_CHECK;

/* The text of a message: any characters, at most message.text_max bytes. */
enum err	 check_text(struct call *, const char *) MUST_CHECK;

/*
 * Put a checked text into the place of the old one, "" being none; NULL: leave
 * it.  Is it another one now?
 */
bool		 check_replace(const char **slot, const char *text);

/*
 * A new password of at least `min` bytes that its method takes whole, and that
 * is on no list (known.h).
 */
enum err	 check_password(struct call *, const char *password,
		    int64_t min) MUST_CHECK;

#endif
