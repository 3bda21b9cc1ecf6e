/*
 * exchange - one request and its answer, as plain data.
 *
 * fcgi fills in the request and sends the answer; a dialect's handlers stand
 * between and see neither FastCGI nor a socket.  Everything lives in the
 * call's arena.  An upcall (a frame that push received) is an exchange too.
 */
#ifndef DIALECT_EXCHANGE_H
#define DIALECT_EXCHANGE_H

#include <jansson.h>

#include "base/jw.h"
#include "core/call.h"

enum { EXCHANGE_PARAMS_MAX = 4, EXCHANGE_HEADERS_MAX = 8 };

struct param {
	const char *name;
	const char *value;
};

struct request {
	const char *id;		/* the request id, for the log; never NULL */
	const char *method;
	const char *path;	/* percent-decoded, valid UTF-8, begins with / */
	const char *query;	/* raw, after the ?; "" when there is none */
	const char *authorization;	/* the header, or NULL */
	const char *idempotency_key;	/* the header, or NULL */
	const char *content_type;	/* the header, or NULL */
	const char *content_disposition;	/* the header, or NULL */
	const char *user_agent;		/* the header, or NULL */
	const char *cookie;		/* the header, or NULL */
	const char *origin;		/* the header, or NULL */
	const char *host;		/* the header, or NULL */
	bool	 is_https;	/* as nginx saw it; another proxy may know better */
	const char *remote_addr;	/* the client's, as nginx saw it */
	const char *body;	/* body_len bytes and a NUL */
	size_t	 body_len;
	const char *body_file;	/* in files.dir/incoming, if ROUTE_FILE; NULL */
	bool	 is_cut;	/* it is not whole, because it is too large */
	int64_t	 connection;	/* of an upcall: which one of push's; 0: none */
	int64_t	 room;		/* of an upcall: the socket's own; 0: none */
	struct param param[EXCHANGE_PARAMS_MAX];	/* {…} of the route */
	int	 params_n;
};

struct cast;			/* dialect/cast.h: typing and the like */
struct fault;			/* dialect/fields.h: what is wrong with a field */

struct answer {
	int	 status;		/* 0: 200 with a body, 204 without */
	const char *content_type;	/* NULL: application/json */
	struct param header[EXCHANGE_HEADERS_MAX];
	int	 headers_n;
	struct str body;
	struct cast *cast;	/* a list to be sent to push; NULL: none */
};

struct exchange {
	struct call call;
	struct request request;
	struct answer answer;
	json_t	*json;			/* the parsed body; NULL until asked for */
	const char *detail;		/* a text for people, instead of the default */
	/* Of ERR_REFUSED, see fastapi_fail() and fields_end(): */
	int	 status;
	const struct fault *faults;	/* NULL: `detail` says it */
	bool	 wants_bearer;		/* say so in WWW-Authenticate */
};

typedef enum err (*handler_fn)(struct exchange *);

enum route_flags {
	ROUTE_AUTH = 1,		/* an access token is needed: call.user_id is set */
	ROUTE_READ = 2,		/* runs within one read transaction */
	ROUTE_UPCALL = 4,	/* only push may call it, for a session */
	ROUTE_ENTER = 8,	/* besides: for nobody yet, who wants a socket */
	ROUTE_AUTH_IF = 16,	/* as AUTH, but nobody may come, as user_id 0 */
	ROUTE_WRITE = 32,	/* looks at nothing before its verb's write */
	ROUTE_FILE = 64,	/* the body is left on the disk: an upload */
	ROUTE_HEALTH = 128	/* shows nothing that could be lost */
};

struct route {
	const char *method;
	const char *path;	/* "/v1/rooms/{id}/messages" */
	handler_fn handle;
	unsigned flags;
};

/*
 * A dialect: its routes, how it writes an error, and how it finds the token.
 * dialect.c lists them all.
 */
struct dialect {
	const char *name;		/* "v1" */
	const struct route *routes;
	size_t	 routes_n;
	bool	 has_head;		/* HEAD is GET, OPTIONS tells the methods */
	bool	 is_strict_slash;	/* /a/ is not /a */
	/* Does this path belong to the dialect? (Which one words a 404.) */
	bool	 (*owns)(const char *path);
	/* Fill the answer for an error; x->call.field and x->detail may help. */
	void	 (*refuse)(struct exchange *, enum err);
	/* The access token of a request, in the arena; NULL when there is none. */
	const char *(*token)(struct exchange *);
	/*
	 * Who acts where a token is needed and none came: sets the call's
	 * user_id and session_id, or is ERR_NO_TOKEN.  NULL: nobody does.
	 */
	enum err (*guest)(struct exchange *);
};

extern const struct dialect *const dialects[];
extern const size_t dialects_n;

/* A query parameter, decoded, in the arena; NULL when absent or not UTF-8. */
const char	*exchange_query(struct exchange *, const char *name);

/* The route's {name}, decoded; "" for a name that the route does not have. */
const char	*exchange_param(const struct exchange *, const char *name);

/* The token of "Authorization: Bearer <token>", or NULL. */
const char	*exchange_bearer(struct exchange *);

/*
 * A cookie of the request, in the arena, or NULL; and the one that a login has
 * set, if the request comes from a page of this very site: with an Origin that
 * is another's it does not count.
 */
const char	*exchange_cookie(struct exchange *, const char *name);
const char	*exchange_cookie_token(struct exchange *);

/* Have the client keep `token` in the login cookie, for `age_s` seconds. */
void		 exchange_keep_token(struct exchange *, const char *token,
		    int64_t age_s);

/* Add a header to the answer; both strings are borrowed. */
void		 exchange_header(struct exchange *, const char *name,
		    const char *value);

/* Begin the answer's JSON body. */
void		 exchange_json(struct exchange *, int status, struct jw *out);

/*
 * The body as a JSON object: parsed at the first call, kept until the end of
 * the exchange.  ERR_BAD_UTF8, ERR_BAD_JSON, ERR_NOT_OBJECT.
 */
enum err	 exchange_body(struct exchange *, const json_t **out) MUST_CHECK;

/* Free what is not in the arena. */
void		 exchange_release(struct exchange *);

#endif
