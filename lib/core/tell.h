/*
 * tell - appends what a verb has done to the log.
 *
 * Each within the verb's write.  Internal to the core.
 */
#ifndef CORE_TELL_H
#define CORE_TELL_H

#include "core/call.h"
#include "store/event.h"

/*
 * Append `event`, whose seq is set; its instant is the call's, and so is its
 * actor unless it names one.
 */
enum err	 tell(struct call *, struct event *event) MUST_CHECK;

/*
 * The same of a member that has joined, left or changed: its room, its account
 * and its role (of one who left: the last) are looked at.  `*seq_out` (may be
 * NULL) is the event's.
 */
enum err	 tell_member(struct call *, enum event_kind,
		    const struct member *, int64_t *seq_out) MUST_CHECK;

/* An event's argument that is a number. */
const char	*tell_number(struct arena *, int64_t n);

#endif
