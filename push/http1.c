/*
 * http1 - request heads of HTTP/1.1, as nginx forwards them.
 *
 * Every time bytes arrive the caller shows all it has.  As long as the empty
 * line that ends a head is missing there is nothing to do; once it is there
 * the whole head goes through the parser at once, so that a callback sees
 * each piece whole and no parser has to be kept.
 *
 * The parser is lenient where old clients were sloppy.  Nothing sloppy comes
 * through nginx, and what two programs may read differently is how requests
 * are smuggled; so this file refuses what the parser lets pass: bare line
 * feeds, folded lines, control characters, blanks before a colon, a
 * second Host or any other header that may come once only, transfer codings
 * (a body has a Content-Length), versions other than 1.0 and 1.1, and targets
 * that are not a path or do not decode to UTF-8 without NUL.
 */
#include "config.h"

#include <http_parser.h>
#include <strings.h>

#include "base/percent.h"
#include "base/utf8.h"
#include "push/http1.h"

#define NEWLINE		"\r\n"
#define HEAD_END	"\r\n\r\n"

/*
 * The headers that are kept, and what joins two of one name: NULL where a
 * second one is an error.
 */
struct kept {
	const char *name;
	size_t	 offset;
	const char *join;
};

#define KEPT(name, field, join)	{ name, offsetof(struct http1_head, field), join }

static const struct kept kept[] = {
	KEPT("Authorization", authorization, NULL),
	KEPT("Accept", accept, ", "),
	KEPT("Cookie", cookie, "; "),
	KEPT("Origin", origin, NULL),
	KEPT("Last-Event-ID", last_event_id, NULL),
	KEPT("X-Request-Id", request_id, NULL),
	KEPT("X-Real-IP", real_ip, NULL),
	KEPT("Host", host, NULL),
	KEPT("X-Forwarded-Host", forwarded_host, NULL),
	KEPT("X-Forwarded-Proto", proto, NULL),
	KEPT("Upgrade", upgrade, ", "),
	KEPT("Sec-WebSocket-Key", ws_key, NULL),
	KEPT("Sec-WebSocket-Version", ws_version, NULL),
	KEPT("Sec-WebSocket-Protocol", ws_protocol, ", "),
	KEPT("User-Agent", user_agent, " "),
};

/* A piece of the caller's bytes. */
struct slice {
	const char *s;
	size_t	 len;
};

/* What the callbacks share. */
struct reading {
	struct http1_head *head;
	struct arena *arena;
	struct slice target, name;
	struct str values[ARRAY_LEN(kept)];
	int	 hosts_n;
	bool	 whole, full;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_named(struct slice s, const char *name)
{
	return s.len == strlen(name) && strncasecmp(s.s, name, s.len) == 0;
}

static struct slice
trim(struct slice s)
{
	while (s.len > 0 && is_blank(s.s[0]))
		s = (struct slice){ s.s + 1, s.len - 1 };
	while (s.len > 0 && is_blank(s.s[s.len - 1]))
		s.len--;
	return s;
}

/*
 * Lines end with CR LF and none goes on in the next; apart from that a tab is
 * the only control character.
 */
static bool
is_clean(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\r' && i + 1 < len && bytes[i + 1] == '\n')
			i++;
		else if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
		else if (is_blank(bytes[i]) && i > 0 && bytes[i - 1] == '\n')
			return false;
	}
	return true;
}

/* The request line ends with a version that this file speaks. */
static bool
is_version(const char *bytes, size_t len)
{
	static const char version[] = " HTTP/1.";
	const char *end = memmem(bytes, len, NEWLINE, strlen(NEWLINE));
	size_t n = strlen(version) + 1;

	return end != NULL && (size_t)(end - bytes) > n &&
	    memcmp(end - n, version, n - 1) == 0 &&
	    (end[-1] == '0' || end[-1] == '1');
}

/*
 * Decode percent escapes into the arena, and each `+` as `plus`.  NULL for a
 * bad escape, NUL, what is not UTF-8, and when the arena is full.
 */
