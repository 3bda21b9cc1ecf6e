/*
 * upload - files that come in and go out, for all dialects.
 *
 * A route with ROUTE_FILE finds its body in request.body_file.  What is in it
 * is the whole of it, or one part of a form.  A file goes out by nginx, which
 * is told where it lies and what to say of it; a handler has asked before
 * whether the caller may have it.
 */
#ifndef DIALECT_UPLOAD_H
#define DIALECT_UPLOAD_H

#include "core/file.h"
#include "dialect/exchange.h"

enum upload_flags {
	UPLOAD_FORM = 1,	/* a form, whose field `file` it is, only */
	UPLOAD_IMAGE = 2	/* an image only */
};

/*
 * Take the file that the request brings.  Its name is that of ?name=, else of
 * Content-Disposition, else of the form.  ERR_MISSING of "file" when there is
 * none, ERR_BAD_REQUEST for a form that is none, and core_file_add()'s.
 */
enum err	 upload_take(struct exchange *, unsigned flags,
		    struct file *out) MUST_CHECK;

/* Answer with the file. */
enum err	 upload_send(struct exchange *, const struct file *) MUST_CHECK;

#endif
