#!/bin/bash
# A disk that is full, and one that fails: refusals that clients understand,
# nothing half-done, and nothing shown that may be lost.
. "${0%/*}/lib.sh"

# A sanitizer's runtime must not mind who is preloaded before it.
export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
mkdir "$T/data" "$T/faults"
nj_wrap=(env "LD_PRELOAD=$NJ_BUILD/t/powercut/powercut.so"
    "POWERCUT_DIR=$T/data" "POWERCUT_LOG=$T/oplog"
    "POWERCUT_FAULTS=$T/faults" "${nj_wrap[@]}")
nj_start database.checkpoint_ms=10 database.checkpoint_pages=100
register ann
room private r

# post TEXT: one message.
post() {
	api POST "/v1/rooms/$room/messages" "{\"text\": \"$1\"}"
}

texts() {
	api GET "/v1/rooms/$room/messages?limit=200"
	get '[.items[]?.text] | join(" ")'
}

health() {
	curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}' \
	    http://natterjack/health
}

post one
answered 201 "a message"

touch "$T/faults/full"
for _ in 1 2 3 4 5; do
	post lost
done
problem 503 disk_full "the disk is full"
isnt "$(header retry-after)" "" "the client is told to come back"
is "$(texts)" "one" "one can still read, and nothing is half there"
is "$(health)" 200 "a full disk makes nobody ill"
rm "$T/faults/full"
post two
answered 201 "there is space again"
is "$(texts)" "two one" "what was refused did not happen"

touch "$T/faults/sync"
post unknown
problem 503 storage_failed "a sync has failed"
is "$(health)" 503 "the health check says so"
rm "$T/faults/sync"
post unknown
problem 503 storage_failed "it has failed for everybody who comes later"
texts >"$T/tmp/texts"
isnt "$(<"$T/tmp/texts")" "unknown two one" \
    "nobody is shown what may not be on the disk"

nj_expect_deaths=1
kill "${pid[fcgi]}"
wait "${pid[fcgi]}"
nj_start_fcgi
ok "a new start puts it right" wait_for 20 nj_is_ready
post three
answered 201 "one can write"
like "$(texts)" "^three( unknown)? two one$" "what was acknowledged is there"
nj_done