static char *
decode(struct arena *arena, struct slice s, char plus)
{
	char *out = arena_alloc(arena, s.len + 1);
	size_t i, used, n = 0;
	int byte;

	if (out == NULL)
		return NULL;
	for (i = 0; i < s.len; i += used) {
		if ((byte = percent_byte(s.s + i, s.len - i, &used)) <= 0)
			return NULL;
		out[n++] = s.s[i] == '+' ? plus : (char)byte;
	}
	out[n] = '\0';
	return utf8_is_valid(out, n) ? out : NULL;
}

/* Cut the scheme and the authority off an absolute target. */
static struct slice
to_path(struct slice target)
{
	const char *slash, *colon = memmem(target.s, target.len, "://", 3);
	size_t cut;

	if (target.len == 0 || target.s[0] == '/' || colon == NULL)
		return target;
	cut = (size_t)(colon + 3 - target.s);
	slash = memchr(target.s + cut, '/', target.len - cut);
	if (slash == NULL)
		return (struct slice){ NULL, 0 };
	return (struct slice){ slash, target.len - (size_t)(slash - target.s) };
}

static bool
is_visible(struct slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.s[i] <= ' ' || s.s[i] > '~' || s.s[i] == '#')
			return false;
	return true;
}

/* Path and query of the target; both have to decode. */
static bool
read_target(struct reading *r)
{
	struct slice path = to_path(r->target), query = { "", 0 };
	const char *mark;

	if (path.len == 0 || path.s[0] != '/' || !is_visible(path))
		return false;
	if ((mark = memchr(path.s, '?', path.len)) != NULL) {
		query.s = mark + 1;
		query.len = path.len - (size_t)(mark + 1 - path.s);
		path.len = (size_t)(mark - path.s);
	}
	r->head->path = decode(r->arena, path, '+');
	r->head->query = arena_strndup(r->arena, query.s, query.len);
	return r->head->path != NULL && decode(r->arena, query, ' ') != NULL;
}

static int
on_url(http_parser *p, const char *at, size_t len)
{
	((struct reading *)p->data)->target = (struct slice){ at, len };
	return 0;
}

/* A transfer coding, or a blank in a name, ends the parse. */
static int
on_name(http_parser *p, const char *at, size_t len)
{
	struct reading *r = p->data;

	r->name = (struct slice){ at, len };
	r->hosts_n += is_named(r->name, "Host");
	return memchr(at, ' ', len) != NULL ||
	    is_named(r->name, "Transfer-Encoding");
}

/*
 * Keep a value, behind the one before where there may be several.  They are
 * gathered in a string that grows by doubling: a head of nothing but cookies
 * takes no more than a few times its length.
 */
static bool
keep(struct reading *r, size_t i, struct slice value)
{
	const char **field = (const char **)
	    ((char *)r->head + kept[i].offset);
	struct str *s = &r->values[i];

	if (*field != NULL && kept[i].join == NULL)
		return false;
	if (*field == NULL)
		str_init_arena(s, r->arena);
	else
		str_puts(s, kept[i].join);
	str_put(s, value.s, value.len);
	*field = s->s;
	r->full |= !str_is_ok(s);
	return !r->full;
}

static int
on_value(http_parser *p, const char *at, size_t len)
{
	struct reading *r = p->data;
	struct slice value = trim((struct slice){ at, len });
	size_t i;

	for (i = 0; i < ARRAY_LEN(kept); i++)
		if (is_named(r->name, kept[i].name))
			return !keep(r, i, value);
	return 0;
}

/* Is `word` one of a comma-separated list, in whatever case? */
static bool
has_word(const char *list, const char *word)
{
	struct slice s;

	for (; list != NULL && *list != '\0'; list += *list == ',') {
		s = (struct slice){ list, strcspn(list, ",") };
		list += s.len;
		if (is_named(trim(s), word))
			return true;
	}
	return false;
}

