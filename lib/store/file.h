/*
 * file - what is known of files; their bytes lie in filedir.h's folder.
 *
 * A file is its uploader's until it is attached to a message; then it is the
 * message's, and goes with it.
 */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "store/store.h"

struct file {
	int64_t	 id;
	int64_t	 user_id;	/* who has uploaded it */
	int64_t	 message_id;	/* 0: none yet */
	const char *stored;	/* its name in the folder, which nobody guesses */
	const char *name;	/* what people call it */
	const char *type;	/* media type, by its content */
	int64_t	 size;
	int64_t	 created_at;
};

/* Insert it, attached to nothing; `*id_out` is its id.  Within a write. */
enum err	 store_file_add(struct store *, const struct file *,
		    int64_t *id_out) MUST_CHECK;

/* ERR_NOT_FOUND. */
enum err	 store_file_load(struct store *, struct arena *, int64_t id,
		    struct file *out) MUST_CHECK;
enum err	 store_file_by_stored(struct store *, struct arena *,
		    const char *stored, struct file *out) MUST_CHECK;

/* There is a file that is stored under this name. */
enum err	 store_file_is_known(struct store *, const char *stored,
		    bool *out) MUST_CHECK;

/* How many bytes of files the account has uploaded that are still there. */
enum err	 store_file_usage(struct store *, int64_t user_id,
		    int64_t *bytes_out) MUST_CHECK;

/*
 * Within a write: give it to a message that counts it already.  ERR_NOT_FOUND
 * unless it is `user_id`'s own and attached to nothing.
 */
enum err	 store_file_attach(struct store *, int64_t id, int64_t user_id,
		    int64_t message_id) MUST_CHECK;

/* Within a write: forget it; all files of a message. */
enum err	 store_file_delete(struct store *, int64_t id) MUST_CHECK;
enum err	 store_file_clear(struct store *, int64_t message_id) MUST_CHECK;

/* Within a write: all that a room's messages have is attached to nothing again. */
enum err	 store_file_detach(struct store *, int64_t room_id) MUST_CHECK;

/*
 * At most `max` files that were uploaded before `before_at` and are attached to
 * nothing, the oldest first.
 */
struct file_orphans {
	int64_t	 before_at;
	int	 max;
};
enum err	 store_file_orphans(struct store *, struct arena *,
		    const struct file_orphans *, struct file **out,
		    int *n_out) MUST_CHECK;

#endif
