/*
 * sh_messaging - how the dialect messaging writes what the core returns.
 *
 * Pure: from structs to JSON.  Rooms are named by UUIDs, people by usernames,
 * and times are UTC without saying so.
 */
#ifndef DIALECT_SH_MESSAGING_H
#define DIALECT_SH_MESSAGING_H

#include "base/jw.h"
#include "core/session.h"
#include "store/message.h"

/* Usernames, in an order that means something. */
struct names {
	const char *const *name;
	int	 n;
};

void		 sh_messaging_token(struct jw *, const struct tokens *);
void		 sh_messaging_profile(struct jw *, const struct user *);
void		 sh_messaging_names(struct jw *, const struct names *);

/* "Room created" or "Room already exists", and which one it is. */
void		 sh_messaging_room(struct jw *, int64_t room_id, bool is_new);
void		 sh_messaging_group(struct jw *, int64_t room_id);

/* These are no accounts, so that there is no group. */
void		 sh_messaging_unknown(struct jw *, const struct names *);

/* A message of a room, and one of a group of these members. */
void		 sh_messaging_chat(struct jw *, const struct message *);
void		 sh_messaging_group_chat(struct jw *, const struct message *,
		    const struct names *members);

#endif
