/*
 * base/media: what the content says, what the sender says, and who wins.
 */
#include "config.h"

#include "base/media.h"
#include "t/unit/tap.h"

#define OF(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t	 len;
	const char *said;
	const char *type;
} cases[] = {
	{ OF("\x89PNG\r\n\x1a\nxxxx"), NULL, "image/png" },
	{ OF("\x89PNG\r\n\x1a\nxxxx"), "text/html", "image/png" },
	{ OF("\x89PNG\r\n\x1a"), "image/png", "application/octet-stream" },
	{ OF("\xff\xd8\xff\xe0"), "image/png", "image/jpeg" },
	{ OF("GIF89a..."), NULL, "image/gif" },
	{ OF("RIFF....WEBPVP8 "), NULL, "image/webp" },
	{ OF("RIFF....WAVEfmt "), "image/webp", "audio/wav" },
	{ OF("RIFF....????"), "image/webp", "application/octet-stream" },
	{ OF("BM....\0\0\0\0...."), NULL, "image/bmp" },
	{ OF("BMW is a company."), "text/plain", "text/plain" },
	{ OF("....ftypavif"), NULL, "image/avif" },
	{ OF("....ftypheic"), "image/heic", "image/heic" },
	{ OF("....ftypisom"), NULL, "video/mp4" },
	{ OF("....ftypisom"), "audio/mp4", "audio/mp4" },
	{ OF("....ftypisom"), "text/html", "video/mp4" },
	{ OF("....ftypM4A "), "video/mp4", "audio/mp4" },
	{ OF("\x1a\x45\xdf\xa3..."), "audio/webm;codecs=opus", "audio/webm" },
	{ OF("OggS\0..."), NULL, "audio/ogg" },
	{ OF("ID3\4..."), NULL, "audio/mpeg" },
	{ OF("ID3 is a format of tags."), "text/plain", "text/plain" },
	{ OF("%PDF-1.7"), "image/png", "application/pdf" },
	{ OF("PK\3\4...."), NULL, "application/zip" },
	{ OF("PK\3\4...."), "application/vnd.oasis.opendocument.text",
	    "application/vnd.oasis.opendocument.text" },
	{ OF("PK\3\4...."), "text/html", "application/zip" },
	{ OF("<!doctype html>"), "image/png", "application/octet-stream" },
	{ OF("<!doctype html>"), "text/html", "text/html" },
	{ OF("<!doctype html>"), "TEXT/HTML; charset=utf-8", "text/html" },
	{ OF("<!doctype html>"), "audio/mpeg", "application/octet-stream" },
	{ OF("<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/svg+xml",
	    "image/svg+xml" },
	{ OF("<html>"), "image/svg+xml", "application/octet-stream" },
	{ OF("<svg\0"), "image/svg+xml", "application/octet-stream" },
	{ OF("hello\r\n\tworld"), "text/plain", "text/plain" },
	{ OF("gr\xc3\xbc\xc3\x9f"), "text/plain;charset=utf-8", "text/plain" },
	{ OF("gr\xfc\xdf"), "text/plain", "application/octet-stream" },
	{ OF("a\0b"), "text/plain", "application/octet-stream" },
	{ OF("hello"), NULL, "application/octet-stream" },
	{ OF("hello"), "", "application/octet-stream" },
	{ OF("a=b"), "application/x-www-form-urlencoded",
	    "application/octet-stream" },
	{ OF("{}"), "application/json", "application/json" },
	{ OF("alert(1)"), "application/javascript", "application/javascript" },
	{ OF("x"), "message/rfc822", "application/octet-stream" },
	{ OF("x"), "not a type", "application/octet-stream" },
	{ OF("x"), "a/b/c", "application/octet-stream" },
	{ OF("x"), "/b", "application/octet-stream" },
	{ OF("x"), "a/", "application/octet-stream" },
	{ OF("x"), "application/x\r\nSet-Cookie: a", "application/octet-stream" },
	{ OF(""), "image/png", "application/octet-stream" },
	{ OF(""), "text/plain", "text/plain" }
};

static const struct {
	const char *type;
	bool	 is_inline, is_image;
} shown[] = {
	{ "image/png", true, true }, { "image/svg+xml", false, true },
	{ "audio/mpeg", true, false }, { "video/mp4", true, false },
	{ "text/plain", true, false }, { "text/html", false, false },
	{ "text/xml", false, false }, { "text/css", false, false },
	{ "application/pdf", false, false },
	{ "application/javascript", false, false },
	{ "application/xhtml+xml", false, false },
	{ "application/octet-stream", false, false }
};

int
main(void)
{
	char type[MEDIA_TYPE_MAX], longest[300];
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		media_type(cases[i].bytes, cases[i].len, cases[i].said, type);
		ok(strcmp(type, cases[i].type) == 0, "case %zu: %s, want %s",
		    i, type, cases[i].type);
	}
	snprintf(longest, sizeof(longest), "application/%0*d", 200, 0);
	media_type("x", 1, longest, type);
	is_str(type, "application/octet-stream", "a type that is too long");
	for (i = 0; i < ARRAY_LEN(shown); i++)
		ok(media_is_inline(shown[i].type) == shown[i].is_inline &&
		    media_is_image(shown[i].type) == shown[i].is_image,
		    "how %s is shown", shown[i].type);
	return tap_done();
}
