/*
 * conf - the settings of all programs: defaults, file, environment.
 *
 * One table of offsets is made from conf.def; a setting from any source goes
 * through conf_set(), so it is checked the same way wherever it came from.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/num.h"

enum { SECRET_MIN = 32, SECRET_OLD_MAX = 16384 };

enum type { TEXT, INT, SIZE, BOOL };

static const struct key {
	const char *name;
	enum type type;
	size_t	 offset;
	const char *dflt;
	int64_t	 min, max;
} keys[] = {
#define X(field, key, type, dflt, min, max, text) \
	{ key, type, offsetof(struct conf, field), dflt, min, max },
#include "base/conf.def"
#undef X
};

struct loader {
	struct conf *conf;
	char	*fault;		/* CONF_FAULT_LEN bytes */
	const char *where;	/* what a fault's text begins with */
};

static enum err PRINTF_LIKE(2, 3)
complain(const struct loader *l, const char *fmt, ...)
{
	va_list ap;
	int len;

	len = snprintf(l->fault, CONF_FAULT_LEN, "%s: ", l->where);
	if (len < 0 || len >= CONF_FAULT_LEN)
		return ERR_CONFIG;
	va_start(ap, fmt);
	vsnprintf(l->fault + len, CONF_FAULT_LEN - (size_t)len, fmt, ap);
	va_end(ap);
	return ERR_CONFIG;
}

static const struct key *
find_key(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* "64k" and the like. */
static bool
parse_size(const char *text, const struct key *key, int64_t *out)
{
	char digits[24];
	size_t len = strlen(text);
	int shift = 0;
	int64_t n;

	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len + 1);
	switch (tolower((unsigned char)digits[len - 1])) {
	case 'k':
		shift = 10;
		break;
	case 'm':
		shift = 20;
		break;
	case 'g':
		shift = 30;
		break;
	}
	if (shift > 0)
		digits[len - 1] = '\0';
	if (!num_parse(digits, 0, INT64_MAX >> shift, &n))
		return false;
	*out = n << shift;
	return *out >= key->min && *out <= key->max;
}

static bool
parse_bool(const char *text, bool *out)
{
	*out = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0 ||
	    strcmp(text, "1") == 0;
	return *out || strcmp(text, "no") == 0 || strcmp(text, "false") == 0 ||
	    strcmp(text, "0") == 0;
}

static enum err
set_text(const struct loader *l, const struct key *key, const char *value)
{
	char **slot = (char **)((char *)l->conf + key->offset);
	size_t len = strlen(value);
	char *copy;

	if ((int64_t)len < key->min || (int64_t)len > key->max)
		return complain(l, "%s must have %lld to %lld characters",
		    key->name, (long long)key->min, (long long)key->max);
	if ((copy = strdup(value)) == NULL)
		return ERR_NOMEM;
	free(*slot);
	*slot = copy;
	return ERR_OK;
}

static enum err
conf_set(const struct loader *l, const struct key *key, const char *value)
{
	char *slot = (char *)l->conf + key->offset;
	int64_t n;

	switch (key->type) {
	case TEXT:
		return set_text(l, key, value);
	case INT:
		if (!num_parse(value, key->min, key->max, (int64_t *)slot))
			return complain(l, "%s must be a number from %lld to "
			    "%lld", key->name, (long long)key->min,
			    (long long)key->max);
		return ERR_OK;
	case SIZE:
		if (!parse_size(value, key, &n))
			return complain(l, "%s must be a size from %lld to "
			    "%lld bytes, like 64k", key->name,
			    (long long)key->min, (long long)key->max);
		*(size_t *)slot = (size_t)n;
		return ERR_OK;
	case BOOL:
		if (!parse_bool(value, (bool *)slot))
			return complain(l, "%s must be yes or no", key->name);
		return ERR_OK;
	}
	return ERR_CONFIG;
}

static enum err
set_defaults(struct loader *l)
{
	enum err e = ERR_OK;
	size_t i;

	l->where = "default";
	for (i = 0; i < ARRAY_LEN(keys) && e == ERR_OK; i++)
		e = conf_set(l, &keys[i], keys[i].dflt);
	return e;
}

/* Cut white space off both ends, in place. */
static char *
trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	for (end = s + strlen(s); end > s && isspace((unsigned char)end[-1]);)
		end--;
	*end = '\0';
	return s;
}

/* A # begins a comment at the line's start or after white space. */
static void
cut_comment(char *line)
{
	char *p;

	for (p = line; (p = strchr(p, '#')) != NULL; p++) {
		if (p == line || isspace((unsigned char)p[-1])) {
			*p = '\0';
			return;
		}
	}
}

static enum err
read_line(const struct loader *l, char *line)
{
	const struct key *key;
	char *value;

	cut_comment(line);
	line = trim(line);
	if (*line == '\0')
		return ERR_OK;
	if ((value = strchr(line, '=')) == NULL)
		return complain(l, "expected `key = value`, found `%.60s`", line);
	*value++ = '\0';
	line = trim(line);
	if ((key = find_key(line)) == NULL)
		return complain(l, "there is no setting `%.60s`; "
		    "see natterjack.conf(5)", line);
	return conf_set(l, key, trim(value));
}

