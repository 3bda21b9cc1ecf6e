/*
 * room - rooms, and who is in them.
 *
 * A room's newest event is not stored: a send would have to write it each
 * time, and two seeks in indices find it.  A deleted room keeps its row and its
 * members, so that the log can still tell them.  Who may see or do what is not
 * decided here.
 */
#include "config.h"

#include "store/room.h"
#include "store/row.h"

static int64_t
newest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
read_room(struct row *r, struct room *out)
{
	int64_t pruned, other;

	out->id = row_int(r);
	out->kind = (enum room_kind)row_int(r);
	out->name = row_text(r);
	out->created_by = row_int(r);
	out->created_at = row_int(r);
	out->updated_at = row_int(r);
	out->deleted_at = row_int(r);
	pruned = row_int(r);
	out->posted_seq = row_int(r);
	other = row_int(r);
	out->last_seq = newest(pruned, newest(out->posted_seq, other));
	out->extra = row_text(r);
}

static void
read_view(struct row *r, struct room_view *out)
{
	read_room(r, &out->room);
	out->is_member = row_has_id(r);
	row_skip(r, 1);
	out->role = (enum role)row_int(r);
	out->read_seq = row_int(r);
	out->unread_n = row_int(r);
	out->last_message_id = row_int(r);
}

enum err
store_room_add(struct store *s, struct room *room, const char *pair)
{
	return row_insert(s, SQL_ROOM_ADD, DB_ARGS(DB_I(room->kind),
	    DB_T(room->name), DB_T(pair), DB_I(room->created_by),
	    DB_I(room->created_at), DB_T(room->extra)), &room->id);
}

/* The room that a statement finds. */
static enum err
find_room(struct row r, enum stmt stmt, struct db_args args, struct room *out)
{
	enum err e;

	if ((e = row_first(&r, stmt, args)) != ERR_OK)
		return e;
	read_room(&r, out);
	return row_end(&r, ERR_OK);
}

enum err
store_room_load_any(struct store *s, struct arena *a, int64_t id,
    struct room *out)
{
	return find_room((struct row){ .store = s, .arena = a },
	    SQL_ROOM_LOAD, DB_ARGS(DB_I(id)), out);
}

enum err
store_room_load(struct store *s, struct arena *a, int64_t id,
    struct room *out)
{
	enum err e;

	if ((e = store_room_load_any(s, a, id, out)) != ERR_OK)
		return e;
	return out->deleted_at == 0 ? ERR_OK : ERR_NOT_FOUND;
}

enum err
store_room_by_pair(struct store *s, const char *pair, int64_t *id_out)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_ROOM_BY_PAIR, DB_ARGS(DB_T(pair)));
	if (e != ERR_OK)
		return e;
	*id_out = row_int(&r);
	return row_end(&r, ERR_OK);
}

enum err
store_room_by_name(struct store *s, struct arena *a,
    const struct room_name *q, struct room *out)
{
	return find_room((struct row){ .store = s, .arena = a },
	    SQL_ROOM_BY_NAME, DB_ARGS(DB_T(q->name), DB_I(q->nocase)), out);
}

enum err
store_room_change(struct store *s, const struct room *room)
{
	return row_change(s, SQL_ROOM_CHANGE, DB_ARGS(DB_I(room->id),
	    DB_T(room->name), DB_T(room->extra), DB_I(room->updated_at)));
}

enum err
store_room_set_deleted(struct store *s, int64_t id, int64_t now)
{
	return row_change(s, SQL_ROOM_SET_DELETED,
	    DB_ARGS(DB_I(id), DB_I(now)));
}

enum err
store_room_view(struct store *s, struct arena *a, int64_t room_id,
    int64_t user_id, struct room_view *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_first(&r, SQL_ROOM_VIEW,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)));
	if (e != ERR_OK)
		return e;
	read_view(&r, out);
	return row_end(&r, ERR_OK);
}

/* Append to `views` what one of the two statements of a page says. */
static enum err
add_views(struct store *s, enum stmt stmt, const struct room_page *page,
    struct row_list *views)
{
	struct row r = { .store = s, .arena = views->arena };
	struct room_view *view;
	enum err e;

