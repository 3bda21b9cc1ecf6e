/*
 * news - one event on its way out, and the frames that were made of it.
 *
 * The JSON is written into memory that is kept from one event to the next, and
 * copied once, into the frame.
 */
#include "config.h"

#include "base/base.h"
#include "push/news.h"
#include "push/ws.h"

enum { TEXT_MAX = 64 * 1024 * 1024, NO_ID = -1 };

static struct {
	struct str json;
	struct str wrapped;
} self = { .json = { .s = "", .max = TEXT_MAX },
    .wrapped = { .s = "", .max = TEXT_MAX } };

static struct jw
begin(void)
{
	struct jw jw;

	str_reset(&self.json);
	jw_init(&jw, &self.json);
	return jw;
}

/* A stream's data may have no line break: JSON has none outside of escapes. */
static void
wrap_sse(int64_t id)
{
	if (id != NO_ID) {
		str_puts(&self.wrapped, "id: ");
		str_put_int(&self.wrapped, id);
		str_putc(&self.wrapped, '\n');
	}
	str_puts(&self.wrapped, "data: ");
	str_put(&self.wrapped, self.json.s, self.json.len);
	str_puts(&self.wrapped, "\n\n");
}

/* The frame of what is in self.json; `id` is for streams. */
static struct frame *
wrap(enum framing framing, int64_t id)
{
	if (!str_is_ok(&self.json))
		return NULL;
	if (framing == FRAMING_BARE)
		return frame_from(&self.json);
	str_reset(&self.wrapped);
	if (framing == FRAMING_WS)
		ws_put(&self.wrapped, WS_TEXT, self.json.s, self.json.len);
	else
		wrap_sse(id);
	return frame_from(&self.wrapped);
}

void
news_init(struct news *n, const struct event *event)
{
	*n = (struct news){ .event = event };
}

static void
release_voices(struct news *n)
{
	struct voice *v;
	int i;

	while ((v = n->voices) != NULL) {
		n->voices = v->next;
		for (i = 0; i < VOICE_FRAMES; i++)
			frame_unref(v->frame[i]);
		*v = (struct voice){ .news = NULL };
	}
}

void
news_voice(struct news *n, struct voice *v)
{
	if (v->news == n)
		return;
	v->news = n;
	v->next = n->voices;
	n->voices = v;
}

void
news_release(struct news *n)
{
	int i, j;

	for (i = 0; i < SHAPE_N; i++) {
		for (j = 0; j < FRAMING_N; j++)
			frame_unref(n->frame[i][j]);
		frame_unref(n->aside[i]);
	}
	release_voices(n);
}

struct frame *
news_get(struct news *n, const struct shape *shape, enum framing framing)
{
	struct frame **f = &n->frame[shape->id][framing];
	struct jw jw;

	if (*f != NULL || n->is_silent[shape->id])
		return *f;
	jw = begin();
	if (shape->event(&jw, n->event))
		*f = wrap(framing, n->event->seq > 0 ? n->event->seq : NO_ID);
	else
		n->is_silent[shape->id] = true;
	return *f;
}

struct frame *
news_get_aside(struct news *n, const struct shape *shape)
{
	struct frame **f = &n->aside[shape->id];
	struct jw jw;

	if (*f != NULL || n->has_no_aside[shape->id])
		return *f;
	jw = begin();
	if (shape->aside != NULL && shape->aside(&jw, n->event))
		*f = wrap(FRAMING_BARE, NO_ID);
	else
		n->has_no_aside[shape->id] = true;
	return *f;
}

static size_t
voices_size(const struct news *n)
{
	const struct voice *v;
	size_t size = 0;
	int i;

	for (v = n->voices; v != NULL; v = v->next)
		for (i = 0; i < VOICE_FRAMES; i++)
			if (v->frame[i] != NULL)
				size += v->frame[i]->len;
	return size;
}

size_t
news_size(const struct news *n)
{
	size_t size = voices_size(n);
	int i, j;

	for (i = 0; i < SHAPE_N; i++)
		for (j = 0; j < FRAMING_N; j++)
			if (n->frame[i][j] != NULL)
				size += n->frame[i][j]->len;
	return size;
}

struct frame *
news_hello(const struct shape *shape, enum framing framing, int64_t next)
{
	struct jw jw = begin();

	shape->hello(&jw, next);
	return wrap(framing, next);
}

struct frame *
news_reset(const struct shape *shape, enum framing framing,
    const struct reset *r)
{
	struct jw jw = begin();

	shape->reset(&jw, r->since, r->oldest);
	return wrap(framing, r->next);
}

void
news_forget(void)
{
	str_release(&self.json);
	str_release(&self.wrapped);
}
