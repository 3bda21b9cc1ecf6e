/*
 * route - from a method and a path to the handler that answers.
 *
 * A node stands for a path up to some slash; it has a list of literal
 * children, at most one child for any {name}, and the routes that end in it.
 * The lists are short (the widest of v1 has six), so they are walked.  Going
 * back from a literal that led nowhere is bounded by the depth of the tree.
 *
 * Dialects that do not mind a slash at the end have their routes without it in
 * the tree; a path with one that leads nowhere is walked again without it, and
 * then only their leaves are there.
 */
#include "config.h"

#include "base/base.h"
#include "base/log.h"
#include "fcgi/route.h"

struct leaf {
	const struct route *route;
	const struct dialect *dialect;
	const char *name[EXCHANGE_PARAMS_MAX];	/* of each {name}, in order */
	int	 names_n;
	struct leaf *next;
};

struct route_node {
	const char *text;		/* of a literal; borrowed, not terminated */
	size_t	 len;
	struct route_node *next;	/* the next literal beside this one */
	struct route_node *literal;	/* the first literal below */
	struct route_node *any;		/* the {name} below */
	struct leaf *leaf;
};

struct routes {
	const struct dialect *const *dialects;
	size_t	 dialects_n;
	struct arena arena;
	struct route_node *root;
};

/* A path on its way down the tree, with the segments that a {name} took. */
struct walk {
	const struct target *target;
	int	 segments_n;	/* of the target, that are walked */
	bool	 is_upcall;
	bool	 is_loose;	/* a slash at the end was left out */
	const char *taken[EXCHANGE_PARAMS_MAX];
};

static const struct route_node	*walk_down(struct walk *,
				    const struct route_node *, int depth,
				    int taken_n);

static bool
is_name(const char *segment)
{
	return segment[0] == '{';
}

/* The child of `node` for a segment of a table's path, made if need be. */
static struct route_node *
get_child(struct routes *r, struct route_node *node, const char *text,
    size_t len)
{
	struct route_node *child;

	if (is_name(text)) {
		if (node->any == NULL)
			node->any = arena_calloc(&r->arena, 1, sizeof(*node));
		return node->any;
	}
	for (child = node->literal; child != NULL; child = child->next)
		if (child->len == len && memcmp(child->text, text, len) == 0)
			return child;
	if ((child = arena_calloc(&r->arena, 1, sizeof(*child))) == NULL)
		return NULL;
	child->text = text;
	child->len = len;
	child->next = node->literal;
	return node->literal = child;
}

static const struct leaf *
find_method(const struct route_node *node, const char *method)
{
	const struct leaf *leaf;

	for (leaf = node->leaf; leaf != NULL; leaf = leaf->next)
		if (strcmp(leaf->route->method, method) == 0)
			return leaf;
	return NULL;
}

static NO_RETURN void
die_of_table(const struct leaf *leaf, const char *what)
{
	log_error("the routes of %s: %s %s %s", leaf->dialect->name,
	    leaf->route->method, leaf->route->path, what);
	abort();
}

/* Keep the name in "{name}", `len` bytes long with its braces. */
static void
add_name(struct routes *r, struct leaf *leaf, const char *text, size_t len)
{
	if (leaf->names_n == EXCHANGE_PARAMS_MAX)
		die_of_table(leaf, "has too many parameters");
	leaf->name[leaf->names_n++] = arena_strndup(&r->arena, text + 1, len - 2);
}

/* The node in which the leaf's path ends; NULL: out of memory. */
static struct route_node *
get_node(struct routes *r, struct leaf *leaf)
{
	struct route_node *node = r->root;
	const char *s = leaf->route->path;
	size_t len;

	while (node != NULL && *s == '/') {
		len = strcspn(++s, "/");
		if (*s == '\0' && node != r->root &&
		    !leaf->dialect->is_strict_slash)
			break;
		if (is_name(s))
			add_name(r, leaf, s, len);
		node = get_child(r, node, s, len);
		s += len;
	}
	return node;
}

static bool
add(struct routes *r, const struct dialect *d, const struct route *route)
{
	struct leaf *leaf = arena_calloc(&r->arena, 1, sizeof(*leaf)), **end;
	struct route_node *node;

	if (leaf == NULL)
		return false;
	leaf->route = route;
	leaf->dialect = d;
	if ((node = get_node(r, leaf)) == NULL || arena_is_full(&r->arena))
		return false;
	if (find_method(node, route->method) != NULL)
		die_of_table(leaf, "is there twice");
	for (end = &node->leaf; *end != NULL; end = &(*end)->next)
		continue;
	*end = leaf;
	return true;
}

struct routes *
routes_new(const struct dialect *const *list, size_t n)
{
	struct routes *r = calloc(1, sizeof(*r));
	size_t i, j;

	if (r == NULL)
		return NULL;
	r->dialects = list;
	r->dialects_n = n;
	arena_init(&r->arena, SIZE_MAX);
	r->root = arena_calloc(&r->arena, 1, sizeof(*r->root));
	for (i = 0; i < n; i++) {
		for (j = 0; j < list[i]->routes_n; j++) {
			if (r->root == NULL ||
			    !add(r, list[i], &list[i]->routes[j])) {
				routes_free(r);
				return NULL;
			}
		}
	}
	return r;
}

