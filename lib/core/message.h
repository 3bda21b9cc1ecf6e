/*
 * message - posting, reading, editing and deleting; and reactions.
 *
 * What a verb returns may borrow the texts of its input.
 */
#ifndef CORE_MESSAGE_H
#define CORE_MESSAGE_H

#include "core/call.h"
#include "store/message.h"

struct post {
	int64_t	 room_id;
	const char *text;
	int64_t	 reply_to;	/* a message of the same room; 0: none */
	const char *key;	/* the client's name for this send; NULL: none */
};

/*
 * Post.  A key makes a retry harmless: if the caller has posted with it before,
 * that message comes back and nothing happens; ERR_KEY_REUSED when it was not
 * the same message.
 */
enum err	 core_message_post(struct call *, const struct post *,
		    struct message *out) MUST_CHECK;

/* Deleted ones too, without their text.  A read. */
enum err	 core_message_get(struct call *, int64_t message_id,
		    struct message *out) MUST_CHECK;

/* As store_message_page().  A read. */
enum err	 core_message_page(struct call *, const struct message_page *,
		    struct message **out, int *n_out) MUST_CHECK;

/* Give one of the caller's messages another text.  ERR_GONE. */
enum err	 core_message_edit(struct call *, int64_t message_id,
		    const char *text, struct message *out) MUST_CHECK;

/* Delete the text and the reactions; who it was and when stays. */
enum err	 core_message_delete(struct call *, int64_t message_id) MUST_CHECK;

/* Twice is as good as once.  ERR_GONE when the message is deleted. */
enum err	 core_reaction_add(struct call *, int64_t message_id,
		    const char *emoji) MUST_CHECK;
enum err	 core_reaction_remove(struct call *, int64_t message_id,
		    const char *emoji) MUST_CHECK;

#endif
