/*
 * peer - who may connect to our sockets.
 *
 * What SO_PEERCRED tells is the account that connect() was called by; a program
 * that was given the connection later is not known.
 */
#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "base/peer.h"

enum { NAME_LEN = 64, SILENCE_MS = 60 * 1000 };

static const char blanks[] = " \t,";

static void
add(struct peers *p, uid_t uid)
{
	if (!peers_has(p, uid) && p->n < PEERS_MAX)
		p->uid[p->n++] = uid;
}

static void
add_name(struct peers *p, const char *name)
{
	const struct passwd *pw;
	int64_t number;

	if (num_parse(name, 0, INT32_MAX, &number))
		add(p, (uid_t)number);
	else if ((pw = getpwnam(name)) != NULL)
		add(p, pw->pw_uid);
	else
		log_info("run.peers: there is no account %s", name);
}

void
peers_init(struct peers *p, const char *names)
{
	char name[NAME_LEN];
	size_t len;

	*p = (struct peers){ .n = 0 };
	add(p, geteuid());
	add(p, 0);
	for (names += strspn(names, blanks); *names != '\0';
	    names += strspn(names, blanks)) {
		len = strcspn(names, blanks);
		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		add_name(p, name);
		names += len;
	}
}

bool
peers_has(const struct peers *p, uid_t uid)
{
	int i;

	for (i = 0; i < p->n; i++)
		if (p->uid[i] == uid)
			return true;
	return false;
}

bool
peers_allow(struct peers *p, int fd, const char *where)
{
	struct ucred who;
	socklen_t len = sizeof(who);
	int64_t now;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0) {
		log_error("%s: who has connected is not known: %s", where,
		    strerror(errno));
		return false;
	}
	if (peers_has(p, who.uid))
		return true;
	if ((now = clock_mono_ms()) >= p->silent_until)
		log_warn("%s: a program of account %ld may not connect",
		    where, (long)who.uid);
	if (now >= p->silent_until)
		p->silent_until = now + SILENCE_MS;
	return false;
}
