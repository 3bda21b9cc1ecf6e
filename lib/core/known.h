/*
 * known - passwords that everybody knows.
 */
#ifndef CORE_KNOWN_H
#define CORE_KNOWN_H

#include "base/conf.h"

/*
 * ERR_PASSWORD_KNOWN when the password, or what it is in lower case, is a line
 * of auth.password_list; ERR_OK also when there is no list.  ERR_INTERNAL:
 * the list cannot be read, and that has been logged.  Blocks on the file, which
 * is read anew each time: it may be replaced while the programs run.
 */
enum err	 known_check(const struct conf *, const char *password)
		    MUST_CHECK;

/* Can the list be read, if there is one?  `fault` says why not. */
enum err	 known_check_list(const struct conf *,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;

#endif
