/*
 * privilege - being nobody special.
 *
 * It refuses to work as root, whatever the settings say.
 */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/privilege.h"
#include "base/sandbox.h"

static enum err
complain(char fault[CONF_FAULT_LEN], const char *account, const char *why)
{
	snprintf(fault, CONF_FAULT_LEN, "started by root, cannot become %s "
	    "(run.account): %s", account, why);
	return ERR_CONFIG;
}

static enum err
become(const char *account, char fault[CONF_FAULT_LEN])
{
	const struct passwd *pw = getpwnam(account);

	if (pw == NULL)
		return complain(fault, account, "there is no such account");
	if (pw->pw_uid == 0)
		return complain(fault, account, "that is root");
	if (initgroups(account, pw->pw_gid) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return complain(fault, account, strerror(errno));
	if (setuid(0) == 0)
		return complain(fault, account, "root can be had again");
	return ERR_OK;
}

/* As root: become the account that the settings name. */
static enum err
drop(const struct conf *conf, char fault[CONF_FAULT_LEN])
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		snprintf(fault, CONF_FAULT_LEN, "prctl: %s", strerror(errno));
		return ERR_CONFIG;
	}
	return geteuid() == 0 ? become(conf->run_account, fault) : ERR_OK;
}

enum err
privilege_load_conf(const char *path, struct conf **conf_out,
    char fault[CONF_FAULT_LEN])
{
	bool was_root = geteuid() == 0;
	struct conf *conf;
	enum err e;

	if ((e = conf_load(path, &conf, fault)) != ERR_OK)
		return e;
	e = drop(conf, fault);
	if (e == ERR_OK && !was_root) {
		*conf_out = conf;
		return ERR_OK;
	}
	conf_free(conf);
	return e == ERR_OK ? conf_load(path, conf_out, fault) : e;
}

enum err
privilege_check(const struct conf *conf, char fault[CONF_FAULT_LEN])
{
	if (!conf->run_seccomp || sandbox_is_possible())
		return ERR_OK;
	snprintf(fault, CONF_FAULT_LEN, "run.seccomp: this kernel has no "
	    "filters of system calls; `no` does without");
	return ERR_CONFIG;
}
