#!/bin/bash
# What a client is told when something is broken.
. "${0%/*}/lib.sh"

nj_expect_deaths=1
# Hashing that takes about a second, so that a worker can be caught at it.
nj_start auth.hash_prefix='$2b$' auth.hash_cost=13 pool.auth_workers=1
api POST /v1/users '{"username":"ann","password":"password-ann"}'
answered 201 "slow hashing works"
nj_keep_tokens ann
room private Pond

# The request of a worker that is killed gets an answer, and it is the only one
# that suffers.
worker=$(nj_workers auth)
ticks() {
	awk '{ print $14 + $15 }' "/proc/$worker/stat"
}
before=$(ticks)
busy() {
	[ "$(ticks)" -gt $((before + 15)) ]
}
curl -s --max-time 60 --unix-socket "$NJ_SOCK" \
    -H 'Content-Type: application/json' \
    -d '{"username":"ann","password":"password-ann"}' \
    -w ' %{http_code} %{content_type}\n' http://natterjack/v1/sessions \
    >"$T/tmp/answer" &
request=$!
ok "a worker hashes" wait_for 10 busy
kill -9 "$worker"
post "$room" "meanwhile"
answered 201 "the other pool is not concerned"
wait $request
is "$(jq -r .code <"$T/tmp/answer" 2>"$T/tmp/error"
    sed 's/.*} *//' "$T/tmp/answer")" "no_answer
502 application/problem+json" "the killed worker's own request gets an answer"
token=''
api POST /v1/sessions '{"username":"ann","password":"password-ann"}'
answered 201 "and the next one is served"
nj_stop

# A pool that waits for nobody: all workers stopped, the backlog holds requests
# and they are served when they go on.
nj_start
as ann
stopped=$(nj_workers main)
# shellcheck disable=SC2086 # a list of numbers
kill -STOP $stopped
for n in 1 2 3 4 5 6; do
	curl -s --max-time 60 --unix-socket "$NJ_SOCK" -o /dev/null \
	    -w '%{http_code}\n' -H "Authorization: Bearer $token" \
	    "http://natterjack/v1/me" >"$T/tmp/w$n" &
	waiting[n]=$!
done
# shellcheck disable=SC2086 # a list of numbers
kill -CONT $stopped
wait "${waiting[@]}"
is "$(sort -u "$T"/tmp/w[1-6])" 200 "requests wait for workers that sleep"

# The write lock is held by somebody else: 503 within the bound, then all is well.
nj_stop
nj_start database.busy_ms=300
as ann
coproc LOCK { sqlite3 "$T/data/natterjack.db"; }
lock=$LOCK_PID
printf '%s\n' 'BEGIN IMMEDIATE;' "SELECT 'locked';" >&"${LOCK[1]}"
read -r line <&"${LOCK[0]}"
is "$line" locked "another program holds the database"
api POST "/v1/rooms/$room/messages" '{"text":"x"}'
problem 503 busy "a write that cannot have its turn"
like "$(header retry-after)" '^[0-9]+$' "says when to try again"
api GET "/v1/rooms/$room/messages"
answered 200 "reading goes on"
printf '%s\n' 'ROLLBACK;' .quit >&"${LOCK[1]}"
wait "$lock"
api POST "/v1/rooms/$room/messages" '{"text":"x"}'
answered 201 "when it is free, writing goes on"
is "$(sql "SELECT count(*) FROM message WHERE body = 'x'")" 1 \
    "and the refused one did not happen"

# Push is away: everything but events works.
nj_end push TERM
api GET '/v1/events?wait=0'
problem 502 no_answer "events without push"
post "$room" "nobody hears it now"
answered 201 "posting without push"
api GET /health
is "$status $(get .status) $(get .database)" "503 unhealthy ok" \
    "health says what is wrong"
nj_start_push
ok "push is back" nj_wait_ready
api GET "/v1/events?since=0&wait=0&rooms=$room"
is "$(get '.events[-1].message.text')" "nobody hears it now" \
    "and knows what happened meanwhile"

# The workers are away: push holds what it holds.
nj_end fcgi TERM
api GET /v1/me
problem 502 no_answer "a request without workers"
api GET /health
is "$status" 502 "health without workers"
api GET "/v1/events?since=0&wait=0"
answered 200 "events without workers"
nj_start_fcgi
ok "the workers are back" nj_wait_ready
api GET /v1/me
answered 200 "and answer"
nj_done
