/*
 * json_mem - memory for reading JSON that cannot run out in the middle.
 *
 * jansson asserts, or takes a part of a text for all of it, when it gets no
 * memory while it reads.  So what it can need for a text is taken before.
 */
#ifndef BASE_JSON_MEM_H
#define BASE_JSON_MEM_H

#include "base/base.h"

/*
 * Until json_mem_end() jansson has the memory to read texts of `len` bytes
 * together; false: there is not as much, and nothing has begun.  What has been
 * read keeps it until the last of it is freed, in the usual way.  These do not
 * nest.
 */
bool	 json_mem_begin(size_t len) MUST_CHECK;
void	 json_mem_end(void);

/* How often, since the start, what had been taken was not enough; for tests. */
int64_t	 json_mem_misses(void);

#endif
