/*
 * message - messages and the reactions to them.
 */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include "store/store.h"

/* One emoji's reactions, in the order in which they came. */
struct reaction {
	const char *emoji;
	int	 n;
	const struct reaction_user {
		int64_t	 id;
		const char *username;
		int64_t	 created_at;
	} *users;
};

struct file;			/* store/file.h */

struct message {
	int64_t	 id;		/* and the seq of the event that posted it */
	int64_t	 room_id;
	int64_t	 sender_id;
	const char *sender_username;
	const char *kind;	/* "text", or a dialect's word */
	const char *body;	/* "" once deleted */
	int64_t	 reply_to;	/* 0: none */
	const char *key;	/* NULL: none */
	int64_t	 created_at;
	int64_t	 edited_at;
	int64_t	 deleted_at;
	int64_t	 origin;	/* the connection that posted it; 0: none */
	const char *extra;	/* a JSON object of its dialect; NULL: none */
	const struct reaction *reactions;
	int	 reactions_n;
	const struct file *files;	/* in the order of their ids */
	int	 files_n;
};

/*
 * Insert with the id that its event has; it is neither edited nor deleted and
 * has no reactions; its files, `files_n`, are attached next.  ERR_EXISTS when
 * the sender has used the key.  Within a write.
 */
enum err	 store_message_add(struct store *, const struct message *)
		    MUST_CHECK;

/* With reactions, deleted ones too; ERR_NOT_FOUND. */
enum err	 store_message_load(struct store *, struct arena *, int64_t id,
		    struct message *out) MUST_CHECK;

/* Load the files of a message that has some. */
enum err	 store_message_load_files(struct store *, struct arena *,
		    struct message *) MUST_CHECK;

/* The message that `sender_id` has sent under `key`; ERR_NOT_FOUND. */
enum err	 store_message_by_key(struct store *, int64_t sender_id,
		    const char *key, int64_t *id_out) MUST_CHECK;

/* Within a write; ERR_NOT_FOUND also when it is deleted. */
enum err	 store_message_edit(struct store *, int64_t id, const char *body,
		    int64_t now) MUST_CHECK;
/* Body, extra and reactions go, the row and its key stay. */
enum err	 store_message_delete(struct store *, int64_t id, int64_t now)
		    MUST_CHECK;

/*
 * A page of a room, deleted ones included, with reactions.  With `before`
 * (exclusive; 0: from the newest) the `max` newest below it; with `after` the
 * `max` oldest above it.  Always in ascending order.  Who counts from the first
 * leaves out `skip`, at a cost that grows with it.
 */
struct message_page {
	int64_t	 room_id;
	int64_t	 before;
	int64_t	 after;		/* < 0: not used */
	int	 max;
	int	 skip;
	bool	 is_alive;	/* without deleted ones */
	int64_t	 reactions_max;	/* the first of each message; 0: all */
	size_t	 used_max;	/* read no more than one once the arena has
				   handed out more than that; 0: no bound */
};
enum err	 store_message_page(struct store *, struct arena *,
		    const struct message_page *, struct message **out,
		    int *n_out) MUST_CHECK;

/*
 * Within a write, of a message that is there.  ERR_EXISTS: so is the reaction;
 * ERR_NOT_FOUND: it is not there, or the message is deleted.
 */
enum err	 store_reaction_add(struct store *, int64_t message_id,
		    int64_t user_id, const char *emoji, int64_t now) MUST_CHECK;
enum err	 store_reaction_remove(struct store *, int64_t message_id,
		    int64_t user_id, const char *emoji) MUST_CHECK;

/*
 * How often each emoji stands in a room, the most frequent first.  The work grows
 * with the reactions there.
 */
struct reaction_count {
	const char *emoji;
	int64_t	 n;
};
enum err	 store_reaction_count(struct store *, struct arena *,
		    int64_t room_id, struct reaction_count **out,
		    int *n_out) MUST_CHECK;

#endif
