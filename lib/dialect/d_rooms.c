/*
 * d_rooms - the dialect rooms: its routes and its refusals.
 *
 * Rooms are public and need no membership; those that a caller is a member of
 * besides are its rooms, too.  Everything hangs on a bearer token, whose absence
 * is a 403 here.
 */
#include "config.h"

#include "dialect/d_rooms.h"
#include "dialect/sh_rooms.h"

static const struct route routes[] = {
#define X(method, path, handler, flags) { method, path, handler, flags },
#include "dialect/d_rooms.def"
#undef X
};

static bool
owns(const char *path)
{
	static const char *const stems[] = { "/api/auth", "/api/rooms",
	    "/api/messages", "/api/reactions", "/api/upload-file",
	    "/api/upload-image", "/api/files", "/api/images" };

	return strcmp(path, "/") == 0 ||
	    fastapi_is_below(path, stems, ARRAY_LEN(stems));
}

const struct fastapi_word rooms_message_words[] = {
	{ ERR_NOT_FOUND, 404, "Message not found", false },
	{ ERR_GONE, 404, "Message not found", false },
	{ ERR_OK, 0, NULL, false }
};

static void
refuse(struct exchange *x, enum err e)
{
	static const struct fastapi_word words[] = {
		{ ERR_NO_TOKEN, 403, "Not authenticated", false },
		{ ERR_ACCOUNT_GONE, 401, "User not found", true },
		{ ERR_NOT_FOUND, 404, "Room not found", false },
		{ ERR_OK, 0, NULL, false }
	};
	static const struct fastapi_style style = {
		.has_url = true,
		.words = words,
		.other_scheme = { ERR_NO_TOKEN, 403,
		    "Invalid authentication credentials", false }
	};

	fastapi_refuse(x, e, &style);
}

const struct dialect dialect_rooms = {
	.name = "rooms",
	.routes = routes,
	.routes_n = ARRAY_LEN(routes),
	.owns = owns,
	.refuse = refuse,
	.token = exchange_bearer
};

enum err
rooms_root(struct exchange *x)
{
	struct jw w;

	exchange_json(x, 200, &w);
	sh_rooms_root(&w);
	return ERR_OK;
}

enum err
rooms_path_id(struct exchange *x, const char *name, int64_t *out)
{
	struct fields f;

	fields_begin(&f, x);
	fields_path(&f);
	fields_int(&f, name, NULL, out);
	return fields_end(&f);
}
