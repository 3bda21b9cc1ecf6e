#!/bin/bash
# v1: receipts and unread counts.
. "${0%/*}/lib.sh"

nj_start
for name in ann bob eve; do
	register $name
done
as ann
room private Pond bob

# unread NAME: of the room, as that account sees it.
unread() {
	as "$1"
	api GET "/v1/rooms/$room"
	get .unread_count
}
for n in 1 2 3 4; do
	post "$room" "m$n"
	seq[n]=$(get .seq)
done
is "$(unread ann)" 0 "one's own messages are not unread"
is "$(unread bob)" 4 "the other has four"
as bob
api PUT "/v1/rooms/$room/read" "{\"seq\":\"${seq[2]}\"}"
like "$status" '^20[04]$' "reading two of them"
is "$(unread bob)" 2 "leaves two"
api GET /v1/rooms
has '.items[0].unread_count' 2 "in the list too"
api PUT "/v1/rooms/$room/read" "{\"seq\":\"${seq[1]}\"}"
like "$status" '^20[04]$' "going back is no error"
is "$(unread bob)" 2 "but a receipt only moves forward"
api PUT "/v1/rooms/$room/read" "{\"seq\":${seq[3]}}"
like "$status" '^20[04]$' "a number is taken for a seq, too"
is "$(unread bob)" 1 "one is left"
as ann
api DELETE "/v1/messages/${seq[4]}"
is "$(unread bob)" 0 "a deleted message is not unread"
as ann
post "$room" "m5"
is "$(unread bob)" 1 "a new one is"
as bob
post "$room" "from bob"
is "$(unread ann)" 1 "an answer is unread for the other"
as ann
api GET "/v1/events?since=0&wait=0&rooms=$room"
is "$(get '[.events[] | select(.kind == "read.moved") | .read.user // .read.user.id] | length')" 2 \
    "two moves are in the log, not the ones that moved nothing"
is "$(get '[.events[] | select(.kind == "read.moved") | .read.seq | tostring] | join(" ")')" \
    "${seq[2]} ${seq[3]}" "with where they went"

as bob
while IFS='|' read -r status code json text; do
	api PUT "/v1/rooms/$room/read" "$json"
	problem "$status" "$code" "$text"
done <<'TABLE'
422|missing_field|{}|no seq
422|wrong_type|{"seq":true}|a truth
422|wrong_type|{"seq":[1]}|a list
TABLE
for s in '"x"' '"-1"' -1 1.5 '"99999999999999999999"'; do
	api PUT "/v1/rooms/$room/read" "{\"seq\":$s}"
	like "$status $(get .code)" '^(400 bad_cursor|422 (bad_value|wrong_type))$' \
	    "refused: seq $s"
done
api PUT "/v1/rooms/$room/read" '{"seq":"999999"}'
like "$status" '^(20[04]|422)$' "a seq that is not there yet"
as ann
post "$room" "later"
is "$(unread bob)" 1 "does not read what comes later"

# A public room that one is not in has no receipt.
as ann
room public Square
as eve
api PUT "/v1/rooms/$room/read" '{"seq":"1"}'
like "$status $(get .code)" '^(404 not_found|403 forbidden|409 conflict)$' \
    "who is no member has no receipt"
nj_done
