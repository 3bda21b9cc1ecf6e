#!/bin/bash
# v1: events by long-poll - shapes of every kind, and what is refused.
. "${0%/*}/lib.sh"

nj_start
register bob
register ann
room private Pond bob
api PATCH "/v1/rooms/$room" '{"name":"Big Pond"}'
post "$room" "hello" a-key
api PATCH "/v1/messages/$message" '{"text":"hallo"}'
api PUT "/v1/messages/$message/reactions/%F0%9F%90%B8"
api DELETE "/v1/messages/$message/reactions/%F0%9F%90%B8"
api PUT "/v1/rooms/$room/members/${ids[bob]}" '{"role":"admin"}'
api PATCH /v1/me '{"display_name":"Ann"}'
as bob
api PUT "/v1/rooms/$room/read" "{\"seq\":\"$message\"}"
api POST "/v1/rooms/$room/leave"
as ann
api DELETE "/v1/messages/$message"
answered 204 "one of everything has happened"

api GET '/v1/events?since=0&wait=0'
answered 200 "the whole log"
golden v1/events "every kind has its shape"
next=$(get .next)
is "$(get '.events[-1].seq | tostring')" "$next" "next is the newest seq"
api DELETE "/v1/rooms/$room"
answered 204 "the room goes"
login ann
api DELETE /v1/sessions/current
login ann
api GET "/v1/events?since=$next&wait=0"
is "$(jq -c '[.events[] | [.kind, .room, .room_info.name]]' <<<"$body")" \
    "[[\"room.deleted\",\"$room\",\"Big Pond\"]]" \
    "its end is an event, the end of a session is none"
next=$(get .next)
api GET "/v1/events?since=$next&wait=0"
is "$(jq -c '[.events, .next]' <<<"$body" | tr -d '"')" "[[],$next]" \
    "nothing new: the same next"
api GET '/v1/events?wait=0'
is "$(jq -c .events <<<"$body")" '[]' "without since: from now on"
is "$(get '.next | tostring')" "$next" "which is here"

for q in since=x since=-1 since= since=1.5 since=99999999999999999999 wait=x \
    wait=-1 wait=1e9 rooms=x rooms=1,x; do
	api GET "/v1/events?$q&wait=0"
	like "$status $(get .code)" '^(400 (bad_cursor|bad_request)|422 bad_value)$' \
	    "refused: $q"
done
api GET "/v1/events?since=0&wait=0&rooms=999999"
is "$(jq -c '[.events[].room | select(. != null)]' <<<"$body")" '[]' \
    "a room that is not there has no events"
as bob
api GET "/v1/events?since=0&wait=0&rooms=$room"
is "$(jq -c '[.events[] | select(.kind | startswith("message."))]' <<<"$body")" \
    '[]' "nor has one that was left"

# The account's limit of connections.
nj_stop
nj_start push.user_connections=2
as ann
for n in 1 2; do
	curl -sN --unix-socket "$NJ_SOCK" -H "Authorization: Bearer $token" \
	    -H 'Accept: text/event-stream' "http://natterjack/v1/events" \
	    >"$T/tmp/stream$n" 2>&1 &
	stream[n]=$!
	wait_for 10 test -s "$T/tmp/stream$n"
done
api GET '/v1/events?wait=0'
problem 429 too_many_requests "one connection too many"
kill "${stream[@]}"
wait "${stream[@]}" 2>/dev/null
served() {
	api GET '/v1/events?wait=0'
	[ "$status" = 200 ]
}
ok "when they have gone there is room again" wait_for 10 served

# SSE as curl sees it.
nj_stop
nj_start
as ann
room private Stream
curl -sNi --max-time 30 --unix-socket "$NJ_SOCK" -H "Authorization: Bearer $token" \
    -H 'Accept: text/event-stream' -H 'Last-Event-ID: 0' \
    "http://natterjack/v1/events" >"$T/tmp/sse" 2>&1 &
sse=$!
post "$room" "for the stream"
seen() {
	grep -q "for the stream" "$T/tmp/sse"
}
ok "SSE through curl, resumed by Last-Event-ID" wait_for 10 seen
kill $sse
like "$(tr -d '\r' <"$T/tmp/sse")" $'\n[Cc]ontent-[Tt]ype: text/event-stream' \
    "its content type"
like "$(tr -d '\r' <"$T/tmp/sse")" $'\n[Cc]ache-[Cc]ontrol: [^\n]*no-' \
    "it is not to be cached"
like "$(<"$T/tmp/sse")" $'\nid: ?'"$message"$'\n' "its id is the seq"
nj_done
