/*
 * conf - the settings of all programs.
 *
 * The table is conf.def.  A file has lines `key = value` and comments after
 * #; the environment overrides it: NATTERJACK_<KEY>, and the names that
 * people know from elsewhere: SECRET_KEY or JWT_SECRET,
 * DATABASE_URL=sqlite:///path, ACCESS_TOKEN_EXPIRE_MINUTES; ALGORITHM and
 * JWT_ALGO may say HS256.  An unknown key is an error that names its line.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/base.h"

struct conf {
#define CONF_FIELD_TEXT(f)	char *f;
#define CONF_FIELD_INT(f)	int64_t f;
#define CONF_FIELD_SIZE(f)	size_t f;
#define CONF_FIELD_BOOL(f)	bool f;
#define X(field, key, type, dflt, min, max, text) CONF_FIELD_##type(field)
#include "base/conf.def"
#undef X
};

/* The file that the programs read when they are given none and it is there. */
#define CONF_USUAL_PATH SYSCONFDIR "/natterjack/natterjack.conf"

/* `given`, or else the usual file; NULL: none is given, and that is not there. */
const char	*conf_find(const char *given);

enum { CONF_FAULT_LEN = 512 };

/*
 * Defaults, then the file at `path` (NULL: none), then the environment.  On
 * ERR_CONFIG, `fault` says in one line what is wrong and where, `*conf_out`
 * is not set.  A secret_file is read here, and so are the secrets of before:
 * secret_old is then a line for each.  Blocks on the file.  Free with
 * conf_free().
 */
enum err	 conf_load(const char *path, struct conf **conf_out,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;
void		 conf_free(struct conf *);

/*
 * ERR_CONFIG unless there is a secret of 32 bytes or more, and those of before
 * have as many; `fault` then says what to do.
 */
enum err	 conf_check_secret(const struct conf *,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;

/*
 * Take the secrets of `from`, which gets ours: what of a running program can
 * change in place.
 */
void		 conf_swap_secrets(struct conf *, struct conf *from);

/* "<run.dir>/<name>" into `path`; false when a socket's path cannot be so long. */
bool		 conf_socket_path(const struct conf *, const char *name,
		    char path[108]);

#endif
