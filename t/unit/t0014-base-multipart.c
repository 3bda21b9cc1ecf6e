/*
 * base/multipart and base/disposition: bodies as browsers and others send them,
 * bodies that are none, and names there and back.
 */
#include "config.h"

#include "base/disposition.h"
#include "base/multipart.h"
#include "base/num.h"
#include "t/unit/tap.h"

#define TYPE "multipart/form-data; boundary=xyz"
#define HEAD(rest) "Content-Disposition: form-data; name=\"file\"" rest "\r\n"

/* Read the first part of a body with the boundary xyz. */
static enum err
first(const char *body, struct part *out)
{
	struct multipart m;

	if (!multipart_begin(&m, TYPE, body, strlen(body)))
		return ERR_INTERNAL;
	return multipart_next(&m, out);
}

static void
test_browser(void)
{
	static const char body[] =
	    "------WebKitFormBoundaryAb12\r\n"
	    "Content-Disposition: form-data; name=\"note\"\r\n\r\n"
	    "hello\r\nworld\r\n"
	    "------WebKitFormBoundaryAb12\r\n"
	    "Content-Disposition: form-data; name=\"file\"; "
	    "filename=\"a %22b%22.png\"\r\n"
	    "Content-Type: image/png\r\n\r\n"
	    "\x89PNG\r\n\x1a\n\r\n----almost\r\n"
	    "------WebKitFormBoundaryAb12--\r\n";
	struct multipart m;
	struct part p;

	ok(multipart_begin(&m, "Multipart/Form-Data; charset=x; "
	    "boundary=----WebKitFormBoundaryAb12", body, sizeof(body) - 1),
	    "the header is read");
	is_err(multipart_next(&m, &p), ERR_OK, "a part");
	is_str(p.name, "note", "its name");
	ok(!p.has_filename && p.type[0] == '\0', "a field");
	ok(p.len == 12 && memcmp(p.bytes, "hello\r\nworld", 12) == 0,
	    "its content has lines");
	is_err(multipart_next(&m, &p), ERR_OK, "another part");
	is_str(p.name, "file", "a file");
	is_str(p.filename, "a \"b\".png", "with quotes in its name");
	is_str(p.type, "image/png", "and a type");
	ok(p.len == 20 && memcmp(p.bytes, "\x89PNG\r\n\x1a\n\r\n----almost",
	    20) == 0, "what only looks like a boundary is content");
	is_err(multipart_next(&m, &p), ERR_DONE, "the end");
	is_err(multipart_next(&m, &p), ERR_DONE, "again");
}

static void
test_edges(void)
{
	struct part p;

	is_err(first("preamble\r\n--xyz \t\r\n" HEAD("") "\r\nabc\r\n--xyz--",
	    &p), ERR_OK, "a preamble, blanks, and nothing at the end");
	ok(p.len == 3 && memcmp(p.bytes, "abc", 3) == 0, "the content");
	is_err(first("--xyz\r\n" HEAD("") "\r\n\r\n--xyz--\r\n", &p), ERR_OK,
	    "no content");
	is_int((int64_t)p.len, 0, "of no length");
	is_err(first("--xyz\r\n" HEAD("") "\r\n--xyz--\r\n", &p), ERR_OK,
	    "no content and no line for it");
	is_int((int64_t)p.len, 0, "of no length, too");
	is_err(first("--xyz\r\n" HEAD("") "\r\na\r\n--xyzz\r\nb\r\n--xyz--\r\n",
	    &p), ERR_OK, "a longer boundary");
	is_int((int64_t)p.len, 12, "is content");
	is_err(first("--xyz--\r\n", &p), ERR_DONE, "a form without fields");
	is_err(first("--xyz\n" HEAD("") "\r\n\r\n--xyz--", &p), ERR_DONE,
	    "a line that ends with LF alone begins no part");
	is_err(first("--xyz\r\nCONTENT-disposition:form-data;name=file ; "
	    "FileName=x\r\n\r\n\r\n--xyz--", &p), ERR_OK, "unusual writing");
	is_str(p.name, "file", "a name without quotes");
	is_str(p.filename, "x", "and a file's");
	is_err(first("--xyz\r\n" HEAD("; filename=\"\"")
	    "Content-Transfer-Encoding: binary\r\n\r\n\r\n--xyz--", &p),
	    ERR_OK, "the empty choice of a form");
	ok(p.has_filename && p.filename[0] == '\0', "has an empty file name");
}

