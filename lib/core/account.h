/*
 * account - who there is.
 *
 * Accounts are seen by all accounts of the site.  A deleted one keeps its id,
 * because messages name it, and loses everything else.
 */
#ifndef CORE_ACCOUNT_H
#define CORE_ACCOUNT_H

#include "core/call.h"
#include "core/session.h"

struct signup {
	const char *username;
	const char *display_name;	/* NULL: the username */
	const char *password;
	int64_t	 password_min;		/* fewest bytes of it */
	const char *device;		/* "" when it has no name */
	const char *email;		/* NULL: none */
	const char *profile;		/* a JSON object; NULL: none */
	const struct token_form *form;	/* NULL: v1's */
	bool	 is_only;		/* do not log in: of the tokens there is
					   but the user */
};

/*
 * Register and log in.  ERR_TAKEN for the name, and else ERR_EMAIL_TAKEN.
 * Blocks for the cost of hashing.
 */
enum err	 core_account_register(struct call *, const struct signup *,
		    struct tokens *out) MUST_CHECK;

/* ERR_NOT_FOUND also when it is deleted.  A read. */
enum err	 core_account_get(struct call *, int64_t user_id,
		    struct user *out) MUST_CHECK;

/*
 * The account of exactly that name; ERR_NOT_FOUND.  Its password's hash is left
 * out.  A read.
 */
enum err	 core_account_by_name(struct call *, const char *username,
		    struct user *out) MUST_CHECK;

/* As store_user_page().  A read. */
enum err	 core_account_page(struct call *, const struct user_page *,
		    struct user **out, int *n_out) MUST_CHECK;

/* As store_user_search().  A read. */
enum err	 core_account_search(struct call *, const struct user_search *,
		    struct user **out, int *n_out) MUST_CHECK;

/*
 * What becomes of a profile (NULL: there is none): a JSON object in the arena,
 * or "", or NULL to leave it.  Within the write, so that nobody else changes it
 * in between.
 */
struct profile_edit {
	enum err (*run)(struct call *, void *arg, const char *profile,
	    const char **out);
	void	*arg;
};

struct account_change {
	const char *username;		/* NULL: leave it, and so on */
	const char *display_name;
	const char *email;		/* "": it has none any more */
	const char *profile;		/* a JSON object, in the place of the old;
					   "": none */
	struct profile_edit edit;	/* in the place of `profile`; run NULL:
					   none */
	const char *password;		/* ends all the caller's other sessions */
	int64_t	 password_min;		/* fewest bytes of it */
	bool	 is_seen;		/* the caller is seen now */
};

/*
 * Change what is told of the caller.  ERR_TAKEN for the name, ERR_EMAIL_TAKEN.
 * To be seen is no news: it is in no event.  With a password it blocks for the
 * cost of hashing; whether its caller has said the old one is not asked.
 */
enum err	 core_account_update(struct call *,
		    const struct account_change *, struct user *out) MUST_CHECK;

/*
 * Take something out of the profile of any account that it has put there for
 * others to take.  That is no news, either.  ERR_NOT_FOUND also when the account
 * is deleted.
 */
enum err	 core_account_take(struct call *, int64_t user_id,
		    const struct profile_edit *, struct user *out) MUST_CHECK;

struct password_change {
	const char *old_password;
	const char *new_password;
	int64_t	 password_min;	/* fewest bytes of the new one */
};

/*
 * Change the caller's password and end all its other sessions.
 * ERR_CREDENTIALS, ERR_RATE.  Blocks for the cost of hashing.
 */
enum err	 core_account_set_password(struct call *,
		    const struct password_change *) MUST_CHECK;

/*
 * Delete the caller: it leaves its rooms, its sessions end, its names are
 * forgotten.  A room that loses its last owner by this gets its highest and
 * oldest member as the new one; one that nobody is left in is deleted.
 * ERR_CREDENTIALS, ERR_RATE.  Blocks for the cost of hashing.
 */
enum err	 core_account_delete(struct call *,
		    const char *password) MUST_CHECK;

/* The same for who is not asked for a password. */
enum err	 core_account_delete_self(struct call *) MUST_CHECK;

#endif
