/*
 * err - the table of outcomes, read by name.
 */
#include "config.h"

#include <errno.h>

#include "base/base.h"

static const struct {
	int	 status;
	const char *code;
	const char *text;
} table[ERR_N] = {
#define X(name, status, code, text) [name] = { status, code, text },
#include "base/err.def"
#undef X
};

int
err_status(enum err e)
{
	return table[e].status;
}

const char *
err_code(enum err e)
{
	return table[e].code;
}

const char *
err_text(enum err e)
{
	return table[e].text;
}

enum err
err_from_errno(int errnum)
{
	switch (errnum) {
	case ENOMEM:
		return ERR_NOMEM;
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EAGAIN:
	case EINTR:
		return ERR_AGAIN;
	case EPIPE:
	case ECONNRESET:
	case ECONNREFUSED:
	case ENOTCONN:
		return ERR_CLOSED;
	case EBUSY:
	case ETIMEDOUT:
		return ERR_BUSY;
	default:
		return ERR_IO;
	}
}
