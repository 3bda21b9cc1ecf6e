#!/bin/bash
# v1: rooms - the three kinds, who sees them, changing and deleting them.
. "${0%/*}/lib.sh"

nj_start
register eve
register ann
register bob
as ann

api POST /v1/rooms "{\"name\":\"Pond\",\"kind\":\"private\",\"members\":[\"${ids[bob]}\"]}"
answered 201 "a private room"
golden v1/rooms-post "has a shape"
private=$(get .id)
api POST /v1/rooms '{"name":"Square","kind":"public"}'
answered 201 "a public room"
public=$(get .id)
api POST /v1/rooms/direct "{\"user_id\":\"${ids[bob]}\"}"
like "$status" '^20[01]$' "a direct room"
golden v1/rooms-direct "has a shape"
direct=$(get .id)
api POST /v1/rooms/direct "{\"user_id\":\"${ids[bob]}\"}"
answered 200 "asking for it again"
has .id "$direct" "gives the same room"
as bob
api POST /v1/rooms/direct "{\"user_id\":\"${ids[ann]}\"}"
answered 200 "asking from the other side"
has .id "$direct" "gives the same room too"

# Refusals.
as ann
while IFS='|' read -r status code json text; do
	api POST /v1/rooms "${json//BOB/${ids[bob]}}"
	problem "$status" "$code" "$text"
done <<'TABLE'
422|bad_value|{"name":"x","kind":"secret"}|a kind that is none
422|bad_value|{"name":"x","kind":"direct"}|direct rooms have their own path
422|wrong_type|{"name":"x","kind":1}|a number for a kind
422|wrong_type|{"name":[],"kind":"private"}|a list for a name
422|bad_value|{"name":"","kind":"private"}|an empty name
422|wrong_type|{"name":"x","kind":"private","members":"BOB"}|members that are no list
422|wrong_type|{"name":"x","kind":"private","members":[true]}|a member that is no id
TABLE
golden v1/problem-field "a refusal that names its field"
api POST /v1/rooms "{\"name\":\"$(printf '%2000s' '' | tr ' ' x)\",\"kind\":\"private\"}"
problem 422 too_long "a name that is too long"
api POST /v1/rooms '{}'
answered 201 "nothing said"
is "$(get '"\(.kind) \(.name) \(.role)"')" "private null owner" \
    "is a private room without a name"
api DELETE "/v1/rooms/$(get .id)"
api POST /v1/rooms '{"name":"x","kind":"private","members":["999999"]}'
like "$status $(get .code)" '^(404 not_found|422 bad_value)$' \
    "a member that does not exist"
is "$(sql "SELECT count(*) FROM room WHERE name = 'x'")" 0 \
    "no refused room was made"
api POST /v1/rooms "{\"name\":\"twice\",\"kind\":\"private\",\"members\":[\"${ids[bob]}\",\"${ids[bob]}\",\"${ids[ann]}\"]}"
answered 201 "members named twice, and oneself"
api GET "/v1/rooms/$(get .id)/members"
is "$(get '.items | length')" 2 "count once"
while IFS='|' read -r status code json text; do
	api POST /v1/rooms/direct "${json//ANN/${ids[ann]}}"
	like "$status $(get .code)" "^$status $code\$" "direct: $text"
done <<'TABLE'
422|missing_field|{}|with nobody
422|wrong_type|{"user_id":[]}|a list
TABLE
api POST /v1/rooms/direct '{"user_id":"999999"}'
problem 404 not_found "direct: with nobody that exists"
api POST /v1/rooms/direct "{\"user_id\":\"${ids[ann]}\"}"
problem 422 bad_value "direct: with oneself"

# Who sees what.
as bob
api GET "/v1/rooms/$private"
answered 200 "a member sees a private room"
golden v1/room "has a shape"
as eve
for r in "$private" "$direct" 999999 x 0 -5 99999999999999999999; do
	for request in "GET /v1/rooms/$r" "PATCH /v1/rooms/$r {\"name\":\"x\"}" \
	    "DELETE /v1/rooms/$r" "GET /v1/rooms/$r/members" \
	    "GET /v1/rooms/$r/messages" \
	    "POST /v1/rooms/$r/messages {\"text\":\"x\"}" \
	    "POST /v1/rooms/$r/join" "POST /v1/rooms/$r/leave" \
	    "PUT /v1/rooms/$r/read {\"seq\":\"1\"}" \
	    "POST /v1/rooms/$r/typing {\"on\":true}" \
	    "PUT /v1/rooms/$r/members/${ids[eve]} {\"role\":\"member\"}" \
	    "DELETE /v1/rooms/$r/members/${ids[bob]}"; do
		read -r method path json <<<"$request"
		api "$method" "$path" ${json:+"$json"}
		problem 404 not_found "a stranger: $method ${path/$r/R} ($r)"
	done
