/*
 * fuzz-conf - does base/conf read any file?
 *
 * What is taken is within the bounds of the table; what is not is explained in
 * one line.  Files that the settings name are left alone: what is at such a
 * path is not the parser's affair.
 */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/conf.h"
#include "contrib/fuzz/fuzz.h"

enum { FILE_MAX = 1 << 14 };

static void
check_conf(const struct conf *c)
{
#define IS_TEXT(field, min, max)					\
	require(c->field != NULL && (int64_t)strlen(c->field) <= (max))
#define IS_INT(field, min, max)	require(c->field >= (min) && c->field <= (max))
#define IS_SIZE(field, min, max) require((int64_t)c->field >= (min) &&	\
	(int64_t)c->field <= (max))
#define IS_BOOL(field, min, max) require(c->field == true || c->field == false)
#define X(field, key, type, dflt, min, max, text) IS_##type(field, min, max);
	/* Found beside the database when it is not set. */
	if (*c->files_dir != '\0')
		require(strlen(c->files_dir) <= 4096);
#include "base/conf.def"
#undef X
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char fault[CONF_FAULT_LEN] = "", path[64];
	struct conf *conf;
	enum err e;
	int fd;

	if (size > FILE_MAX || memmem(data, size, "_file", 5) != NULL)
		return 0;
	require((fd = memfd_create("conf", 0)) >= 0);
	require(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	e = conf_load(path, &conf, fault);
	require(e == ERR_OK || (e == ERR_CONFIG && *fault != '\0' &&
	    strlen(fault) < CONF_FAULT_LEN));
	if (e == ERR_OK) {
		check_conf(conf);
		conf_free(conf);
	}
	close(fd);
	return 0;
}
