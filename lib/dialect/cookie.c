/*
 * cookie - the credentials that a request carries, and the one that it is given.
 *
 * A login may leave its token with the browser, out of reach of scripts.  A
 * browser sends it by itself, so the page that the request comes from has to be
 * one of this very site: SameSite says so to the browser, and the Origin is
 * looked at here, because a WebSocket is not bound by it everywhere.
 */
#include "config.h"

#include <strings.h>

#include "dialect/exchange.h"

static const char cookie_name[] = "natterjack_token";

/* "Bearer <token>", the first word in any case. */
const char *
exchange_bearer(struct exchange *x)
{
	static const char scheme[] = "Bearer ";
	const char *s = x->request.authorization;

	if (s == NULL || strncasecmp(s, scheme, sizeof(scheme) - 1) != 0)
		return NULL;
	s += sizeof(scheme) - 1;
	return s + strspn(s, " ");
}

const char *
exchange_cookie(struct exchange *x, const char *name)
{
	const char *s = x->request.cookie;
	size_t name_len = strlen(name), len;

	if (s == NULL)
		return NULL;
	for (; *s != '\0'; s += len + (s[len] == ';')) {
		s += strspn(s, " ");
		len = strcspn(s, ";");
		if (len > name_len && s[name_len] == '=' &&
		    memcmp(s, name, name_len) == 0)
			return arena_strndup(x->call.arena, s + name_len + 1,
			    len - name_len - 1);
	}
	return NULL;
}

/*
 * The Origin is the scheme and the host that the request went to.  Without TLS
 * here, there may be a proxy before nginx that has taken it off.
 */
static bool
is_own_page(const struct request *r)
{
	static const char safe[] = "https://", plain[] = "http://";
	const char *s = r->origin;

	if (s == NULL)
		return true;
	if (strncasecmp(s, safe, sizeof(safe) - 1) == 0)
		s += sizeof(safe) - 1;
	else if (!r->is_https && strncasecmp(s, plain, sizeof(plain) - 1) == 0)
		s += sizeof(plain) - 1;
	else
		return false;
	return r->host != NULL && strcasecmp(s, r->host) == 0;
}

const char *
exchange_cookie_token(struct exchange *x)
{
	return is_own_page(&x->request) ? exchange_cookie(x, cookie_name) :
	    NULL;
}

void
exchange_keep_token(struct exchange *x, const char *token, int64_t age_s)
{
	struct str s;

	str_init_arena(&s, x->call.arena);
	str_puts(&s, cookie_name);
	str_putc(&s, '=');
	str_puts(&s, token);
	str_puts(&s, "; Path=/; Max-Age=");
	str_put_int(&s, age_s);
	str_puts(&s, "; HttpOnly; SameSite=Strict");
	if (x->request.is_https)
		str_puts(&s, "; Secure");
	if (str_is_ok(&s))
		exchange_header(x, "Set-Cookie", s.s);
}
