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
	unsigned kinds;		/* 1 << ROOM_…: a room of another kind is none;
				   0: any will do */
	const char *text;
	int64_t	 reply_to;	/* a message of the same room; 0: none */
	const char *key;	/* the client's name for this send; NULL: none */
	const char *kind;	/* a dialect's word; NULL: "text" */
	const char *extra;	/* a JSON object of the dialect; NULL: none */
	int64_t	 origin;	/* the connection that it comes by; 0: none */
	const int64_t *files;	/* the caller's own, of no other message */
	int	 files_n;
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

/* Give one of the caller's messages another text; extra stays.  ERR_GONE. */
enum err	 core_message_edit(struct call *, int64_t message_id,
		    const char *text, struct message *out) MUST_CHECK;

/* Delete text, extra, files and reactions; who it was and when stays. */
enum err	 core_message_delete(struct call *, int64_t message_id)
		    MUST_CHECK;

/*
 * Twice is as good as once; `*did_out` (may be NULL): it was not so before.
 * ERR_GONE when the message is deleted.  ERR_CONFLICT when the caller has 20
 * others there already, or the message has 100 others.
 */
enum err	 core_reaction_add(struct call *, int64_t message_id,
		    const char *emoji, bool *did_out) MUST_CHECK;
enum err	 core_reaction_remove(struct call *, int64_t message_id,
		    const char *emoji, bool *did_out) MUST_CHECK;

/* What setting the caller's only reaction has done. */
struct reaction_set {
	int	 removed_n;	/* reactions that are gone by it */
	int64_t	 seq;		/* of the event that added it; 0: it was there */
	int64_t	 created_at;	/* of the reaction as it stands; 0: there is none */
};

/*
 * `emoji` becomes the caller's only reaction to the message; NULL: there is
 * none any more.  Each that goes is an event, and so is the one that comes.
 * ERR_GONE when the message is deleted.
 */
enum err	 core_reaction_set(struct call *, int64_t message_id,
		    const char *emoji, struct reaction_set *out) MUST_CHECK;

/* As store_reaction_count().  A read. */
enum err	 core_reaction_count(struct call *, int64_t room_id,
		    struct reaction_count **out, int *n_out) MUST_CHECK;

#endif
