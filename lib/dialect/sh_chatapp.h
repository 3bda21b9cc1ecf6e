/*
 * sh_chatapp - how chatapp writes things down.
 */
#ifndef DIALECT_SH_CHATAPP_H
#define DIALECT_SH_CHATAPP_H

#include "core/session.h"
#include "dialect/shape.h"

/* An account: id, username, email. */
void	 sh_chatapp_user(struct jw *, const struct user *);

/* The same as the sibling of this back end wrote it: with its row's keys. */
void	 sh_chatapp_row(struct jw *, const struct user *);

void	 sh_chatapp_tokens(struct jw *, const struct tokens *);

/* The frame of a message that is not deleted; no frame for anything else. */
bool	 sh_chatapp_event(struct jw *, const struct event *);

/* {"error":…}: a frame that was not carried out. */
void	 sh_chatapp_error(struct jw *, const char *text);

extern const struct shape shape_chatapp;

#endif
