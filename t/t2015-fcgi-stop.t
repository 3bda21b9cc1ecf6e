#!/bin/bash
# The end: orderly, late, and sudden.
. "${0%/*}/lib-pool.sh"

# ---- orderly

pool_start pool.workers=2 pool.auth_workers=1
hold
busy=${pid[fcgi]}
kill -TERM "$busy"
stopped_listening() {
	[ ! -e "$fcgi_sock" ] && [ ! -e "$auth_sock" ]
}
ok "the sockets go first" wait_for 20 stopped_listening
ok "idle workers leave" wait_for 20 pool_size main 1
ok "the pool for passwords is empty" wait_for 20 pool_size auth 0
is "$(nj_workers keeper | wc -l)" 1 "the keeper is still there"
let_go
is "$released" "Status: 404 Not Found" "the request under way is finished"
wait "$busy"
is $? 0 "the exit status is 0"
nj_running=
is "$(nj_processes)" "" "nobody is left"
pool_start
is "$(times 'not clean')" 0 "the database was left in order"

# ---- Ctrl-C goes to every process of the terminal

# shellcheck disable=SC2046 # a list of numbers
kill -INT $(nj_processes) 2>/dev/null
wait "${pid[fcgi]}"
is $? 0 "SIGINT to everybody is an orderly end"
pool_start
is "$(times 'not clean')" 0 "for the database too"
# shellcheck disable=SC2046
kill -TERM $(nj_processes) 2>/dev/null
wait "${pid[fcgi]}"
is $? 0 "so is SIGTERM to everybody"
pool_start pool.drain_s=1
is "$(times 'not clean')" 0 "for the database too"

# ---- late

hold REQUEST_ID=too-late
kill -TERM "${pid[fcgi]}"
wait "${pid[fcgi]}"
is $? 0 "a worker that does not finish keeps nobody for ever"
nj_expect_deaths=1
ok "and its request is named" said \
    'killed by signal 9 \(Killed\) of ours at request too-late'
let_go
is "$released" lost "as lost"
nj_running=
is "$(nj_processes)" "" "nobody is left"

# ---- sudden

pool_start pool.workers=2 pool.auth_workers=1
hold
all=$(nj_processes)
kill -9 "${pid[fcgi]}"
wait "${pid[fcgi]}" 2>/dev/null
left() {
	[ "$(nj_processes | wc -l)" = 1 ]
}
ok "when the master is killed, who is idle ends" wait_for 20 left
let_go
is "$released" "Status: 404 Not Found" "who is busy finishes"
# shellcheck disable=SC2086 # a list of numbers
ok "and ends" wait_for 20 gone $all
pool_start
is "$(times 'warn .*not clean')" 1 "the next start knows of it"
nj_done
