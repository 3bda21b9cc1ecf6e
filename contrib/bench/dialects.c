/*
 * dialects - what the clients of each dialect ask for and are told.
 *
 * Frames are searched, not parsed: to read JSON would cost more than what is
 * measured.
 */
#include "config.h"

#include "base/ids.h"
#include "contrib/bench/dialects.h"

enum { MIXED_N = 4 };

static void
put_v1(struct str *s, const struct client *who)
{
	str_printf(s, "/v1/events?rooms=%s", who->room);
	if (who->since > 0)
		str_printf(s, "&since=%lld", (long long)who->since);
}

static void
put_chatapp(struct str *s, const struct client *who)
{
	str_printf(s, "/websockets/chat/%s", who->room);
}

/* By the account's id: it must be a member of the room. */
static void
put_realtime(struct str *s, const struct client *who)
{
	char uuid[IDS_UUID_LEN + 1];

	ids_uuid(who->user_id, uuid);
	str_printf(s, "/ws/%s", uuid);
}

static void
put_rooms(struct str *s, const struct client *who)
{
	str_printf(s, "/ws/chat/%s?token=%s", who->room, who->token);
}

static void
put_chatroom(struct str *s, const struct client *who)
{
	(void)who;
	str_puts(s, "/socket.io/?EIO=4&transport=websocket");
}

/* The first MIXED_N are what "mixed" is. */
static const struct dialect dialects[] = {
	{ "v1", put_v1, "\"message.posted\"", "\"seq\":", DIGITS, false, false },
	{ "chatapp", put_chatapp, "{\"id\":", "\"id\":", DIGITS, false, false },
	{ "realtime", put_realtime, "\"chat_id\":", ",\"id\":\"", UUID, false,
	    false },
	{ "rooms", put_rooms, "\"type\":\"message\"", "\"message_id\":", DIGITS,
	    false, false },
	{ "chatroom", put_chatroom, "\"newMessage\"", "\"_id\":\"", HEX24, true,
	    false },
	{ "polls", NULL, "\"newMessage\"", "\"_id\":\"", HEX24, true, true }
};

const struct dialect *
dialect_find(const char *name, size_t i)
{
	size_t k;

	if (strcmp(name, "mixed") == 0)
		return &dialects[i % MIXED_N];
	for (k = 0; k < ARRAY_LEN(dialects); k++)
		if (strcmp(name, dialects[k].name) == 0)
			return &dialects[k];
	return NULL;
}

int64_t
number_after(const char *text, size_t len, const char *name)
{
	const char *p = memmem(text, len, name, strlen(name));
	const char *end = text + len;
	int64_t n = 0;

	if (p == NULL)
		return -1;
	p += strlen(name);
	if (p < end && *p == '"')
		p++;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		n = n * 10 + *p - '0';
	return n;
}

static int64_t
id_of(const struct dialect *d, const char *text, size_t len)
{
	size_t id_len = d->form == UUID ? IDS_UUID_LEN : IDS_HEX24_LEN;
	char form[IDS_UUID_LEN + 1];
	const char *p;
	int64_t id;

	if (d->form == DIGITS)
		return number_after(text, len, d->id);
	p = memmem(text, len, d->id, strlen(d->id));
	if (p == NULL || text + len < p + strlen(d->id) + id_len)
		return -1;
	memcpy(form, p + strlen(d->id), id_len);
	form[id_len] = '\0';
	return (d->form == UUID ? ids_parse_uuid(form, &id) :
	    ids_parse_hex24(form, &id)) ? id : -1;
}

bool
dialect_is_message(const struct dialect *d, const char *text, size_t len,
    int64_t *id_out)
{
	if (memmem(text, len, d->mark, strlen(d->mark)) == NULL)
		return false;
	*id_out = id_of(d, text, len);
	return true;
}
