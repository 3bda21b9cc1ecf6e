/*
 * health - GET /health: does all of it work together?
 *
 * 200 only when this worker reads the database and push answers; 503 says what
 * is wrong otherwise.  The answer belongs to no dialect, so health is a small
 * dialect of its own.
 */
#ifndef FCGI_HEALTH_H
#define FCGI_HEALTH_H

#include "dialect/exchange.h"

extern const struct dialect health_dialect;

#endif
