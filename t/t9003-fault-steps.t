#!/bin/bash
# Workers that die at each step of a write, again and again, under load: what was
# acknowledged is there once, and nobody waits for the dead.
. "${0%/*}/lib.sh"

lost_some() {
	[ "$(load_failures)" -gt 0 ]
}

nj_expect_deaths=1
steps=$(sed -n 's/^	X(CRASH_.*"\([a-z-]*\)").*/\1/p' "$NJ_SRC/lib/store/crash.h")
ok "there are steps" test "$(wc -w <<<"$steps")" -gt 5
for step in $steps; do
	# Each worker dies at its n-th write, another number each time; the first
	# ones make the accounts of the load.
	NATTERJACK_CRASH_AT=$step:$((12 + RANDOM % 10))
	export NATTERJACK_CRASH_AT
	nj_start pool.throttle_ms=1 pool.throttle_max_ms=10
	load_start 6
	ok "$step: the load goes on" load_more 150
	unset NATTERJACK_CRASH_AT
	ok "$step: requests were lost" wait_for 60 lost_some
	tap load_end
	deaths=$(grep -c 'killed by signal 9' "$T/log/fcgi.log")
	ok "$step: $deaths workers died" test "$deaths" -gt 0
	: >"$T/log/fcgi.log"
	nj_stop
	is "$(sql 'PRAGMA integrity_check')" ok "$step: the database is sound"
done
nj_done
