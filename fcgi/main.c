/*
 * natterjack-fcgi - the worker pools of the chat server.
 *
 *	natterjack-fcgi [-hV] [-c file]
 *
 * Reads the configuration, checks that there is a secret to sign tokens with,
 * and runs the master in the foreground.  What is wrong at the start is said
 * in one line.
 */
#include "config.h"

#include <unistd.h>

#include "base/base.h"
#include "base/conf.h"
#include "base/log.h"
#include "fcgi/master.h"

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78 };

static const char usage[] = "usage: natterjack-fcgi [-hV] [-c file]\n";
static const char options[] =
    "  -c file  the configuration (default " CONF_USUAL_PATH ",\n"
    "           if it is there)\n"
    "  -h       this text\n"
    "  -V       the version\n";

static NO_RETURN void
die_of_usage(void)
{
	fputs(usage, stderr);
	exit(EXIT_USAGE);
}

static const char *
parse_options(int argc, char **argv)
{
	const char *path = NULL;
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, "+c:hV")) != -1) {
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			fputs(options, stdout);
			exit(0);
		case 'V':
			puts(PACKAGE_STRING);
			exit(0);
		default:
			die_of_usage();
		}
	}
	if (optind < argc)
		die_of_usage();
	return conf_find(path);
}

int
main(int argc, char **argv)
{
	char fault[CONF_FAULT_LEN];
	const char *path;
	struct conf *conf;

	log_init("natterjack-fcgi");
	path = parse_options(argc, argv);
	if (master_load_conf(path, &conf, fault) != ERR_OK)
		die(EXIT_CONFIG, "%s", fault);
	return master_run(conf, path);
}
