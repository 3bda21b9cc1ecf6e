#!/bin/bash
# The units for systemd confine the programs, and leave them what they need.
. "${0%/*}/lib.sh"

command -v systemd-analyze >/dev/null || {
	echo "1..0 # SKIP there is no systemd-analyze"
	nj_finished=1
	exit 0
}

# Other versions know more or fewer ways to be exposed.
stated=$(sed -n 's/.*systemd-analyze security.* \([0-9][.][0-9]\) .*/\1/p' \
    "$NJ_SRC/SECURITY.md" | head -n 1)
like "$stated" '^0[.]' "SECURITY.md states how exposed the services are"
version=$(systemd-analyze --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
for name in fcgi push; do
	unit=$NJ_BUILD/contrib/systemd/natterjack-$name.service
	exposure=$(systemd-analyze security --offline=true --no-pager "$unit" |
	    sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')
	if [ "$version" = 252 ]; then
		is "$exposure" "$stated" "natterjack-$name: that is so"
	else
		like "$exposure" '^[01][.]' "natterjack-$name: about so"
	fi
	grep -v '^PrivateNetwork=' "$unit" >"$T/natterjack-$name.service"
	isnt "$(systemd-analyze security --offline=true --no-pager \
	    "$T/natterjack-$name.service" |
	    sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p')" \
	    "$exposure" "natterjack-$name: with a network it is not"
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

filters=$(sed -n 's/^SystemCallFilter=//p' "$unit")
is "$(sed -n 's/^SystemCallFilter=//p' \
    "$NJ_BUILD/contrib/systemd/natterjack-fcgi.service")" "$filters" \
    "both units allow the same calls"
# shellcheck disable=SC2046 # lists of words
group $(grep -v '^~' <<<"$filters") | sort -u >"$T/tmp/allowed"
# shellcheck disable=SC2046 # lists of words
group $(sed -n 's/^~//p' <<<"$filters") | sort -u >"$T/tmp/taken"
group @known | sort -u >"$T/tmp/known"
{
	# What is needed before the programs confine themselves.
	printf '%s\n' execve clone prctl seccomp prlimit64 bind listen socket \
	    rt_sigaction mmap mprotect kill tgkill wait4
	sed -n 's/^X([A-Z]*, \([a-z_0-9]*\))$/\1/p' "$NJ_SRC/lib/base/syscall.def"
} | sort -u | comm -12 - "$T/tmp/known" >"$T/tmp/needed"
ok "there is something to look at" test "$(wc -l <"$T/tmp/needed")" -gt 80
# Root's database is given to its owner by nobody but root.
is "$(comm -23 "$T/tmp/needed" "$T/tmp/allowed"
    comm -12 "$T/tmp/needed" "$T/tmp/taken" | grep -vx fchown)" "" \
    "the units leave the programs each call that they keep"
is "$(comm -12 "$T/tmp/allowed" "$T/tmp/taken" | grep -cx setuid)" 1 \
    "and take others"
nj_done
