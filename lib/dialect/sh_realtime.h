/*
 * sh_realtime - how the dialect realtime writes things down.
 *
 * Pure functions from the core's structs to JSON, for the workers' answers and
 * for push's frames alike.  Ids are UUIDs; instants are naive UTC, in whole
 * seconds where a row's default sets them.  What an account says of itself is
 * in its profile, what a message is besides its text in its `extra`.
 */
#ifndef DIALECT_SH_REALTIME_H
#define DIALECT_SH_REALTIME_H

#include "base/json.h"
#include "core/room.h"
#include "core/session.h"
#include "dialect/shape.h"

/* What an account may say of itself; the key "status" of its profile. */
enum realtime_status {
	REALTIME_ONLINE, REALTIME_OFFLINE, REALTIME_AWAY, REALTIME_BUSY,
	REALTIME_STATUS_N
};
extern const char *const realtime_status[REALTIME_STATUS_N];

/* What a message may be; others' kinds are shown as the nearest of these. */
enum { REALTIME_TYPES_N = 5 };
extern const char *const realtime_types[REALTIME_TYPES_N];

/* The same account for itself and whoever asks for it, and in lists. */
void	 sh_realtime_user(struct jw *, const struct user *);
void	 sh_realtime_public(struct jw *, const struct user *);

/* Has the account said that it is online? */
bool	 sh_realtime_is_online(const struct user *);

/*
 * What a login gives: the account as clients of the first generation read it,
 * and beside its keys what those of the second do.
 */
void	 sh_realtime_tokens(struct jw *, const struct tokens *,
	    const char *message);

/* Where a message stands. */
struct realtime_place {
	bool	 is_direct;
	const struct member *members;	/* of a direct room; NULL: another */
	int	 members_n;
	const char *chat_id;	/* as the client calls it; NULL: by its id */
};

/* Whom a message of a direct room is for; NULL: somebody who is gone. */
const struct member	*sh_realtime_recipient(const struct message *,
			    const struct realtime_place *);

void	 sh_realtime_message(struct jw *, const struct message *,
	    const struct realtime_place *);

/* {"message": …, "timestamp": …} as a frame had it: what `extra` keeps. */
void	 sh_realtime_extra(struct jw *, const json_t *message,
	    const json_t *timestamp);

/* A frame from nobody: a text for people. */
void	 sh_realtime_notice(struct jw *, const char *text);

/* The frame {"type":"online_users"}: begin it, add people, end it. */
void	 sh_realtime_online_begin(struct jw *);
void	 sh_realtime_online(struct jw *, const struct user *);
void	 sh_realtime_online_end(struct jw *, int64_t at);

/*
 * Messages, and who has come and gone.  Edits, deletions and reactions have no
 * frame here.
 */
bool	 sh_realtime_event(struct jw *, const struct event *);

extern const struct shape shape_realtime;

#endif
