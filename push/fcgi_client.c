/*
 * fcgi_client - the client's side of FastCGI 1.0, without a socket.
 *
 *	record: version type id(2) length(2) padding(1) reserved(1) content pad
 *
 *	out: BEGIN_REQUEST PARAMS… PARAMS(empty) STDIN… STDIN(empty)
 *	in:  STDOUT… STDOUT(empty) STDERR… END_REQUEST
 */
#include "config.h"

#include <strings.h>

#include "base/num.h"
#include "push/fcgi_client.h"

enum {
	FCGI_VERSION = 1, REQUEST_ID = 1, RESPONDER = 1, HEAD_LEN = 8,
	BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6,
	STDERR = 7,
	CONTENT_MAX = 65528,	/* a multiple of 8: no padding is needed */
	LEN_LONG = 128,
	PROTOCOL_STATUS_AT = 4, REQUEST_COMPLETE = 0
};

static void
put_head(struct str *out, uint8_t type, size_t len)
{
	const uint8_t head[HEAD_LEN] = { FCGI_VERSION, type, 0, REQUEST_ID,
	    (uint8_t)(len >> 8), (uint8_t)len, 0, 0 };

	str_put(out, head, sizeof(head));
}

/* A stream of records, and the empty one that ends it. */
static void
put_stream(struct str *out, uint8_t type, const char *bytes, size_t len)
{
	size_t n;

	for (; len > 0; bytes += n, len -= n) {
		n = len < CONTENT_MAX ? len : CONTENT_MAX;
		put_head(out, type, n);
		str_put(out, bytes, n);
	}
	put_head(out, type, 0);
}

static void
put_len(struct str *out, size_t len)
{
	const uint8_t big[4] = { (uint8_t)(0x80 | len >> 24),
	    (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len };

	if (len < LEN_LONG)
		str_putc(out, (char)len);
	else
		str_put(out, big, sizeof(big));
}

static void
put_params(struct str *out, const struct fcgi_request *r)
{
	struct str s;
	size_t i, name_len, value_len;

	str_init(&s, out->max);
	for (i = 0; i < r->params_n; i++) {
		name_len = strlen(r->params[i].name);
		value_len = strlen(r->params[i].value);
		put_len(&s, name_len);
		put_len(&s, value_len);
		str_put(&s, r->params[i].name, name_len);
		str_put(&s, r->params[i].value, value_len);
	}
	put_stream(out, PARAMS, s.s, s.len);
	out->bad = out->bad || s.bad;
	str_release(&s);
}

void
fcgi_put_request(struct str *out, const struct fcgi_request *r)
{
	static const uint8_t begin[8] = { 0, RESPONDER, 0 };

	put_head(out, BEGIN_REQUEST, sizeof(begin));
	str_put(out, begin, sizeof(begin));
	put_params(out, r);
	put_stream(out, STDIN, r->body, r->body_len);
}

void
fcgi_answer_init(struct fcgi_answer *a, size_t max)
{
	*a = (struct fcgi_answer){ .head_len = 0 };
	str_init(&a->text, max);
}

void
fcgi_answer_release(struct fcgi_answer *a)
{
	str_release(&a->text);
}

/* The head of a record is whole: what follows it? */
static enum err
begin_record(struct fcgi_answer *a)
{
	const uint8_t *h = a->head;

	if (h[0] != FCGI_VERSION || h[2] != 0 || h[3] != REQUEST_ID ||
	    (h[1] != STDOUT && h[1] != STDERR && h[1] != END_REQUEST))
		return ERR_BAD_REQUEST;
	a->content_left = (size_t)h[4] << 8 | h[5];
	a->padding_left = h[6];
	if (h[1] == END_REQUEST && a->content_left != sizeof(a->end))
		return ERR_BAD_REQUEST;
	return ERR_OK;
}

static size_t
take_head(struct fcgi_answer *a, const char *bytes, size_t len)
{
	size_t n = HEAD_LEN - a->head_len;

	if (n > len)
		n = len;
	memcpy(a->head + a->head_len, bytes, n);
	a->head_len += (uint8_t)n;
	return n;
}

static size_t
take_content(struct fcgi_answer *a, const char *bytes, size_t len)
{
	size_t n = a->content_left < len ? a->content_left : len;

	if (a->head[1] == STDOUT) {
		str_put(&a->text, bytes, n);
	} else if (a->head[1] == END_REQUEST) {
		memcpy(a->end + a->end_len, bytes, n);
		a->end_len += (uint8_t)n;
	}
	a->content_left -= n;
	return n;
}

/* Some bytes of the present record; how many, 0 on an error. */
static size_t
take_some(struct fcgi_answer *a, const char *bytes, size_t len)
{
	size_t n;

	if (a->head_len < HEAD_LEN) {
		n = take_head(a, bytes, len);
		if (a->head_len == HEAD_LEN && begin_record(a) != ERR_OK)
			return 0;
	} else if (a->content_left > 0) {
		n = take_content(a, bytes, len);
	} else {
		n = a->padding_left < len ? a->padding_left : len;
		a->padding_left -= n;
	}
	return n;
}

/* All of the record has come. */
static void
end_record(struct fcgi_answer *a)
{
	if (a->head_len < HEAD_LEN || a->content_left + a->padding_left > 0)
		return;
	a->is_done = a->head[1] == END_REQUEST;
	a->head_len = 0;
}

enum err
fcgi_answer_take(struct fcgi_answer *a, const char *bytes, size_t len)
{
	size_t n;

	while (len > 0 && !a->is_done) {
		if ((n = take_some(a, bytes, len)) == 0)
			return ERR_BAD_REQUEST;
		bytes += n;
		len -= n;
		end_record(a);
	}
	if (!str_is_ok(&a->text))
		return ERR_TOO_LARGE;
	if (!a->is_done)
		return ERR_AGAIN;
	return a->end[PROTOCOL_STATUS_AT] == REQUEST_COMPLETE ? ERR_OK :
	    ERR_BAD_REQUEST;
}

/* "Status: 200 OK" → 200. */
static int
parse_status(const char *line, size_t len)
{
	static const char name[] = "Status:";
	int64_t status;
	char digits[4];

	if (len < sizeof(name) - 1 ||
	    strncasecmp(line, name, sizeof(name) - 1) != 0)
		return 0;
	line += sizeof(name) - 1;
	line += strspn(line, " ");
	snprintf(digits, sizeof(digits), "%.3s", line);
	return num_parse(digits, 100, 599, &status) ? (int)status : 0;
}

bool
fcgi_answer_parse(const struct fcgi_answer *a, int *status_out,
    const char **body_out, size_t *len_out)
{
	const char *line = a->text.s, *end = line + a->text.len, *stop;
	int status;

	*status_out = 200;
	while ((stop = memmem(line, (size_t)(end - line), "\r\n", 2)) != NULL) {
		if (stop == line) {
			*body_out = stop + 2;
			*len_out = (size_t)(end - stop - 2);
			return true;
		}
		status = parse_status(line, (size_t)(stop - line));
		if (status != 0)
			*status_out = status;
		line = stop + 2;
	}
	return false;
}
