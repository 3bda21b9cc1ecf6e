/*
 * disposition - header values with parameters, and what files are called.
 *
 * Content-Disposition (RFC 6266) as it comes from clients, whose ways of
 * writing a name differ, and as it goes to browsers, who all read ours.
 */
#ifndef BASE_DISPOSITION_H
#define BASE_DISPOSITION_H

#include "base/str.h"

/*
 * The parameter `name` of `form-data; name="file"`, unquoted.  False when it
 * is not there or does not fit into `size` bytes with its NUL.  A backslash
 * escapes a quote or another backslash and nothing else, because some clients
 * send paths.
 */
bool	 disposition_param(const char *value, const char *name, char *out,
	    size_t size);

/*
 * What the value calls the file: `filename*` in UTF-8 (RFC 8187) before
 * `filename`.  The bytes are the client's: neither checked nor cleaned.
 */
bool	 disposition_filename(const char *value, char *out, size_t size);

/*
 * Append a value with the name in both forms: in ASCII, with what is not
 * replaced by an underscore, and, if that has changed it, in UTF-8 too.
 */
void	 disposition_put(struct str *out, bool is_inline, const char *filename);

#endif
