#!/bin/bash
# kill -9 of each process under load: the rest goes on, and every message that
# was acknowledged is there, once.
. "${0%/*}/lib.sh"

nj_expect_deaths=1
nj_start pool.throttle_ms=10 pool.throttle_max_ms=50 pool.workers=3 \
    pool.auth_workers=2
load_start 8

# After each blow the load must go on.
goes_on() {
	ok "$1: the load goes on" load_more 150
}

# The number of processes of a pool is what it should be, and the victim is none
# of them.
replaced() {
	local there
	mapfile -t there < <(nj_workers "$1")
	[ ${#there[@]} = "$2" ] && [[ " ${there[*]} " != *" $3 "* ]]
}

while read -r role number times; do
	for ((i = 0; i < times; i++)); do
		victim=$(nj_workers "$role" | shuf -n 1)
		kill -9 "$victim"
		ok "$role $((i + 1)): another takes its place" \
		    wait_for 10 replaced "$role" "$number" "$victim"
	done
	goes_on "kill -9 of $role"
done <<'TABLE'
main 3 6
auth 2 2
keeper 1 2
TABLE
as_before=$(nj_workers main; nj_workers keeper)
# shellcheck disable=SC2046 # a list of numbers
kill -9 $(nj_workers main)
goes_on "all workers at once"
isnt "$(nj_workers main; nj_workers keeper)" "$as_before" "by other workers"

nginx_replaced() {
	local there
	there=$(pgrep -P "${pid[nginx]}")
	[ -n "$there" ] && [[ " $(tr '\n' ' ' <<<"$there") " != *" $victim "* ]]
}
victim=$(pgrep -P "${pid[nginx]}" | shuf -n 1)
kill -9 "$victim"
ok "nginx replaces its worker" wait_for 10 nginx_replaced
goes_on "kill -9 of an nginx worker"

# Push has no parent that would start it again: that is done here.
kill -9 "${pid[push]}"
wait "${pid[push]}" 2>/dev/null
goes_on "without push, writing"
api GET /health
is "$status $(get .status) $(get .database)" "503 unhealthy ok" \
    "health says what is wrong"
nj_start_push
ok "push is back" nj_wait_ready
goes_on "push is back"

# The master: its workers end when it dies, and the next one takes over.
workers=$(nj_workers main; nj_workers auth; nj_workers keeper)
kill -9 "${pid[fcgi]}"
wait "${pid[fcgi]}" 2>/dev/null
gone() {
	local p
	for p in $workers; do
		[ ! -d "/proc/$p" ] || return 1
	done
}
ok "no worker outlives the master" wait_for 20 gone
nj_start_fcgi
ok "the next master serves" nj_wait_ready
goes_on "another master"

# All at the same moment.
workers=$(nj_processes)
# shellcheck disable=SC2086 # a list of numbers
kill -9 $workers
wait "${pid[fcgi]}" "${pid[push]}" "${pid[nginx]}" 2>/dev/null
ok "everything is dead" wait_for 20 gone
# nginx does not take over a socket that it finds; the others do.
rm -f "$NJ_SOCK"
nj_start_fcgi
nj_start_push
nj_start_nginx
ok "everything is back" nj_wait_ready
goes_on "after the end of the world"

ok "there were failures, so something was tested" test "$(load_failures)" -gt 0
tap load_end
is "$(sql 'PRAGMA integrity_check')" ok "the database is sound"
nj_done
