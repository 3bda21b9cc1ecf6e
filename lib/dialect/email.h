/*
 * email - is this an address, and if not, why?
 *
 * The reasons are those that the validator of FastAPI's world gives, because
 * clients show them to people.  Only the form is looked at.  What lies beyond
 * ASCII passes as it is: nothing is normalized or turned into Punycode.
 */
#ifndef DIALECT_EMAIL_H
#define DIALECT_EMAIL_H

#include "base/arena.h"

/*
 * NULL when `text` is an address; `*out` is then the address without white space
 * around it and with its domain in lower case.  Otherwise the reason.  Both are
 * in the arena or static; NULL in `*out`: the arena is full.
 */
const char	*email_read(struct arena *, const char *text,
		    const char **out);

#endif
