#!/bin/bash
# The power goes at thousands of points: while a commit group writes, its log is
# copied into the database and begins anew, after syncs that have failed, and while
# an old database is brought to the newest schema.  POWERCUT_SEED repeats the dice
# (what the processes did in between is never quite the same), POWERCUT_TIMES
# multiplies the cuts.
. "${0%/*}/lib.sh"

powercut=$NJ_BUILD/t/powercut
# A sanitizer's runtime must not mind who is preloaded before it.
export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
seed=${POWERCUT_SEED:-$((RANDOM * 32768 + RANDOM + 1))}

# record MS [MODE]: let the group run; leaves $T/log.
writers=8 sync_us=300
record() {
	rm -rf "$T/disk" "$T/log" "$T/image" "$T/faults"
	mkdir "$T/disk" "$T/image" "$T/faults"
	POWERCUT_DIR=$T/disk POWERCUT_LOG=$T/log POWERCUT_SYNC_US=$sync_us \
	    POWERCUT_FAULTS=$T/faults \
	    LD_PRELOAD=$powercut/powercut.so \
	    "$powercut/writers" "$T/disk/natterjack.db" $writers "$@" \
	    2>"$T/tmp/writers" || { cat "$T/tmp/writers"; return 1; }
}

# cut CUTS: 0 when nothing is ever lost.
cut() {
	"$powercut/replay" "$T/log" "$image" "$seed" \
	    $(($1 * ${POWERCUT_TIMES:-1})) 2>"$T/tmp/replay" >"$T/tmp/cuts"
	local rc=$?
	cat "$T/tmp/cuts"
	return $rc
}

# cuts TEXT N: of the last ones, so many were at this place.
cuts() {
	[ "$(sed -n "s/^# \([0-9]*\) cuts $1\$/\1/p" "$T/tmp/cuts")" -ge "$2" ]
}

# The disks that may be left are laid out in memory: no power goes here.
image=$T/image
[ ! -w /dev/shm ] || image=$(mktemp -d /dev/shm/nj.XXXXXX) || exit 1
trap 'rm -rf "$image"; nj_on_exit' EXIT

diag "POWERCUT_SEED=$seed"
ok "a commit group runs" record 2500
ok "what was said to be done survives the power's going" cut 1200
ok "also while the log is copied" cuts "while the log is copied" 100
ok "and where it begins anew" cuts "where it begins anew" 100

ok "a commit group runs on a disk that fails again and again" \
    record 2500 failing
ok "what was saved then survives the power's going" cut 800
ok "also right after it has failed" cuts "after a failed sync" 50

writers=1
ok "an old database is brought to the newest schema" record 1 migrate
ok "and loses nothing, whenever the power goes" cut 400
writers=8

# far_fewer COMMITS GROUP ALL: the last two are syncs, the group's own and all
# that the system was asked for.
far_fewer() {
	[ $(($2 * 4)) -lt "$1" ] && [ $(($3 * 2)) -lt "$1" ] && [ "$2" -le "$3" ]
}
writers=16 sync_us=3000
read -r _ commits _ group _ _ _ _ all _ < <(record 1000 unwatched)
ok "16 writers: $commits commits take $group syncs, $all with checkpoints'" \
    far_fewer "$commits" "$group" "$all"
writers=8 sync_us=300

while read -r step; do
	POWERCUT_CRASH=$step:5
	export POWERCUT_CRASH
	ok "writers die at $step" record 500
	ok "$step: nothing that was said is lost" cut 40
done < <(sed -n 's/^	X(CRASH_.*"\([a-z-]*\)").*/\1/p' \
    "$NJ_SRC/lib/store/crash.h")
unset POWERCUT_CRASH

# A test that cannot fail is a bug.
fails() {
	"$@" >"$T/tmp/fails"
	[ $? = 1 ]
}
ok "writers run that do not sync" record 500 hasty
ok "the test sees what they lose" fails cut 200
ok "readers run that do not wait" record 500 peeping
ok "the test sees what they should not have" fails cut 40
export POWERCUT_LIE=1
ok "a group runs on a disk that lies" record 500
ok "the test sees through it" fails cut 40
nj_done
