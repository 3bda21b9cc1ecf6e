/*
 * fields - what a request says, field by field, with all its faults at once.
 *
 *	struct fields f;
 *
 *	fields_begin(&f, x);
 *	fields_path(&f);
 *	fields_int(&f, "room_id", NULL, &room_id);
 *	fields_body(&f);
 *	fields_text(&f, "name", NULL, &name);
 *	fields_text(&f, "bio", &(struct text_rule){ .is_optional = true,
 *	    .max = 500 }, &bio);
 *	if ((e = fields_end(&f)) != ERR_OK)
 *		return e;
 *
 * A reading that fails leaves its out-parameter as it was and notes a fault;
 * fields_end() makes one refusal of all of them: 422 with FastAPI's items.  The
 * getters know where they read: what the path and the query and a form say are
 * texts that are parsed, a body has JSON values.  A NULL rule is { 0 }: the
 * field has to be there, and anything of its type will do.
 */
#ifndef DIALECT_FIELDS_H
#define DIALECT_FIELDS_H

#include "dialect/form.h"

/* One item of a 422, each part written as JSON already. */
struct fault {
	const char *type;	/* "string_too_short" */
	const char *loc;	/* ["body","username"] */
	const char *msg;	/* plain text */
	const char *input;	/* any value */
	const char *ctx;	/* an object; NULL: none */
	bool	 has_url;	/* the type is one of the validator's own */
	struct fault *next;
};

enum fields_place { FIELDS_PATH, FIELDS_QUERY, FIELDS_BODY, FIELDS_FORM };

/* What is given back of a request is bounded; beyond that it says null. */
enum { FIELDS_SHOWN_MAX = 64 * 1024, FIELDS_FAULTS_MAX = 100 };

struct fields {
	struct exchange *x;
	enum fields_place place;
	const json_t *object;	/* of a body, or within it; NULL: none */
	const json_t *whole;	/* the body, while within an object of it */
	struct form form;	/* of a query or a form */
	const char *within;	/* the name of the object that is read; NULL */
	struct fault *faults;
	struct fault **end;
	int	 faults_n;
	size_t	 shown;		/* bytes of inputs that were given back */
	enum err err;		/* what is no fault of a field */
};

void		 fields_begin(struct fields *, struct exchange *);

/*
 * Where the next fields are read from: the route's {name}s, the query, a JSON
 * body, a form (urlencoded or multipart).  A body that is no JSON object is a
 * fault of its own; its fields then have none.  fields_objects() is for a body
 * that is a list of objects: it gives the list, if that is what it is.
 */
void		 fields_path(struct fields *);
void		 fields_query(struct fields *);
void		 fields_body(struct fields *);
void		 fields_form(struct fields *);
void		 fields_objects(struct fields *, const json_t **out);

/*
 * ERR_OK when nothing was wrong; ERR_REFUSED with the faults in the exchange;
 * another error that reading has met.
 */
enum err	 fields_end(struct fields *) MUST_CHECK;

/*
 * Rules.  is_optional: it may be absent or null; has_default: it may be absent,
 * but null is of the wrong type.  Lengths count characters; 0: no bound.
 * is_trimmed: the blanks around a text, which telephones like to add, count for
 * its length but are taken off.
 */
struct text_rule {
	bool	 is_optional;
	bool	 has_default;
	bool	 is_trimmed;
	int64_t	 min;
	int64_t	 max;
};

struct int_rule {
	bool	 is_optional;
	bool	 has_default;
	bool	 has_min;
	bool	 has_max;
	int64_t	 min;
	int64_t	 max;
};

/* For what has no bounds. */
struct any_rule {
	bool	 is_optional;
	bool	 has_default;
};

/* The value is one of the words; out is its index. */
struct enum_rule {
	bool	 is_optional;
	bool	 has_default;
	const char *const *words;
	int	 words_n;
};

void		 fields_text(struct fields *, const char *name,
		    const struct text_rule *, const char **out);
void		 fields_int(struct fields *, const char *name,
		    const struct int_rule *, int64_t *out);
void		 fields_enum(struct fields *, const char *name,
		    const struct enum_rule *, int *out);
void		 fields_email(struct fields *, const char *name,
		    const struct any_rule *, const char **out);

/*
 * Of a body only.  A list of texts: `*out` is in the arena.  An object, any
 * value: borrowed from the body until the end of the exchange; null counts as
 * absent where it may be.
 */
struct texts {
	const char **text;
	int	 n;
};
void		 fields_texts(struct fields *, const char *name,
		    const struct any_rule *, struct texts *out);
void		 fields_object(struct fields *, const char *name,
		    const struct any_rule *, const json_t **out);
void		 fields_any(struct fields *, const char *name,
		    const struct any_rule *, const json_t **out);

/*
 * Fields of an object within the body: from fields_enter() to fields_leave()
 * names are looked up in it, and their loc has its name before theirs.  False:
 * it is absent (and may be) or at fault; then do not leave.  Not nested.
 */
bool		 fields_enter(struct fields *, const char *name,
		    const struct any_rule *);
void		 fields_leave(struct fields *);

/* Is there such a field, be it null? */
bool		 fields_has(const struct fields *, const char *name);

/*
 * A fault of a rule that is the dialect's own: type "value_error", `msg` in
 * full ("Value error, …" where a validator says so), input as the field was.
 * And one of any type: type, msg, ctx and has_url are borrowed, the rest made.
 */
void		 fields_fault(struct fields *, const char *name,
		    const char *msg);
void		 fields_fault_as(struct fields *, const char *name,
		    const struct fault *);

#endif
