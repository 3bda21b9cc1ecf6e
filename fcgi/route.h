/*
 * route - from a method and a path to the handler that answers.
 *
 * The tables of all dialects are compiled once, before the workers are forked,
 * into one tree by path segment.  A literal segment is preferred to a {name};
 * where the literal leads nowhere, the {name} is tried.  A {name} takes any
 * segment but an empty one.
 */
#ifndef FCGI_ROUTE_H
#define FCGI_ROUTE_H

#include "dialect/exchange.h"
#include "fcgi/target.h"

struct routes;
struct route_node;

struct route_query {
	const char *method;
	const struct target *target;
	bool	 is_upcall;	/* sees the routes of upcalls, and no others */
};

struct route_match {
	const struct dialect *dialect;	/* who words an error; never NULL */
	const struct route *route;	/* NULL unless found */
	const struct route_node *node;	/* NULL when the path is unknown */
	bool	 is_loose;	/* it has a slash at the end that none minds */
	struct param param[EXCHANGE_PARAMS_MAX];	/* borrow from the target */
	int	 params_n;
};

/*
 * Compile the tables of `n` dialects; the first words the 404 of a path that
 * none of them owns.  They are borrowed.  Two routes for one method and path, or
 * one with too many parameters, are a programmer's mistake: it aborts.  NULL:
 * out of memory.
 */
struct routes	*routes_new(const struct dialect *const *list, size_t n);
void		 routes_free(struct routes *);

/*
 * ERR_OK; ERR_METHOD when the path has other methods only; ERR_NO_ROUTE.  HEAD
 * finds the route of GET, and a path with a slash at the end that without it,
 * where the dialect has it so.  The dialect is set in every case, the node for
 * ERR_OK and ERR_METHOD.
 */
enum err	 routes_find(const struct routes *, const struct route_query *,
		    struct route_match *out) MUST_CHECK;

/* Who words what there is to say of a path; never NULL. */
const struct dialect	*routes_owner(const struct routes *, const char *path);

/* What belongs into the Allow header of a match that has a node. */
void		 routes_allow(const struct route_match *, struct str *out);

#endif
