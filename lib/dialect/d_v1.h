/*
 * d_v1 - the API that is ours.
 *
 * What the files of the dialect share: reading fields, pages of lists, and the
 * commands that come as HTTP requests and as WebSocket frames alike.  Only
 * dialect_v1 is for others.
 */
#ifndef DIALECT_D_V1_H
#define DIALECT_D_V1_H

#include "core/message.h"
#include "dialect/exchange.h"

extern const struct dialect dialect_v1;

#define X(method, path, handler, flags) \
	enum err handler(struct exchange *) MUST_CHECK;
#include "dialect/d_v1.def"
#undef X

/*
 * Fields of a body.  The first four want the field; the `_if` ones leave `*out`
 * alone when it is absent or null.  An error names the field in the call.
 */
enum err	 v1_text(struct exchange *, const json_t *body, const char *key,
		    const char **out) MUST_CHECK;
enum err	 v1_id(struct exchange *, const json_t *body, const char *key,
		    int64_t *out) MUST_CHECK;
enum err	 v1_text_if(struct exchange *, const json_t *body,
		    const char *key, const char **out) MUST_CHECK;
enum err	 v1_id_if(struct exchange *, const json_t *body,
		    const char *key, int64_t *out) MUST_CHECK;
enum err	 v1_bool_if(struct exchange *, const json_t *body,
		    const char *key, bool *out) MUST_CHECK;

/* The body; an empty one is an object without fields. */
enum err	 v1_body_if(struct exchange *, const json_t **out) MUST_CHECK;

/* The id that the path has for {name}; ERR_NOT_FOUND when it is none. */
enum err	 v1_path_id(struct exchange *, const char *name,
		    int64_t *out) MUST_CHECK;

/* What a query says about the page that is wanted. */
struct v1_page {
	int	 limit;
	int64_t	 before;	/* 0: not said */
	int64_t	 after;		/* -1: not said */
};

/* Lists that go one way know no `before`, or no `after`. */
enum err	 v1_page_after(struct exchange *, struct v1_page *out) MUST_CHECK;
enum err	 v1_page_before(struct exchange *, struct v1_page *out) MUST_CHECK;
enum err	 v1_page_both(struct exchange *, struct v1_page *out) MUST_CHECK;

/* Begin a list's answer; end it with the position to go on from, 0: the end. */
void		 v1_list_begin(struct exchange *, struct jw *);
void		 v1_list_end(struct jw *, int64_t next);

/* Begin the answer 201, at `path` and `id`. */
void		 v1_created(struct exchange *, const char *path, int64_t id,
		    struct jw *);

/* Answer 204 if `e` is ERR_OK. */
enum err	 v1_done(struct exchange *, enum err e) MUST_CHECK;

/*
 * What the body of a request and a frame have in common; a frame's "room" or
 * "message" is a part of the path in a request.  The first two read, the others
 * carry out.
 */
enum err	 v1_read_post(struct exchange *, const json_t *,
		    struct post *out) MUST_CHECK;
enum err	 v1_read_text(struct exchange *, const json_t *,
		    const char **out) MUST_CHECK;
enum err	 v1_receipt_from(struct exchange *, const json_t *,
		    int64_t room_id) MUST_CHECK;
enum err	 v1_typing_from(struct exchange *, const json_t *,
		    int64_t room_id) MUST_CHECK;

#endif
