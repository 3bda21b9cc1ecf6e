/*
 * clock - a preloaded library by which a program sees another time of day.
 *
 * FAULT_CLOCK names a file with one number of 64 bits, which the test changes:
 * milliseconds that are added to CLOCK_REALTIME.  The monotonic clock stays, as
 * it does when somebody sets the time.
 */
#define _GNU_SOURCE 1

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t none;
static const int64_t *offset = &none;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("FAULT_CLOCK");
	void *p;
	int fd;

	if (path == NULL || (fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return;
	p = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, fd, 0);
	if (p != MAP_FAILED)
		offset = p;
	close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int64_t ms = *(const volatile int64_t *)offset, ns;
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (rc != 0 || ms == 0 ||
	    (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
		return rc;
	ns = ts->tv_nsec + ms % 1000 * 1000000 + 1000000000;
	ts->tv_sec += ms / 1000 + ns / 1000000000 - 1;
	ts->tv_nsec = ns % 1000000000;
	return 0;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return -1;
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
