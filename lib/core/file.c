/*
 * file - files that are uploaded, attached to messages, and removed.
 *
 * First the bytes get their place, durably, then the row: what a crash leaves
 * in between is bytes without a row, which the sweep finds.  With removing it
 * is the other way round.  No transaction is open while bytes are moved.
 */
#include "config.h"

#include <ctype.h>

#include "base/media.h"
#include "base/num.h"
#include "base/utf8.h"
#include "core/access.h"
#include "core/file.h"

enum {
	EXTENSION_MAX = 8,	/* letters behind the dot of a stored name */
	ORPHANS_MAX = 100	/* rows in one step */
};

/* ---- names */

/*
 * How many bytes at `s`, in valid UTF-8, are one character that nobody sees or
 * that turns the writing around; 0: it is a decent one.
 */
static size_t
hidden_len(const unsigned char *s)
{
	if (s[0] < ' ' || s[0] == 0x7f)
		return 1;
	if (s[0] == 0xc2 && s[1] < 0xa0)	/* U+0080 to U+009F */
		return 2;
	if (s[0] != 0xe2)
		return 0;
	if (s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae)
		return 3;			/* U+2028 to U+202E */
	if (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)
		return 3;			/* U+2066 to U+2069 */
	return 0;
}

/* Some clients send whole paths, of either kind of system. */
static const char *
last_part(const char *path)
{
	const char *part = path;

	for (; *path != '\0'; path++)
		if (*path == '/' || *path == '\\')
			part = path + 1;
	return part;
}

static enum err
clean_name(struct call *c, const char *given, const char **out)
{
	const char *s;
	struct str name;
	size_t hidden;

	if (given == NULL)
		given = "";
	if (!utf8_is_valid(given, strlen(given)))
		return call_fault(c, "name", ERR_BAD_VALUE);
	s = last_part(given);
	if (strlen(s) > FILE_NAME_MAX)
		return call_fault(c, "name", ERR_TOO_LONG);
	str_init_arena(&name, c->arena);
	for (; *s != '\0'; s += hidden > 0 ? hidden : 1) {
		hidden = hidden_len((const unsigned char *)s);
		str_putc(&name, hidden > 0 ? '_' : *s);
	}
	*out = strcmp(name.s, "") == 0 || strcmp(name.s, ".") == 0 ||
	    strcmp(name.s, "..") == 0 ? "file" : name.s;
	return str_is_ok(&name) ? ERR_OK : ERR_NOMEM;
}

/* ".png" of a name, in lower case; "" when it has none that is plain. */
static void
get_extension(const char *name, char out[EXTENSION_MAX + 2])
{
	const char *dot = strrchr(name, '.');
	size_t i, len = dot != NULL ? strlen(dot) : 0;

	out[0] = '\0';
	if (len < 2 || len > EXTENSION_MAX + 1)
		return;
	for (i = 1; i < len; i++)
		if (!isalnum((unsigned char)dot[i]))
			return;
	for (i = 0; i <= len; i++)
		out[i] = (char)tolower((unsigned char)dot[i]);
}

/* A random UUID (RFC 4122, version 4) and the extension of `name`. */
static const char *
make_stored(struct arena *arena, const char *name)
{
	unsigned char bytes[16];
	char hex[33], extension[EXTENSION_MAX + 2];
	struct str s;

	num_random(bytes, sizeof(bytes));
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	num_hex(bytes, sizeof(bytes), hex);
	get_extension(name, extension);
	str_init_arena(&s, arena);
	str_printf(&s, "%.8s-%.4s-%.4s-%.4s-%.12s%s", hex, hex + 8, hex + 12,
	    hex + 16, hex + 20, extension);
	return str_is_ok(&s) ? s.s : NULL;
}

/* ---- taking */

static enum err
describe(struct call *c, const struct file_draft *in, struct file *out)
{
	char type[MEDIA_TYPE_MAX];
	enum err e;

	if (in->len > c->conf->files_max)
		return call_fault(c, "file", ERR_TOO_LARGE);
	*out = (struct file){
		.user_id = c->user_id,
		.size = (int64_t)in->len,
		.created_at = c->now
	};
	if ((e = clean_name(c, in->name, &out->name)) != ERR_OK)
		return e;
	media_type(in->from->bytes + in->at, in->len, in->type, type);
	if (in->wants_image && !media_is_image(type))
		return call_fault(c, "file", ERR_NOT_IMAGE);
	out->type = arena_strdup(c->arena, type);
	out->stored = make_stored(c->arena, out->name);
	return out->type != NULL && out->stored != NULL ? ERR_OK : ERR_NOMEM;
}

