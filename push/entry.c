/*
 * entry - what is asked before a client of a dialect may come in, and the answer.
 *
 * The worker is believed, but not that it makes no mistakes: an answer that is
 * not as it should be lets nobody in.
 */
#include "config.h"

#include "base/json.h"
#include "base/utf8.h"
#include "push/entry.h"

static void
put_text(struct jw *w, const char *key, const char *text)
{
	bool is_text = text != NULL && utf8_is_valid(text, strlen(text));

	jw_key_str(w, key, is_text ? text : NULL);
}

void
entry_put_question(struct jw *w, const struct entry_question *q)
{
	jw_object_begin(w);
	put_text(w, "path", q->path);
	put_text(w, "query", q->query);
	put_text(w, "authorization", q->authorization);
	put_text(w, "cookie", q->cookie);
	put_text(w, "protocol", q->protocol);
	put_text(w, "origin", q->origin);
	put_text(w, "host", q->host);
	jw_key_bool(w, "https", q->is_https);
	jw_object_end(w);
}

/* What may be absent has to be right when it is there. */
static bool
is_fine(enum err e)
{
	return e == ERR_OK || e == ERR_MISSING;
}

static bool
read_rooms(struct entry *out)
{
	const json_t *list = NULL, *item;
	size_t i;

	if (!is_fine(json_get_array(out->json, "rooms", &list)) ||
	    json_array_size(list) > SUB_ROOMS_MAX)
		return false;
	json_array_foreach(list, i, item)
		if (json_as_id(item, &out->rooms[out->rooms_n++]) != ERR_OK)
			return false;
	return true;
}

static bool
read_frames(struct entry *out)
{
	const json_t *item;
	size_t i;

	if (!is_fine(json_get_array(out->json, "frames", &out->frames)))
		return false;
	json_array_foreach(out->frames, i, item)
		if (!json_is_string(item))
			return false;
	return true;
}

/* {"came":{"room":"7"}} */
static bool
read_notice(const json_t *json, const char *key, int64_t *room_out)
{
	const json_t *notice = json_object_get(json, key);

	return notice == NULL || json_is_null(notice) ||
	    json_get_id(notice, "room", room_out) == ERR_OK;
}

static bool
read_names(struct entry *out)
{
	bool is_said = out->came_room != 0 || out->went_room != 0;
	enum err name, display;

	out->username = out->display_name = "";
	name = json_get_text(out->json, "username", &out->username);
	display = json_get_text(out->json, "display_name",
	    &out->display_name);
	return is_said ? name == ERR_OK && display == ERR_OK :
	    is_fine(name) && is_fine(display);
}

static bool
read_entry(struct entry *out)
{
	int64_t code = 0;

	if (json_get_id(out->json, "user", &out->user_id) != ERR_OK ||
	    json_get_id(out->json, "session", &out->session_id) != ERR_OK ||
	    !is_fine(json_get_id(out->json, "room", &out->room)) ||
	    !is_fine(json_get_text(out->json, "protocol", &out->protocol)) ||
	    !is_fine(json_get_int(out->json, "close", &code)) ||
	    code < 0 || code > UINT16_MAX)
		return false;
	out->close = (uint16_t)code;
	return read_rooms(out) && read_frames(out) &&
	    read_notice(out->json, "came", &out->came_room) &&
	    read_notice(out->json, "went", &out->went_room) &&
	    read_names(out);
}

enum err
entry_parse(const char *text, size_t len, struct entry *out)
{
	*out = (struct entry){ .user_id = 0 };
	if (json_read(text, len, &out->json, NULL) != ERR_OK)
		return ERR_BAD_JSON;
	if (json_is_object(out->json) && read_entry(out))
		return ERR_OK;
	entry_release(out);
	return ERR_BAD_JSON;
}

void
entry_release(struct entry *e)
{
	json_decref(e->json);
	e->json = NULL;
}
