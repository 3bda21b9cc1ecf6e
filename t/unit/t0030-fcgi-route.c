/*
 * t0030-fcgi-route - addresses are taken apart, and lead to their handlers.
 */
#include "config.h"

#include "fcgi/route.h"
#include "fcgi/target.h"
#include "tap.h"

static struct arena arena;

/* ---- addresses */

static enum err
parse(const char *uri, struct target *t)
{
	return target_parse(&arena, uri, t);
}

static void
good(const char *uri, const char *path, const char *query)
{
	struct target t;

	if (!is_err(parse(uri, &t), ERR_OK, uri))
		return;
	is_str(t.path, path, "  its path");
	is_str(t.query, query, "  its query");
}

static void
bad(const char *uri)
{
	struct target t;

	is_err(parse(uri, &t), ERR_BAD_REQUEST, uri);
}

static void
test_decoding(void)
{
	good("/", "/", "");
	good("/v1/rooms", "/v1/rooms", "");
	good("/v1/rooms?", "/v1/rooms", "");
	good("/v1?a=1&b=%20?", "/v1", "a=1&b=%20?");
	good("/a%20b+c", "/a b+c", "");
	good("/%41%5a%7e", "/AZ~", "");
	good("/%f0%9f%90%b8", "/\xf0\x9f\x90\xb8", "");
	good("/%F0%9F%90%B8", "/\xf0\x9f\x90\xb8", "");
	good("/\xf0\x9f\x90\xb8", "/\xf0\x9f\x90\xb8", "");
	good("/a%25b", "/a%b", "");
	good("/a%2525", "/a%25", "");
	good("/a%3fb?c", "/a?b", "c");
	good("/x#y", "/x#y", "");
	bad("");
	bad("v1");
	bad("*");
	bad("?a");
	bad("http://h/v1");
	bad("/%");
	bad("/%4");
	bad("/%4?");
	bad("/%4/x");
	bad("/%g0");
	bad("/%0g");
	bad("/%00");
	bad("/a%00b");
	bad("/%ff");
	bad("/%c3");
	bad("/%c3/%a9");
	bad("/%ed%a0%80");
	bad("/\xc0\xaf");
}

static void
test_segments(void)
{
	struct target t;

	is_err(parse("/a/b%2Fc//d/", &t), ERR_OK, "slashes of all kinds");
	is_int(t.segments_n, 5, "five segments");
	is_str(t.segment[0], "a", "the first");
	is_str(t.segment[1], "b/c", "a slash in percent-encoding stays inside");
	is_str(t.segment[2], "", "an empty one");
	is_str(t.segment[3], "d", "the fourth");
	is_str(t.segment[4], "", "the one after the last slash");
	is_str(t.path, "/a/b/c//d/", "the whole");
	is_err(parse("/", &t), ERR_OK, "the root");
	is_int(t.segments_n, 1, "has one segment");
	is_str(t.segment[0], "", "which is empty");
}

static void
test_many_segments(void)
{
	struct target t;
	char uri[2 * 100 + 1];
	int i;

	for (i = 0; i < 100; i++)
		memcpy(uri + 2 * i, "/x", 3);
	is_err(parse(uri, &t), ERR_OK, "a hundred segments");
	is_int(t.segments_n, 100, "are counted");
	is_str(t.path, uri, "and kept in the path");
}

static void
test_no_memory(void)
{
	struct arena small;
	struct target t;

	arena_init(&small, 64);
	is_err(target_parse(&small, "/0123456789012345678901234567890123456789"
	    "0123456789", &t), ERR_NOMEM, "an arena that is too small");
	arena_release(&small);
}

/* ---- routes */

static enum err
handler(struct exchange *x)
{
	return x == NULL ? ERR_OK : ERR_INTERNAL;
}

static const struct route one_routes[] = {
	{ "GET", "/one", handler, 0 },
	{ "POST", "/one", handler, ROUTE_AUTH },
	{ "GET", "/one/{id}", handler, ROUTE_READ },
	{ "POST", "/one/direct", handler, 0 },
	{ "PUT", "/one/{room}/members/{user}", handler, 0 },
	{ "DELETE", "/one/direct/members", handler, 0 },
	{ "POST", "/upcall/one", handler, ROUTE_UPCALL },
	{ "GET", "/one/{a}/{b}/{c}/{d}", handler, 0 },
	{ "GET", "/mixed", handler, 0 },
	{ "POST", "/mixed", handler, ROUTE_UPCALL },
};

static const struct route two_routes[] = {
	{ "GET", "/two/", handler, 0 },
	{ "HEAD", "/two/x", handler, ROUTE_AUTH },
	{ "GET", "/two/x", handler, 0 },
	{ "PATCH", "/one/{name}", handler, 0 },
};

