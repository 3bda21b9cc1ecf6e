/*
 * natterjack-push - holds the connections that wait for events.
 *
 *	natterjack-push [-hV] [-c file]
 *
 * Reads the configuration, checks that there is a secret to verify tokens
 * with, and serves in the foreground.  What is wrong at the start is said in
 * one line.
 */
#include "config.h"

#include <unistd.h>

#include "base/base.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/privilege.h"
#include "push/loop.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78 };

static const char usage[] =
    "usage: natterjack-push [-hV] [-c file]\n"
    "  -c file  the configuration (default " CONF_USUAL_PATH ",\n"
    "           if it is there)\n"
    "  -h       this text\n"
    "  -V       the version\n";

static NO_RETURN void
refuse_usage(void)
{
	fputs(usage, stderr);
	exit(EXIT_USAGE);
}

static const char *
parse_options(int argc, char **argv)
{
	const char *path = NULL;
	int c;

	while ((c = getopt(argc, argv, "+c:hV")) != -1) {
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		case 'V':
			puts(PACKAGE_STRING);
			exit(EXIT_SUCCESS);
		default:
			refuse_usage();
		}
	}
	if (optind < argc)
		refuse_usage();
	return conf_find(path);
}

int
main(int argc, char **argv)
{
	char fault[CONF_FAULT_LEN];
	enum log_level level = LOG_INFO;
	const char *path;
	struct conf *conf;
	int status;

	log_init("natterjack-push");
	path = parse_options(argc, argv);
	if (privilege_load_conf(path, &conf, fault) != ERR_OK ||
	    conf_check_secret(conf, fault) != ERR_OK ||
	    privilege_check(conf, fault) != ERR_OK)
		die(EXIT_CONFIG, "%s", fault);
	if (!log_level_parse(conf->log_level, &level))
		die(EXIT_CONFIG, "run.log_level: unknown level %s",
		    conf->log_level);
	log_set_level(level);
	status = loop_run(conf, path);
	conf_free(conf);
	return status;
}
