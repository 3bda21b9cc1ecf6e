/*
 * wal - SQLite's write-ahead log as bytes, https://www.sqlite.org/walformat.html
 *
 *	log	head (32 bytes), frames; all numbers big-endian
 *	head	magic, version, page size, count, salt 1, 2, checksum 1, 2
 *	frame	page number, size in pages, salt 1, 2, checksum 1, 2; page
 *	index	…, page size at 14, frames at 16, pages at 20, last checksum at 24,
 *		salts at 32, all of it twice; then the frames that are copied, at
 *		96; in the machine's order
 *
 * Each checksum goes on from the one before.
 */
#include "config.h"

#include "store/wal.h"

enum { HEAD_LEN = 32, FRAME_LEN = 24, PAGE_MAX = 65536, MAGIC = 0x377f0682,
    INDEX_HEAD_LEN = 48 };

struct sum {
	uint32_t a, b;
	bool	 is_big;	/* the words that are added up are big-endian */
};

static uint32_t
big(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static uint32_t
little(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0];
}

static void
add(struct sum *s, const uint8_t *p, size_t len)
{
	const uint8_t *end = p + len;

	for (; p < end; p += 8) {
		s->a += (s->is_big ? big(p) : little(p)) + s->b;
		s->b += (s->is_big ? big(p + 4) : little(p + 4)) + s->a;
	}
}

/* The sum so far is what is written at `p`. */
static bool
is_sum(const struct sum *s, const uint8_t *p)
{
	return big(p) == s->a && big(p + 4) == s->b;
}

struct index_head {
	uint32_t page_size;
	uint32_t frames;
	uint32_t copied;	/* frames, into the database */
	uint32_t sum[2];
	const uint8_t *salt;
};

static struct index_head
parse_index(const uint8_t *index)
{
	struct index_head h = { .salt = index + 32 };
	uint16_t size;

	memcpy(&size, index + 14, sizeof(size));
	/* 65536 does not fit: its high bits are at the low end. */
	h.page_size = (size & 0xfe00u) + ((size & 1u) << 16);
	memcpy(&h.frames, index + 16, sizeof(h.frames));
	memcpy(h.sum, index + 24, sizeof(h.sum));
	memcpy(&h.copied, index + 2 * INDEX_HEAD_LEN, sizeof(h.copied));
	return h;
}

/* What is right at `at`. */
static enum err
write_back(const struct wal_file *f, const void *bytes, int len, int64_t at)
{
	return f->write == NULL || f->write(f->arg, bytes, len, at) ? ERR_OK :
	    ERR_IO;
}

static enum err
check_head(const struct wal_file *f, const struct index_head *h,
    struct sum *sum)
{
	uint8_t head[HEAD_LEN];

	if (!f->read(f->arg, head, HEAD_LEN, 0) ||
	    (big(head) & ~1u) != MAGIC || big(head + 8) != h->page_size ||
	    memcmp(head + 16, h->salt, 8) != 0)
		return ERR_CORRUPT;
	*sum = (struct sum){ .is_big = big(head) & 1 };
	add(sum, head, 24);
	return is_sum(sum, head + 24) ? write_back(f, head, HEAD_LEN, 0) :
	    ERR_CORRUPT;
}

static enum err
check_frame(const struct wal_file *f, const struct index_head *h, int64_t n,
    struct sum *sum)
{
	static uint8_t frame[FRAME_LEN + PAGE_MAX];
	int len = FRAME_LEN + (int)h->page_size;
	int64_t at = HEAD_LEN + n * len;

	if (!f->read(f->arg, frame, len, at) ||
	    memcmp(frame + 8, h->salt, 8) != 0)
		return ERR_CORRUPT;
	add(sum, frame, 8);
	add(sum, frame + FRAME_LEN, h->page_size);
	return is_sum(sum, frame + 16) ? write_back(f, frame, len, at) :
	    ERR_CORRUPT;
}

enum err
wal_check(const struct wal_file *f, const uint8_t index[WAL_INDEX_LEN])
{
	struct index_head h = parse_index(index);
	struct sum sum;
	enum err e;
	uint32_t n;

	if (memcmp(index, index + INDEX_HEAD_LEN, INDEX_HEAD_LEN) != 0)
		return ERR_BUSY;
	if (h.frames == 0)
		return ERR_OK;
	e = h.page_size < 512 ? ERR_CORRUPT : check_head(f, &h, &sum);
	for (n = 0; e == ERR_OK && n < h.frames; n++)
		e = check_frame(f, &h, n, &sum);
	if (e != ERR_OK)
		return e;
	return sum.a == h.sum[0] && sum.b == h.sum[1] ? ERR_OK : ERR_CORRUPT;
}

/* Of a page the newest frame that was copied, and no other. */
static enum err
put_page(const struct wal_file *f, const struct index_head *h, int64_t n,
    uint8_t *done, uint32_t pages)
{
	static uint8_t frame[FRAME_LEN + PAGE_MAX];
	int len = FRAME_LEN + (int)h->page_size;
	uint32_t page;

	if (!f->read(f->arg, frame, len, HEAD_LEN + n * len))
		return ERR_CORRUPT;
	page = big(frame) - 1;
	/* What is beyond was cut off again. */
	if (page >= pages || (done[page / 8] & 1 << page % 8) != 0)
		return ERR_OK;
	done[page / 8] |= (uint8_t)(1 << page % 8);
	return f->put(f->arg, frame + FRAME_LEN, (int)h->page_size,
	    (int64_t)page * h->page_size) ? ERR_OK : ERR_IO;
}

enum err
wal_put_pages(const struct wal_file *f, const uint8_t index[WAL_INDEX_LEN])
{
	struct index_head h = parse_index(index);
	int64_t n = h.copied < h.frames ? h.copied : h.frames;
	enum err e = ERR_OK;
	uint32_t pages;
	uint8_t *done;

	memcpy(&pages, index + 20, sizeof(pages));
	if ((done = calloc(pages / 8 + 1, 1)) == NULL)
		return ERR_NOMEM;
	while (e == ERR_OK && n > 0)
		e = put_page(f, &h, --n, done, pages);
	free(done);
	return e;
}

uint64_t
wal_id(const struct wal_file *f)
{
	uint8_t head[HEAD_LEN];

	if (!f->read(f->arg, head, HEAD_LEN, 0))
		return 0;
	return (uint64_t)big(head + 16) << 32 | big(head + 20);
}
