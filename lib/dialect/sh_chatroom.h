/*
 * sh_chatroom - how the dialect chatroom writes things down.
 *
 * Pure functions from the core's structs to JSON, for the workers' answers and
 * for push's events alike.  Ids are 24 hex digits.  What this dialect keeps of
 * accounts, rooms and messages besides what the core does:
 *
 *	profile	{"chatroom":{"about":"…","fields":{…},"otpKeys":[{…},…]}}
 *	extra of a room		{"description":"…"}
 *	extra of a message	{"chatroom_first":{…},"chatroom":{"DHKey":…,…}}
 *
 * `fields` are what clients have registered with besides, such as public keys;
 * `otpKeys` are given out one by one, to whoever begins to talk to the account.
 */
#ifndef DIALECT_SH_CHATROOM_H
#define DIALECT_SH_CHATROOM_H

#include <jansson.h>

#include "core/session.h"
#include "dialect/shape.h"

/* An account: its name and profile, and what it has registered with besides. */
void	 sh_chatroom_user(struct jw *, const struct user *);

/* A token, and how many one-time keys the account has left. */
void	 sh_chatroom_login(struct jw *, const struct tokens *);

/* Whose token it is, and from when until when it is good. */
void	 sh_chatroom_token(struct jw *, const struct identity *);

/* The public keys of an account; and what was taken of its one-time keys. */
void	 sh_chatroom_keys(struct jw *, const struct user *,
	    const json_t *otp_key);

/* A room, with who is in it. */
struct chatroom_room {
	const struct room *room;
	const struct member *members;
	int	 members_n;
};
void	 sh_chatroom_room(struct jw *, const struct chatroom_room *,
	    int64_t viewer);

/*
 * A message of the history.  Those of `members` (NULL: not known) who have read
 * it are named.
 */
struct chatroom_message {
	const struct message *message;
	const struct member *members;
	int	 members_n;
};
void	 sh_chatroom_message(struct jw *, const struct chatroom_message *);

/*
 * What a message keeps beside its text.  `details`, NULL if it was a plain text,
 * is what its sender said besides; `first` is the room that begins with it,
 * NULL: another.  Nothing is written for neither.
 */
struct chatroom_extra {
	const json_t *details;
	const struct chatroom_room *first;
	int64_t	 sender;
};
void	 sh_chatroom_extra(struct jw *, const struct chatroom_extra *);

/* The keys of a message that is an object, besides "content". */
enum { CHATROOM_DETAILS_N = 4, CHATROOM_DETAILS_MUST_N = 2 };
extern const char *const chatroom_details[CHATROOM_DETAILS_N];

/* Events of Socket.IO: ["error",{"message":…}], and others with one text. */
void	 sh_chatroom_said(struct jw *, const char *event, const char *key,
	    const char *text);

/* Messages, deleted rooms, and what the workers say themselves. */
bool	 sh_chatroom_event(struct jw *, const struct event *);

/* A room's first message, to those who have not joined the room: the room. */
bool	 sh_chatroom_aside(struct jw *, const struct event *);

extern const struct shape shape_chatroom;

#endif
