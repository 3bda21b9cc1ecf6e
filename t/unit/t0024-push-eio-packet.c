/*
 * Packets of Engine.IO, as text and as base64, whole and in bodies.
 */
#include "config.h"

#include "push/eio_packet.h"
#include "t/unit/tap.h"

/* Read a packet and write it again, behind whether it is bytes. */
static const char *
again(const char *text)
{
	static char copy[256];
	struct eio_packet p;
	static struct str s = { .s = "", .max = 256 };

	str_reset(&s);
	snprintf(copy, sizeof(copy), "%s", text);
	if (eio_packet_parse(copy, strlen(copy), &p) != ERR_OK)
		return "refused";
	str_puts(&s, p.is_binary ? "bytes " : "text ");
	eio_packet_put(&s, &p);
	return s.s;
}

static void
test_types(void)
{
	static const struct {
		const char *text;
		enum eio_type type;
	} each[] = { { "0{}", EIO_OPEN }, { "1", EIO_CLOSE },
	    { "2probe", EIO_PING }, { "3probe", EIO_PONG },
	    { "4hi", EIO_MESSAGE }, { "5", EIO_UPGRADE }, { "6", EIO_NOOP } };
	struct eio_packet p;
	char copy[16];
	size_t i;

	for (i = 0; i < ARRAY_LEN(each); i++) {
		snprintf(copy, sizeof(copy), "%s", each[i].text);
		ok(eio_packet_parse(copy, strlen(copy), &p) == ERR_OK &&
		    p.type == each[i].type && !p.is_binary &&
		    p.len == strlen(copy) - 1 && p.data == copy + 1,
		    "\"%s\" is a packet of type %d", each[i].text,
		    each[i].type);
	}
}

static void
test_refused(void)
{
	static const char *const texts[] = { "", "7", "9", "a", "/", "-1",
	    "bA", "bAB", "bABC", "bA===", "bAB=C", "bABC*", "bAB==AB==",
	    "b=", "b====", " 4", "\xc3\xa9" };
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		is_str(again(texts[i]), "refused", texts[i]);
}

static void
test_base64(void)
{
	struct eio_packet p;
	char all[] = "bAAEC/f7/";

	is_str(again("b"), "bytes b", "no bytes");
	is_str(again("bAQ=="), "bytes bAQ==", "one byte");
	is_str(again("bAQI="), "bytes bAQI=", "two bytes");
	is_str(again("bAQID"), "bytes bAQID", "three bytes");
	is_str(again("bAQIDBA=="), "bytes bAQIDBA==", "four bytes");
	is_str(again("bAQID\r\nBA==\n"), "bytes bAQIDBA==", "in lines");
	is_int(eio_packet_parse(all, strlen(all), &p), ERR_OK, "any bytes");
	ok(p.len == 6 && memcmp(p.data, "\0\1\2\xfd\xfe\xff", 6) == 0,
	    "what they are");
}

static void
test_body(void)
{
	static const char body[] = "4a\x1e\x1e" "2";
	size_t len = sizeof(body) - 1, n;

	is_int((int64_t)(n = eio_packet_len(body, len)), 2, "the first of three");
	is_int((int64_t)eio_packet_len(body + 3, len - 3), 0, "an empty one");
	is_int((int64_t)eio_packet_len(body + 4, len - 4), 1, "the last");
	is_int((int64_t)eio_packet_len("", 0), 0, "nothing");
}

int
main(void)
{
	test_types();
	test_refused();
	test_base64();
	test_body();
	return tap_done();
}
