/*
 * file - files that are uploaded, attached to messages, and removed.
 *
 * A verb that has taken a file has it on disk, bytes and row.
 */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include "core/call.h"
#include "store/file.h"
#include "store/filedir.h"
#include "store/message.h"

enum { FILE_NAME_MAX = 255, FILE_MESSAGE_MAX = 10 };

/* A stretch of a body that has come in. */
struct file_draft {
	struct incoming *from;
	size_t	 at;
	size_t	 len;
	const char *name;	/* what its sender calls it; NULL: nothing */
	const char *type;	/* what its sender takes it for; NULL: nothing */
	bool	 wants_image;
};

/*
 * Take a file.  Of its name the last part of a path is kept, without characters
 * that cannot be seen; what it is its content says.  ERR_TOO_LARGE,
 * ERR_NOT_IMAGE, ERR_QUOTA; ERR_TOO_LONG and ERR_BAD_VALUE of "name"; ERR_FULL.
 */
enum err	 core_file_add(struct call *, const struct file_draft *,
		    struct file *out) MUST_CHECK;

/* For its uploader, and for who may see the message that has it.  A read. */
enum err	 core_file_get(struct call *, int64_t id,
		    struct file *out) MUST_CHECK;

/*
 * By the name that it is stored under, for anybody: nobody knows that name who
 * was not told it.  A read.
 */
enum err	 core_file_by_stored(struct call *, const char *stored,
		    struct file *out) MUST_CHECK;

/*
 * Within a write: give the caller's own `n` files to a message of its that
 * counts them, and load them into it.  ERR_BAD_VALUE of "files".
 */
enum err	 core_file_attach(struct call *, const int64_t *ids, int n,
		    struct message *) MUST_CHECK;

/* The bytes of a deleted message's files, once it is deleted for good. */
void		 core_file_remove_all(struct call *, const struct message *);

/*
 * One step of removing what nobody needs, for a process of its own: files that
 * no message has, and in one of FILEDIR_BUCKETS what no row knows and in the
 * folder of incoming bodies what nobody has come for, if it is older than
 * files.orphan_s.  `*n_out` were removed.
 */
enum err	 core_file_sweep(struct call *, int bucket,
		    int *n_out) MUST_CHECK;

#endif
