#!/bin/bash
# Workers that die or hang are replaced, and the log says what they were doing.
. "${0%/*}/lib-pool.sh"

nj_expect_deaths=1

# ---- one that is killed

pool_start pool.workers=2 pool.auth_workers=1 pool.throttle_ms=1 \
    pool.throttle_max_ms=1
victim=$(nj_workers main | head -n 1)
kill -9 "$victim"
says "a death is logged with its signal" \
    "error worker $victim of pool main killed by signal 9 \(Killed\)"
ok "another takes its place" wait_for 20 pool_size main 2
isnt "$(nj_workers main | grep -x "$victim")" "$victim" "which is another"
victim=$(nj_workers auth)
kill -ABRT "$victim"
says "so in the other pool" \
    "worker $victim of pool auth killed by signal 6 \(Aborted\)"
ok "which is whole again" wait_for 20 pool_size auth 1
workers=$(nj_workers main)
victim=$(nj_workers keeper)
kill -9 "$victim"
says "the keeper too" "keeper $victim killed by signal 9"
ok "has a successor" wait_for 20 pool_size keeper 1
is "$(nj_workers main)" "$workers" "and the workers stay"
is "$(times 'not clean')" 0 "numbers do not skip for that"
victim=$(nj_workers main | head -n 1)
kill -TERM "$victim"
says "one that is asked to leave by somebody else leaves" \
    "info worker $victim of pool main left"
ok "and is replaced" wait_for 20 pool_size main 2
victim=$(nj_workers keeper)
kill -TERM "$victim"
kill -INT "$victim" "$(nj_workers auth)"
kill -HUP "$victim" "$(nj_workers auth)"
ask GET /nowhere
is "$status $(nj_workers keeper)" "404 $victim" "the keeper stays"
nj_stop

# ---- at a request

pool_start pool.workers=1 pool.throttle_ms=1 pool.throttle_max_ms=1
hold REQUEST_ID=the-lost-one
kill -9 "$(nj_workers main)"
says "the request that is lost is named" \
    'killed by signal 9 \(Killed\) at request the-lost-one, after [0-9]+ ms'
let_go
is "$released" lost "it is lost"
ask GET /nowhere
is "$status" 404 "the next is not"
nj_stop

# ---- a worker that hangs

pool_start pool.workers=1 pool.request_s=1 pool.throttle_ms=1
hold REQUEST_ID=stuck-one
says "one that hangs at a request is found" \
    'warn worker [0-9]+ of pool main is stuck: [0-9]+ ms at one request'
says "and killed" 'killed by signal 9 \(Killed\) of ours at request stuck-one'
let_go
is "$released" lost "its request is lost"
ask GET /nowhere
is "$status" 404 "the next is not"
mute
says "so is one whose client says nothing, or the client is dropped" \
    'killed by signal 9 .* at request \(not yet known\)'
ask GET /nowhere
is "$status" 404 "and the next is served"
let_go
nj_stop

# ---- deaths in a row

pool_start pool.workers=1 pool.auth_workers=1 pool.throttle_ms=20 \
    pool.throttle_max_ms=10000
for delay in 20 40 80 160 320; do
	victim=$(nj_workers main)
	kill -9 "$victim"
	says "the delay is $delay ms" \
	    "worker $victim .*; the next one in $delay ms"
	ok "then there is another" wait_for 20 pool_size main 1
done
victim=$(nj_workers auth)
kill -9 "$victim"
says "the other pool has a delay of its own" \
    "worker $victim .*; the next one in 20 ms"
nj_stop
nj_done
