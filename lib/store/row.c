/*
 * row - reads the rows of one statement, column after column.
 *
 * It knows how rows are fetched and text is kept; what the columns mean is the
 * nouns' affair.
 */
#include "config.h"

#include "store/row.h"

enum { LIST_FIRST = 8 };

enum err
row_begin(struct row *r, enum stmt stmt, struct db_args args)
{
	r->stmt = stmt;
	r->col = 0;
	return db_query(r->store->db, stmt, args, &r->query);
}

enum err
row_next(struct row *r)
{
	r->col = 0;
	return db_step(r->store->db, r->query);
}

enum err
row_first(struct row *r, enum stmt stmt, struct db_args args)
{
	enum err e;

	if ((e = row_begin(r, stmt, args)) != ERR_OK)
		return e;
	if ((e = row_next(r)) == ERR_OK)
		return ERR_OK;
	db_done(r->store->db, stmt);
	return e == ERR_DONE ? ERR_NOT_FOUND : e;
}

enum err
row_end(struct row *r, enum err e)
{
	db_done(r->store->db, r->stmt);
	if (e == ERR_DONE)
		e = ERR_OK;
	if (e == ERR_OK && r->arena != NULL && arena_is_full(r->arena))
		e = ERR_NOMEM;
	return e;
}

int64_t
row_int(struct row *r)
{
	return db_int(r->store->db, r->query, r->col++);
}

const char *
row_text(struct row *r)
{
	return arena_strdup(r->arena,
	    db_text(r->store->db, r->query, r->col++));
}

void
row_skip(struct row *r, int n)
{
	r->col += n;
}

bool
row_has_id(struct row *r)
{
	return db_int(r->store->db, r->query, r->col) != 0;
}

enum err
row_change(struct store *s, enum stmt stmt, struct db_args args)
{
	enum err e;

	if ((e = db_run(s->db, stmt, args)) != ERR_OK)
		return e;
	return db_changes(s->db) == 0 ? ERR_NOT_FOUND : ERR_OK;
}

enum err
row_insert(struct store *s, enum stmt stmt, struct db_args args,
    int64_t *id_out)
{
	enum err e = db_get_int(s->db, stmt, args, id_out);

	return e == ERR_DONE ? ERR_EXISTS : e;
}

/* Twice the memory, or the first; the old one stays in the arena. */
static bool
grow(struct row_list *l)
{
	int cap = l->cap == 0 ? LIST_FIRST : l->cap * 2;
	void *items;

	if ((items = arena_alloc(l->arena, (size_t)cap * l->size)) == NULL)
		return false;
	if (l->n > 0)
		memcpy(items, l->items, (size_t)l->n * l->size);
	l->items = items;
	l->cap = cap;
	return true;
}

void *
row_list_add(struct row_list *l)
{
	void *item;

	if (l->n == l->cap && !grow(l))
		return NULL;
	item = (char *)l->items + (size_t)l->n++ * l->size;
	return memset(item, 0, l->size);
}
