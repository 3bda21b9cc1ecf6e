/*
 * row - reads the rows of one statement, column after column.
 *
 * What the nouns share, and nobody else sees.  A loader reads the columns in
 * the order in which stmt.def has them, so that a noun's loader serves every
 * statement that has its columns.  Text is copied to the arena; when it does
 * not fit, the copy is NULL and row_end() says ERR_NOMEM, so that a loader
 * need not look.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "store/event.h"
#include "store/message.h"
#include "store/room.h"
#include "store/user.h"

struct row {
	struct store *store;	/* set these two, */
	struct arena *arena;	/* NULL: no text is read */
	struct db_query *query;	/* the rest is row_begin()'s */
	enum stmt stmt;
	int	 col;		/* the next to be read */
};

/* Begin the statement; on ERR_OK row_end() has to follow. */
enum err	 row_begin(struct row *, enum stmt, struct db_args) MUST_CHECK;

/* Go to the next row: ERR_OK, or ERR_DONE. */
enum err	 row_next(struct row *) MUST_CHECK;

/* Begin, and go to the only row.  ERR_NOT_FOUND: none, and nothing to end. */
enum err	 row_first(struct row *, enum stmt, struct db_args) MUST_CHECK;

/*
 * End the statement.  `e` comes back, but ERR_DONE becomes ERR_OK, and ERR_OK
 * ERR_NOMEM when the arena is full.
 */
enum err	 row_end(struct row *, enum err e) MUST_CHECK;

/* The next column.  NULL: 0, or NULL. */
int64_t		 row_int(struct row *);
const char	*row_text(struct row *);
void		 row_skip(struct row *, int n);

/* The next column is an id, not NULL; it stays the next. */
bool		 row_has_id(struct row *);

/* The nouns' columns, as stmt.def has them. */
enum { ROW_USER_N = 8 };	/* an account's */
void		 row_user(struct row *, struct user *out);
/* The message without what it counts. */
struct row_counts {
	int64_t	 reactions;	/* no more are read */
	int64_t	 files;
};
void		 row_message(struct row *, struct message *out,
		    struct row_counts *counts_out);

/*
 * What a message counts; `m->id` is set.  Each that it has runs a statement of
 * its own.
 */
enum err	 row_load_counted(struct row *, const struct row_counts *,
		    struct message *m) MUST_CHECK;
enum err	 row_load_files(struct row *, struct message *m) MUST_CHECK;

/* Run a statement that changes one row; ERR_NOT_FOUND when there is none. */
enum err	 row_change(struct store *, enum stmt, struct db_args) MUST_CHECK;

/*
 * Insert and set `*id_out` to what RETURNING says; ERR_EXISTS when ON CONFLICT
 * did nothing.
 */
enum err	 row_insert(struct store *, enum stmt, struct db_args,
		    int64_t *id_out) MUST_CHECK;

/* An array in the arena that grows by doubling. */
struct row_list {
	struct arena *arena;	/* set these two */
	size_t	 size;		/* of an item */
	void	*items;
	int	 n;
	int	 cap;
};

/* A new item at the end, cleared; NULL when the arena is full. */
void		*row_list_add(struct row_list *);

#endif
