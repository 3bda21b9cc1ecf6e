/*
 * media - what kind of file is this?
 *
 * It decodes nothing: a picture with the right beginning and rubbish behind it
 * is a picture.  A browser that is told not to sniff believes the type, and no
 * beginning in the table is one of a document that runs scripts.
 */
#include "config.h"

#include <ctype.h>
#include <strings.h>

#include "base/media.h"
#include "base/utf8.h"

static const char unknown[] = "application/octet-stream";
static const char svg[] = "image/svg+xml";

#define BYTES(at, text)	at, sizeof(text) - 1, text

/*
 * What stands where.  A container can hold several kinds: the sender's word is
 * taken if it begins with one of `keeps`.  The first row that fits counts.
 */
static const struct magic {
	struct piece {
		size_t	 at;
		size_t	 len;
		const char *bytes;
	} piece[2];
	const char *type;
	const char *keeps[2];
} magics[] = {
	{ {{ BYTES(0, "\x89PNG\r\n\x1a\n") }}, "image/png", { 0 } },
	{ {{ BYTES(0, "\xff\xd8\xff") }}, "image/jpeg", { 0 } },
	{ {{ BYTES(0, "GIF87a") }}, "image/gif", { 0 } },
	{ {{ BYTES(0, "GIF89a") }}, "image/gif", { 0 } },
	{ {{ BYTES(0, "RIFF") }, { BYTES(8, "WEBP") }}, "image/webp", { 0 } },
	{ {{ BYTES(0, "BM") }, { BYTES(6, "\0\0\0\0") }}, "image/bmp", { 0 } },
	{ {{ BYTES(0, "\0\0\1\0") }}, "image/x-icon", { 0 } },
	{ {{ BYTES(0, "II*\0") }}, "image/tiff", { 0 } },
	{ {{ BYTES(0, "MM\0*") }}, "image/tiff", { 0 } },
	{ {{ BYTES(4, "ftypavif") }}, "image/avif", { 0 } },
	{ {{ BYTES(4, "ftypavis") }}, "image/avif", { 0 } },
	{ {{ BYTES(4, "ftyphei") }}, "image/heic", { 0 } },
	{ {{ BYTES(4, "ftyphev") }}, "image/heic", { 0 } },
	{ {{ BYTES(4, "ftypmif1") }}, "image/heif", { 0 } },
	{ {{ BYTES(4, "ftypmsf1") }}, "image/heif", { 0 } },
	{ {{ BYTES(4, "ftypqt  ") }}, "video/quicktime", { 0 } },
	{ {{ BYTES(4, "ftypM4A ") }}, "audio/mp4", { "audio/" } },
	{ {{ BYTES(4, "ftyp3g") }}, "video/3gpp", { "audio/", "video/" } },
	{ {{ BYTES(4, "ftyp") }}, "video/mp4", { "audio/", "video/" } },
	{ {{ BYTES(0, "\x1a\x45\xdf\xa3") }}, "video/webm",
	  { "audio/", "video/" } },
	{ {{ BYTES(0, "OggS\0") }}, "audio/ogg", { "audio/", "video/" } },
	{ {{ BYTES(0, "RIFF") }, { BYTES(8, "WAVE") }}, "audio/wav", { 0 } },
	{ {{ BYTES(0, "RIFF") }, { BYTES(8, "AVI ") }}, "video/x-msvideo",
	  { 0 } },
	{ {{ BYTES(0, "fLaC") }, { BYTES(5, "\0\0") }}, "audio/flac", { 0 } },
	{ {{ BYTES(0, "ID3\2") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "ID3\3") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "ID3\4") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "\xff\xfb") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "\xff\xf3") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "\xff\xf2") }}, "audio/mpeg", { 0 } },
	{ {{ BYTES(0, "\xff\xf1") }}, "audio/aac", { 0 } },
	{ {{ BYTES(0, "\xff\xf9") }}, "audio/aac", { 0 } },
	{ {{ BYTES(0, "#!AMR") }}, "audio/amr", { 0 } },
	{ {{ BYTES(0, "caff\0") }}, "audio/x-caf", { 0 } },
	{ {{ BYTES(0, "MThd\0") }}, "audio/midi", { 0 } },
	{ {{ BYTES(0, "%PDF-") }}, "application/pdf", { 0 } },
	{ {{ BYTES(0, "PK\3\4") }}, "application/zip", { "application/" } },
	{ {{ BYTES(0, "PK\5\6") }}, "application/zip", { "application/" } },
	{ {{ BYTES(0, "\x1f\x8b") }}, "application/gzip", { 0 } },
	{ {{ BYTES(0, "7z\xbc\xaf\x27\x1c") }}, "application/x-7z-compressed",
	  { 0 } },
	{ {{ BYTES(0, "Rar!\x1a\7") }}, "application/vnd.rar", { 0 } },
	{ {{ BYTES(0, "\xfd" "7zXZ\0") }}, "application/x-xz", { 0 } },
	{ {{ BYTES(0, "\x28\xb5\x2f\xfd") }}, "application/zstd", { 0 } }
};

