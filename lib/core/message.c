/*
 * message - posting, reading, editing and deleting.
 *
 * Posting is the hot path.  All that it reads is read inside the write: a read
 * of its own would cost more than it shortens the wait of others, because
 * SQLite empties a connection's cache at the first read after somebody else's
 * commit.  A key is not looked up before it turns out to be taken: then the
 * write is rolled back, and the first message is read.
 *
 * It looks into texts for nothing: no mentions, no links, no markup.
 */
#include "config.h"

#include "core/access.h"
#include "core/check.h"
#include "core/file.h"
#include "core/message.h"
#include "core/tell.h"
#include "store/user.h"

static enum err
check_post(struct call *c, const struct post *in)
{
	enum err e;

	if (in->files_n > FILE_MESSAGE_MAX)
		return call_fault(c, "files", ERR_TOO_LONG);
	if ((e = check_text(c, in->text)) != ERR_OK ||
	    (in->kind != NULL && (e = check_kind(c, in->kind)) != ERR_OK) ||
	    (e = check_object(c, "extra", in->extra)) != ERR_OK ||
	    in->key == NULL)
		return e;
	return check_key(c, in->key);
}

/* What is replied to is in the same room. */
static enum err
check_reply(struct call *c, const struct post *in)
{
	struct message m;
	enum err e;

	if (in->reply_to == 0)
		return ERR_OK;
	e = store_message_load(c->store, c->arena, in->reply_to, &m);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && m.room_id != in->room_id))
		return call_fault(c, "reply_to", ERR_BAD_VALUE);
	return e;
}

/* May the caller post there, and is it the kind of room that is meant? */
static enum err
check_room(struct call *c, const struct post *in)
{
	struct access a;
	enum err e;

	e = access_room_for(c, in->room_id, DEED_POST, &a);
	if (e == ERR_OK && in->kinds != 0 && !(in->kinds & 1u << a.kind))
		return ERR_NOT_FOUND;
	return e;
}

/* Within a write: append the message that `m` is to be. */
static enum err
post(struct call *c, const struct post *in, struct message *m)
{
	struct event event = {
		.kind = EVENT_MESSAGE_POSTED, .room_id = in->room_id
	};
	struct user sender;
	enum err e;

	if ((e = check_room(c, in)) != ERR_OK ||
	    (e = check_reply(c, in)) != ERR_OK ||
	    (e = store_user_load(c->store, c->arena, c->user_id,
	    &sender)) != ERR_OK ||
	    (e = tell(c, &event)) != ERR_OK)
		return e;
	m->id = event.seq;
	m->sender_username = sender.username;
	m->files_n = in->files_n;
	if ((e = store_message_add(c->store, m)) != ERR_OK)
		return e;
	return core_file_attach(c, in->files, in->files_n, m);
}

static bool
has_file(const struct message *m, int64_t id)
{
	int i;

	for (i = 0; i < m->files_n; i++)
		if (m->files[i].id == id)
			return true;
	return false;
}

static bool
has_same_files(const struct message *m, const struct post *in)
{
	int i;

	for (i = 0; i < in->files_n; i++)
		if (!has_file(m, in->files[i]))
			return false;
	return m->files_n == in->files_n;
}

static bool
is_same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *
kind_of(const struct post *in)
{
	return in->kind != NULL ? in->kind : "text";
}

/*
 * It is the message that `in` would have become.  Its text may have changed,
 * and a deleted one has lost its extra, too.
 */
static bool
is_same(const struct message *m, const struct post *in)
{
	return m->room_id == in->room_id && m->reply_to == in->reply_to &&
	    strcmp(m->kind, kind_of(in)) == 0 &&
	    (m->deleted_at != 0 || is_same_text(m->extra, in->extra)) &&
	    (m->deleted_at != 0 || has_same_files(m, in)) &&
	    (m->edited_at != 0 || m->deleted_at != 0 ||
	    strcmp(m->body, in->text) == 0);
}

