/*
 * health - GET /health: does all of it work together?
 *
 * The database is asked for the head of the log, and then to settle, so that
 * a disk that takes no more syncs is seen; after a fault, whether one can write.
 * Push gets PUSH_WAIT_MS to answer: whoever asks for health wants to be told in
 * time.
 */
#include "config.h"

#include "base/base.h"
#include "fcgi/health.h"
#include "fcgi/notify.h"
#include "store/event.h"
#include "store/keep.h"

enum { PUSH_WAIT_MS = 500 };

/*
 * Somebody was told that the storage does not work.  Does it now?  Nothing else
 * may come that would find out, when who asks has sent everybody away.
 */
static enum err
check_storage(struct store *store)
{
	enum err e = commit_fault(store->commit);

	if (commit_has_failed(store->commit))
		return e == ERR_OK ? ERR_IO : e;
	return e == ERR_OK || e == ERR_CORRUPT ? e : store_probe(store);
}

static enum err
check_database(struct store *store)
{
	int64_t seq;
	enum err e;

	if ((e = check_storage(store)) != ERR_OK)
		return e;
	if (store_log_is_full(store))
		return ERR_LOG_LONG;
	if ((e = store_event_head(store, &seq)) != ERR_OK)
		return e;
	return store_settle(store);
}

/* What push cannot bring to the disk nobody else can, either. */
static enum err
check_push(struct store *store)
{
	enum err e = notify_ping(PUSH_WAIT_MS);

	if (e == ERR_IO)
		commit_fail(store->commit);
	return e;
}

static const char *
describe(enum err e)
{
	return e == ERR_OK ? "ok" : err_text(e);
}

static enum err
get_health(struct exchange *x)
{
	enum err database = check_database(x->call.store);
	enum err push = check_push(x->call.store);
	bool is_well = database == ERR_OK && push == ERR_OK;
	struct jw jw;

	exchange_json(x, is_well ? 200 : 503, &jw);
	exchange_header(x, "Cache-Control", "no-store");
	if (!is_well)
		exchange_header(x, "Retry-After", "1");
	jw_object_begin(&jw);
	jw_key_str(&jw, "status", is_well ? "healthy" : "unhealthy");
	jw_key_str(&jw, "database", describe(database));
	jw_key_str(&jw, "push", describe(push));
	jw_key_str(&jw, "version", PACKAGE_VERSION);
	jw_object_end(&jw);
	return ERR_OK;
}

static bool
owns(const char *path)
{
	return strcmp(path, "/health") == 0;
}

/* Our own dialect words what can go wrong here, like a wrong method. */
static void
refuse(struct exchange *x, enum err e)
{
	dialects[0]->refuse(x, e);
}

static const char *
no_token(struct exchange *x)
{
	(void)x;
	return NULL;
}

static const struct route routes[] = {
	{ "GET", "/health", get_health, ROUTE_HEALTH },
};

const struct dialect health_dialect = {
	.name = "health",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.has_head = true,
	.is_strict_slash = true,
	.owns = owns,
	.refuse = refuse,
	.token = no_token,
};
