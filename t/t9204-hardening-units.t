#!/bin/bash
# The units for systemd confine the programs, and leave them what they need.
. "${0%/*}/lib.sh"

command -v systemd-analyze >/dev/null || {
	echo "1..0 # SKIP there is no systemd-analyze"
	nj_finished=1
	exit 0
}

# Other versions know more or fewer ways to be exposed.
version=$(systemd-analyze --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
for name in fcgi push; do
	unit=$NJ_BUILD/contrib/systemd/natterjack-$name.service
	stated=$(sed -n "s/^- .natterjack-$name.: \([0-9][.][0-9]\)\$/\1/p" \
	    "$NJ_SRC/SECURITY.md")
	like "$stated" '^0[.]' "SECURITY.md states how exposed natterjack-$name is"
	exposure=$(systemd-analyze security --offline=true --no-pager "$unit" |
	    sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
	if [ "$version" = 252 ]; then
		is "$exposure" "$stated" "that is so"
	else
		like "$exposure" '^[01][.]' "about so"
	fi
	grep -v '^PrivateNetwork=' "$unit" >"$T/natterjack-$name.service"
	isnt "$(systemd-analyze security --offline=true --no-pager \
	    "$T/natterjack-$name.service" |
	    sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')" \
	    "$exposure" "with a network it is not"
done

# What a process keeps for itself, systemd must not take from it.
# group NAME…: the calls of systemd's groups, one a line.
group() {
	local name
	for name in "$@"; do
		case $name in
		@*)	# shellcheck disable=SC2046 # a list of words
			group $(systemd-analyze syscall-filter "$name" |
			    sed -n 's/^  *\([-@a-z_0-9]*\)$/\1/p') ;;
		*)	echo "$name" ;;
		esac
	done
}

# allowed UNIT: the calls that its filters leave, line by line.
allowed() {
	local line
	: >"$T/tmp/left"
	while IFS= read -r line; do
		# shellcheck disable=SC2086 # lists of words
		group ${line#"~"} | sort -u >"$T/tmp/these"
		case $line in
		"~"*)	comm -23 "$T/tmp/left" "$T/tmp/these" ;;
		*)	sort -u "$T/tmp/left" "$T/tmp/these" ;;
		esac >"$T/tmp/now"
		mv "$T/tmp/now" "$T/tmp/left"
	done < <(sed -n 's/^SystemCallFilter=//p' "$1")
	cat "$T/tmp/left"
}

group @known | sort -u >"$T/tmp/known"
# needed [CALL…]: what the programs keep, and what they need before; but root's
# database is given to its owner by nobody but root.
needed() {
	{
		printf '%s\n' execve clone prctl seccomp prlimit64 bind listen \
		    socket rt_sigaction mmap mprotect kill tgkill wait4 "$@"
		sed -n 's/^X([A-Z]*, \([a-z_0-9]*\))$/\1/p' \
		    "$NJ_SRC/lib/base/syscall.def" | grep -vx fchown
	} | sort -u | comm -12 - "$T/tmp/known"
}
ok "there is something to look at" test "$(needed | wc -l)" -gt 80
fcgi=$NJ_BUILD/contrib/systemd/natterjack-fcgi.service
push=$NJ_BUILD/contrib/systemd/natterjack-push.service
is "$(comm -13 <(allowed "$push") <(needed))" "" \
    "push is left each call that it keeps"
is "$(comm -13 <(allowed "$fcgi") \
    <(needed setpriority sched_setaffinity sched_getaffinity))" "" \
    "and so are the workers, also those that hash aside"
for unit in "$fcgi" "$push"; do
	is "$(allowed "$unit" | grep -xE 'setuid|mount|ptrace|reboot')" "" \
	    "${unit##*/}: others are taken"
done
nj_done
