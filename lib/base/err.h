/*
 * err - one type for every outcome.
 *
 * The table is err.def: name, HTTP status, stable code, default text.  ERR_OK
 * is 0.  A function that returns an enum err is marked MUST_CHECK.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
#define X(name, status, code, text) name,
#include "base/err.def"
#undef X
	ERR_N
};

/* The HTTP status that stands for `e`: 200 for ERR_OK. */
int		 err_status(enum err e);

/* The stable machine-readable code, e.g. "not_found".  Static. */
const char	*err_code(enum err e);

/* The default text for people, one sentence.  Static. */
const char	*err_text(enum err e);

/* The outcome that fits a failed system call's errno; never ERR_OK. */
enum err	 err_from_errno(int errnum);

#endif
