/*
 * fuzz-multipart - does base/multipart keep its promises about any bytes?
 *
 * The first line is the Content-Type, the rest the body, in a block of its own
 * so that a byte read beyond it is found.  Parts lie in the body, one after
 * the other, and what is written for a file's name reads back as that name.
 */
#include "config.h"

#include "base/disposition.h"
#include "base/media.h"
#include "base/multipart.h"
#include "base/utf8.h"
#include "contrib/fuzz/fuzz.h"

/* Names that reach a header have been checked for these two. */
static void
check_name(const char *name)
{
	char back[4 * MULTIPART_FILENAME_MAX];	/* %XX, before it is undone */
	struct str s;

	if (!utf8_is_valid(name, strlen(name)))
		return;
	str_init(&s, 16384);
	disposition_put(&s, true, name);
	require(str_is_ok(&s));
	require(strpbrk(s.s, "\r\n") == NULL);
	require(disposition_filename(s.s, back, sizeof(back)));
	require(strcmp(back, name) == 0);
	str_release(&s);
}

static void
check_part(const struct part *p)
{
	char type[MEDIA_TYPE_MAX];

	require(memchr(p->name, '\0', sizeof(p->name)) != NULL);
	require(p->name[0] != '\0');
	require(memchr(p->type, '\0', sizeof(p->type)) != NULL);
	require(strpbrk(p->type, "\r\n") == NULL);
	media_type(p->bytes, p->len, p->type, type);
	require(strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789"
	    "!#$&^_.+-/") == strlen(type) && strchr(type, '/') != NULL);
	if (p->has_filename)
		check_name(p->filename);
}

static void
check_body(const char *type, const char *body, size_t len)
{
	const char *end = body;
	struct multipart m;
	struct part p;
	enum err e;

	if (!multipart_begin(&m, type, body, len))
		return;
	while ((e = multipart_next(&m, &p)) == ERR_OK) {
		require(p.bytes >= end && p.bytes + p.len <= body + len);
		end = p.bytes + p.len;
		check_part(&p);
	}
	require(e == ERR_DONE || e == ERR_BAD_REQUEST);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t type_len, len;
	char *type, *body;

	if (line == NULL)
		return 0;
	type_len = (size_t)(line - data);
	len = size - type_len - 1;
	type = strndup((const char *)data, type_len);
	body = malloc(len > 0 ? len : 1);
	require(type != NULL && body != NULL);
	memcpy(body, line + 1, len);
	check_body(type, body, len);
	free(type);
	free(body);
	return 0;
}
