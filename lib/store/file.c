/*
 * file - what is known of files; their bytes lie in filedir.h's folder.
 *
 * A message counts its files, so that a page looks for them only where there
 * are any.  It touches no file.
 */
#include "config.h"

#include "store/file.h"
#include "store/row.h"

static void
read_file(struct row *r, struct file *out)
{
	out->id = row_int(r);
	out->user_id = row_int(r);
	out->message_id = row_int(r);
	out->stored = row_text(r);
	out->name = row_text(r);
	out->type = row_text(r);
	out->size = row_int(r);
	out->created_at = row_int(r);
}

/* All files of a statement that has begun with `e`. */
static enum err
read_files(struct row *r, enum err e, struct file **out, int *n_out)
{
	struct row_list l = { .arena = r->arena, .size = sizeof(struct file) };
	struct file *f;

	if (e != ERR_OK)
		return e;
	while ((e = row_next(r)) == ERR_OK && (f = row_list_add(&l)) != NULL)
		read_file(r, f);
	*out = l.items;
	*n_out = l.n;
	return row_end(r, e);
}

static enum err
load(struct row *r, enum err e, struct file *out)
{
	if (e != ERR_OK)
		return e;
	read_file(r, out);
	return row_end(r, ERR_OK);
}

enum err
store_file_add(struct store *s, const struct file *f, int64_t *id_out)
{
	return row_insert(s, SQL_FILE_ADD, DB_ARGS(DB_I(f->user_id),
	    DB_T(f->stored), DB_T(f->name), DB_T(f->type), DB_I(f->size),
	    DB_I(f->created_at)), id_out);
}

enum err
store_file_load(struct store *s, struct arena *a, int64_t id, struct file *out)
{
	struct row r = { .store = s, .arena = a };

	return load(&r, row_first(&r, SQL_FILE_LOAD, DB_ARGS(DB_I(id))), out);
}

enum err
store_file_by_stored(struct store *s, struct arena *a, const char *stored,
    struct file *out)
{
	struct row r = { .store = s, .arena = a };

	return load(&r, row_first(&r, SQL_FILE_BY_STORED,
	    DB_ARGS(DB_T(stored))), out);
}

enum err
store_file_is_known(struct store *s, const char *stored, bool *out)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_FILE_IS_KNOWN, DB_ARGS(DB_T(stored)));
	*out = e == ERR_OK;
	if (e == ERR_OK)
		return row_end(&r, ERR_OK);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
store_file_usage(struct store *s, int64_t user_id, int64_t *bytes_out)
{
	return db_get_int(s->db, SQL_FILE_USAGE, DB_ARGS(DB_I(user_id)),
	    bytes_out);
}

enum err
store_file_attach(struct store *s, int64_t id, int64_t user_id,
    int64_t message_id)
{
	return row_change(s, SQL_FILE_ATTACH,
	    DB_ARGS(DB_I(id), DB_I(user_id), DB_I(message_id)));
}

enum err
store_file_delete(struct store *s, int64_t id)
{
	return row_change(s, SQL_FILE_DELETE, DB_ARGS(DB_I(id)));
}

enum err
store_file_clear(struct store *s, int64_t message_id)
{
	return db_run(s->db, SQL_FILE_CLEAR, DB_ARGS(DB_I(message_id)));
}

enum err
store_file_detach(struct store *s, int64_t room_id)
{
	return db_run(s->db, SQL_FILE_DETACH, DB_ARGS(DB_I(room_id)));
}

enum err
store_file_orphans(struct store *s, struct arena *a,
    const struct file_orphans *which, struct file **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };

	return read_files(&r, row_begin(&r, SQL_FILE_ORPHANS,
	    DB_ARGS(DB_I(which->before_at), DB_I(which->max))), out, n_out);
}

enum err
row_load_files(struct row *outer, struct message *m)
{
	struct row r = { .store = outer->store, .arena = outer->arena };
	struct file *files = NULL;
	enum err e;

	e = read_files(&r, row_begin(&r, SQL_FILE_LIST, DB_ARGS(DB_I(m->id))),
	    &files, &m->files_n);
	m->files = files;
	return e;
}

enum err
store_message_load_files(struct store *s, struct arena *a, struct message *m)
{
	struct row outer = { .store = s, .arena = a };

	return row_load_files(&outer, m);
}
