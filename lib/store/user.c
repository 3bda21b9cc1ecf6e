/*
 * user - accounts.
 *
 * A deleted account keeps its row, because messages and the log name it.  Its
 * username becomes one that nobody can register, for it ends in a space:
 * "deleted 17 ".  Who may change what is not decided here.
 */
#include "config.h"

#include "base/str.h"
#include "store/row.h"
#include "store/user.h"

void
row_user(struct row *r, struct user *out)
{
	out->id = row_int(r);
	out->username = row_text(r);
	out->display_name = row_text(r);
	out->password = NULL;
	out->created_at = row_int(r);
	out->deleted_at = row_int(r);
	out->email = row_text(r);
	out->seen_at = row_int(r);
	out->profile = row_text(r);
}

enum err
store_user_add(struct store *s, struct user *user)
{
	return row_insert(s, SQL_USER_ADD, DB_ARGS(DB_T(user->username),
	    DB_T(user->display_name), DB_T(user->password),
	    DB_I(user->created_at), DB_T(user->email), DB_T(user->profile)),
	    &user->id);
}

enum err
store_user_load(struct store *s, struct arena *a, int64_t id,
    struct user *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	if ((e = row_first(&r, SQL_USER_LOAD, DB_ARGS(DB_I(id)))) != ERR_OK)
		return e;
	row_user(&r, out);
	return row_end(&r, ERR_OK);
}

/* The account that `stmt` finds by `name`, with its password's hash. */
static enum err
find_user(struct row r, enum stmt stmt, const char *name, struct user *out)
{
	enum err e;

	if ((e = row_first(&r, stmt, DB_ARGS(DB_T(name)))) != ERR_OK)
		return e;
	row_user(&r, out);
	out->password = row_text(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_user_by_name(struct store *s, struct arena *a, const char *username,
    struct user *out)
{
	return find_user((struct row){ .store = s, .arena = a },
	    SQL_USER_BY_NAME, username, out);
}

enum err
store_user_by_email(struct store *s, struct arena *a, const char *email,
    struct user *out)
{
	return find_user((struct row){ .store = s, .arena = a },
	    SQL_USER_BY_EMAIL, email, out);
}

enum err
store_user_called(struct store *s, const char *email, int64_t except)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_USER_CALLED, DB_ARGS(DB_T(email), DB_I(except)));
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return row_end(&r, ERR_EXISTS);
}

enum err
store_user_password(struct store *s, struct arena *a, int64_t id,
    const char **hash_out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_first(&r, SQL_USER_PASSWORD, DB_ARGS(DB_I(id)));
	if (e != ERR_OK)
		return e;
	*hash_out = row_text(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_user_change(struct store *s, const struct user *user)
{
	return row_change(s, SQL_USER_CHANGE, DB_ARGS(DB_I(user->id),
	    DB_T(user->username), DB_T(user->display_name), DB_T(user->email),
	    DB_T(user->profile), DB_ID(user->seen_at)));
}

enum err
store_user_set_seen(struct store *s, int64_t id, int64_t seen_at)
{
	return row_change(s, SQL_USER_SET_SEEN,
	    DB_ARGS(DB_I(id), DB_I(seen_at)));
}

enum err
store_user_set_password(struct store *s, int64_t id, const char *hash)
{
	return row_change(s, SQL_USER_SET_PASSWORD,
	    DB_ARGS(DB_I(id), DB_T(hash)));
}

enum err
store_user_erase(struct store *s, int64_t id, int64_t now)
{
	return row_change(s, SQL_USER_ERASE, DB_ARGS(DB_I(id), DB_I(now)));
}

/*
 * The LIKE pattern that finds `text` anywhere.  The statement lowers ASCII in
 * what it compares, so the text is lowered here; % _ and the escape itself
 * mean nothing special.
 */
static const char *
search_pattern(struct arena *a, const char *text)
{
	struct str p;

	str_init_arena(&p, a);
	str_putc(&p, '%');
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '!')
			str_putc(&p, '!');
		str_putc(&p, *text >= 'A' && *text <= 'Z' ?
		    (char)(*text - 'A' + 'a') : *text);
	}
	str_putc(&p, '%');
	return str_is_ok(&p) ? p.s : NULL;
}

/* The accounts of a statement that has begun. */
static enum err
take_users(struct row *r, struct user **users_out, int *n_out)
{
	struct row_list l = { .arena = r->arena, .size = sizeof(struct user) };
	struct user *user;
	enum err e;

	while ((e = row_next(r)) == ERR_OK &&
	    (user = row_list_add(&l)) != NULL)
		row_user(r, user);
	*users_out = l.items;
	*n_out = l.n;
	return row_end(r, e);
}

enum err
store_user_search(struct store *s, struct arena *a,
    const struct user_search *q, struct user **users_out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	const char *pattern;
	enum err e;

	if ((pattern = search_pattern(a, q->text)) == NULL)
		return ERR_NOMEM;
	e = row_begin(&r, SQL_USER_SEARCH,
	    DB_ARGS(DB_T(pattern), DB_I(q->after), DB_I(q->max)));
	return e == ERR_OK ? take_users(&r, users_out, n_out) : e;
}

enum err
store_user_page(struct store *s, struct arena *a, const struct user_page *q,
    struct user **users_out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_begin(&r, SQL_USER_PAGE,
	    DB_ARGS(DB_I(q->max), DB_I(q->skip)));
	return e == ERR_OK ? take_users(&r, users_out, n_out) : e;
}
