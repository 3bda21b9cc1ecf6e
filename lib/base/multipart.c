/*
 * multipart - reads a body of multipart/form-data (RFC 7578).
 *
 * A boundary that goes on with something else ends nothing: it is content,
 * and the search continues behind it.  Every byte is looked at once, whatever
 * the body holds.
 */
#include "config.h"

#include <strings.h>

#include "base/disposition.h"
#include "base/multipart.h"
#include "base/num.h"

static bool
is_form_data(const char *content_type)
{
	static const char type[] = "multipart/form-data";
	size_t len = sizeof(type) - 1;

	return content_type != NULL &&
	    strncasecmp(content_type, type, len) == 0 &&
	    strchr("; \t", content_type[len]) != NULL;
}

/* RFC 2046 allows these and no others; some would be a header's end. */
static bool
is_boundary(const char *s)
{
	static const char chars[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
	size_t len = strlen(s);

	return len > 0 && strspn(s, chars) == len && s[len - 1] != ' ';
}

bool
multipart_begin(struct multipart *m, const char *content_type,
    const char *bytes, size_t len)
{
	char boundary[MULTIPART_BOUNDARY_MAX + 1];

	if (!is_form_data(content_type) || !disposition_param(content_type,
	    "boundary", boundary, sizeof(boundary)) || !is_boundary(boundary))
		return false;
	*m = (struct multipart){ .bytes = bytes, .len = len };
	m->delimiter_len = (size_t)snprintf(m->delimiter, sizeof(m->delimiter),
	    "\r\n--%s", boundary);
	return true;
}

/* How many bytes end a line at `at`, blanks included; 0: it goes on. */
static size_t
line_end(const struct multipart *m, size_t at)
{
	size_t n = at;

	while (n < m->len && (m->bytes[n] == ' ' || m->bytes[n] == '\t'))
		n++;
	if (m->len - n < 2 || memcmp(m->bytes + n, "\r\n", 2) != 0)
		return 0;
	return n + 2 - at;
}

static bool
is_last(const struct multipart *m, size_t at)
{
	return m->len - at >= 2 && memcmp(m->bytes + at, "--", 2) == 0;
}

/* Find a delimiter from `from` on; false when there is none. */
static bool
find_delimiter(const struct multipart *m, size_t from, size_t *out)
{
	const char *found;
	size_t behind;

	while ((found = memmem(m->bytes + from, m->len - from, m->delimiter,
	    m->delimiter_len)) != NULL) {
		*out = (size_t)(found - m->bytes);
		behind = *out + m->delimiter_len;
		if (is_last(m, behind) || line_end(m, behind) > 0)
			return true;
		from = behind;
	}
	return false;
}

/* The first delimiter may stand at the very beginning, without its CRLF. */
static bool
find_first(struct multipart *m)
{
	const char *text = m->delimiter + 2;
	size_t len = m->delimiter_len - 2, at;

	if (m->len >= len && memcmp(m->bytes, text, len) == 0 &&
	    (is_last(m, len) || line_end(m, len) > 0))
		m->at = len;
	else if (find_delimiter(m, 0, &at))
		m->at = at + m->delimiter_len;
	else
		return false;
	return m->has_begun = true;
}

/* Browsers write a quote and a line's end in a name as %22, %0D and %0A. */
static void
undo_percents(char *s)
{
	char *to = s;
	int byte;

	for (; *s != '\0'; *to++ = *s++) {
		byte = *s == '%' ? num_hex_byte(s + 1) : -1;
		if (byte == '"' || byte == '\r' || byte == '\n') {
			s += 2;
			*s = (char)byte;
		}
	}
	*to = '\0';
}

static enum err
read_disposition(const char *value, struct part *p)
{
	if (!disposition_param(value, "name", p->name, sizeof(p->name)))
		return ERR_BAD_REQUEST;
	undo_percents(p->name);
	p->has_filename = disposition_filename(value, p->filename,
	    sizeof(p->filename));
	if (p->has_filename)
		undo_percents(p->filename);
	return ERR_OK;
}

static enum err
read_type(const char *value, struct part *p)
{
	size_t len = strlen(value);

	if (len >= sizeof(p->type))
		return ERR_BAD_REQUEST;
	memcpy(p->type, value, len + 1);
	return ERR_OK;
}

static enum err
read_encoding(const char *value, struct part *p UNUSED)
{
	static const char *const plain[] = { "binary", "8bit", "7bit" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(plain); i++)
		if (strcasecmp(value, plain[i]) == 0)
			return ERR_OK;
	return ERR_BAD_REQUEST;
}

/* A line of a part's head; what is not known does not matter. */
static enum err
read_line(char *line, struct part *p)
{
	static const struct {
		const char *name;
		enum err (*read)(const char *value, struct part *);
	} known[] = {
		{ "content-disposition", read_disposition },
		{ "content-type", read_type },
		{ "content-transfer-encoding", read_encoding }
	};
	char *value = strchr(line, ':');
	size_t i;

	if (value == NULL)
		return ERR_BAD_REQUEST;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (i = 0; i < ARRAY_LEN(known); i++)
		if (strcasecmp(line, known[i].name) == 0)
			return known[i].read(value, p);
	return ERR_OK;
}

/*
 * Copy the line at `at`; false when it is too long, has no end, or holds what
 * would end it for somebody else.
 */
static bool
copy_line(const struct multipart *m, size_t at, char line[MULTIPART_LINE_MAX],
    size_t *len_out)
{
	const char *end = memmem(m->bytes + at, m->len - at, "\r\n", 2);

	if (end == NULL)
		return false;
	*len_out = (size_t)(end - m->bytes) - at;
	if (*len_out >= MULTIPART_LINE_MAX)
		return false;
	memcpy(line, m->bytes + at, *len_out);
	line[*len_out] = '\0';
	return strcspn(line, "\r\n") == *len_out;
}

/* Read a part's head; `*at` goes from its beginning to behind its empty line. */
static enum err
read_head(const struct multipart *m, size_t *at, struct part *p)
{
	char line[MULTIPART_LINE_MAX];
	size_t begin = *at, len;
	enum err e;

	for (;;) {
		if (*at - begin > MULTIPART_HEAD_MAX ||
		    !copy_line(m, *at, line, &len))
			return ERR_BAD_REQUEST;
		*at += len + 2;
		if (len == 0)
			return p->name[0] != '\0' ? ERR_OK : ERR_BAD_REQUEST;
		if ((e = read_line(line, p)) != ERR_OK)
			return e;
	}
}

enum err
multipart_next(struct multipart *m, struct part *out)
{
	size_t at, end;
	enum err e;

	if (!m->has_begun && !find_first(m))
		return ERR_BAD_REQUEST;
	if (is_last(m, m->at))
		return ERR_DONE;
	at = m->at + line_end(m, m->at);
	*out = (struct part){ .len = 0 };
	if ((e = read_head(m, &at, out)) != ERR_OK)
		return e;
	/* Where there is no content, the head's CRLF may be the delimiter's. */
	if (!find_delimiter(m, at - 2, &end))
		return ERR_BAD_REQUEST;
	out->bytes = m->bytes + at;
	out->len = end > at ? end - at : 0;
	m->at = end + m->delimiter_len;
	return ERR_OK;
}
