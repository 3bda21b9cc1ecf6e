/*
 * natterjack - the operator's command.
 *
 *	natterjack [-c FILE] migrate | demo-data | check | health | version | help
 *
 * It looks at an instance from outside, through the same configuration and the
 * same database as the programs that serve; it needs neither of them to run.
 * Only migrate and demo-data write; migrate only what the first start of
 * natterjack-fcgi would write too.  It never repairs: a damaged database is
 * reported, and left as it is.
 */
#include "config.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/base.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/privilege.h"
#include "fcgi/demo.h"
#include "fcgi/notify.h"
#include "store/event.h"
#include "store/store.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78, PUSH_WAIT_MS = 2000,
    TEXT_LEN = 1024 };

struct command {
	const char *name;
	int	 (*run)(const struct conf *);
	bool	 needs_conf;
	const char *text;
};

/* One line per part: its name, whether it is well, and what there is to say. */
static void PRINTF_LIKE(3, 4)
report(const char *part, enum err e, const char *fmt, ...)
{
	char text[TEXT_LEN] = "";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("%-9s %s%s%s\n", part, e == ERR_OK ? "ok" : "failed",
	    *text != '\0' ? ": " : "", text);
}

static enum err
open_to_read(const struct conf *conf, struct store **store_out)
{
	return store_open(&(struct store_options){ .driver = &db_sqlite,
	    .path = conf->database_path, .mode = DB_READ,
	    .busy_ms = conf->database_busy_ms }, store_out);
}

static int
run_migrate(const struct conf *conf)
{
	enum err e = store_migrate(&db_sqlite, conf->database_path,
	    conf->database_busy_ms);

	if (e != ERR_OK)
		die(1, "%s: %s", conf->database_path, err_text(e));
	return 0;
}

static int
run_demo(const struct conf *conf)
{
	enum err e = demo_load(conf);

	if (e != ERR_OK)
		die(1, "%s: %s", conf->database_path, err_text(e));
	return 0;
}

static bool
check_secret(const struct conf *conf)
{
	char fault[CONF_FAULT_LEN] = "";
	enum err e = conf_check_secret(conf, fault);

	report("secret", e, "%s", fault);
	return e == ERR_OK;
}

/* One row may tell of several faults, a line for each. */
static void
report_faults(const char *text)
{
	int len;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = (int)strcspn(text, "\n");
		report("database", ERR_CORRUPT, "%.*s", len, text);
	}
}

/* The database says what is wrong with it, or "ok". */
static enum err
check_rows(struct store *store)
{
	struct db_query *q;
	const char *text;
	enum err e, result = ERR_OK;

	if ((e = db_query(store->db, SQL_CHECK, DB_NONE, &q)) != ERR_OK)
		return e;
	while ((e = db_step(store->db, q)) == ERR_OK) {
		text = db_text(store->db, q, 0);
		if (text == NULL || strcmp(text, "ok") == 0)
			continue;
		report_faults(text);
		result = ERR_CORRUPT;
	}
	db_done(store->db, SQL_CHECK);
	return e == ERR_DONE ? result : e;
}

static bool
check_database(const struct conf *conf)
{
	struct store *store;
	enum err e;

	if ((e = open_to_read(conf, &store)) == ERR_OK) {
		e = check_rows(store);
		store_close(store);
	}
	if (e == ERR_OK)
		report("database", e, "%s, schema %d", conf->database_path,
		    store_schema_version());
	else
		report("database", e, "%s: %s", conf->database_path,
		    err_text(e));
	return e == ERR_OK;
}

static int
run_check(const struct conf *conf)
{
	char path[108];
	bool secret_is_ok = check_secret(conf), database_is_ok, run_is_ok;

	run_is_ok = conf_socket_path(conf, "hint.sock", path);
	if (!run_is_ok)
		report("run.dir", ERR_CONFIG, "%s: too long for sockets",
		    conf->run_dir);
	database_is_ok = check_database(conf);
	return secret_is_ok && run_is_ok && database_is_ok ? 0 : 1;
}

static bool
health_of_database(const struct conf *conf)
{
	struct store *store;
	int64_t seq = 0;
	enum err e;

	if ((e = open_to_read(conf, &store)) == ERR_OK) {
		e = store_event_head(store, &seq);
		store_close(store);
	}
	if (e == ERR_OK)
		report("database", e, "newest event %lld", (long long)seq);
	else
		report("database", e, "%s: %s", conf->database_path,
		    err_text(e));
	return e == ERR_OK;
}

static bool
health_of_push(const struct conf *conf)
{
	enum err e;

	notify_init(conf);
	e = notify_ping(PUSH_WAIT_MS);
	notify_release();
	report("push", e, "%s", e == ERR_OK ? "it answers" : err_text(e));
	return e == ERR_OK;
}

static int
run_health(const struct conf *conf)
{
	bool database_is_well = health_of_database(conf);
	bool push_is_well = health_of_push(conf);

	return database_is_well && push_is_well ? 0 : 1;
}

static int
run_version(const struct conf *conf)
{
	(void)conf;
	printf("natterjack %s, schema %d\n", PACKAGE_VERSION,
	    store_schema_version());
	return 0;
}

static int	 run_help(const struct conf *);

static const struct command commands[] = {
	{ "migrate", run_migrate, true,
	    "create the database, or bring it to the newest schema" },
	{ "demo-data", run_demo, true,
	    "make the accounts and rooms of the examples" },
	{ "check", run_check, true,
	    "look for faults in the configuration and in the database" },
	{ "health", run_health, true,
	    "ask the database and push whether they answer" },
	{ "version", run_version, false, "print the version" },
	{ "help", run_help, false, "print this" },
};

static void
print_usage(FILE *to)
{
	size_t i;

	fprintf(to, "usage: natterjack [-c FILE] COMMAND\n\n");
	for (i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].text);
	fprintf(to, "\nThe configuration is %s unless -c names another.\n",
	    CONF_USUAL_PATH);
}

static int
run_help(const struct conf *conf)
{
	(void)conf;
	print_usage(stdout);
	return 0;
}

/* What the command line asks for; NULL: that cannot be understood. */
static const struct command *
find_command(int argc, char **argv, const char **path_out)
{
	const char *name = NULL;
	int option;
	size_t i;

	while ((option = getopt(argc, argv, "c:h")) != -1) {
		if (option == 'c')
			*path_out = optarg;
		else if (option == 'h')
			name = "help";
		else
			return NULL;
	}
	if (name == NULL && argc - optind == 1)
		name = argv[optind];
	for (i = 0; name != NULL && i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	if (name != NULL)
		fprintf(stderr, "natterjack: there is no command `%s`\n", name);
	return NULL;
}

static struct conf *
load(const char *path)
{
	char fault[CONF_FAULT_LEN];
	struct conf *conf;

	if (privilege_load_conf(conf_find(path), &conf, fault) != ERR_OK)
		die(EXIT_CONFIG, "%s", fault);
	return conf;
}

int
main(int argc, char **argv)
{
	const struct command *command;
	const char *path = NULL;
	struct conf *conf = NULL;
	int status;

	log_init("natterjack");
	log_set_level(LOG_ERROR);
	log_set_plain();
	if ((command = find_command(argc, argv, &path)) == NULL) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (command->needs_conf)
		conf = load(path);
	status = command->run(conf);
	conf_free(conf);
	return status;
}
