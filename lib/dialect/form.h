/*
 * form - names and values in a text: queries, urlencoded forms, multipart.
 *
 * Values are decoded into the arena; bytes that are no UTF-8, and NUL, become
 * U+FFFD, as the back ends that are spoken for here do.  Of a name that comes
 * twice the last value counts.  Parts of a multipart body that are files are
 * left out: an upload has its own way (nginx writes it to disk).
 */
#ifndef DIALECT_FORM_H
#define DIALECT_FORM_H

#include "dialect/exchange.h"

enum { FORM_FIELDS_MAX = 1000 };

struct form_field {
	const char *name;
	const char *value;
	struct form_field *next;	/* the one before it */
};

struct form {
	struct form_field *fields;	/* the last one first */
	int	 n;
};

/* a=1&b=x+y%20z.  ERR_NOMEM; ERR_BAD_REQUEST: more than FORM_FIELDS_MAX. */
enum err	 form_parse(struct arena *, const char *text, size_t len,
		    struct form *out) MUST_CHECK;

/*
 * The body of the request as a form, by its content type; one of another type
 * has no fields.  ERR_NOMEM; ERR_BAD_REQUEST with a detail when it is broken.
 */
enum err	 form_read(struct exchange *, struct form *out) MUST_CHECK;

/* The value of a name, or NULL. */
const char	*form_find(const struct form *, const char *name);

#endif
