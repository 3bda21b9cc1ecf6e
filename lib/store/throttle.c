/*
 * throttle - what counts against somebody for a while.
 */
#include "config.h"

#include "store/row.h"
#include "store/throttle.h"

enum err
store_throttle_get(struct store *s, const uint8_t key[THROTTLE_KEY_LEN],
    int64_t *free_at_out)
{
	struct row r = { .store = s };
	enum err e;

	*free_at_out = 0;
	e = row_first(&r, SQL_THROTTLE_GET,
	    DB_ARGS(DB_B(key, THROTTLE_KEY_LEN)));
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	*free_at_out = row_int(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_throttle_set(struct store *s, const uint8_t key[THROTTLE_KEY_LEN],
    int64_t free_at)
{
	return db_run(s->db, SQL_THROTTLE_SET,
	    DB_ARGS(DB_B(key, THROTTLE_KEY_LEN), DB_I(free_at)));
}

enum err
store_throttle_remove(struct store *s, const uint8_t key[THROTTLE_KEY_LEN])
{
	return db_run(s->db, SQL_THROTTLE_REMOVE,
	    DB_ARGS(DB_B(key, THROTTLE_KEY_LEN)));
}

static enum err
count(struct store *s, enum stmt stmt, struct db_args args, int64_t *n_out)
{
	struct row r = { .store = s };
	enum err e;

	if ((e = row_first(&r, stmt, args)) != ERR_OK)
		return e;
	*n_out = row_int(&r);
	return row_end(&r, ERR_OK);
}

/* The counting needs no write lock, and nearly always it is all there is. */
enum err
store_throttle_sweep(struct store *s, const struct throttle_sweep *in,
    int64_t *n_out)
{
	int64_t all = 0, passed = 0, n;
	enum err e;

	*n_out = 0;
	e = count(s, SQL_THROTTLE_COUNT, DB_NONE, &all);
	if (e == ERR_OK && all > 0)
		e = count(s, SQL_THROTTLE_PASSED, DB_ARGS(DB_I(in->now)),
		    &passed);
	if (e != ERR_OK || all == 0)
		return e;
	n = all - passed > in->max ? all - in->max : passed;
	if (n > in->step)
		n = in->step;
	if (n == 0 || (e = store_begin(s)) != ERR_OK)
		return e;
	e = store_end(s, db_run(s->db, SQL_THROTTLE_SWEEP, DB_ARGS(DB_I(n))));
	if (e == ERR_OK)
		*n_out = n;
	return e;
}
