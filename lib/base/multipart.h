/*
 * multipart - reads a body of multipart/form-data (RFC 7578).
 *
 * The whole body is in memory; a file that was uploaded is mapped.  Parts are
 * found one after the other and borrow their bytes from it.  What it takes is
 * what browsers, curl and the HTTP libraries of telephones write: each line
 * ends with CRLF, every part has a name, and a transfer encoding that would
 * have to be undone is refused.
 */
#ifndef BASE_MULTIPART_H
#define BASE_MULTIPART_H

#include "base/base.h"

enum {
	MULTIPART_BOUNDARY_MAX = 70,	/* RFC 2046 */
	MULTIPART_HEAD_MAX = 8192,	/* of a part */
	MULTIPART_LINE_MAX = 4096,	/* of a part's head */
	MULTIPART_NAME_MAX = 128,
	MULTIPART_FILENAME_MAX = 1024,
	MULTIPART_TYPE_MAX = 256
};

struct multipart {
	const char *bytes;
	size_t	 len;
	size_t	 at;		/* behind the last delimiter that was found */
	char	 delimiter[4 + MULTIPART_BOUNDARY_MAX + 1]; /* CRLF--boundary */
	size_t	 delimiter_len;
	bool	 has_begun;	/* the first delimiter is behind us */
};

struct part {
	char	 name[MULTIPART_NAME_MAX];	/* of the field */
	bool	 has_filename;
	char	 filename[MULTIPART_FILENAME_MAX];	/* as it came */
	char	 type[MULTIPART_TYPE_MAX];	/* its Content-Type, or "" */
	const char *bytes;			/* borrowed from the body */
	size_t	 len;
};

/*
 * Prepare to read `len` bytes, which are borrowed.  False when the header is
 * not multipart/form-data with a boundary; NULL is none.
 */
bool		 multipart_begin(struct multipart *, const char *content_type,
		    const char *bytes, size_t len);

/*
 * The next part.  ERR_DONE behind the last; ERR_BAD_REQUEST when the body is
 * not what the header says it is, or ends before its end.
 */
enum err	 multipart_next(struct multipart *, struct part *out) MUST_CHECK;

#endif
