/*
 * serve - one request from its first byte to its last.
 *
 *	head -> address -> route -> body -> who asks -> handler
 *	     -> settle -> hint -> send
 *
 * An error on the way skips to settle, and the dialect that owns the path
 * words it.  Refusals settle too: "this name is taken" must not be said of a
 * name that a power cut would free.  The hint goes out before the answer,
 * because subscribers are many and wait for it, while the one who sent needs
 * nothing more from us.
 */
#include "config.h"

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "core/auth.h"
#include "core/password.h"
#include "dialect/cast.h"
#include "fcgi/notify.h"
#include "fcgi/serve.h"
#include "store/filedir.h"
#include "store/store.h"

enum {
	SPARE_MAX = 512 * 1024,
	COMPLAIN_EVERY_MS = 1000,
	FORM_MAX = 64 * 1024	/* of a form, besides its file */
};

/* A request under way, with what is known about it besides the exchange. */
struct service {
	struct server *server;
	struct exchange x;
	struct http_head head;
	struct target target;
	struct route_match match;
	struct incoming body;	/* of an upload that came through nginx */
};

void
server_init(struct server *s)
{
	arena_init(&s->arena, s->conf->request_arena_max);
	arena_init(&s->spare, SPARE_MAX);
}

void
server_release(struct server *s)
{
	arena_release(&s->arena);
	arena_release(&s->spare);
}

/* An exchange that can be refused from now on, whatever comes. */
static void
begin(struct service *v, struct server *s)
{
	*v = (struct service){ .server = s, .body.fd = -1 };
	v->x.call = (struct call){
		.store = s->store,
		.conf = s->conf,
		.arena = &s->arena,
		.now = clock_now_ms(),
	};
	v->x.request = (struct request){
		.id = "", .method = "", .path = "/", .query = "", .body = "",
		.remote_addr = "",
	};
	v->match.dialect = dialects[0];
	str_init_arena(&v->x.answer.body, &s->arena);
	s->store->last_seq = 0;
}

/* From here on the log knows which request it is. */
static enum err
read_head(struct service *v)
{
	struct request *r = &v->x.request;
	enum err e = http_get_head(v->server->http, r, &v->head);

	v->x.call.address = r->remote_addr;
	log_set_request(r->id);
	board_name(v->server->slot, r->id);
	return e;
}

/* An upload, unless nginx has written it to the disk already. */
static enum err
save_body(struct service *v)
{
	const struct conf *conf = v->server->conf;
	enum err e;

	if (v->x.request.body_file != NULL)
		return ERR_OK;
	e = filedir_create(conf->files_dir, &v->body);
	if (e == ERR_OK)
		e = http_save_body(v->server->http, &v->body,
		    conf->files_max + FORM_MAX);
	v->x.request.body_file = v->body.name;
	/* In which words it is refused is for the handler to say. */
	v->x.request.is_cut = e == ERR_TOO_LARGE;
	return e == ERR_TOO_LARGE ? ERR_OK : e;
}

static enum err
read_body(struct service *v)
{
	struct server *s = v->server;
	enum err e;

	if (v->match.route->flags & ROUTE_FILE)
		e = save_body(v);
	else
		e = http_read_body(s->http, &s->arena,
		    s->conf->request_body_max, &v->x.request);
	if (e == ERR_BAD_REQUEST)
		v->x.detail = "The body is not as long as was announced.";
	return e;
}

static enum err
find_route(struct service *v)
{
	struct request *r = &v->x.request;
	struct route_query q = { r->method, &v->target, v->head.is_upcall };
	enum err e;

	e = target_parse(&v->server->arena, v->head.uri, &v->target);
	if (e == ERR_BAD_REQUEST)
		v->x.detail = "The path is not UTF-8 in percent-encoding.";
	if (e != ERR_OK) {
		v->match.dialect = routes_owner(v->server->routes, v->head.uri);
		return e;
	}
	r->path = v->target.path;
	r->query = v->target.query;
	e = routes_find(v->server->routes, &q, &v->match);
	memcpy(r->param, v->match.param, sizeof(r->param));
	r->params_n = v->match.params_n;
	return e;
}

/* Tell which methods the path has. */
static void
put_allow(struct service *v)
{
	struct str allow;

	str_init_arena(&allow, v->x.call.arena);
	routes_allow(&v->match, &allow);
	if (str_is_ok(&allow))
		exchange_header(&v->x, "Allow", allow.s);
}