static void
test_bad(void)
{
	static const char *const bodies[] = {
		"", "\r\n", "--xyz", "--xyz\r\n", "--xy\r\n--xyz",
		"--xyz\r\n" HEAD("") "\r\nabc", "--xyz\r\n" HEAD(""),
		"--xyz\r\n" HEAD("") "\r\nabc\r\n--xyz",
		"--xyz\r\n" HEAD("") "\r\nabc--xyz--",
		"--xyz\r\nContent-Type: text/plain\r\n\r\na\r\n--xyz--",
		"--xyz\r\nContent-Disposition: form-data\r\n\r\na\r\n--xyz--",
		"--xyz\r\nContent-Disposition: form-data; name=\"\"\r\n\r\na"
		    "\r\n--xyz--",
		"--xyz\r\n" HEAD("") "X: a\nb\r\n\r\na\r\n--xyz--",
		"--xyz\r\nno colon\r\n\r\na\r\n--xyz--",
		"--xyz\r\n" HEAD("") "Content-Transfer-Encoding: base64"
		    "\r\n\r\nYQ==\r\n--xyz--"
	};
	char body[MULTIPART_LINE_MAX + 128];
	struct part p;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bodies); i++)
		ok(first(bodies[i], &p) == ERR_BAD_REQUEST, "bad body %zu", i);
	snprintf(body, sizeof(body), "--xyz\r\n" HEAD("") "X: %0*d\r\n\r\n"
	    "\r\n--xyz--", MULTIPART_LINE_MAX, 0);
	is_err(first(body, &p), ERR_BAD_REQUEST, "a line that is too long");
	snprintf(body, sizeof(body), "--xyz\r\n" HEAD("; filename=\"%0*d\"")
	    "\r\n\r\n--xyz--", MULTIPART_FILENAME_MAX, 0);
	is_err(first(body, &p), ERR_OK, "a file name that is too long");
	ok(!p.has_filename, "is none");
}

static void
test_types(void)
{
	static const char *const bad[] = {
		"", "text/plain", "multipart/form-data",
		"multipart/form-data; boundary=", "multipart/form-data; b=x",
		"multipart/form-data; boundary=\"a\rb\"",
		"multipart/form-data; boundary=\"a \"",
		"multipart/form-database; boundary=x"
	};
	char longest[128];
	struct multipart m;
	size_t i;

	ok(!multipart_begin(&m, NULL, "", 0), "no header");
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ok(!multipart_begin(&m, bad[i], "", 0), "bad header %zu", i);
	snprintf(longest, sizeof(longest), "multipart/form-data; boundary=%0*d",
	    MULTIPART_BOUNDARY_MAX + 1, 0);
	ok(!multipart_begin(&m, longest, "", 0), "a boundary that is too long");
	longest[strlen(longest) - 1] = '\0';
	ok(multipart_begin(&m, longest, "", 0), "and one that just fits");
	ok(multipart_begin(&m, "multipart/form-data;boundary=\"a b\"", "", 0),
	    "a boundary in quotes");
	is_str(m.delimiter, "\r\n--a b", "is taken out of them");
}

static void
test_names(void)
{
	static const struct { const char *value, *name; } names[] = {
		{ "attachment; filename=a.txt", "a.txt" },
		{ "attachment; filename=\"a; b.txt\"", "a; b.txt" },
		{ "attachment; filename=\"a \\\"b\\\".txt\"", "a \"b\".txt" },
		{ "attachment; filename=\"C:\\new\\a.txt\"", "C:\\new\\a.txt" },
		{ "attachment; filename=x; filename*=UTF-8''%e2%82%ac.txt",
		    "\xe2\x82\xac.txt" },
		{ "attachment; filename*=utf-8'en'a%20b; filename=x", "a b" },
		{ "attachment; filename*=ISO-8859-1''%a3; filename=x", "x" },
		{ "attachment; filename*=UTF-8''%0; filename=x", "x" },
		{ "attachment; filename*=UTF-8''a%00b; filename=x", "x" },
		{ "attachment; x=\"; filename=no\"; filename=yes", "yes" },
		{ "attachment", NULL }, { "", NULL }, { ";;;=;", NULL }
	};
	char name[64];
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		is_str(disposition_filename(names[i].value, name, sizeof(name)) ?
		    name : NULL, names[i].name, names[i].value);
	ok(!disposition_filename("x; filename=0123456789", name, 10),
	    "a name that does not fit");
	ok(disposition_filename("x; filename=0123456789", name, 11),
	    "and one that just does");
}

static void
is_written(const char *name, const char *want)
{
	struct str s;
	char back[256];

	str_init(&s, 4096);
	disposition_put(&s, false, name);
	is_str(s.s, want, "written");
	ok(disposition_filename(s.s, back, sizeof(back)) &&
	    strcmp(back, name) == 0, "and read again");
	str_release(&s);
}

static void
test_writing(void)
{
	is_written("a b.txt", "attachment; filename=\"a b.txt\"");
	is_written("50% \"x\"\\.txt", "attachment; filename=\"50_ _x__.txt\"; "
	    "filename*=UTF-8''50%25%20%22x%22%5c.txt");
	is_written("\xe2\x82\xac\xf0\x9f\x90\xb8.png", "attachment; "
	    "filename=\"__.png\"; "
	    "filename*=UTF-8''%e2%82%ac%f0%9f%90%b8.png");
	is_written("a\r\nb: c", "attachment; filename=\"a__b: c\"; "
	    "filename*=UTF-8''a%0d%0ab%3a%20c");
}

int
main(void)
{
	test_browser();
	test_edges();
	test_bad();
	test_types();
	test_names();
	test_writing();
	return tap_done();
}
