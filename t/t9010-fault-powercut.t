#!/bin/bash
# The power goes at random points while the real programs serve clients over
# HTTP and on every transport, and while some of them are killed.  t1001 does it
# to the write path alone, and shows that the test can fail.
. "${0%/*}/lib.sh"

powercut=$NJ_BUILD/t/powercut
seed=${POWERCUT_SEED:-$((RANDOM * 32768 + RANDOM + 1))}
diag "POWERCUT_SEED=$seed"
# A sanitizer's runtime must not mind who is preloaded before it.
export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0

mkdir "$T/data" "$T/image"
preload=(env "LD_PRELOAD=$powercut/powercut.so" "POWERCUT_DIR=$T/data"
    "POWERCUT_LOG=$T/oplog" POWERCUT_SYNC_US=300)
nj_wrap=("${preload[@]}" "${nj_wrap[@]}")

# acked N: N further messages are acknowledged.
acked() {
	local line
	echo "more $1" >&"$clients_in" && read -r line <&"$clients_out" &&
	    [ "$line" = more ]
}

# No process of the pools is left.
pools_are_gone() {
	local p
	for p in $(nj_processes); do
		[ "$(cat "/proc/$p/comm" 2>/dev/null)" != natterjack-fcgi ] ||
		    return 1
	done
}

nj_expect_deaths=1
# The database is new, and made under the library's eyes.
nj_conf database.checkpoint_pages=100
ok "a database is made" "${preload[@]}" "$NJ_BUILD/natterjack" \
    -c "$T/natterjack.conf" migrate 2>"$T/tmp/migrate"
nj_start database.checkpoint_pages=100 database.checkpoint_ms=10 \
    pool.workers=4 pool.throttle_ms=1 pool.throttle_max_ms=10
coproc CLIENTS { exec "${preload[@]}" /usr/bin/python3 \
    "$NJ_SRC/t/client/powercut.py" 6 2>>"$T/log/clients.log"; }
clients_pid=$CLIENTS_PID
exec {clients_in}>&"${CLIENTS[1]}" {clients_out}<&"${CLIENTS[0]}"
eval "exec ${CLIENTS[1]}>&- ${CLIENTS[0]}<&-"
ok "clients are served" acked 200

for role in main keeper main; do
	kill -9 "$(nj_workers $role | shuf -n 1)"
	ok "a $role process is killed: they are served" acked 100
done
# shellcheck disable=SC2046 # a list of numbers
kill -9 "${pid[fcgi]}" $(nj_workers main; nj_workers auth; nj_workers keeper)
wait "${pid[fcgi]}" 2>/dev/null
ok "all of the pools are killed" wait_for 20 pools_are_gone
nj_start_fcgi
ok "they start again: clients are served" acked 200
exec {clients_in}>&-
while read -r _; do :; done <&"$clients_out"
wait "$clients_pid"
is $? 0 "the clients come to their end"
nj_stop
ok "whatever was acknowledged or shown survives the power's going" \
    "$powercut/replay" "$T/oplog" "$T/image" "$seed" 150
nj_done