/* By the word of push; who wants a socket is not known yet. */
static enum err
identify_upcall(struct service *v)
{
	struct call *c = &v->x.call;

	if (v->match.route->flags & ROUTE_ENTER)
		return ERR_OK;
	c->user_id = v->head.user_id;
	c->session_id = v->head.session_id;
	return c->session_id != 0 ? ERR_OK : ERR_SESSION_ENDED;
}

/* Without a token: somebody whom the operator lets do that, or else nobody. */
static enum err
identify_guest(struct service *v)
{
	const struct dialect *d = v->match.dialect;
	enum err e = d->guest != NULL ? d->guest(&v->x) : ERR_NO_TOKEN;

	if (e == ERR_NO_TOKEN && (v->match.route->flags & ROUTE_AUTH_IF))
		return ERR_OK;
	return e;
}

/*
 * Who asks, by the token or, in an upcall, by the word of push.  Whether that
 * session lives is for the database to say.
 */
static enum err
identify(struct service *v)
{
	struct call *c = &v->x.call;
	unsigned flags = v->match.route->flags;
	struct identity who;
	const char *token;
	enum err e;

	if (flags & ROUTE_UPCALL)
		return identify_upcall(v);
	if (!(flags & (ROUTE_AUTH | ROUTE_AUTH_IF)))
		return ERR_OK;
	if ((token = v->match.dialect->token(&v->x)) == NULL)
		return identify_guest(v);
	e = auth_token_verify(c->conf, token, c->now, &who);
	if (e != ERR_OK)
		return e;
	c->user_id = who.user_id;
	c->session_id = who.session_id;
	return ERR_OK;
}

/* Run a handler whose caller is known to be logged in. */
static enum err
run_checked(struct service *v)
{
	enum err e = call_check(&v->x.call);

	return e == ERR_OK ? v->match.route->handle(&v->x) : e;
}

/*
 * Run a handler whose verb checks the session as it begins to write.  What it
 * has found wrong before that is told to nobody who is not logged in.
 */
static enum err
run_writing(struct service *v)
{
	struct call *c = &v->x.call;
	enum err e = v->match.route->handle(&v->x), checked = ERR_OK;

	if (!c->is_checked)
		checked = call_check(c);
	return checked == ERR_OK ? e : checked;
}

/*
 * The check and a reading handler see one state of the database: nobody reads
 * with a session that had ended in what they are shown.
 */
static enum err
run_handler(struct service *v)
{
	struct store *store = v->x.call.store;
	unsigned flags = v->match.route->flags;
	enum err e;

	if ((e = identify(v)) != ERR_OK)
		return e;
	if (flags & ROUTE_WRITE)
		return run_writing(v);
	if (!(flags & ROUTE_READ))
		return run_checked(v);
	if ((e = store_read_begin(store)) != ERR_OK)
		return e;
	e = run_checked(v);
	store_read_end(store);
	return e;
}

static bool
is_full(const struct service *v)
{
	return arena_is_full(&v->server->arena) ||
	    !str_is_ok(&v->x.answer.body);
}

/* Answer for the handlers: which methods a path has. */
static enum err
answer_options(struct service *v)
{
	put_allow(v);
	v->x.answer.status = 204;
	return ERR_OK;
}

static enum err
answer(struct service *v)
{
	enum err e;

	if ((e = read_head(v)) == ERR_OK)
		e = find_route(v);
	if (e == ERR_METHOD && v->match.dialect->has_head &&
	    strcmp(v->x.request.method, "OPTIONS") == 0)
		return answer_options(v);
	/* A small body may be a large one inside. */
	if (e == ERR_OK && v->head.is_encoded)
		e = ERR_ENCODING;
	if (e == ERR_OK)
		e = read_body(v);
	return e == ERR_OK ? run_handler(v) : e;
}

/* Everything up to an answer that may be sent, or the reason why not. */
static enum err
work(struct service *v)
{
	enum err e = answer(v), settled;

	store_abandon(v->x.call.store);
	if (is_full(v))
		e = ERR_NOMEM;
	if (v->match.route != NULL && v->match.route->flags & ROUTE_HEALTH)
		return e;
	settled = store_settle(v->x.call.store);
	return settled == ERR_OK ? e : settled;
}

/* When it is worth to come again. */
static void
put_retry(struct service *v, enum err e)
{
	int64_t s = v->x.call.retry_s;
	struct str text;

	if (err_status(e) != 503 && e != ERR_RATE)
		return;
	str_init_arena(&text, v->x.call.arena);
	str_put_int(&text, e == ERR_RATE && s > 0 ? s : 1);
	if (str_is_ok(&text))
		exchange_header(&v->x, "Retry-After", text.s);
}

