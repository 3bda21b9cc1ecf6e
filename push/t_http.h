/*
 * t_http - requests, and answers that are made at once.
 */
#ifndef PUSH_T_HTTP_H
#define PUSH_T_HTTP_H

#include "push/conn.h"
#include "push/http1.h"

/*
 * Answer; the connection speaks HTTP again and stays if `keep_alive` is set.
 * What was queued goes out before.
 */
void	 http_answer(struct conn *, const struct http1_answer *);

/* Answer with a problem; `field` is the parameter that is wrong, or NULL. */
void	 http_refuse(struct conn *, enum err, const char *field);

/* A tick's: its time for a request, or to read an answer, is over. */
void	 http_on_late(struct tick *, void *arg);

#endif