static enum err
read_file(struct loader *l, const char *path)
{
	char where[CONF_FAULT_LEN / 2], *line = NULL;
	size_t cap = 0;
	int number = 0;
	enum err e = ERR_OK;
	FILE *f;

	l->where = path;
	if ((f = fopen(path, "re")) == NULL)
		return complain(l, "%s", strerror(errno));
	while (e == ERR_OK && getline(&line, &cap, f) != -1) {
		snprintf(where, sizeof(where), "%.200s:%d", path, ++number);
		l->where = where;
		e = read_line(l, line);
	}
	l->where = path;
	if (e == ERR_OK && ferror(f))
		e = complain(l, "cannot be read");
	free(line);
	fclose(f);
	return e;
}

/* "pool.auth_workers" is NATTERJACK_POOL_AUTH_WORKERS. */
static void
environment_name(const char *key, char *out, size_t size)
{
	char *p;

	snprintf(out, size, "NATTERJACK_%s", key);
	for (p = out; *p != '\0'; p++)
		*p = *p == '.' ? '_' : (char)toupper((unsigned char)*p);
}

/* sqlite:///relative, sqlite:////absolute: what follows the third slash. */
static enum err
set_database_url(struct loader *l, const char *url)
{
	static const char scheme[] = "sqlite:///";

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
		return complain(l, "only sqlite:///path is supported");
	return conf_set(l, find_key("database.path"), url + sizeof(scheme) - 1);
}

/* For v1 and for the dialects whose descriptions name the variable. */
static enum err
set_expire_minutes(struct loader *l, const char *text)
{
	static const char *const names[] = {
		"auth.token_s", "chatapp.token_s", "rooms.token_s"
	};
	char seconds[24];
	int64_t minutes;
	enum err e = ERR_OK;
	size_t i;

	if (!num_parse(text, 1, 525600, &minutes))
		return complain(l, "must be a number of minutes");
	snprintf(seconds, sizeof(seconds), "%lld", (long long)minutes * 60);
	for (i = 0; i < ARRAY_LEN(names) && e == ERR_OK; i++)
		e = conf_set(l, find_key(names[i]), seconds);
	return e;
}

/* Tokens are signed in one way; who asks for another must not think it is so. */
static enum err
check_algorithm(struct loader *l, const char *name)
{
	return strcmp(name, "HS256") == 0 ? ERR_OK :
	    complain(l, "tokens are signed by HS256 and nothing else");
}

static enum err
set_secret(struct loader *l, const char *secret)
{
	return conf_set(l, find_key("auth.secret"), secret);
}

/* The names that people know from elsewhere; ours beat them, later ones too. */
static enum err
read_known_names(struct loader *l)
{
	static const struct {
		const char *variable;
		enum err (*set)(struct loader *, const char *);
	} known[] = {
		{ "JWT_SECRET", set_secret },
		{ "SECRET_KEY", set_secret },
		{ "JWT_ALGO", check_algorithm },
		{ "ALGORITHM", check_algorithm },
		{ "DATABASE_URL", set_database_url },
		{ "ACCESS_TOKEN_EXPIRE_MINUTES", set_expire_minutes },
	};
	const char *value;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < ARRAY_LEN(known) && e == ERR_OK; i++) {
		if ((value = getenv(known[i].variable)) == NULL)
			continue;
		l->where = known[i].variable;
		e = known[i].set(l, value);
	}
	return e;
}

static enum err
read_environment(struct loader *l)
{
	char name[128];
	const char *value;
	enum err e;
	size_t i;

	e = read_known_names(l);
	for (i = 0; i < ARRAY_LEN(keys) && e == ERR_OK; i++) {
		environment_name(keys[i].name, name, sizeof(name));
		if ((value = getenv(name)) == NULL)
			continue;
		l->where = name;
		e = conf_set(l, &keys[i], value);
	}
	return e;
}

/* Add a line to `*len` bytes of lines; false: there is no room. */
static bool
add_line(char all[SECRET_OLD_MAX + 1], size_t *len, const char *line)
{
	size_t n = strlen(line);

	if (n == 0)
		return true;
	if (*len + 1 + n > SECRET_OLD_MAX)
		return false;
	if (*len > 0)
		all[(*len)++] = '\n';
	memcpy(all + *len, line, n);
	*len += n;
	return true;
}

