/*
 * image - what a disk holds after the power has gone.
 *
 * The log is fed in record by record.  What has been synced is safe; what has
 * been written since then may be there, or not, or in part, in units of 512
 * bytes.  Names are like that too: a change of the folder is safe once the
 * folder has been synced, and of the later ones a beginning may have happened.
 * When a sync has failed, what it was to bring to the disk is there or is not,
 * once and for all: a later sync does not try it again.
 * image_write() tosses for all this and can be called after any record.
 */
#ifndef T_POWERCUT_IMAGE_H
#define T_POWERCUT_IMAGE_H

#include "base/base.h"
#include "t/powercut/oplog.h"

struct image;

/* `seed` is for what a disk that failed has lost before anybody looks. */
struct image	*image_new(const struct oplog *, uint64_t seed);
void		 image_free(struct image *);

/* The record at `position` has happened. */
void		 image_feed(struct image *, int64_t position);

/*
 * Put one disk that may be left now into the folder `dir`, in place of what is
 * there.  `*random` is the state of the dice: the same state, the same disk.
 */
void		 image_write(struct image *, const char *dir, uint64_t *random);

/* Dice for everybody: xorshift64*; the state is never 0. */
static inline uint64_t
dice(uint64_t *random, uint64_t sides)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (*random * UINT64_C(2685821657736338717) >> 11) % sides;
}

#endif