/* Within a write: a row for it, if its owner has room. */
static enum err
add_row(struct call *c, struct file *f)
{
	int64_t most = (int64_t)c->conf->files_account_max, used;
	enum err e;

	if (most > 0) {
		e = store_file_usage(c->store, c->user_id, &used);
		if (e != ERR_OK)
			return e;
		if (f->size > most - used)
			return call_fault(c, "file", ERR_QUOTA);
	}
	return store_file_add(c->store, f, &f->id);
}

enum err
core_file_add(struct call *c, const struct file_draft *in, struct file *out)
{
	struct filedir_place place = {
		.from = in->from, .at = in->at, .len = in->len
	};
	enum err e;

	if ((e = describe(c, in, out)) != ERR_OK)
		return e;
	place.name = out->stored;
	if ((e = filedir_put(&place)) != ERR_OK)
		return e;
	if ((e = call_begin(c)) == ERR_OK)
		e = store_end(c->store, add_row(c, out));
	/* After a failed sync nobody knows whether there is a row. */
	if (e != ERR_OK && e != ERR_IO)
		filedir_remove(c->conf->files_dir, out->stored);
	return e;
}

/* ---- reading */

enum err
core_file_get(struct call *c, int64_t id, struct file *out)
{
	struct message m;
	struct access a;
	enum err e;

	e = store_file_load(c->store, c->arena, id, out);
	if (e != ERR_OK || out->user_id == c->user_id)
		return e;
	if (out->message_id == 0)
		return ERR_NOT_FOUND;
	if ((e = access_message(c, out->message_id, &m, &a)) != ERR_OK)
		return e;
	return access_check(&a, DEED_SEE);
}

enum err
core_file_by_stored(struct call *c, const char *stored, struct file *out)
{
	return store_file_by_stored(c->store, c->arena, stored, out);
}

/* ---- messages */

enum err
core_file_attach(struct call *c, const int64_t *ids, int n,
    struct message *m)
{
	enum err e;
	int i;

	for (i = 0; i < n; i++) {
		e = store_file_attach(c->store, ids[i], c->user_id, m->id);
		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ?
			    call_fault(c, "files", ERR_BAD_VALUE) : e;
	}
	return n > 0 ? store_message_load_files(c->store, c->arena, m) :
	    ERR_OK;
}

void
core_file_remove_all(struct call *c, const struct message *m)
{
	int i;

	for (i = 0; i < m->files_n; i++)
		filedir_remove(c->conf->files_dir, m->files[i].stored);
}

/* ---- sweeping */

/* Within a write: forget those that nobody has posted. */
static enum err
forget_orphans(struct call *c, const struct file_orphans *which,
    struct file **out, int *n_out)
{
	enum err e;
	int i;

	e = store_file_orphans(c->store, c->arena, which, out, n_out);
	for (i = 0; e == ERR_OK && i < *n_out; i++)
		e = store_file_delete(c->store, (*out)[i].id);
	return e;
}

/* A look that finds none takes no lock. */
static enum err
sweep_orphans(struct call *c, int64_t before_at, int *n_out)
{
	struct file_orphans which = { .before_at = before_at, .max = 1 };
	struct file *files;
	enum err e;
	int i;

	e = store_file_orphans(c->store, c->arena, &which, &files, n_out);
	if (e != ERR_OK || *n_out == 0)
		return e;
	which.max = ORPHANS_MAX;
	*n_out = 0;
	if ((e = store_begin(c->store)) != ERR_OK)
		return e;
	e = store_end(c->store, forget_orphans(c, &which, &files, n_out));
	for (i = 0; e == ERR_OK && i < *n_out; i++)
		filedir_remove(c->conf->files_dir, files[i].stored);
	return e;
}

static enum err
is_known(void *store, const char *name, bool *out)
{
	return store_file_is_known(store, name, out);
}

/*
 * Bytes that are younger than a request can last may be on their way to a row.
 */
static int64_t
age_s(const struct conf *conf)
{
	return conf->files_orphan_s > conf->pool_request_s ?
	    conf->files_orphan_s : conf->pool_request_s;
}

enum err
core_file_sweep(struct call *c, int bucket, int *n_out)
{
	struct filedir_sweep sweep = {
		.dir = c->conf->files_dir,
		.bucket = bucket,
		.before_s = c->now / 1000 - age_s(c->conf),
		.is_known = is_known,
		.arg = c->store
	};
	int rows = 0, bytes = 0, bodies = 0;
	enum err e;

	e = sweep_orphans(c, c->now - c->conf->files_orphan_s * 1000, &rows);
	if (e == ERR_OK)
		e = filedir_sweep(&sweep, &bytes);
	sweep.bucket = FILEDIR_INCOMING;
	if (e == ERR_OK)
		e = filedir_sweep(&sweep, &bodies);
	*n_out = rows + bytes + bodies;
	return e;
}