	e = row_begin(&r, stmt, DB_ARGS(DB_I(page->user_id),
	    DB_I(page->after), DB_I(page->max)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK &&
	    (view = row_list_add(views)) != NULL)
		read_view(&r, view);
	return row_end(&r, e);
}

static int
by_room_id(const void *a, const void *b)
{
	int64_t x = ((const struct room_view *)a)->room.id;
	int64_t y = ((const struct room_view *)b)->room.id;

	return (x > y) - (x < y);
}

enum err
store_room_page(struct store *s, struct arena *a,
    const struct room_page *page, struct room_view **out, int *n_out)
{
	struct row_list l = { .arena = a, .size = sizeof(struct room_view) };
	enum err e;

	e = add_views(s, SQL_ROOM_PAGE, page, &l);
	if (e == ERR_OK && page->public_too)
		e = add_views(s, SQL_ROOM_PAGE_PUBLIC, page, &l);
	if (e != ERR_OK)
		return e;
	if (page->public_too && l.n > 1)
		qsort(l.items, (size_t)l.n, l.size, by_room_id);
	*out = l.items;
	*n_out = l.n < page->max ? l.n : page->max;
	return ERR_OK;
}

/* The columns of member alone; the account's id is one of them. */
static void
read_member(struct row *r, struct member *out)
{
	*out = (struct member){ .room_id = row_int(r) };
	out->user.id = row_int(r);
	out->role = (enum role)row_int(r);
	out->joined_seq = row_int(r);
	out->joined_at = row_int(r);
	out->read_seq = row_int(r);
	out->read_at = row_int(r);
}

enum err
store_member_add(struct store *s, const struct member *m)
{
	enum err e;

	e = row_change(s, SQL_MEMBER_ADD, DB_ARGS(DB_I(m->room_id),
	    DB_I(m->user.id), DB_I(m->role), DB_I(m->joined_seq),
	    DB_I(m->joined_at), DB_I(m->read_seq)));
	return e == ERR_NOT_FOUND ? ERR_EXISTS : e;
}

enum err
store_member_set_role(struct store *s, int64_t room_id, int64_t user_id,
    enum role role)
{
	return row_change(s, SQL_MEMBER_SET_ROLE,
	    DB_ARGS(DB_I(room_id), DB_I(user_id), DB_I(role)));
}

enum err
store_member_set_read(struct store *s, const struct member *m)
{
	enum err e;

	e = row_change(s, SQL_MEMBER_SET_READ, DB_ARGS(DB_I(m->room_id),
	    DB_I(m->user.id), DB_I(m->read_seq), DB_I(m->read_at)));
	return e == ERR_NOT_FOUND ? ERR_DONE : e;
}

enum err
store_member_remove(struct store *s, int64_t room_id, int64_t user_id)
{
	return row_change(s, SQL_MEMBER_REMOVE,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)));
}

/* The member that a statement finds for a room and an account. */
static enum err
find_member(struct store *s, enum stmt stmt, struct db_args args,
    struct member *out)
{
	struct row r = { .store = s };
	enum err e;

	if ((e = row_first(&r, stmt, args)) != ERR_OK)
		return e;
	read_member(&r, out);
	return row_end(&r, ERR_OK);
}

enum err
store_member_find(struct store *s, int64_t room_id, int64_t user_id,
    struct member *out)
{
	return find_member(s, SQL_MEMBER_FIND,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)), out);
}

enum err
store_room_enter(struct store *s, int64_t room_id, int64_t user_id,
    enum room_kind *kind_out, struct member *member_out)
{
	struct row r = { .store = s };
	enum err e;

	e = row_first(&r, SQL_ROOM_ENTER,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)));
	if (e != ERR_OK)
		return e;
	*kind_out = (enum room_kind)row_int(&r);
	read_member(&r, member_out);
	return row_end(&r, ERR_OK);
}

enum err
store_member_heir(struct store *s, int64_t room_id, int64_t user_id,
    struct member *out)
{
	return find_member(s, SQL_MEMBER_HEIR,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)), out);
}

enum err
store_member_load(struct store *s, struct arena *a, int64_t room_id,
    int64_t user_id, struct member *out)
{
	struct row r = { .store = s, .arena = a };
	enum err e;

	e = row_first(&r, SQL_MEMBER_LOAD,
	    DB_ARGS(DB_I(room_id), DB_I(user_id)));
	if (e != ERR_OK)
		return e;
	read_member(&r, out);
	row_user(&r, &out->user);
	return row_end(&r, ERR_OK);
}

enum err
store_member_page(struct store *s, struct arena *a,
    const struct member_page *page, struct member **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	struct row_list l = { .arena = a, .size = sizeof(struct member) };
	struct member *m;
	enum err e;

	e = row_begin(&r, SQL_MEMBER_PAGE, DB_ARGS(DB_I(page->room_id),
	    DB_I(page->after), DB_I(page->max)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK &&
	    (m = row_list_add(&l)) != NULL) {
		read_member(&r, m);
		row_user(&r, &m->user);
	}
	*out = l.items;
	*n_out = l.n;
	return row_end(&r, e);
}

enum err
store_membership_list(struct store *s, struct arena *a, int64_t user_id,
    struct membership **out, int *n_out)
{
	struct row r = { .store = s, .arena = a };
	struct row_list l = { .arena = a, .size = sizeof(struct membership) };
	struct membership *m;
	enum err e;

	e = row_begin(&r, SQL_MEMBERSHIP_LIST, DB_ARGS(DB_I(user_id)));
	if (e != ERR_OK)
		return e;
	while ((e = row_next(&r)) == ERR_OK &&
	    (m = row_list_add(&l)) != NULL) {
		m->room_id = row_int(&r);
		m->joined_seq = row_int(&r);
	}
	*out = l.items;
	*n_out = l.n;
	return row_end(&r, e);
}
