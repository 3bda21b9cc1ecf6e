/*
 * ids - ids of ours as the texts that some dialects know ids by.
 *
 * Both forms hold the 64 bits and nothing else, so that they are mapped both
 * ways without a table: a UUID of version 4 whose other bits are fixed,
 * 0000hhhh-0000-4000-8000-llllllllllll, and 24 hex digits, of which the first
 * eight are 0.  Whatever else has the outer form of a UUID or of 24 hex digits
 * names nothing.
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include "base/base.h"

enum { IDS_UUID_LEN = 36, IDS_HEX24_LEN = 24 };

/* Lower-case text and a NUL, of any int64. */
void	 ids_uuid(int64_t id, char text[IDS_UUID_LEN + 1]);
void	 ids_hex24(int64_t id, char text[IDS_HEX24_LEN + 1]);

/* Exactly what the above write, in either case; false: anything else. */
bool	 ids_parse_uuid(const char *text, int64_t *id_out);
bool	 ids_parse_hex24(const char *text, int64_t *id_out);

#endif
