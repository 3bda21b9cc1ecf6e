/*
 * ask - questions to the workers, as FastCGI requests.
 *
 * Whoever has a question waits for its turn: at most push.upcalls of them are
 * under way at once, and they go in the order in which they came.  A question
 * is written when its turn has come, so that it says what there is to say then.
 * It is answered once, or fails once; a request that may have been read is never
 * sent again.
 *
 *	ask_queue               asks_run: write()                  done()
 *	--------> (others first) ---------------> fcgi.sock ----> answer, or
 *	                                                          an error
 *
 * The struct is a part of whatever asks, and all zero while it does not.
 */
#ifndef PUSH_ASK_H
#define PUSH_ASK_H

#include "base/conf.h"
#include "push/fcgi_client.h"
#include "push/tick.h"

struct asks;
struct ask;

struct asks_options {
	const struct conf *conf;
	struct ticks *ticks;
	struct ev_loop *loop;
};

/* All of it is borrowed.  NULL: out of memory. */
struct asks	*asks_new(const struct asks_options *);
void		 asks_free(struct asks *);	/* NULL is fine; nobody asks */

/* Send what may be sent; at the end of a turn of the loop. */
void		 asks_run(struct asks *);

/* What a worker has said; borrowed for the call. */
struct ask_answer {
	int	 status;
	const char *body;
	size_t	 len;
};

/* Both may free the question, or ask again. */
struct ask_ops {
	/* Its turn has come: write the request.  False: there is no question. */
	bool	 (*write)(struct ask *, struct str *request);
	/* ERR_OK, or the answer is none. */
	void	 (*done)(struct ask *, enum err, const struct ask_answer *);
};

struct ask {
	struct asks *all;
	const struct ask_ops *ops;
	struct ask *next, *prev;	/* of those that wait */
	ev_io	 io;			/* fd -1: not connected */
	struct tick deadline, retry;
	struct str request;
	size_t	 sent;
	struct fcgi_answer answer;
	bool	 is_waiting;
	bool	 is_running;
};

void		 ask_init(struct ask *, struct asks *, const struct ask_ops *);

/* Wait for a turn; not while it is_waiting or is_running. */
void		 ask_queue(struct ask *);

/* Ask no more: nothing comes of it.  Fine when it does not ask. */
void		 ask_drop(struct ask *);

/* An upcall: what every question of push looks like. */
struct ask_request {
	const char *uri;
	const char *id;			/* the request id */
	const char *remote_addr;	/* NULL: not known */
	int64_t	 user_id;		/* 0: nobody yet; so the others */
	int64_t	 session_id;
	int64_t	 connection;
	int64_t	 room;
	const char *body;
	size_t	 body_len;
};
void		 ask_put_request(struct str *, const struct ask_request *);

#endif
