/*
 * fault - the items of a 422, and the values that they are about.
 *
 * Internal to fields*.c.  Texts are made in the arena of the exchange.
 */
#ifndef DIALECT_FAULT_H
#define DIALECT_FAULT_H

#include "dialect/fields.h"

/* One value of the request: JSON, or else a text; neither: it is not there. */
struct value {
	const json_t *json;
	const char *text;
};

/* The text of a value; NULL when it is another thing. */
const char	*value_text(const struct value *);

/* Add a fault whose parts are all there. */
void		 fault_add(struct fields *, const struct fault *);

/*
 * Add a fault of the field `name` (NULL: of the whole body), whose value is
 * given back: `what` with loc and input filled in.  And one without ctx.
 */
void		 fault_at(struct fields *, const char *name,
		    const struct value *, const struct fault *what);
void		 fault_type(struct fields *, const char *name,
		    const struct value *, const char *type, const char *msg);

/* ["body","profile","name",3]; without a name or an index (< 0), shorter. */
const char	*fault_loc(struct fields *, const char *name, int index);

/* The value as JSON, as far as so much may be given back. */
const char	*fault_input(struct fields *, const struct value *);

/* For ctx: {"key":n} and {"key":"text"}. */
const char	*fault_bound(struct fields *, const char *key, int64_t n);
const char	*fault_reason(struct fields *, const char *key,
		    const char *text);

const char	*fault_join(struct fields *, const char *a, const char *b);

/* ---- parts of fields.c */

/* The rule of what has to be there. */
extern const struct any_rule fields_required;

/*
 * A value to be read; false: there is none, and if it may not be absent that
 * is a fault now.
 */
bool		 fields_take(struct fields *, const char *name,
		    const struct any_rule *, struct value *out);

/* Something went wrong that is no field's fault. */
void		 fields_note(struct fields *, enum err);

#endif
