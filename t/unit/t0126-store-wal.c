/*
 * The log is looked at byte by byte: what was written is found right, and each
 * byte that is another one is noticed.
 */
#include "config.h"

#include <fcntl.h>

#include "t/unit/store-fix.h"

enum { TRIES = 200 };

static struct fix fix;
static int fd;			/* of the log */

/* Is it noticed when the byte at `at` is another one? */
static bool
is_noticed(off_t at)
{
	uint8_t byte, other;
	enum err e;

	if (pread(fd, &byte, 1, at) != 1)
		return false;
	other = byte ^ 0x40;
	if (pwrite(fd, &other, 1, at) != 1)
		return false;
	e = db_check_log(fix.s->db, false);
	return pwrite(fd, &byte, 1, at) == 1 && e == ERR_CORRUPT;
}

static void
test_bytes(void)
{
	off_t end = lseek(fd, 0, SEEK_END), at;
	int i, noticed = 0;

	is_err(db_check_log(fix.s->db, false), ERR_OK, "what was written is there");
	for (i = 0; i < TRIES; i++) {
		at = (end - 1) * i / (TRIES - 1);
		noticed += is_noticed(at);
	}
	is_int(noticed, TRIES, "a byte that has changed is noticed");
	is_err(db_check_log(fix.s->db, false), ERR_OK, "and when it is right again");
	must(ftruncate(fd, end - 4096) == 0 ? ERR_OK : ERR_IO);
	is_err(db_check_log(fix.s->db, false), ERR_CORRUPT, "so is an end");
}

static void
test_id(void)
{
	uint64_t before, after;
	int left;

	must(db_log_id(fix.s->db, &before));
	fix_user(&fix, "more");
	must(db_log_id(fix.s->db, &after));
	ok(before != 0 && before == after, "a log that grows stays the same");
	must(db_checkpoint(fix.s->db, DB_CKPT_RESTART, 0, &left));
	fix_user(&fix, "another");
	must(db_log_id(fix.s->db, &after));
	ok(after != before, "one that begins anew is another");
	must(db_checkpoint(fix.s->db, DB_CKPT_TRUNCATE, 0, &left));
	must(db_log_id(fix.s->db, &after));
	ok(after == 0, "an empty one is none");
	is_err(db_check_log(fix.s->db, false), ERR_OK, "and nothing is missing there");
}

int
main(void)
{
	char path[128];
	int i;

	fix_open(&fix);
	for (i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "user-%d", i);
		fix_user(&fix, path);
	}
	snprintf(path, sizeof(path), "%s-wal", fix.path);
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		must(ERR_IO);
	test_id();
	fix_user(&fix, "one");
	fix_user(&fix, "two");
	test_bytes();
	close(fd);
	fix_close(&fix);
	return tap_done();
}
