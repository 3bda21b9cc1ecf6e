/*
 * demo - the accounts and rooms that examples speak of.
 */
#ifndef FCGI_DEMO_H
#define FCGI_DEMO_H

#include "base/conf.h"

/*
 * Make those that are not there: admin, user1 and user2, with passwords that
 * everybody knows, and the public rooms General, Random and Tech Talk, which are
 * admin's.  What has one of the names already is left as it is.  Blocks for the
 * cost of hashing.
 */
enum err	 demo_load(const struct conf *) MUST_CHECK;

#endif
