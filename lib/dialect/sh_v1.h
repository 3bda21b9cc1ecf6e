/*
 * sh_v1 - how v1 writes things down.
 *
 * Pure functions from the core's structs to JSON; they look at nothing else,
 * so that a worker's answer and push's frame are the same bytes.
 */
#ifndef DIALECT_SH_V1_H
#define DIALECT_SH_V1_H

#include "core/room.h"
#include "core/session.h"
#include "store/file.h"
#include "dialect/shape.h"

void	 sh_v1_user(struct jw *, const struct user *);
void	 sh_v1_session(struct jw *, const struct session *, bool is_current);
void	 sh_v1_member(struct jw *, const struct member *);
void	 sh_v1_file(struct jw *, const struct file *);
void	 sh_v1_message(struct jw *, const struct message *);

/* The room without what depends on who looks. */
void	 sh_v1_room(struct jw *, const struct room *);

/* As one account sees it in its list. */
void	 sh_v1_room_entry(struct jw *, const struct room_entry *);

/* What a login gives. */
void	 sh_v1_tokens(struct jw *, const struct tokens *);

/*
 * An event of the log, or a cast (seq 0: the keys `seq` and `at` are left out).
 * Of EVENT_TYPING, `user` is who types, and `arg` is "0" when it stopped.
 * False: v1 does not tell who comes and goes.
 */
bool	 sh_v1_event(struct jw *, const struct event *);

/* {"kind":"reset","since":…,"oldest":…}: the log begins after `oldest`. */
void	 sh_v1_reset(struct jw *, int64_t since, int64_t oldest);

/* The problem+json body of RFC 9457; `detail` NULL: the error's text. */
struct problem {
	enum err err;
	const char *detail;
	const char *field;	/* NULL: none */
	const char *request_id;	/* NULL: none */
};
void	 sh_v1_problem(struct jw *, const struct problem *);

#endif
