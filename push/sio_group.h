/*
 * sio_group - clients of Socket.IO that have joined the same rooms.
 *
 * Many have, so the list of rooms is kept once.  What is more, they are told
 * everything in the very same bytes: a frame is made for the first of them and
 * shared by the others, even where each event says which rooms its reader has
 * joined (sio_offset.h).  Clients without offsets share with everybody in their
 * namespace.
 */
#ifndef PUSH_SIO_GROUP_H
#define PUSH_SIO_GROUP_H

#include "push/news.h"
#include "push/sio_offset.h"

/* "/", and another name of it, by which some clients call it. */
enum sio_ns { SIO_NS_MAIN, SIO_NS_ALIAS, SIO_NS_N };

struct sio_group;

/* The name; and the namespace of a name, SIO_NS_N: there is none. */
const char	*sio_ns_name(enum sio_ns);
enum sio_ns	 sio_ns_find(const char *name, size_t len);

/*
 * The group of these rooms, ascending, at most SIO_ROOMS_MAX; a reference, which
 * sio_group_unref() gives back.  NULL: out of memory.
 */
struct sio_group_key {
	enum sio_ns ns;
	bool	 has_offsets;
	const int64_t *rooms;
	int	 rooms_n;
};
struct sio_group	*sio_group_get(const struct sio_group_key *);
void		 sio_group_unref(struct sio_group *);	/* NULL is fine */

bool		 sio_group_has(const struct sio_group *, int64_t room_id);
bool		 sio_group_has_offsets(const struct sio_group *);

/*
 * The same group with one room more, or without one; `*group` is replaced.
 * ERR_RATE: it has as many as there may be.  ERR_NOMEM.
 */
enum err	 sio_group_join(struct sio_group **group, int64_t room_id)
		    MUST_CHECK;
enum err	 sio_group_leave(struct sio_group **group, int64_t room_id)
		    MUST_CHECK;

/*
 * The packet that tells this group of an event, borrowed.  NULL: `told` has no
 * frame (*is_silent_out), or out of memory.
 */
struct sio_telling {
	struct news *news;
	const struct shape *shape;
	enum shape_told told;
	enum framing framing;	/* FRAMING_WS or FRAMING_BARE */
	int64_t	 seq;		/* the offset's */
};
struct frame	*sio_group_frame(struct sio_group *, const struct sio_telling *,
		    bool *is_silent_out);

/* How many groups there are, for tests. */
int64_t		 sio_groups(void);

#endif
