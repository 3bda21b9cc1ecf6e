/*
 * filedir - the folder in which the bytes of files lie.
 *
 *	DIR/incoming/NAME	bodies on their way in; nginx writes there too
 *	DIR/ab/abcdef….png	files, by the first two digits of their names
 *
 * A file gets its place by rename, after it was synced, and has it when the
 * folder was synced too: it is there whole, or not at all, also after a power
 * cut.  What a crash leaves behind is for filedir_sweep() to find; which files
 * the database knows is its caller's affair.  Everything here blocks on the
 * disk.
 */
#ifndef STORE_FILEDIR_H
#define STORE_FILEDIR_H

#include "base/base.h"

enum {
	FILEDIR_NAME_MAX = 64,		/* of a file's name, with its NUL */
	FILEDIR_BUCKETS = 256,
	FILEDIR_INCOMING = FILEDIR_BUCKETS	/* as a bucket to be swept */
};

/*
 * Make what is missing of the folder itself, and see that it can be written in.
 * ERR_INTERNAL, and ERR_FULL here and below, have been logged.
 */
enum err	 filedir_make(const char *dir) MUST_CHECK;

/* A body that has come in, mapped into memory. */
struct incoming {
	const char *dir;	/* borrowed */
	char	 name[FILEDIR_NAME_MAX];	/* in DIR/incoming */
	int	 fd;
	const char *bytes;
	size_t	 len;
};

/*
 * Begin a body of our own, and write to it; or open one that is there, by the
 * last part of its path, to read it.  After any outcome close it, which also
 * removes the body, unless it has become a file.
 */
enum err	 filedir_create(const char *dir, struct incoming *out) MUST_CHECK;
enum err	 filedir_open(const char *dir, const char *path,
		    struct incoming *out) MUST_CHECK;
enum err	 filedir_write(struct incoming *, const char *bytes,
		    size_t len) MUST_CHECK;
void		 filedir_close(struct incoming *);

/* A stretch of a body that is to be the file `name`. */
struct filedir_place {
	struct incoming *from;
	size_t	 at;
	size_t	 len;
	const char *name;	/* begins with two lower-case hex digits */
};

/*
 * Put it into its place, durably.  The whole body is moved, a part of it is
 * copied.  After an error nothing is left.
 */
enum err	 filedir_put(const struct filedir_place *) MUST_CHECK;

/* It need not be there. */
void		 filedir_remove(const char *dir, const char *name);

/*
 * Remove what nobody knows from one bucket, if it was last written before
 * `before_s` (seconds since 1970).  `is_known` is asked for each, and is NULL
 * for the incoming ones; its error ends the sweep.  `*n_out` were removed.
 */
struct filedir_sweep {
	const char *dir;
	int	 bucket;
	int64_t	 before_s;
	enum err (*is_known)(void *arg, const char *name, bool *out);
	void	*arg;
};
enum err	 filedir_sweep(const struct filedir_sweep *, int *n_out)
		    MUST_CHECK;

#endif
