#!/bin/bash
# SIGHUP: every child is replaced by one of the new configuration, one by one,
# and no request notices.
. "${0%/*}/lib-pool.sh"

children() {
	nj_workers keeper
	nj_workers main
	nj_workers auth
}

# reload TEXT: SIGHUP, until no child is one of those from before.
reload() {
	local before
	mapfile -t before < <(children)
	kill -HUP "${pid[fcgi]}"
	ok "$1" wait_for 20 gone "${before[@]}"
}

# set_conf KEY VALUE
set_conf() {
	sed -i "/^$1 = /d" "$T/natterjack.conf"
	echo "$1 = $2" >>"$T/natterjack.conf"
}

pool_start pool.workers=3 pool.auth_workers=1
ok "there is load" flood_start 8
for n in 1 2 3; do
	reload "SIGHUP $n: every child is replaced"
	ok "the load goes on" flood_more 200
done
ok "the pools are whole" wait_for 20 eval \
    'pool_size main 3 && pool_size auth 1 && pool_size keeper 1'
says "the generations are counted" 'info .*: generation 3'

set_conf pool.workers 6
set_conf pool.auth_workers 2
reload "SIGHUP with more workers"
ok "there are more" wait_for 20 eval 'pool_size main 6 && pool_size auth 2'
set_conf pool.workers 1
set_conf pool.auth_workers 1
reload "SIGHUP with fewer"
ok "there are fewer" wait_for 20 eval 'pool_size main 1 && pool_size auth 1'
ok "the load goes on" flood_more 200
# Again as soon as the last one is heard: successors are still starting.
heard=0
for n in {6..15}; do
	kill -HUP "${pid[fcgi]}"
	wait_for 20 said "info .*: generation $n\$" && heard=$((heard + 1))
done
is $heard 10 "ten in a row are heard"
ok "the pools come to rest" wait_for 20 eval \
    'pool_size main 1 && pool_size auth 1 && pool_size keeper 1'
ok "the load goes on" flood_more 200
flood_end
is "$failures" 0 "no request has failed"
is "$(times ' error ')" 0 "nothing went wrong"
is "$(times 'not clean')" 0 "the new keepers take the database as it is"

# ---- one that is busy

old=$(nj_workers main)
hold
kill -HUP "${pid[fcgi]}"
another() {
	local now
	now=$(nj_workers main | grep -vx "$old")
	[ -n "$now" ]
}
ok "a busy worker has a successor" wait_for 20 another
ask GET /nowhere
is "$status" 404 "that serves"
ok "while the old one is still at its request" test -d "/proc/$old"
let_go
is "$released" "Status: 404 Not Found" "which it finishes"
ok "and then leaves" wait_for 20 gone "$old"

# ---- what cannot change, and what is wrong

mkdir "$T/elsewhere"
set_conf run.dir "$T/elsewhere"
set_conf database.path "$T/elsewhere/x.db"
set_conf run.log_level debug
reload "SIGHUP with other folders"
says "the sockets stay" "warn run.dir changes with a restart only: it stays $T/run"
says "the database stays" 'warn database.path changes with a restart only'
ask GET /nowhere REQUEST_ID=level
is "$status" 404 "they serve where they did"
says "what can change has changed" 'debug rid=level GET /nowhere 404'
is "$(ls "$T/elsewhere")" "" "nothing is made elsewhere"

unchanged=$(children)
for wrong in 'no.such_key 1' 'auth.secret short' 'run.log_level loud' \
    'pool.workers 0'; do
	cp "$T/natterjack.conf" "$T/tmp/good"
	n=$(times 'the configuration stays as it was')
	set_conf ${wrong% *} ${wrong#* }
	kill -HUP "${pid[fcgi]}"
	says "$wrong is refused" "error the configuration stays as it was: .*"
	ok "again each time" wait_for 20 eval \
	    "[ \$(times 'the configuration stays as it was') -gt $n ]"
	cp "$T/tmp/good" "$T/natterjack.conf"
done
is "$(children)" "$unchanged" "and every child stays"
nj_done
