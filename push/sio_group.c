/*
 * sio_group - clients of Socket.IO that have joined the same rooms.
 *
 * A group is found by what it is made of.  The frames that it shares are a voice
 * (news.h), which is good for one event and forgotten with it.
 */
#include "config.h"

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "push/sio_group.h"
#include "push/sio_packet.h"
#include "push/ws.h"

enum { PACKET_MAX = 64 * 1024 * 1024 };

struct sio_group {
	UT_hash_handle hh;
	uint32_t refs;
	struct voice voice;
	enum sio_ns ns;
	bool	 has_offsets;
	int	 rooms_n;
	int64_t	 key[];		/* the first is for the rest; then the rooms */
};

static struct {
	struct sio_group *groups;
	struct voice voice[SIO_NS_N];	/* without offsets */
} self;

static const char *const names[SIO_NS_N] = { "/", "/socket.io" };

const char *
sio_ns_name(enum sio_ns ns)
{
	return names[ns];
}

enum sio_ns
sio_ns_find(const char *name, size_t len)
{
	int ns;

	for (ns = 0; ns < SIO_NS_N; ns++)
		if (len == strlen(names[ns]) &&
		    memcmp(name, names[ns], len) == 0)
			break;
	return (enum sio_ns)ns;
}

/* ---- which there are */

static void
free_group(struct sio_group *g)
{
	HASH_DEL(self.groups, g);
	free(g);
}

/* The group of a whole key; `g` becomes it unless there is one. */
static struct sio_group *
settle(struct sio_group *g)
{
	size_t len = (size_t)(g->rooms_n + 1) * sizeof(g->key[0]);
	struct sio_group *found;

	HASH_FIND(hh, self.groups, g->key, len, found);
	if (found != NULL) {
		free(g);
		found->refs++;
		return found;
	}
	g->refs = 1;
	HASH_ADD_KEYPTR(hh, self.groups, g->key, len, g);
	if (g->hh.tbl != NULL)
		return g;
	free(g);
	return NULL;
}

struct sio_group *
sio_group_get(const struct sio_group_key *k)
{
	size_t size = (size_t)k->rooms_n * sizeof(k->rooms[0]);
	struct sio_group *g = calloc(1, sizeof(*g) + sizeof(g->key[0]) + size);

	if (g == NULL)
		return NULL;
	g->ns = k->ns;
	g->has_offsets = k->has_offsets;
	g->rooms_n = k->rooms_n;
	g->key[0] = 2 * (int64_t)k->ns + k->has_offsets;
	if (size > 0)
		memcpy(g->key + 1, k->rooms, size);
	return settle(g);
}

void
sio_group_unref(struct sio_group *g)
{
	if (g != NULL && --g->refs == 0)
		free_group(g);
}

int64_t
sio_groups(void)
{
	return HASH_COUNT(self.groups);
}

/* ---- rooms */

/* Where the room is in the key, or belongs. */
static int
search(const struct sio_group *g, int64_t room_id)
{
	int low = 1, high = g->rooms_n + 1, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (g->key[mid] < room_id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
sio_group_has(const struct sio_group *g, int64_t room_id)
{
	int i = search(g, room_id);

	return i <= g->rooms_n && g->key[i] == room_id;
}

bool
sio_group_has_offsets(const struct sio_group *g)
{
	return g->has_offsets;
}

/* Go on in the group of these rooms. */
static enum err
move(struct sio_group **group, const int64_t *rooms, int n)
{
	struct sio_group *g = *group, *other;

	other = sio_group_get(&(struct sio_group_key){ g->ns, g->has_offsets,
	    rooms, n });
	if (other == NULL)
		return ERR_NOMEM;
	*group = other;
	sio_group_unref(g);
	return ERR_OK;
}

enum err
sio_group_join(struct sio_group **group, int64_t room_id)
{
	const struct sio_group *g = *group;
	int64_t rooms[SIO_ROOMS_MAX];
	int i = search(g, room_id) - 1, n = g->rooms_n;

	if (sio_group_has(g, room_id))
		return ERR_OK;
	if (n == SIO_ROOMS_MAX)
		return ERR_RATE;
	memcpy(rooms, g->key + 1, (size_t)i * sizeof(rooms[0]));
	rooms[i] = room_id;
	memcpy(rooms + i + 1, g->key + 1 + i,
	    (size_t)(n - i) * sizeof(rooms[0]));
	return move(group, rooms, n + 1);
}

enum err
sio_group_leave(struct sio_group **group, int64_t room_id)
{
	const struct sio_group *g = *group;
	int64_t rooms[SIO_ROOMS_MAX];
	int i = search(g, room_id) - 1, n = g->rooms_n;

	if (!sio_group_has(g, room_id))
		return ERR_OK;
	memcpy(rooms, g->key + 1, (size_t)i * sizeof(rooms[0]));
	memcpy(rooms + i, g->key + 2 + i,
	    (size_t)(n - i - 1) * sizeof(rooms[0]));
	return move(group, rooms, n - 1);
}

/* ---- frames */

/* The event's array, and behind its last element the offset, if there is one. */
static void
put_packet(struct str *out, const struct sio_group *g,
    const struct frame *array, int64_t seq)
{
	const char *ns = names[g->ns];

	sio_packet_put_head(out, &(struct sio_packet){ .type = SIO_EVENT,
	    .ns = ns, .ns_len = strlen(ns), .id = SIO_NO_ID });
	if (!g->has_offsets) {
		str_put(out, array->bytes, array->len);
		return;
	}
	str_put(out, array->bytes, array->len - 1);
	str_puts(out, ",\"");
	sio_offset_put(out, seq, g->key + 1, g->rooms_n);
	str_puts(out, "\"]");
}

static struct frame *
make_frame(const struct sio_group *g, const struct sio_telling *t,
    const struct frame *array)
{
	struct str s, framed;
	struct frame *f;

	str_init(&s, PACKET_MAX);
	str_init(&framed, PACKET_MAX);
	put_packet(&s, g, array, t->seq);
	if (t->framing == FRAMING_WS)
		ws_put(&framed, WS_TEXT, s.s, s.len);
	else
		str_put(&framed, s.s, s.len);
	framed.bad = framed.bad || s.bad;
	f = frame_from(&framed);
	str_release(&framed);
	str_release(&s);
	return f;
}

struct frame *
sio_group_frame(struct sio_group *g, const struct sio_telling *t,
    bool *is_silent_out)
{
	struct voice *v = g->has_offsets ? &g->voice : &self.voice[g->ns];
	int i = 2 * (t->told == SHAPE_ASIDE) + (t->framing == FRAMING_WS);
	struct frame *array;

	*is_silent_out = false;
	news_voice(t->news, v);
	if (v->frame[i] != NULL)
		return v->frame[i];
	array = t->told == SHAPE_ASIDE ? news_get_aside(t->news, t->shape) :
	    news_get(t->news, t->shape, FRAMING_BARE);
	if (array != NULL)
		v->frame[i] = make_frame(g, t, array);
	else
		*is_silent_out = t->told == SHAPE_ASIDE ?
		    t->news->has_no_aside[t->shape->id] :
		    t->news->is_silent[t->shape->id];
	return v->frame[i];
}
