/*
 * json_fault - where a text stops to be JSON, in Python's words.
 *
 * The clients of FastAPI's family are told what Python's parser says and at
 * which character.  For texts that another parser has refused.
 */
#ifndef DIALECT_JSON_FAULT_H
#define DIALECT_JSON_FAULT_H

#include "base/base.h"

struct json_fault {
	size_t	 at;		/* in characters */
	const char *text;	/* static */
};

/*
 * False when Python would take it: it has no limit of depth or size that
 * matters, and takes NaN and a key twice.  `len` bytes of UTF-8.
 */
bool		 json_fault_find(const char *text, size_t len,
		    struct json_fault *out);

#endif
