/*
 * upload - files that come in and go out, for all dialects.
 *
 * Bodies are mapped, never read into the request's memory.
 */
#include "config.h"

#include "base/disposition.h"
#include "base/media.h"
#include "base/multipart.h"
#include "dialect/upload.h"

/* Where nginx finds files, and answers nobody who asks for them himself. */
#define INTERNAL_PATH "/.natterjack-files/"

static const char field[] = "file";

/* The form's field, unless nobody has chosen a file in it. */
static bool
is_file(const struct part *p)
{
	return strcmp(p->name, field) == 0 && p->has_filename &&
	    (p->filename[0] != '\0' || p->len > 0);
}

/* The stretch of the body that is the file of a form. */
static enum err
find_part(struct exchange *x, struct multipart *form, struct file_draft *draft)
{
	struct part part;
	enum err e;

	while ((e = multipart_next(form, &part)) == ERR_OK && !is_file(&part))
		;
	if (e == ERR_DONE)
		return call_fault(&x->call, field, ERR_MISSING);
	if (e != ERR_OK) {
		x->detail = "The body is not the form that its Content-Type "
		    "says.";
		return e;
	}
	draft->at = (size_t)(part.bytes - draft->from->bytes);
	draft->len = part.len;
	draft->name = arena_strdup(x->call.arena, part.filename);
	draft->type = arena_strdup(x->call.arena, part.type);
	return draft->name != NULL && draft->type != NULL ? ERR_OK : ERR_NOMEM;
}

/* A body that is the file itself. */
static enum err
find_whole(struct exchange *x, unsigned flags, struct file_draft *draft)
{
	if (draft->from->len == 0 || (flags & UPLOAD_FORM))
		return call_fault(&x->call, field, ERR_MISSING);
	draft->len = draft->from->len;
	draft->type = x->request.content_type;
	return ERR_OK;
}

/* The name that the request has for it, if any. */
static enum err
read_name(struct exchange *x, struct file_draft *draft)
{
	const char *given = exchange_query(x, "name");
	const char *header = x->request.content_disposition;
	char name[MULTIPART_FILENAME_MAX];

	if (given == NULL && header != NULL &&
	    disposition_filename(header, name, sizeof(name)) &&
	    (given = arena_strdup(x->call.arena, name)) == NULL)
		return ERR_NOMEM;
	if (given != NULL)
		draft->name = given;
	return ERR_OK;
}

static enum err
take(struct exchange *x, unsigned flags, struct incoming *in, struct file *out)
{
	struct file_draft draft = {
		.from = in, .wants_image = flags & UPLOAD_IMAGE
	};
	struct multipart form;
	enum err e;

	e = multipart_begin(&form, x->request.content_type, in->bytes,
	    in->len) ? find_part(x, &form, &draft) :
	    find_whole(x, flags, &draft);
	if (e != ERR_OK || (e = read_name(x, &draft)) != ERR_OK)
		return e;
	return core_file_add(&x->call, &draft, out);
}

enum err
upload_take(struct exchange *x, unsigned flags, struct file *out)
{
	struct incoming in;
	enum err e;

	if (x->request.body_file == NULL)
		return call_fault(&x->call, field, ERR_MISSING);
	if (x->request.is_cut)
		return call_fault(&x->call, field, ERR_TOO_LARGE);
	e = filedir_open(x->call.conf->files_dir, x->request.body_file, &in);
	if (e == ERR_OK)
		e = take(x, flags, &in, out);
	filedir_close(&in);
	return e;
}

enum err
upload_send(struct exchange *x, const struct file *f)
{
	bool is_text = strcmp(f->type, "text/plain") == 0;
	struct str at, disposition;

	str_init_arena(&at, x->call.arena);
	str_printf(&at, INTERNAL_PATH "%.2s/%s", f->stored, f->stored);
	str_init_arena(&disposition, x->call.arena);
	disposition_put(&disposition, media_is_inline(f->type), f->name);
	if (!str_is_ok(&at) || !str_is_ok(&disposition))
		return ERR_NOMEM;
	exchange_header(x, "X-Accel-Redirect", at.s);
	exchange_header(x, "Content-Disposition", disposition.s);
	exchange_header(x, "Cache-Control", "private, no-cache");
	x->answer.content_type = is_text ? "text/plain; charset=utf-8" :
	    f->type;
	x->answer.status = 200;
	return ERR_OK;
}
