#!/bin/bash
# Clients that leave unread and unfinished what they can: push has a ceiling.
. "${0%/*}/lib.sh"

# A sanitizer surrounds each piece of memory and holds back what was freed, as
# little as it can; valgrind does the same.
export ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1
factor=$NJ_SLOW
! grep -q __asan_init "$NJ_BUILD/natterjack-push" || factor=$((16 * NJ_SLOW))
[ -z "${NJ_VALGRIND:-}" ] || factor=$((16 * NJ_SLOW))

ceiling=$((8 << 20))
heavy() {	# push.memory_max, and whether that is the ceiling
	nj_start push.out_max=1m push.user_connections=2000 push.memory_max="$1"
	tap client heavy "${pid[push]}" "${pid[fcgi]}" $ceiling "$2" $factor
	unset 'pid[fcgi]'
	nj_stop
}
heavy $ceiling yes
# Without that the same is more: each of these would have shown it.
heavy 1g no
nj_done
