/*
 * d_rooms_file - rooms: files, which are uploaded first and then sent by their
 * address.
 *
 * Whoever has the address has the file: these routes ask nobody who they are.
 * An address says nothing to who was not told it.
 */
#include "config.h"

#include "dialect/d_rooms.h"
#include "dialect/sh_rooms.h"
#include "dialect/upload.h"

/* Take what comes, and answer as `write` does. */
static enum err
upload(struct exchange *x, unsigned flags,
    void (*write)(struct jw *, const struct file *))
{
	static const struct fastapi_word words[] = {
		{ ERR_TOO_LARGE, 400, "File size must be less than 10MB",
		    false },
		{ ERR_NOT_IMAGE, 400, "File must be an image", false },
		{ ERR_BAD_REQUEST, 400, "There was an error parsing the body",
		    false },
		{ ERR_OK, 0, NULL, false }
	};
	struct file f;
	struct jw w;
	enum err e;

	if ((e = upload_take(x, flags | UPLOAD_FORM, &f)) != ERR_OK)
		return fastapi_word(x, e, words);
	exchange_json(x, 200, &w);
	write(&w, &f);
	return ERR_OK;
}

enum err
rooms_file_upload(struct exchange *x)
{
	return upload(x, 0, sh_rooms_file);
}

enum err
rooms_image_upload(struct exchange *x)
{
	return upload(x, UPLOAD_IMAGE, sh_rooms_image);
}

static enum err
find(struct exchange *x, struct file *out)
{
	return core_file_by_stored(&x->call, exchange_param(x, "filename"),
	    out);
}

enum err
rooms_file_get(struct exchange *x)
{
	struct file f;
	enum err e = find(x, &f);

	if (e == ERR_NOT_FOUND)
		return fastapi_fail(x, 404, "File not found");
	return e != ERR_OK ? e : upload_send(x, &f);
}

enum err
rooms_image_get(struct exchange *x)
{
	struct file f;
	enum err e = find(x, &f);

	if (e == ERR_NOT_FOUND ||
	    (e == ERR_OK && strncmp(f.type, "image/", 6) != 0))
		return fastapi_fail(x, 404, "Image not found");
	return e != ERR_OK ? e : upload_send(x, &f);
}