static bool
begins(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool
fits(const struct magic *m, const char *bytes, size_t len)
{
	const struct piece *p;

	for (p = m->piece; p < m->piece + ARRAY_LEN(m->piece); p++)
		if (p->at + p->len > len ||
		    (p->len > 0 &&
		    memcmp(bytes + p->at, p->bytes, p->len) != 0))
			return false;
	return true;
}

static const struct magic *
find_magic(const char *bytes, size_t len)
{
	const struct magic *m;

	for (m = magics; m < magics + ARRAY_LEN(magics); m++)
		if (fits(m, bytes, len))
			return m;
	return NULL;
}

static bool
keeps(const struct magic *m, const char *said)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(m->keeps); i++)
		if (m->keeps[i] != NULL && begins(said, m->keeps[i]))
			return true;
	return false;
}

/* Valid UTF-8 without control characters that no text has. */
static bool
is_text(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < ' ' &&
		    memchr("\t\n\f\r\x1b", bytes[i], 5) == NULL)
			return false;
	return utf8_is_valid(bytes, len);
}

static bool
is_svg(const char *bytes, size_t len)
{
	size_t look = len < 4096 ? len : 4096;

	return memmem(bytes, look, "<svg", 4) != NULL && is_text(bytes, len);
}

/* type/subtype in lower case, or "" for what is none or says nothing. */
static void
read_said(const char *said, char out[MEDIA_TYPE_MAX])
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyz0123456789"
	    "!#$&^_.+-";
	static const char *const nothing[] = {
		"application/x-www-form-urlencoded", "multipart/form-data",
		unknown
	};
	size_t len = strcspn(said, "; \t"), i, type_len;

	out[0] = '\0';
	if (len >= MEDIA_TYPE_MAX)
		return;
	for (i = 0; i < len; i++)
		out[i] = (char)tolower((unsigned char)said[i]);
	out[len] = '\0';
	type_len = strspn(out, token);
	i = type_len + 1;
	if (type_len == 0 || out[type_len] != '/' || out[i] == '\0' ||
	    out[i + strspn(out + i, token)] != '\0')
		out[0] = '\0';
	for (i = 0; i < ARRAY_LEN(nothing); i++)
		if (strcmp(out, nothing[i]) == 0)
			out[0] = '\0';
}

/* What is said of content that the table does not know may be so. */
static bool
may_be(const char *said, const char *bytes, size_t len)
{
	if (strcmp(said, svg) == 0)
		return is_svg(bytes, len);
	if (begins(said, "text/"))
		return is_text(bytes, len);
	return *said != '\0' && !begins(said, "image/") &&
	    !begins(said, "audio/") && !begins(said, "video/") &&
	    !begins(said, "multipart/") && !begins(said, "message/");
}

void
media_type(const char *bytes, size_t len, const char *said,
    char out[MEDIA_TYPE_MAX])
{
	const struct magic *m = find_magic(bytes, len);

	read_said(said != NULL ? said : "", out);
	if (m != NULL ? keeps(m, out) : may_be(out, bytes, len))
		return;
	snprintf(out, MEDIA_TYPE_MAX, "%s", m != NULL ? m->type : unknown);
}

bool
media_is_inline(const char *type)
{
	return (begins(type, "image/") && strcmp(type, svg) != 0) ||
	    begins(type, "audio/") || begins(type, "video/") ||
	    strcmp(type, "text/plain") == 0;
}

bool
media_is_image(const char *type)
{
	return begins(type, "image/");
}
