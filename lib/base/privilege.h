/*
 * privilege - being nobody special.
 *
 * Nothing in these programs needs root: the sockets are files, and every port
 * is nginx's.  One that root has started gives that up before it opens anything.
 */
#ifndef BASE_PRIVILEGE_H
#define BASE_PRIVILEGE_H

#include "base/conf.h"

/*
 * conf_load(), as the account that is to read it: if root calls, become the
 * account run.account, with its groups and for good, and read everything again,
 * so that what that account may not read is missed now and not at the next
 * reload.  In any case nothing that we start can have more rights than we.
 * Results are conf_load()'s; also ERR_CONFIG when the account cannot be had.
 */
enum err	 privilege_load_conf(const char *path, struct conf **conf_out,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;

/* ERR_CONFIG, and `fault`, if run.seccomp asks for what the kernel has not. */
enum err	 privilege_check(const struct conf *,
		    char fault[CONF_FAULT_LEN]) MUST_CHECK;

#endif