/* The message that was posted with this key. */
static enum err
load_first(struct call *c, const struct post *in, struct message *out)
{
	int64_t id;
	enum err e;

	e = store_message_by_key(c->store, c->user_id, in->key, &id);
	if (e == ERR_OK)
		e = store_message_load(c->store, c->arena, id, out);
	if (e == ERR_OK && !is_same(out, in))
		return call_fault(c, "key", ERR_KEY_REUSED);
	return e == ERR_NOT_FOUND ? ERR_INTERNAL : e;
}

enum err
core_message_post(struct call *c, const struct post *in, struct message *out)
{
	enum err e;

	if ((e = check_post(c, in)) != ERR_OK)
		return e;
	*out = (struct message){
		.room_id = in->room_id,
		.sender_id = c->user_id,
		.kind = kind_of(in),
		.body = in->text,
		.reply_to = in->reply_to,
		.key = in->key,
		.created_at = c->now,
		.origin = in->origin,
		.extra = in->extra
	};
	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_end(c->store, post(c, in, out));
	return e == ERR_EXISTS ? load_first(c, in, out) : e;
}

enum err
core_message_get(struct call *c, int64_t message_id, struct message *out)
{
	struct access a;
	enum err e;

	if ((e = access_message(c, message_id, out, &a)) != ERR_OK)
		return e;
	return access_check(&a, DEED_SEE);
}

enum err
core_message_page(struct call *c, const struct message_page *page,
    struct message **out, int *n_out)
{
	struct access a;
	enum err e;

	if ((e = access_room_for(c, page->room_id, DEED_SEE, &a)) != ERR_OK)
		return e;
	return store_message_page(c->store, c->arena, page, out, n_out);
}

/* What has happened to `m`. */
static enum err
tell_message(struct call *c, enum event_kind kind, const struct message *m)
{
	return tell(c, &(struct event){
		.kind = kind, .room_id = m->room_id, .subject_id = m->id
	});
}

static enum err
edit(struct call *c, int64_t message_id, const char *text, struct message *out)
{
	struct access a;
	enum err e;

	if ((e = access_message(c, message_id, out, &a)) != ERR_OK ||
	    (e = access_check(&a, DEED_POST)) != ERR_OK)
		return e;
	if (out->sender_id != c->user_id)
		return ERR_FORBIDDEN;
	if (out->deleted_at != 0)
		return ERR_GONE;
	if (strcmp(out->body, text) == 0)
		return ERR_OK;
	out->body = text;
	out->edited_at = c->now;
	e = store_message_edit(c->store, message_id, text, c->now);
	if (e != ERR_OK)
		return e;
	return tell_message(c, EVENT_MESSAGE_EDITED, out);
}

enum err
core_message_edit(struct call *c, int64_t message_id, const char *text,
    struct message *out)
{
	enum err e;

	if ((e = check_text(c, text)) != ERR_OK ||
	    (e = call_begin(c)) != ERR_OK)
		return e;
	return store_end(c->store, edit(c, message_id, text, out));
}

static enum err
delete(struct call *c, int64_t message_id, struct message *m)
{
	struct access a;
	enum err e;

	if ((e = access_message(c, message_id, m, &a)) != ERR_OK)
		return e;
	e = access_check(&a, m->sender_id == c->user_id ? DEED_POST :
	    DEED_MODERATE);
	if (e != ERR_OK || m->deleted_at != 0)
		return e;
	e = store_message_delete(c->store, message_id, c->now);
	if (e == ERR_OK && m->files_n > 0)
		e = store_file_clear(c->store, message_id);
	if (e != ERR_OK)
		return e;
	return tell_message(c, EVENT_MESSAGE_DELETED, m);
}

enum err
core_message_delete(struct call *c, int64_t message_id)
{
	struct message m = { .files_n = 0 };
	enum err e;

	if ((e = call_begin(c)) != ERR_OK)
		return e;
	e = store_end(c->store, delete(c, message_id, &m));
	if (e == ERR_OK)
		core_file_remove_all(c, &m);
	return e;
}
