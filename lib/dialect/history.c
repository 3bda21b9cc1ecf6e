/*
 * history - a room's messages as a whole, for clients that know no pages.
 *
 * Pages are read from the newest message down and kept in a list, the oldest
 * first.  Of the request's memory a quarter is for what is read.  The rest is
 * for the answer, whose text doubles as it grows and leaves its old places
 * behind: a quarter of it can be filled for sure, so that is what messages may
 * take when they are written down.
 */
#include "config.h"

#include "dialect/history.h"

enum { PAGE = 200, KEYS_LEN = 512, NAME_LEN = 64, FILE_LEN = 1024 };

struct history_page {
	const struct message *message;	/* ascending */
	int	 n;
	struct history_page *newer;
};

/* How much may be read yet. */
struct budget {
	size_t	 used_max;	/* of the arena */
	size_t	 answer;	/* bytes of it that are left */
	size_t	 each;		/* of them, beside every message */
	size_t	 reaction;	/* and for each reaction */
	int64_t	 messages;
};

static struct budget
budget_of(const struct exchange *x, const struct history_query *q)
{
	const struct arena *a = x->call.arena;
	int64_t most = q->is_page ? INT32_MAX :
	    x->call.conf->dialects_history_max;

	return (struct budget){
		.used_max = a->used + (a->max - a->used) / 4,
		.answer = (a->max - a->used) / 16 * 3,
		.each = q->each_len,
		.reaction = q->reaction_len > 0 ? q->reaction_len : NAME_LEN,
		.messages = q->max > 0 && q->max < most ? q->max : most
	};
}

size_t
history_text_len(const char *s)
{
	size_t len = 0;

	for (; *s != '\0'; s++)
		len += (unsigned char)*s < 0x20 ? 6 :
		    *s == '"' || *s == '\\' ? 2 : 1;
	return len;
}

static size_t
cost(const struct budget *b, const struct message *m)
{
	size_t len = KEYS_LEN + history_text_len(m->body) +
	    (size_t)m->files_n * FILE_LEN;
	int i;

	if (m->extra != NULL)
		len += strlen(m->extra);
	for (i = 0; i < m->reactions_n; i++)
		len += (size_t)(m->reactions[i].n + 1) * b->reaction;
	return len;
}

/* Keep the newest of a page, as many as the budget allows. */
static void
spend(struct budget *b, struct history_page *page)
{
	int kept = 0;
	size_t len;

	while (kept < page->n) {
		len = b->each + cost(b, &page->message[page->n - 1 - kept]);
		if (len > b->answer || b->messages == 0)
			break;
		b->answer -= len;
		b->messages--;
		kept++;
	}
	/* A page without any is NULL. */
	if (kept < page->n)
		page->message += page->n - kept;
	page->n = kept;
}

/* Read one page more; ERR_DONE when that was the last. */
static enum err
read_page(struct exchange *x, struct budget *b, struct message_page *q,
    struct history *h)
{
	struct history_page *page = arena_calloc(x->call.arena, 1,
	    sizeof(*page));
	struct message *messages;
	int n;
	enum err e;

	if (page == NULL)
		return ERR_NOMEM;
	e = core_message_page(&x->call, q, &messages, &n);
	if (e != ERR_OK)
		return e;
	page->message = messages;
	page->n = n;
	spend(b, page);
	h->is_cut = page->n < n || x->call.arena->used > b->used_max;
	h->n += page->n;
	page->newer = h->page;
	h->page = page;
	if (n < q->max || h->is_cut)
		return ERR_DONE;
	q->before = messages[0].id;
	q->skip = 0;
	return ERR_OK;
}

enum err
history_load(struct exchange *x, const struct history_query *query,
    struct history *out)
{
	struct message_page q = { .room_id = query->room_id, .after = -1,
	    .max = PAGE, .skip = query->skip, .is_alive = true,
	    .reactions_max = query->reactions_max };
	struct budget b = budget_of(x, query);
	enum err e;

	*out = (struct history){ .n = 0 };
	q.used_max = b.used_max;
	do {
		if (b.messages < PAGE)
			q.max = (int)b.messages + 1;
		e = read_page(x, &b, &q, out);
	} while (e == ERR_OK);
	return e == ERR_DONE ? ERR_OK : e;
}

const struct message *
history_next(struct history *h)
{
	while (h->page != NULL && h->at == h->page->n) {
		h->page = h->page->newer;
		h->at = 0;
	}
	return h->page == NULL ? NULL : &h->page->message[h->at++];
}
