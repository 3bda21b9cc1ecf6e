/*
 * media - what kind of file is this?
 *
 * The content decides: the first bytes of the common kinds are in a table.
 * What the sender says counts where the content leaves it open, and never
 * makes a picture, a sound or a film of something that is none.
 */
#ifndef BASE_MEDIA_H
#define BASE_MEDIA_H

#include "base/base.h"

enum { MEDIA_TYPE_MAX = 128 };

/*
 * The media type of `len` bytes, in lower case and without parameters.  `said`
 * is what the sender says it is, NULL: nothing.  What nobody knows is
 * application/octet-stream.
 */
void		 media_type(const char *bytes, size_t len, const char *said,
		    char out[MEDIA_TYPE_MAX]);

/*
 * A browser may show it in its window: it runs no script that it holds.  The
 * type is one that media_type() gave.
 */
bool		 media_is_inline(const char *type);

bool		 media_is_image(const char *type);

#endif