done
is "$(jq -S 'del(.request_id)' <<<"$body")" \
    "$(api GET "/v1/rooms/$private"; jq -S 'del(.request_id)' <<<"$body")" \
    "a hidden room and none look the same"
api GET "/v1/rooms/$public"
answered 200 "everybody sees a public room"
api GET /v1/rooms
is "$(get '[.items[].id] | join(" ")')" "" "but it is not among one's rooms"
api GET '/v1/rooms?public=1'
is "$(get '[.items[].id] | join(" ")')" "$public" "unless asked for"
post "$public" "a passer-by"
answered 201 "and everybody may post in it"
api PATCH "/v1/rooms/$public" '{"name":"x"}'
problem 403 forbidden "but not rename it"
api DELETE "/v1/rooms/$public"
problem 403 forbidden "nor delete it"
api POST "/v1/rooms/$public/join"
like "$status" '^20[04]$' "joining it"
api GET /v1/rooms
is "$(get '[.items[].id] | join(" ")')" "$public" "makes it one's own"
api POST "/v1/rooms/$public/join"
like "$status" '^20[04]$' "joining again is no error"
api POST "/v1/rooms/$public/leave"
answered 204 "leaving it"
api POST "/v1/rooms/$public/leave"
like "$status" '^(204|404|409)$' "leaving what one is not in"

# The list.
as ann
post "$private" "the first"
post "$private" "the last"
as bob
api GET /v1/rooms
answered 200 "the list of rooms"
golden v1/rooms "has a shape"
is "$(get ".items[] | select(.id == \"$private\") | .last_message.text")" \
    "the last" "with the last message"
is "$(get ".items[] | select(.id == \"$private\") | .unread_count")" 2 \
    "and how many are unread"
seen=$(after=''
	while :; do
		api GET "/v1/rooms?limit=1$after"
		get '.items[].id'
		next=$(get .next)
		[ "$next" != null ] || break
		after="&after=$next"
	done)
is "$seen" "$(api GET /v1/rooms; get '.items[].id')" \
    "page by page it is the same list"

# Changing and deleting.
api PATCH "/v1/rooms/$private" '{"name":"Bob was here"}'
problem 403 forbidden "a member does not rename"
api DELETE "/v1/rooms/$private"
problem 403 forbidden "nor delete"
as ann
api PATCH "/v1/rooms/$private" '{"name":"Big Pond"}'
answered 200 "the owner renames"
golden v1/room-patch "and sees the room"
api PATCH "/v1/rooms/$private" '{"name":7}'
problem 422 wrong_type "a number for a name"
api PATCH "/v1/rooms/$private" '{"name":""}'
problem 422 bad_value "an empty name"
api PATCH "/v1/rooms/$private" '{}'
like "$status $(get .name)" '^200 Big Pond$|^422 ' "nothing to change"
api PATCH "/v1/rooms/$direct" '{"name":"x"}'
like "$status $(get .code)" '^(403 forbidden|409 conflict)$' \
    "a direct room has no name"
api DELETE "/v1/rooms/$direct"
like "$status $(get .code)" '^(403 forbidden|409 conflict)$' \
    "and is not deleted"
api POST "/v1/rooms/$direct/leave"
problem 409 conflict "nor left"
api POST "/v1/rooms/$private/join"
like "$status" '^20[04]$' "a member that joins"
as eve
api POST "/v1/rooms/$private/join"
problem 404 not_found "a stranger does not join a private room"
as ann
api DELETE "/v1/rooms/$private"
answered 204 "the owner deletes"
for path in "" /members /messages; do
	api GET "/v1/rooms/$private$path"
	problem 404 not_found "then it is not there: ${path:-the room}"
done
api GET "/v1/messages/$message"
problem 404 not_found "nor are its messages"
as bob
api GET /v1/rooms
is "$(get "[.items[].id] | index(\"$private\")")" null "nor in anybody's list"
nj_done