static bool
owns_one(const char *path)
{
	return strncmp(path, "/one", 4) == 0;
}

static bool
owns_two(const char *path)
{
	return strncmp(path, "/two", 4) == 0;
}

static const struct dialect one = {
	.name = "one", .routes = one_routes, .routes_n = ARRAY_LEN(one_routes),
	.has_head = true, .is_strict_slash = true, .owns = owns_one,
};

static const struct dialect two = {
	.name = "two", .routes = two_routes, .routes_n = ARRAY_LEN(two_routes),
	.has_head = true, .is_strict_slash = true, .owns = owns_two,
};

/* One of those that mind neither a slash at the end nor HEAD. */
static const struct route loose_routes[] = {
	{ "GET", "/", handler, 0 },
	{ "GET", "/loose", handler, 0 },
	{ "POST", "/loose/", handler, 0 },
	{ "GET", "/loose/{id}", handler, 0 },
	{ "GET", "/loose/search/", handler, 0 },
	{ "PUT", "/loose/{id}/x/", handler, 0 },
	{ "DELETE", "/one/{id}/", handler, 0 },
	{ "POST", "/upcall/loose", handler, ROUTE_UPCALL },
};

static bool
owns_loose(const char *path)
{
	return strncmp(path, "/loose", 6) == 0;
}

static const struct dialect loose = {
	.name = "loose", .routes = loose_routes,
	.routes_n = ARRAY_LEN(loose_routes), .owns = owns_loose,
};

static const struct dialect *const all[] = { &one, &two, &loose };

static struct routes *routes;

static enum err
find(const char *method, const char *uri, bool is_upcall,
    struct route_match *m)
{
	struct target t;
	struct route_query q = { method, &t, is_upcall };

	if (parse(uri, &t) != ERR_OK)
		return ERR_BAD_REQUEST;
	return routes_find(routes, &q, m);
}

static void
leads(const char *method, const char *uri, const char *path)
{
	struct route_match m;

	if (is_err(find(method, uri, false, &m), ERR_OK, uri))
		is_str(m.route->path, path, "  is the route");
}

static void
leads_nowhere(const char *method, const char *uri, enum err e)
{
	struct route_match m;

	is_err(find(method, uri, false, &m), e, uri);
	ok(m.route == NULL && m.dialect != NULL, "  no route, but a dialect");
}

static void
test_finding(void)
{
	leads("GET", "/one", "/one");
	leads("POST", "/one?x=1", "/one");
	leads("GET", "/one/7", "/one/{id}");
	leads("PATCH", "/one/7", "/one/{name}");
	leads("GET", "/o%6ee/7", "/one/{id}");
	leads("GET", "/one/a%2Fb", "/one/{id}");
	leads("POST", "/one/direct", "/one/direct");
	leads("PUT", "/one/direct/members/9", "/one/{room}/members/{user}");
	leads("DELETE", "/one/direct/members", "/one/direct/members");
	leads("GET", "/two/", "/two/");
	leads("GET", "/one/1/2/3/4", "/one/{a}/{b}/{c}/{d}");
	leads_nowhere("GET", "/on", ERR_NO_ROUTE);
	leads_nowhere("GET", "/onee", ERR_NO_ROUTE);
	leads_nowhere("GET", "/one/", ERR_NO_ROUTE);
	leads_nowhere("GET", "/one//members/1", ERR_NO_ROUTE);
	leads_nowhere("GET", "/one/1/2", ERR_NO_ROUTE);
	leads_nowhere("GET", "/two", ERR_NO_ROUTE);
	leads_nowhere("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", ERR_NO_ROUTE);
	leads_nowhere("DELETE", "/one", ERR_METHOD);
	leads_nowhere("get", "/one", ERR_METHOD);
	leads_nowhere("GET", "/one/direct", ERR_METHOD);
}

