/*
 * ws - the server side of the WebSocket protocol (RFC 6455).
 *
 * A codec without memory of its own: struct ws is the state between two calls,
 * the bytes are the caller's.  Frames of a client are unmasked in place.  It
 * knows nothing of sockets, chat, or what a message means.
 *
 *	        ws_take                         ws_put_head
 *	bytes ----------> struct ws_part        length ------> 2 to 10 bytes
 *
 * Rules that it enforces (the close code in brackets): masked frames only,
 * no reserved bits or opcodes, control frames whole and at most 125 bytes,
 * fragments in order, lengths in their shortest form (1002); text is UTF-8
 * across fragments (1007); messages no longer than the limit (1009); close
 * payloads well-formed (1002, 1007).
 */
#ifndef PUSH_WS_H
#define PUSH_WS_H

#include "base/str.h"

enum ws_op {
	WS_CONT = 0, WS_TEXT = 1, WS_BINARY = 2,
	WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10
};

enum ws_code {
	WS_NORMAL = 1000, WS_GOING_AWAY = 1001, WS_PROTOCOL = 1002,
	WS_UNSUPPORTED = 1003, WS_NO_CODE = 1005, WS_INVALID = 1007,
	WS_POLICY = 1008, WS_TOO_BIG = 1009, WS_INTERNAL = 1011,
	WS_TRY_LATER = 1013
};

enum { WS_HEAD_MAX = 10, WS_ACCEPT_LEN = 28, WS_CONTROL_MAX = 125 };

struct ws {
	uint32_t taken;		/* bytes of the message in progress */
	uint8_t	 op;		/* its opcode; WS_CONT: none in progress */
	uint8_t	 utf8;		/* where its text stands, base/utf8.h */
};

/* One whole frame, its payload unmasked in the caller's bytes. */
struct ws_part {
	enum ws_op op;		/* of the message for a continuation */
	bool	 fin;		/* the message, or control frame, is whole */
	char	*payload;
	size_t	 len;
};

void	 ws_init(struct ws *);

/*
 * Take the frame that `bytes` begin with; `message_max` (at most UINT32_MAX)
 * bounds a message.  ERR_OK: `out->part` is set and `out->used` bytes are done
 * with.  ERR_AGAIN: nothing has changed, and `out->used` is how many bytes the
 * frame needs in all, as far as is known: more than `len`.  ERR_BAD_REQUEST:
 * close with `out->code`; no further call makes sense.  A frame whose
 * announced length breaks a limit is refused before its payload has come; text
 * is refused at the frame in which it goes wrong.  The payload of a close
 * frame is for ws_parse_close() to judge.
 */
struct ws_take_out {
	struct ws_part part;
	size_t	 used;
	enum ws_code code;
};
enum err	 ws_take(struct ws *, char *bytes, size_t len,
		    size_t message_max, struct ws_take_out *out) MUST_CHECK;

/*
 * The head of an unmasked, whole frame of `len` bytes; how long it is.  A
 * control frame longer than WS_CONTROL_MAX is the programmer's mistake.
 */
size_t		 ws_put_head(enum ws_op op, size_t len, uint8_t head[WS_HEAD_MAX]);

/* A whole frame appended to `out`. */
void		 ws_put(struct str *out, enum ws_op op, const void *payload,
		    size_t len);

/* A close frame; WS_NO_CODE: without a payload.  `reason` ≤ 123 bytes. */
void		 ws_put_close(struct str *out, enum ws_code code,
		    const char *reason);

/*
 * Read a client's close payload: its code, WS_NO_CODE when empty.  ERR_BAD_
 * REQUEST with the code to answer when it is malformed.
 */
enum err	 ws_parse_close(const struct ws_part *, enum ws_code *code_out)
		    MUST_CHECK;

/*
 * Sec-WebSocket-Accept for a key, RFC 6455 section 4.2.2; ERR_BAD_REQUEST when
 * the key is NULL or not the base64 of 16 bytes; ERR_NOMEM.
 */
enum err	 ws_accept(const char *key, char accept[WS_ACCEPT_LEN + 1])
		    MUST_CHECK;

#endif