/*
 * The head is whole.  An upgrade starts from a GET without a body, and not
 * from HTTP/1.0 (RFC 9110, section 7.8).  1 tells the parser to skip the body.
 */
static int
on_head(http_parser *p)
{
	struct reading *r = p->data;
	uint64_t body_len = p->flags & F_CONTENTLENGTH ? p->content_length : 0;
	bool is_11 = p->http_minor == 1;

	if (body_len > INT64_MAX || r->hosts_n > 1 || (is_11 && !r->hosts_n))
		return -1;
	r->head->method = http_method_str((enum http_method)p->method);
	r->head->body_len = (int64_t)body_len;
	r->head->keep_alive = http_should_keep_alive(p) != 0;
	r->head->is_upgrade = p->method == HTTP_GET && is_11 && body_len == 0 &&
	    (p->flags & F_CONNECTION_UPGRADE) != 0 &&
	    has_word(r->head->upgrade, "websocket");
	r->whole = true;
	return 1;
}

static bool
parse(struct reading *r, const char *bytes, size_t len)
{
	static const http_parser_settings settings = {
		.on_url = on_url,
		.on_header_field = on_name,
		.on_header_value = on_value,
		.on_headers_complete = on_head
	};
	http_parser parser;

	http_parser_init(&parser, HTTP_REQUEST);
	parser.data = r;
	return http_parser_execute(&parser, &settings, bytes, len) == len &&
	    HTTP_PARSER_ERRNO(&parser) == HPE_OK && r->whole;
}

enum err
http1_read_head(const char *bytes, size_t len, struct arena *arena,
    struct http1_head *out, size_t *used_out)
{
	struct reading r = { .head = out, .arena = arena };
	const char *end = memmem(bytes, len, HEAD_END, strlen(HEAD_END));

	*out = (struct http1_head){ .query = "" };
	*used_out = 0;
	if (end == NULL)
		return ERR_AGAIN;
	len = (size_t)(end - bytes) + strlen(HEAD_END);
	if (!is_clean(bytes, len) || !is_version(bytes, len) ||
	    !parse(&r, bytes, len) || !read_target(&r))
		return r.full || arena_is_full(arena) ? ERR_NOMEM :
		    ERR_BAD_REQUEST;
	*used_out = len;
	return ERR_OK;
}

const char *
http1_query(const struct http1_head *head, struct arena *arena,
    const char *name)
{
	const char *at = head->query, *key;
	size_t len, key_len;

	for (; *at != '\0'; at += len + (at[len] == '&')) {
		len = strcspn(at, "&");
		key_len = strcspn(at, "=&");
		key = decode(arena, (struct slice){ at, key_len }, ' ');
		if (key == NULL || strcmp(key, name) != 0)
			continue;
		key_len += key_len < len;
		return decode(arena, (struct slice){ at + key_len,
		    len - key_len }, ' ');
	}
	return NULL;
}

/* 101 is followed by another protocol, 204 and 304 by nothing. */
static bool
has_length(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

void
http1_put_answer(struct str *out, const struct http1_answer *a)
{
	str_printf(out, "HTTP/1.1 %d %s" NEWLINE, a->status,
	    http1_reason(a->status));
	if (a->content_type != NULL)
		str_printf(out, "Content-Type: %s" NEWLINE, a->content_type);
	if (has_length(a->status))
		str_printf(out, "Content-Length: %zu" NEWLINE, a->body_len);
	if (a->status >= 200)
		str_printf(out, "Connection: %s" NEWLINE,
		    a->keep_alive ? "keep-alive" : "close");
	if (a->extra != NULL)
		str_puts(out, a->extra);
	str_puts(out, NEWLINE);
	if (has_length(a->status))
		str_put(out, a->body, a->body_len);
}

const char *
http1_reason(int status)
{
	const char *reason = http_status_str((enum http_status)status);

	return reason[0] == '<' ? "" : reason;
}
