/*
 * user - accounts.
 */
#ifndef STORE_USER_H
#define STORE_USER_H

#include "store/store.h"

struct user {
	int64_t	 id;
	const char *username;
	const char *display_name;
	const char *password;	/* the crypt(5) hash; only store_user_by_… */
	int64_t	 created_at;
	int64_t	 deleted_at;	/* 0: alive */
	const char *email;	/* NULL: none */
	int64_t	 seen_at;	/* 0: never */
	const char *profile;	/* a JSON object of the dialects; NULL: none */
};

struct user_search {
	const char *text;
	int64_t	 after;
	int	 max;
};

/* Accounts in the order in which they came, for who counts from the first. */
struct user_page {
	int	 skip;
	int	 max;
};

/*
 * Insert; sets `user->id`.  It was never seen.  ERR_EXISTS when the username or
 * the e-mail address is taken.  Within a write.
 */
enum err	 store_user_add(struct store *, struct user *user) MUST_CHECK;

/* By id, deleted ones too, without the password; ERR_NOT_FOUND. */
enum err	 store_user_load(struct store *, struct arena *, int64_t id,
		    struct user *out) MUST_CHECK;

/* By exact username, alive, with the password's hash; ERR_NOT_FOUND. */
enum err	 store_user_by_name(struct store *, struct arena *,
		    const char *username, struct user *out) MUST_CHECK;

/* By e-mail address, whatever the case of its ASCII; otherwise the same. */
enum err	 store_user_by_email(struct store *, struct arena *,
		    const char *email, struct user *out) MUST_CHECK;

/*
 * ERR_EXISTS: the e-mail address is the name of an alive account but `except`,
 * whatever the case of their ASCII.
 */
enum err	 store_user_called(struct store *, const char *email,
		    int64_t except) MUST_CHECK;

/* The hash of one alive account's password; ERR_NOT_FOUND. */
enum err	 store_user_password(struct store *, struct arena *, int64_t id,
		    const char **hash_out) MUST_CHECK;

/*
 * Store the names, e-mail address, profile and seen_at of `user`, which is there;
 * nobody else has the username or the address.  Within a write; ERR_NOT_FOUND
 * also when it is deleted.
 */
enum err	 store_user_change(struct store *, const struct user *user)
		    MUST_CHECK;

/* Within a write; ERR_NOT_FOUND also when it is deleted. */
enum err	 store_user_set_seen(struct store *, int64_t id, int64_t seen_at)
		    MUST_CHECK;
enum err	 store_user_set_password(struct store *, int64_t id,
		    const char *hash) MUST_CHECK;

/*
 * Forget all that is told of it, keep the row.  The username becomes one that
 * ends in a space, which nobody can register.  Within a write.
 */
enum err	 store_user_erase(struct store *, int64_t id, int64_t now)
		    MUST_CHECK;

/*
 * Alive accounts whose username or display name contains `text` (ASCII case
 * does not count; "": all), with id > `after`, by id, at most `max`.
 */
enum err	 store_user_search(struct store *, struct arena *,
		    const struct user_search *, struct user **users_out,
		    int *n_out) MUST_CHECK;

/* Alive accounts, by id. */
enum err	 store_user_page(struct store *, struct arena *,
		    const struct user_page *, struct user **users_out,
		    int *n_out) MUST_CHECK;

#endif
