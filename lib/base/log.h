/*
 * log - one line per event, on stderr, each in a single write.
 *
 *	2026-01-31T12:00:00.123Z natterjack-push[77] warn rid=5f3c… text
 *
 * The process that started us decides where stderr goes.  A thing is logged
 * once, where it is handled.  Line breaks and control characters in the text
 * are made visible, so that nobody can forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Name the program; `program` is borrowed for ever.  The level starts at INFO. */
void	 log_init(const char *program);
void	 log_set_level(enum log_level);

/* For a command that a person runs: lines are just `program: text`. */
void	 log_set_plain(void);

/* "error", "warn", "info", "debug"; false for anything else. */
bool	 log_level_parse(const char *name, enum log_level *out);

/* The request that the following lines belong to; NULL or "": none. */
void	 log_set_request(const char *id);

/*
 * From now on an error is not written: the text of the last one is kept in
 * `text`, for a caller that will tell it in its own way.  NULL ends that.
 */
void	 log_keep_errors(char *text, size_t size);

void	 log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void	 log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void	 log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void	 log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * For a handler of signals, which may do little else: `program[pid] error`,
 * the text and the number, without the time.
 */
void	 log_from_signal(const char *text, int64_t number);

/*
 * `program: text` on stderr, without the time: for what a person reads who
 * started the program by hand; then exit with `status`.
 */
void	 die(int status, const char *fmt, ...) PRINTF_LIKE(2, 3) NO_RETURN;

#endif
