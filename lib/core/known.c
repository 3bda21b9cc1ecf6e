/*
 * known - passwords that everybody knows.
 *
 * The file has one password a line, in any order, and is read from its beginning
 * to its end.  That takes a fraction of what hashing a password does (a million
 * lines: a few milliseconds), happens only when somebody chooses one, and needs
 * neither memory nor a word when the file has changed.
 */
#include "config.h"

#include <errno.h>

#include "base/log.h"
#include "core/known.h"

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Is the line the password, as it is or in lower case? */
static bool
is_line(const char *line, size_t len, const char *password)
{
	size_t i;

	if (strlen(password) != len)
		return false;
	for (i = 0; i < len && line[i] == lower(password[i]); i++)
		continue;
	return i == len || memcmp(line, password, len) == 0;
}

static enum err
search(FILE *f, const char *password)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	enum err e = ERR_OK;

	while (e == ERR_OK && (len = getline(&line, &cap, f)) != -1) {
		while (len > 0 && strchr("\r\n", line[len - 1]) != NULL)
			len--;
		if (len > 0 && is_line(line, (size_t)len, password))
			e = ERR_PASSWORD_KNOWN;
	}
	free(line);
	return e == ERR_OK && ferror(f) ? ERR_IO : e;
}

enum err
known_check(const struct conf *conf, const char *password)
{
	const char *path = conf->auth_password_list;
	enum err e = ERR_IO;
	FILE *f;

	if (*path == '\0')
		return ERR_OK;
	if ((f = fopen(path, "re")) != NULL) {
		e = search(f, password);
		fclose(f);
	}
	if (e != ERR_IO)
		return e;
	log_error("auth.password_list: %s: %s", path, strerror(errno));
	return ERR_INTERNAL;
}

enum err
known_check_list(const struct conf *conf, char fault[CONF_FAULT_LEN])
{
	const char *path = conf->auth_password_list;
	FILE *f;

	if (*path == '\0')
		return ERR_OK;
	f = fopen(path, "re");
	if (f != NULL && (getc(f) != EOF || !ferror(f))) {
		fclose(f);
		return ERR_OK;
	}
	snprintf(fault, CONF_FAULT_LEN, "auth.password_list: %s: %s", path,
	    strerror(errno));
	if (f != NULL)
		fclose(f);
	return ERR_CONFIG;
}