/* Begin the answer again, with the dialect's words for the error. */
static void
refuse(struct service *v, enum err e)
{
	struct exchange *x = &v->x;

	/* What is left of the request's own memory may not be enough. */
	x->call.arena = &v->server->spare;
	x->answer = (struct answer){ 0 };
	str_init_arena(&x->answer.body, x->call.arena);
	if (e == ERR_METHOD)
		put_allow(v);
	put_retry(v, e);
	v->match.dialect->refuse(x, e);
}

/*
 * What the operator should know of; the rest is the client's affair.  What the
 * environment does, it does to every request: once a second is enough.
 */
static void
log_refusal(struct service *v, enum err e)
{
	const struct request *r = &v->x.request;
	int64_t now = clock_mono_ms();

	if (err_status(e) < 500)
		return;
	if (e == ERR_FULL || e == ERR_READONLY || e == ERR_IO ||
	    e == ERR_CORRUPT)
		commit_set_fault(v->server->store->commit, e);
	if (err_status(e) == 503) {
		if (e == v->server->complained && now < v->server->complain_at)
			return;
		v->server->complain_at = now + COMPLAIN_EVERY_MS;
		v->server->complained = e;
	}
	if (e == ERR_CORRUPT)
		log_error("%s %s: the database %s is damaged", r->method,
		    r->path, v->server->conf->database_path);
	else if (e == ERR_IO)
		log_error("%s %s: the disk of %s fails: nobody can write until"
		    " it is mended", r->method, r->path,
		    v->server->conf->database_path);
	else if (e == ERR_READONLY)
		log_error("%s %s: %s is read-only", r->method, r->path,
		    v->server->conf->database_path);
	else if (e == ERR_FULL)
		log_error("%s %s: the disk of %s is full", r->method, r->path,
		    v->server->conf->database_path);
	else if (err_status(e) == 503)
		log_warn("%s %s: %s", r->method, r->path, err_text(e));
	else
		log_error("%s %s: %s (%s)", r->method, r->path, err_text(e),
		    err_code(e));
}

/* A storm of such requests would keep messages waiting. */
static void
complain_of_pool(struct service *v)
{
	const struct request *r = &v->x.request;
	int64_t now = clock_mono_ms();

	if (now < v->server->complain_at)
		return;
	v->server->complain_at = now + COMPLAIN_EVERY_MS;
	log_warn("%s %s has hashed a password in the main pool: is nginx's "
	    "configuration of this version?", r->method, r->path);
}

/* One worker of all tells push how far the log is on disk. */
static void
tell_push(const struct service *v)
{
	struct store *store = v->server->store;
	const struct cast *cast;

	if (store->last_seq > 0 &&
	    commit_take_hint(store->commit, store->last_seq))
		notify_wake(store->last_seq);
	for (cast = v->x.answer.cast; cast != NULL; cast = cast->next)
		notify_cast(cast);
}

static void
serve(struct service *v)
{
	const struct request *r = &v->x.request;
	int64_t begun = clock_mono_ms(), hashed_n = password_hashed_n();
	enum err e;
	bool sent;

	if ((e = work(v)) != ERR_OK) {
		log_refusal(v, e);
		refuse(v, e);
	}
	if (!v->server->is_auth && password_hashed_n() != hashed_n)
		complain_of_pool(v);
	tell_push(v);
	exchange_header(&v->x, "X-Request-Id", r->id);
	sent = http_send(v->server->http, r, &v->x.answer);
	log_debug("%s %s %d %zu bytes %lld ms%s", r->method, r->path,
	    http_status(&v->x.answer), v->x.answer.body.len,
	    (long long)(clock_mono_ms() - begun),
	    sent ? "" : ", but the client has gone");
}

enum err
server_take(struct server *s)
{
	struct service v;
	enum err e;

	board_begin(s->slot);
	if ((e = http_accept(s->http)) != ERR_OK) {
		board_cancel(s->slot);
		return e;
	}
	begin(&v, s);
	serve(&v);
	exchange_release(&v.x);
	filedir_close(&v.body);
	http_finish(s->http);
	arena_reset(&s->arena);
	arena_reset(&s->spare);
	log_set_request(NULL);
	board_end(s->slot);
	return ERR_OK;
}