static void
test_slashes(void)
{
	struct route_match m;

	leads("GET", "/", "/");
	leads("GET", "/loose", "/loose");
	leads("GET", "/loose/", "/loose");
	leads("POST", "/loose", "/loose/");
	leads("POST", "/loose/", "/loose/");
	leads("GET", "/loose/7", "/loose/{id}");
	leads("GET", "/loose/7/", "/loose/{id}");
	leads("GET", "/loose/search", "/loose/search/");
	leads("GET", "/loose/search/", "/loose/search/");
	leads("PUT", "/loose/7/x", "/loose/{id}/x/");
	leads_nowhere("GET", "/loose//", ERR_NO_ROUTE);
	leads_nowhere("GET", "/loose/7//", ERR_NO_ROUTE);
	leads_nowhere("GET", "/loose/7/y/", ERR_NO_ROUTE);
	leads_nowhere("DELETE", "/loose/", ERR_METHOD);
	leads("DELETE", "/one/7", "/one/{id}/");
	leads("DELETE", "/one/7/", "/one/{id}/");
	leads_nowhere("GET", "/one/7/", ERR_METHOD);
	is_err(find("GET", "/one/7/", false, &m), ERR_METHOD,
	    "where one dialect minds the slash and one does not");
	is_str(m.dialect->name, "loose", "  that one words it");
	is_err(find("POST", "/upcall/loose/", true, &m), ERR_OK,
	    "an upcall with a slash");
}

static void
test_params(void)
{
	struct route_match m;

	is_err(find("PUT", "/one/12/members/a%2fb", false, &m), ERR_OK,
	    "two parameters");
	is_int(m.params_n, 2, "  are counted");
	is_str(m.param[0].name, "room", "  the first's name");
	is_str(m.param[0].value, "12", "  and value");
	is_str(m.param[1].name, "user", "  the second's name");
	is_str(m.param[1].value, "a/b", "  and value");
	is_err(find("PATCH", "/one/q", false, &m), ERR_OK, "another dialect");
	is_str(m.param[0].name, "name", "  has its own names");
	is_err(find("PUT", "/one/direct/members/1", false, &m), ERR_OK,
	    "a literal that led nowhere");
	is_str(m.param[0].value, "direct", "  is a value");
}

static void
test_head(void)
{
	struct route_match m;

	is_err(find("HEAD", "/one", false, &m), ERR_OK, "HEAD");
	is_str(m.route->method, "GET", "  is GET");
	is_err(find("HEAD", "/two/x", false, &m), ERR_OK, "HEAD of its own");
	is_str(m.route->method, "HEAD", "  is preferred");
	leads_nowhere("HEAD", "/loose", ERR_METHOD);
	leads_nowhere("HEAD", "/loose/7/", ERR_METHOD);
}

static void
test_owner(void)
{
	struct route_match m;

	(void)!find("GET", "/two/y/z", false, &m);
	is_str(m.dialect->name, "two", "who owns the path words the 404");
	(void)!find("GET", "/three", false, &m);
	is_str(m.dialect->name, "one", "the first, when nobody does");
	(void)!find("GET", "/one/7", false, &m);
	is_str(m.dialect->name, "one", "a route belongs to its dialect");
	(void)!find("PATCH", "/one/7", false, &m);
	is_str(m.dialect->name, "two", "also on a shared path");
	is_str(routes_owner(routes, "/two/%zz")->name, "two",
	    "also of what is no path at all");
}

static void
test_upcalls(void)
{
	struct route_match m;

	is_err(find("POST", "/upcall/one", true, &m), ERR_OK, "an upcall");
	is_err(find("POST", "/upcall/one", false, &m), ERR_NO_ROUTE,
	    "nobody else sees its route");
	is_err(find("GET", "/upcall/one", false, &m), ERR_NO_ROUTE,
	    "not even that it has another method");
	is_err(find("POST", "/one", true, &m), ERR_NO_ROUTE,
	    "an upcall sees no other");
	is_err(find("POST", "/mixed", false, &m), ERR_METHOD,
	    "on a path that has both kinds, too");
	is_err(find("GET", "/mixed", true, &m), ERR_METHOD, "either way");
}

static void
allows(const char *uri, const char *want)
{
	struct route_match m;
	struct str s;

	str_init(&s, 1024);
	is_err(find("BREW", uri, false, &m), ERR_METHOD, uri);
	routes_allow(&m, &s);
	is_str(s.s, want, "  its methods");
	str_release(&s);
}

static void
test_allow(void)
{
	allows("/one", "GET, HEAD, POST, OPTIONS");
	allows("/one/7", "GET, HEAD, PATCH, DELETE, OPTIONS");
	allows("/one/7/", "DELETE");
	allows("/loose", "GET, POST");
	allows("/loose/", "GET, POST");
	allows("/one/direct", "POST, OPTIONS");
	allows("/two/x", "HEAD, GET, OPTIONS");
	allows("/mixed", "GET, HEAD, OPTIONS");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_decoding();
	test_segments();
	test_many_segments();
	test_no_memory();
	routes = routes_new(all, ARRAY_LEN(all));
	test_finding();
	test_slashes();
	test_params();
	test_head();
	test_owner();
	test_upcalls();
	test_allow();
	routes_free(routes);
	arena_release(&arena);
	return tap_done();
}
