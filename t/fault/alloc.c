/*
 * alloc - a preloaded library whose malloc() fails when it is told to.
 *
 * FAULT_ALLOC names a file of three numbers of 64 bits that this process and the
 * test both map:
 *
 *	left	an allocation makes it one less; the one that makes it 0 fails.
 *		0: none is to fail
 *	failed	how many have
 *	more	how many further ones are to fail after the first
 *
 * What is freed or made smaller never fails.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct control {
	int64_t	 left, failed, more;
};

/* glibc's own. */
extern void	*__libc_malloc(size_t);
extern void	*__libc_calloc(size_t, size_t);
extern void	*__libc_realloc(void *, size_t);

static struct control none, *control = &none;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("FAULT_ALLOC");
	void *p;
	int fd;

	if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		return;
	p = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	if (p != MAP_FAILED)
		control = p;
	close(fd);
}

static int
fails(void)
{
	int64_t left = __atomic_load_n(&control->left, __ATOMIC_ACQUIRE);

	if (left == 0 || __atomic_sub_fetch(&control->left, 1,
	    __ATOMIC_ACQ_REL) != 0)
		return 0;
	if (control->more > 0) {
		control->more--;
		__atomic_store_n(&control->left, 1, __ATOMIC_RELEASE);
	}
	__atomic_add_fetch(&control->failed, 1, __ATOMIC_ACQ_REL);
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t size)
{
	return size > 0 && fails() ? NULL : __libc_realloc(p, size);
}
