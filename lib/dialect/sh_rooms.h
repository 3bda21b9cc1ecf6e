/*
 * sh_rooms - how the dialect rooms writes things down.
 *
 * Pure functions from the core's structs to JSON, for the workers' answers and
 * for push's frames alike.  Ids are integers; instants are naive UTC, in whole
 * seconds where they were stored.  What a message is besides its text (a kind of
 * its own, a link to a file) is in its `extra`.
 */
#ifndef DIALECT_SH_ROOMS_H
#define DIALECT_SH_ROOMS_H

#include "base/jw.h"
#include "core/room.h"
#include "core/session.h"
#include "dialect/shape.h"
#include "store/file.h"

/* The six reactions of this dialect; others' are shown as they are. */
enum { ROOMS_REACTIONS_N = 6 };
extern const char *const rooms_reactions[ROOMS_REACTIONS_N];

/* What a message may be; others' kinds are shown as the nearest of these. */
enum { ROOMS_TYPES_N = 9 };
extern const char *const rooms_types[ROOMS_TYPES_N];

/* Where files are fetched: this, and the name under which they are stored. */
#define ROOMS_FILES	"/api/files/"
#define ROOMS_IMAGES	"/api/images/"

/* What stands at /. */
void	 sh_rooms_root(struct jw *);

void	 sh_rooms_user(struct jw *, const struct user *);

/* What a login gives; `message` stands before it, unless it is NULL. */
void	 sh_rooms_tokens(struct jw *, const struct tokens *,
	    const char *message);

/*
 * A room as `viewer` knows it; in a list with its last message, and how much of
 * it the viewer has not read.
 */
void	 sh_rooms_room(struct jw *, const struct room_entry *, int64_t viewer);
void	 sh_rooms_room_item(struct jw *, const struct room_entry *,
	    int64_t viewer);

/* A message of the history; `viewer` is whose user_reaction it tells. */
void	 sh_rooms_message(struct jw *, const struct message *, int64_t viewer);

/* The same as the routes of reactions write it. */
void	 sh_rooms_reacted(struct jw *, const struct message *, int64_t viewer);

/* A change of somebody's reaction, with what came of it. */
struct rooms_reaction {
	const struct message *message;	/* as it is now */
	const char *emoji;		/* NULL: there is none any more */
	int64_t	 id;
	int64_t	 user_id;
	int64_t	 at;
};
void	 sh_rooms_reaction(struct jw *, const struct rooms_reaction *);

/* What an upload gives. */
void	 sh_rooms_file(struct jw *, const struct file *);
void	 sh_rooms_image(struct jw *, const struct file *);

/* To a socket that has just come in. */
struct rooms_welcome {
	const struct room_entry *room;
	int64_t	 viewer;
	int64_t	 at;
};
void	 sh_rooms_connected(struct jw *, const struct rooms_welcome *);

/* A frame that says what is wrong. */
void	 sh_rooms_error(struct jw *, const char *text);

/*
 * Messages, reactions, who has come and who types.  The `arg` of a cast of
 * typing is "1"; "2" for a client that will say when it stops, and "0" when it
 * does.
 */
bool	 sh_rooms_event(struct jw *, const struct event *);

extern const struct shape shape_rooms;

#endif
