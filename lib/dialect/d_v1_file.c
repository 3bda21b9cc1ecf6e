/*
 * d_v1_file - v1's files.
 *
 * They are uploaded first, and then posted by their ids, so that a message is
 * there with its files or not at all.
 */
#include "config.h"

#include "dialect/d_v1.h"
#include "dialect/sh_v1.h"
#include "dialect/upload.h"

enum err
v1_file_upload(struct exchange *x)
{
	struct file f;
	struct jw w;
	enum err e;

	if ((e = upload_take(x, 0, &f)) != ERR_OK)
		return e;
	v1_created(x, "/v1/files/", f.id, &w);
	sh_v1_file(&w, &f);
	return ERR_OK;
}

enum err
v1_file_get(struct exchange *x)
{
	struct file f;
	int64_t id;
	enum err e;

	if ((e = v1_path_id(x, "id", &id)) != ERR_OK ||
	    (e = core_file_get(&x->call, id, &f)) != ERR_OK)
		return e;
	return upload_send(x, &f);
}