void
routes_free(struct routes *r)
{
	if (r == NULL)
		return;
	arena_release(&r->arena);
	free(r);
}

/*
 * An upcall knows of the routes of upcalls, everybody else of the others; a
 * slash too many is one too many for some.
 */
static bool
is_visible(const struct leaf *leaf, bool is_upcall, bool is_loose)
{
	return ((leaf->route->flags & ROUTE_UPCALL) != 0) == is_upcall &&
	    !(is_loose && leaf->dialect->is_strict_slash);
}

/* The first that can be seen; NULL: the path ends nowhere. */
static const struct leaf *
find_visible(const struct route_node *node, const struct walk *w)
{
	const struct leaf *leaf;

	for (leaf = node->leaf; leaf != NULL; leaf = leaf->next)
		if (is_visible(leaf, w->is_upcall, w->is_loose))
			return leaf;
	return NULL;
}

static const struct route_node *
walk_literals(struct walk *w, const struct route_node *node, int depth,
    int taken_n)
{
	const char *segment = w->target->segment[depth];
	const struct route_node *child;
	size_t len = strlen(segment);

	for (child = node->literal; child != NULL; child = child->next)
		if (child->len == len && memcmp(child->text, segment, len) == 0)
			return walk_down(w, child, depth + 1, taken_n);
	return NULL;
}

/* The node where the path ends, from `node` at its segment `depth` on. */
static const struct route_node *
walk_down(struct walk *w, const struct route_node *node, int depth, int taken_n)
{
	const struct route_node *found;

	if (depth == w->segments_n)
		return find_visible(node, w) != NULL ? node : NULL;
	if ((found = walk_literals(w, node, depth, taken_n)) != NULL)
		return found;
	if (node->any == NULL || w->target->segment[depth][0] == '\0')
		return NULL;
	w->taken[taken_n] = w->target->segment[depth];
	return walk_down(w, node->any, depth + 1, taken_n + 1);
}

/* The route of a method; HEAD is GET where the dialect has it so. */
static const struct leaf *
find_leaf(const struct route_node *node, const char *method,
    const struct walk *w)
{
	const struct leaf *leaf = find_method(node, method);

	if (leaf == NULL && strcmp(method, "HEAD") == 0 &&
	    (leaf = find_method(node, "GET")) != NULL &&
	    !leaf->dialect->has_head)
		return NULL;
	return leaf != NULL && is_visible(leaf, w->is_upcall, w->is_loose) ?
	    leaf : NULL;
}

const struct dialect *
routes_owner(const struct routes *r, const char *path)
{
	size_t i;

	for (i = 0; i < r->dialects_n; i++)
		if (r->dialects[i]->owns(path))
			return r->dialects[i];
	return r->dialects[0];
}

static void
set_params(struct route_match *m, const struct leaf *leaf, const struct walk *w)
{
	for (; m->params_n < leaf->names_n; m->params_n++) {
		m->param[m->params_n].name = leaf->name[m->params_n];
		m->param[m->params_n].value = w->taken[m->params_n];
	}
}

/* With the slash at the end, and else, if there is one, without it. */
static const struct route_node *
find_node(const struct routes *r, struct walk *w)
{
	const struct target *t = w->target;
	const struct route_node *node;

	if (t->segments_n > TARGET_SEGMENTS_MAX)
		return NULL;
	w->segments_n = t->segments_n;
	node = walk_down(w, r->root, 0, 0);
	if (node != NULL || t->segments_n < 2 ||
	    t->segment[t->segments_n - 1][0] != '\0')
		return node;
	w->segments_n--;
	w->is_loose = true;
	return walk_down(w, r->root, 0, 0);
}

enum err
routes_find(const struct routes *r, const struct route_query *q,
    struct route_match *out)
{
	struct walk w = { .target = q->target, .is_upcall = q->is_upcall };
	const struct leaf *leaf;

	*out = (struct route_match){ .node = find_node(r, &w) };
	out->is_loose = w.is_loose;
	if (out->node == NULL) {
		out->dialect = routes_owner(r, q->target->path);
		return ERR_NO_ROUTE;
	}
	if ((leaf = find_leaf(out->node, q->method, &w)) == NULL) {
		out->dialect = find_visible(out->node, &w)->dialect;
		return ERR_METHOD;
	}
	out->dialect = leaf->dialect;
	out->route = leaf->route;
	set_params(out, leaf, &w);
	return ERR_OK;
}

static void
put_method(struct str *out, const char *method)
{
	if (out->len > 0)
		str_puts(out, ", ");
	str_puts(out, method);
}

void
routes_allow(const struct route_match *m, struct str *out)
{
	bool has_head = find_method(m->node, "HEAD") != NULL;
	const struct leaf *leaf;

	for (leaf = m->node->leaf; leaf != NULL; leaf = leaf->next) {
		if (!is_visible(leaf, false, m->is_loose))
			continue;
		put_method(out, leaf->route->method);
		if (strcmp(leaf->route->method, "GET") == 0 && !has_head &&
		    leaf->dialect->has_head)
			put_method(out, "HEAD");
	}
	if (m->dialect->has_head)
		put_method(out, "OPTIONS");
}
