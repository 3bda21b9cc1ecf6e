#!/bin/bash
# However a session ends, nobody stays in by it: not on any transport, not in any
# dialect.
. "${0%/*}/lib.sh"

nj_start
for end in logout password deletion expiry; do
	tap client cutoff "$end"
done

# A refresh through another connection is no end: who waits goes on.
register ann
nj_listen() {
	curl -sN --unix-socket "$NJ_SOCK" -H "Authorization: Bearer $token" \
	    -H 'Accept: text/event-stream' --max-time $((20 * NJ_SLOW)) \
	    http://natterjack/v1/events >"$T/tmp/stream"
}
: >"$T/tmp/stream"
nj_listen &
listener=$!
has_hello() {
	grep -q hello "$T/tmp/stream"
}
ok "a stream" wait_for 10 has_hello
sql "UPDATE session SET expires_at = $(($(date +%s%3N) + 1500 * NJ_SLOW)) WHERE user_id = ${ids[ann]}"
token=
api POST /v1/sessions/refresh "{\"refresh_token\":\"${refreshes[ann]}\"}"
answered 200 "a session that is about to run out is refreshed"
token=$(get .access_token)
# A session of somebody else that runs out later shows that the look was made.
tap client cutoff expiry
room private Pond
post "$room" "still here"
has_message() {
	grep -q "still here" "$T/tmp/stream"
}
ok "and its stream goes on" wait_for 10 has_message
kill $listener 2>/dev/null
wait $listener 2>/dev/null
nj_done
