/*
 * Ids as UUIDs and as 24 hex digits: every int64 there and back, nothing else
 * taken; and how jw writes them and naive instants.
 */
#include "config.h"

#include "base/ids.h"
#include "base/jw.h"
#include "base/num.h"
#include "t/unit/tap.h"

static const struct {
	int64_t id;
	const char *uuid;
	const char *hex24;
} known[] = {
	{ 0, "00000000-0000-4000-8000-000000000000",
	    "000000000000000000000000" },
	{ 1, "00000000-0000-4000-8000-000000000001",
	    "000000000000000000000001" },
	{ 0x123456789abcdef0, "00001234-0000-4000-8000-56789abcdef0",
	    "00000000123456789abcdef0" },
	{ INT64_MAX, "00007fff-0000-4000-8000-ffffffffffff",
	    "000000007fffffffffffffff" },
	{ INT64_MIN, "00008000-0000-4000-8000-000000000000",
	    "000000008000000000000000" },
	{ -1, "0000ffff-0000-4000-8000-ffffffffffff",
	    "00000000ffffffffffffffff" },
};

static void
test_known(void)
{
	char text[IDS_UUID_LEN + 1];
	int64_t id;
	size_t i;

	for (i = 0; i < ARRAY_LEN(known); i++) {
		ids_uuid(known[i].id, text);
		is_str(text, known[i].uuid, "an id as a UUID");
		ok(ids_parse_uuid(text, &id) && id == known[i].id,
		    "and back");
		ids_hex24(known[i].id, text);
		is_str(text, known[i].hex24, "as 24 hex digits");
		ok(ids_parse_hex24(text, &id) && id == known[i].id,
		    "and back");
	}
}

static bool
round_trips(int64_t id)
{
	char uuid[IDS_UUID_LEN + 1], hex24[IDS_HEX24_LEN + 1];
	int64_t a = ~id, b = ~id;

	ids_uuid(id, uuid);
	ids_hex24(id, hex24);
	return strlen(uuid) == IDS_UUID_LEN && strlen(hex24) == IDS_HEX24_LEN &&
	    ids_parse_uuid(uuid, &a) && ids_parse_hex24(hex24, &b) &&
	    a == id && b == id;
}

/* Each bit alone, what is about it, and many at random. */
static void
test_round_trip(void)
{
	bool good = true;
	uint64_t bit;
	int64_t id;
	int i;

	for (i = 0; i < 64; i++) {
		bit = UINT64_C(1) << i;
		good &= round_trips((int64_t)bit) &&
		    round_trips((int64_t)(bit - 1)) &&
		    round_trips((int64_t)~bit);
	}
	ok(good, "every bit survives both forms");
	for (i = 0; i < 100000; i++) {
		num_random(&id, sizeof(id));
		good &= round_trips(id);
	}
	ok(good, "and so do ids at random");
}

static void
test_case(void)
{
	int64_t id = 0;

	ok(ids_parse_uuid("0000ABCD-0000-4000-8000-ABCDEFabcdef", &id) &&
	    id == (int64_t)0xabcdabcdefabcdef, "a UUID in both cases");
	ok(ids_parse_hex24("00000000ABCDefABCDEFabcd", &id) &&
	    id == (int64_t)0xabcdefabcdefabcd, "hex digits in both cases");
}

static void
test_refused(void)
{
	static const char *const uuids[] = {
		"", "1", "00000000-0000-4000-8000-00000000000",
		"00000000-0000-4000-8000-0000000000011",
		"00000000-0000-4000-8000-00000000000g",
		"00000000-0000-4000-8000-00000000000 ",
		"10000000-0000-4000-8000-000000000001",
		"00000000-0001-4000-8000-000000000001",
		"00000000-0000-1000-8000-000000000001",
		"00000000-0000-4001-8000-000000000001",
		"00000000-0000-4000-9000-000000000001",
		"00000000-0000-4000-8001-000000000001",
		"00000000000040008000000000000001",
		"00000000-0000-4000-8000_000000000001",
		"{00000000-0000-4000-8000-000000000001}",
		"f47ac10b-58cc-4372-a567-0e02b2c3d479",
	};
	static const char *const hexes[] = {
		"", "1", "00000000000000000000001", "0000000000000000000000001",
		"100000000000000000000001", "00000001000000000000000a",
		"00000000000000000000000g", "00000000-00000000000000a",
		"0x0000000000000000000001", "507f1f77bcf86cd799439011",
	};
	int64_t id = 42;
	size_t i;

	for (i = 0; i < ARRAY_LEN(uuids); i++)
		ok(!ids_parse_uuid(uuids[i], &id), "no UUID of ours: \"%s\"",
		    uuids[i]);
	for (i = 0; i < ARRAY_LEN(hexes); i++)
		ok(!ids_parse_hex24(hexes[i], &id), "no id of ours: \"%s\"",
		    hexes[i]);
	is_int(id, 42, "what is refused sets nothing");
}

static void
test_jw(void)
{
	struct str s;
	struct jw w;

	str_init(&s, 1000);
	jw_init(&w, &s);
	jw_object_begin(&w);
	jw_key_uuid(&w, "u", 26);
	jw_key_hex24(&w, "h", -2);
	jw_key_naive(&w, "s", 1752507303618, NAIVE_S);
	jw_key_naive(&w, "us", 1752507303618, NAIVE_US);
	jw_key_naive(&w, "whole", 1752507303000, NAIVE_US);
	jw_key_naive(&w, "never", 0, NAIVE_US);
	jw_key_null(&w, "n");
	jw_key_raw(&w, "raw", "[1,{}]", 6);
	jw_key(&w, "list");
	jw_array_begin(&w);
	jw_uuid(&w, 1);
	jw_hex24(&w, 1);
	jw_naive(&w, 1, NAIVE_US);
	jw_array_end(&w);
	jw_object_end(&w);
	is_str(s.s, "{\"u\":\"00000000-0000-4000-8000-00000000001a\","
	    "\"h\":\"00000000fffffffffffffffe\","
	    "\"s\":\"2025-07-14T15:35:03\","
	    "\"us\":\"2025-07-14T15:35:03.618000\","
	    "\"whole\":\"2025-07-14T15:35:03\",\"never\":null,\"n\":null,"
	    "\"raw\":[1,{}],"
	    "\"list\":[\"00000000-0000-4000-8000-000000000001\","
	    "\"000000000000000000000001\",\"1970-01-01T00:00:00.001000\"]}",
	    "jw writes ids and naive instants");
	ok(jw_is_whole(&w), "and the text is whole");
	str_release(&s);
}

int
main(void)
{
	test_known();
	test_round_trip();
	test_case();
	test_refused();
	test_jw();
	return tap_done();
}