/* The first line of auth.secret_file, unless a secret is there already. */
static enum err
read_secret_file(struct loader *l)
{
	const char *path = l->conf->secret_file;
	char *line = NULL;
	size_t cap = 0;
	enum err e = ERR_OK;
	FILE *f;

	if (*path == '\0' || *l->conf->secret != '\0')
		return ERR_OK;
	l->where = path;
	if ((f = fopen(path, "re")) == NULL)
		return complain(l, "%s", strerror(errno));
	if (getline(&line, &cap, f) == -1)
		e = complain(l, "is empty");
	else
		e = set_text(l, find_key("auth.secret"), trim(line));
	if (line != NULL)
		explicit_bzero(line, cap);
	free(line);
	fclose(f);
	return e;
}

/* The lines of auth.secret_old_file go behind auth.secret_old. */
static enum err
read_secret_old_file(struct loader *l)
{
	const struct key *key = find_key("auth.secret_old");
	const char *path = l->conf->secret_old_file;
	char all[SECRET_OLD_MAX + 1], *line = NULL;
	size_t cap = 0, len;
	enum err e = ERR_OK;
	FILE *f;

	if (*path == '\0')
		return ERR_OK;
	l->where = path;
	if ((f = fopen(path, "re")) == NULL)
		return complain(l, "%s", strerror(errno));
	len = strlen(l->conf->secret_old);
	memcpy(all, l->conf->secret_old, len);
	while (e == ERR_OK && getline(&line, &cap, f) != -1)
		if (!add_line(all, &len, trim(line)))
			e = complain(l, "is too long");
	all[len] = '\0';
	if (e == ERR_OK)
		e = set_text(l, key, all);
	explicit_bzero(all, sizeof(all));
	if (line != NULL)
		explicit_bzero(line, cap);
	free(line);
	fclose(f);
	return e;
}

/* Unless it is set: `files`, beside the database. */
static enum err
find_files_dir(struct loader *l)
{
	const char *database = l->conf->database_path;
	const char *slash = strrchr(database, '/');
	char path[4096 + sizeof("/files")];

	if (*l->conf->files_dir != '\0')
		return ERR_OK;
	l->where = "database.path";
	if (slash == NULL)
		snprintf(path, sizeof(path), "files");
	else
		snprintf(path, sizeof(path), "%.*s/files",
		    (int)(slash - database), database);
	return set_text(l, find_key("files.dir"), path);
}

const char *
conf_find(const char *given)
{
	if (given != NULL)
		return given;
	return access(CONF_USUAL_PATH, F_OK) == 0 ? CONF_USUAL_PATH : NULL;
}

enum err
conf_load(const char *path, struct conf **conf_out, char fault[CONF_FAULT_LEN])
{
	struct loader l = { .fault = fault };
	enum err e;

	snprintf(fault, CONF_FAULT_LEN, "out of memory");
	if ((l.conf = calloc(1, sizeof(*l.conf))) == NULL)
		return ERR_NOMEM;
	e = set_defaults(&l);
	if (e == ERR_OK && path != NULL)
		e = read_file(&l, path);
	if (e == ERR_OK)
		e = read_environment(&l);
	if (e == ERR_OK)
		e = read_secret_file(&l);
	if (e == ERR_OK)
		e = read_secret_old_file(&l);
	if (e == ERR_OK)
		e = find_files_dir(&l);
	if (e != ERR_OK) {
		conf_free(l.conf);
		return e;
	}
	*conf_out = l.conf;
	return ERR_OK;
}

void
conf_free(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	if (c->secret != NULL)
		explicit_bzero(c->secret, strlen(c->secret));
	if (c->secret_old != NULL)
		explicit_bzero(c->secret_old, strlen(c->secret_old));
	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (keys[i].type == TEXT)
			free(*(char **)((char *)c + keys[i].offset));
	free(c);
}

void
conf_swap_secrets(struct conf *c, struct conf *from)
{
	char *secret = c->secret, *old = c->secret_old;

	c->secret = from->secret;
	c->secret_old = from->secret_old;
	from->secret = secret;
	from->secret_old = old;
}

/* Is one of the lines a secret that is too short? */
static bool
has_short_line(const char *s)
{
	size_t len;

	for (; *s != '\0'; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		if (len < SECRET_MIN)
			return true;
	}
	return false;
}

enum err
conf_check_secret(const struct conf *c, char fault[CONF_FAULT_LEN])
{
	if (has_short_line(c->secret_old)) {
		snprintf(fault, CONF_FAULT_LEN, "a secret of auth.secret_old or "
		    "auth.secret_old_file has less than %d bytes", SECRET_MIN);
		return ERR_CONFIG;
	}
	if (strlen(c->secret) >= SECRET_MIN)
		return ERR_OK;
	snprintf(fault, CONF_FAULT_LEN, "%s: set SECRET_KEY or auth.secret_file "
	    "to %d bytes or more, for example from `openssl rand -base64 48`",
	    *c->secret == '\0' ? "there is no secret" :
	    "the secret is too short", SECRET_MIN);
	return ERR_CONFIG;
}

bool
conf_socket_path(const struct conf *c, const char *name, char path[108])
{
	int len = snprintf(path, 108, "%s/%s", c->run_dir, name);

	return len > 0 && len < 108;
}
