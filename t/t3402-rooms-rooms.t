#!/bin/bash
# rooms: rooms and their histories, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

nj_start
signup ann
signup bob
as ann
api GET /api/rooms
is "$status $body" "200 []" "no rooms"
api POST /api/rooms '{"name":"Pond"}'
answered 200 "a new room"
golden rooms/room "has three keys"
pond=$(get .id)
api POST /api/rooms '{"name":"Pond"}'
answered 200 "another one of the same name"
isnt "$(get .id)" "$pond" "is another one"
twin=$(get .id)
api POST /api/rooms '{"name":" The pond \n"}'
has .name "The pond" "the blanks around a name are left out"
api DELETE "/v1/rooms/$(get .id)"
api POST /api/rooms '{"name":""}'
item string_too_short '["body","name"]' \
    "String should have at least 1 character" '""' '{"min_length":1}' \
    "an empty name"
api POST /api/rooms '{"name":" "}'
is "$status $(get '.detail[0] | "\(.type) \(.loc | join("."))"')" \
    "422 value_error body.name" "a room needs a name, all the same"
api POST /api/rooms '{}'
item missing '["body","name"]' "Field required" '{}' '' "a room without a name"
api POST /api/rooms '{"name":null}'
item string_type '["body","name"]' "Input should be a valid string" null '' \
    "null for a name"
api GET "/api/rooms/$pond"
answered 200 "the room"
golden rooms/room "has the same keys"
has .name Pond "and its name"
api GET /api/rooms/9999
detail 404 "Room not found" "a room that is none"
api GET /api/rooms/first
item int_parsing '["path","room_id"]' \
    "Input should be a valid integer, unable to parse string as an integer" \
    '"first"' '' "a word for a number"
room=$pond
as ann
room private "Ann's own"
own=$room

# The list: the newest first, and of the same second by number.
api GET /api/rooms
is "$(get 'map("\(.created_at) \(1e9 - .id)") | . == (sort | reverse)')" true \
    "rooms come newest first"
is "$(get 'map(.id) | sort | map(tostring) | join(" ")')" "$pond $twin $own" \
    "public ones, and one's own"
as bob
api GET /api/rooms
is "$(get 'map(.id) | sort | map(tostring) | join(" ")')" "$pond $twin" \
    "others' private rooms are not there"
for path in "rooms/$own" "messages/$own" "messages/$own/recent"; do
	api GET "/api/$path"
	detail 404 "Room not found" "nor at $path"
done
api POST "/api/rooms/$own/mark-read"
detail 404 "Room not found" "nor to be marked"

# Messages.  These come from v1: here they are sent by sockets.
api GET "/api/messages/$pond"
is "$status $body" "200 []" "a room without messages"
for text in one two three; do
	post "$pond" "$text"
done
gone=$message
post "$pond" four
api DELETE "/v1/messages/$gone"
as ann
api GET "/api/messages/$pond"
answered 200 "the history"
golden rooms/messages "has a shape"
is "$(get 'map(.message) | join(" ")')" "one two four" \
    "oldest first, without what was deleted"
while read -r limit want; do
	api GET "/api/messages/$pond/recent$limit"
	is "$status $(get 'map(.message) | join(" ")')" "200 $want" \
	    "recent ones$limit" || diag "$body"
done <<'TABLE'
?limit=2 two four
?limit=1 four
?limit=0
?limit=-1 one two four
?limit=1000000000000 one two four
TABLE
api GET "/api/messages/$pond/recent"
golden rooms/messages "recent ones have the same shape"
api GET "/api/messages/$pond/recent?limit=all"
item int_parsing '["query","limit"]' \
    "Input should be a valid integer, unable to parse string as an integer" \
    '"all"' '' "a word for a limit"
for path in messages/9999 messages/9999/recent 'messages/9999/recent?limit=0'; do
	api GET "/api/$path"
	detail 404 "Room not found" "no room: $path"
done
api GET /api/messages/first
has '.detail[0].loc | join(" ")' "path room_id" "a word for a room"
as bob
for i in $(seq 60); do
	post "$twin" "$i"
done
api GET "/api/messages/$twin/recent"
is "$(get 'map(.message) | "\(length) \(.[0]) \(.[-1])"')" "50 11 60" \
    "recent ones are fifty"
api GET "/api/messages/$twin"
has length 60 "the history is all"

# What is unread.
as ann
api GET /api/rooms
answered 200 "the list"
body=$(get "map(select(.id == $pond))")
golden rooms/rooms "has a shape"
has ".[0].unread_count" 3 "with what a member has not read"
api POST "/api/rooms/$pond/mark-read"
answered 200 "marking it read"
golden rooms/mark-read "tells how many were not"
api POST "/api/rooms/$pond/mark-read"
has '"\(.message) \(.read_count)"' "Marked 0 messages as read 0" "then none are"
api GET /api/rooms
has "map(select(.id == $pond))[0].unread_count" 0 "nor in the list"
as bob
api GET /api/rooms
has "map(select(.id == $pond))[0].unread_count" 0 "who is no member has read all"
api POST "/api/rooms/$pond/mark-read"
answered 200 "who marks a public room"
as ann
post "$pond" five
as bob
api GET /api/rooms
has "map(select(.id == $pond))[0].unread_count" 1 "is a member from then on"
api POST "/api/rooms/9999/mark-read"
detail 404 "Room not found" "marking no room"

# Whatever there is needs a token.
token=
for request in "GET rooms" "POST rooms" "GET rooms/$pond" \
    "POST rooms/$pond/mark-read" "GET messages/$pond" \
    "GET messages/$pond/recent"; do
	api "${request% *}" "/api/${request#* }"
	detail 403 "Not authenticated" "$request without a token"
done

# A room of the core without a name, and one of two.
as ann
api POST /v1/rooms/direct "{\"user_id\":\"${ids[bob]}\"}"
direct=$(get .id)
api GET "/api/rooms/$direct"
has .name bob "a room of two has the other's name"
as bob
api GET /api/rooms
has "map(select(.id == $direct))[0].name" ann "on either side"
nj_done
