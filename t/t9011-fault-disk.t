#!/bin/bash
# A disk that is full, one that takes nothing, and one that fails: refusals that
# clients understand, nothing half-done, nothing shown that may be lost; and when
# the cause is gone all goes on, without a restart.
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

# say TEXT: one message, whatever is answered.
say() {
	api POST "/v1/rooms/$room/messages" "{\"text\": \"$1\", \"key\": \"$1\"}"
}

# The kernel tells each who had a file open of what is over, once: so it may
# happen that one is refused again for a moment.
says() {
	say "$1"
	[ "$status" = 201 ]
}

texts() {
	api GET "/v1/rooms/$room/messages?limit=200"
	get '[.items[]?.text] | join(" ")'
}

# ill WHAT TEXT: /health says so of the database.
ill() {
	token='' api GET /health
	is "$status $(get .status) $(get .database)" "503 unhealthy $1" "$2"
	isnt "$(header retry-after)" "" "and when to ask again"
}

is_well() {
	[ "$(curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}' \
	    http://natterjack/health)" = 200 ]
}

said() {
	grep -qE -- "$1" "$T/log/fcgi.log"
}

# refused CODE TEXT: the last answer is a 503 of this kind, for later.
refused() {
	problem 503 "$1" "$2"
	isnt "$(header retry-after)" "" "the client is told to come back"
}

say one
answered 201 "a message"

# ---- full

touch "$T/faults/full"
for _ in 1 2 3 4 5; do
	say lost
done
refused disk_full "the disk is full"
is "$(texts)" "one" "one can still read, and nothing is half there"
ill "The server's disk is full." "/health names it"
ok "so does the log" said 'error .*the disk of .* is full'
rm "$T/faults/full"
ok "there is space again: /health finds out" is_well
say two
answered 201 "and one can write"
is "$(texts)" "two one" "what was refused did not happen"

# ---- read-only

touch "$T/faults/readonly"
say lost
refused storage_readonly "a disk that takes nothing"
is "$(texts)" "two one" "one can still read"
ill "The server's storage takes no changes." "/health names it"
ok "so does the log" said 'error .*is read-only'
rm "$T/faults/readonly"
ok "it takes something again: all goes on by itself" wait_for 20 is_well
say three
answered 201 "one can write"
is "$(texts)" "three two one" "what was refused did not happen"

# ---- a sync that fails

touch "$T/faults/sync"
say unknown
refused storage_failed "a sync has failed"
ill "The server cannot reach its storage." "/health names it"
say later
refused storage_failed "nobody can write"
isnt "$(texts)" "unknown three two one" \
    "nobody is shown what may not be on the disk"
ok "the log says what is done" said 'error .*trying to save what was written'
rm "$T/faults/sync"
ok "the disk works again: all goes on by itself" wait_for 20 is_well
ok "and the log says so" said 'info the disk works again'
ok "one can write" wait_for 20 says four
is "$(texts)" "four unknown three two one" \
    "what was unknown is there, because it could be saved"
ok "who sends it again with its key" wait_for 20 says unknown
is "$(texts)" "four unknown three two one" "does not double it"

# ---- a sync that fails in push only

before=$(sql 'SELECT max(seq) FROM event')
touch "$T/faults/sync-natterjack-push"
# What was edited is not shown before it is on the disk: push syncs for that.
wait_for 20 says seen
api PATCH "/v1/messages/$(get .id)" '{"text": "edited"}'
cannot_read() {
	api GET "/v1/events?since=$before&wait=0"
	[ "$status" = 503 ]
}
ok "push cannot sync: who asks for events" wait_for 20 cannot_read
isnt "$(header retry-after)" "" "is told when to come again"
push_says() {
	token='' api GET /health
	[ "$status" = 503 ]
}
ok "/health says so" push_says
rm "$T/faults/sync-natterjack-push"
ok "push goes on by itself, too" wait_for 30 is_well
reads() {
	api GET "/v1/events?since=$before&wait=0"
	[ "$status" = 200 ]
}
ok "events can be had again" wait_for 20 reads
is "$(get '[.events[] | .message.text // .kind] | join(" ")')" \
    "edited edited" "and none is missing"
ok "push's log says both" grep -q 'error .*cannot reach its storage' \
    "$T/log/push.log"

# ---- and across a stop

touch "$T/faults/sync"
say last
refused storage_failed "a sync fails once more"
nj_expect_deaths=1
kill "${pid[fcgi]}"
wait "${pid[fcgi]}"
rm "$T/faults/sync"
nj_start_fcgi
ok "a new start puts it right, too" wait_for 20 is_well
ok "one can write" wait_for 20 says five
like "$(texts)" "^five( last)? edited four unknown three two one$" \
    "what was acknowledged is there"
is "$(sql 'PRAGMA integrity_check')" ok "the database is sound"
nj_done
