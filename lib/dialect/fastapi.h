/*
 * fastapi - how the dialects of FastAPI's family refuse, and short answers.
 *
 * Their refusals are {"detail": …}: a text, or the list of items of a 422.  A
 * dialect gives its own words for what the core and the frame may say:
 *
 *	static const struct fastapi_word words[] = {
 *		{ ERR_BAD_TOKEN, 401, "Invalid token", false },
 *		{ ERR_NOT_FOUND, 404, "Room does not exist", false },
 *		{ ERR_OK, 0, NULL, false }
 *	};
 *
 * and a handler may have its own, or say it in one line:
 *
 *	return fastapi_fail(x, 400, "User already exists");
 */
#ifndef DIALECT_FASTAPI_H
#define DIALECT_FASTAPI_H

#include "dialect/fields.h"

/* What is said for an error; a list ends with a status of 0. */
struct fastapi_word {
	enum err err;
	int	 status;
	const char *detail;
	bool	 wants_bearer;	/* with WWW-Authenticate: Bearer */
};

/* What a field of the core is called here; a list ends with NULL. */
struct fastapi_name {
	const char *field;
	const char *name;
};

/*
 * What sets one of these dialects apart.  Without a word of its own:
 *
 *	ERR_NO_TOKEN		401 Not authenticated, with WWW-Authenticate
 *	ERR_BAD_TOKEN		401 Could not validate credentials, the same
 *	ERR_TOKEN_EXPIRED, ERR_SESSION_ENDED	what ERR_BAD_TOKEN says
 *	ERR_ACCOUNT_GONE	what ERR_BAD_TOKEN says
 *	ERR_NO_ROUTE		404 Not Found
 *	ERR_METHOD		405 Method Not Allowed
 *	ERR_BAD_UTF8		400 There was an error parsing the body
 *	422 of the core		an item about the call's field
 *	ERR_INTERNAL		500 Internal Server Error, as plain text
 *	others			the error's own status and text
 */
struct fastapi_style {
	bool	 has_url;	/* items name their page of documentation */
	const struct fastapi_word *words;	/* NULL: none */
	const struct fastapi_name *names;	/* of what differs; NULL: none */
	/* For an Authorization of another scheme; status 0: as ERR_NO_TOKEN. */
	struct fastapi_word other_scheme;
};

/* Fill the answer for an error: what a dialect's refuse() does. */
void		 fastapi_refuse(struct exchange *, enum err,
		    const struct fastapi_style *);

/* Refuse with this status and text: an error, to be returned at once. */
enum err	 fastapi_fail(struct exchange *, int status,
		    const char *detail) MUST_CHECK;

/* The same, with WWW-Authenticate: Bearer. */
enum err	 fastapi_fail_bearer(struct exchange *, int status,
		    const char *detail) MUST_CHECK;

/* If `words` have `e`, refuse with that; else pass it on, ERR_OK too. */
enum err	 fastapi_word(struct exchange *, enum err e,
		    const struct fastapi_word *words) MUST_CHECK;

/* A form's grant_type, which is "password" if it is there at all. */
void		 fields_grant(struct fields *);

/* Is this path one of the stems, or does it go on below one? */
bool		 fastapi_is_below(const char *path, const char *const *stems,
		    size_t stems_n);

/* Answer 200 {"message": text}. */
enum err	 fastapi_message(struct exchange *, const char *text) MUST_CHECK;

/* Words for paths that no dialect owns; the last of the list of dialects. */
extern const struct dialect dialect_nobody;

#endif
