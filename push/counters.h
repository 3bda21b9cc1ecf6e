/*
 * counters - what push has done so far, for people who look into it.
 */
#ifndef PUSH_COUNTERS_H
#define PUSH_COUNTERS_H

#include "base/base.h"

struct counters {
#define X(field, name, text) int64_t field;
#include "push/counter.def"
#undef X
};

#endif
