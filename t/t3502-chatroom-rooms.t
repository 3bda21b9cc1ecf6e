#!/bin/bash
# chatroom: rooms, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start
for name in ann bob carl; do
	signup $name
done
api GET /api/chatroom/test
said "Chatroom route works." "a route to try with"

# A room with a name is for all who join it.
as ann
api GET /api/chatroom/
is "$status $body" "200 []" "no rooms"
api POST /api/chatroom/ '{"name":"Pond","description":"For frogs"}'
answered 200 "a new room"
golden chatroom/room "has its maker as its member"
has '.members | join(" ")' "${ids[ann]}" "by id"
pond=$(get ._id)
api POST /api/chatroom '{"name":"Pond","_id":"","members":[]}'
replied 200 '{"_id":"HEX24","name":"Pond","description":null,"members":["HEX24"]}' \
    "another of the same name, without a description"
isnt "$(get ._id)" "$pond" "is another one"
api GET "/v1/rooms/$((16#$pond))"
has '"\(.kind) \(.name)"' "public Pond" "elsewhere it is public"
api GET "/api/chatroom/$pond"
answered 200 "the room"
golden chatroom/room "has the same keys"
api POST /api/chatroom/ '{}'
item missing '["body","name"]' "Field required" '{}' '' "without a name"
api POST /api/chatroom/ '{"name":null}'
item string_type '["body","name"]' "Input should be a valid string" null '' \
    "null for a name"
api POST /api/chatroom/ '{"name":"x","description":3}'
item string_type '["body","description"]' "Input should be a valid string" 3 \
    '' "a number for a description"
api POST /api/chatroom/ '{"members":"bob"}'
has '.detail[0] | "\(.type) \(.loc | join(" "))"' "list_type body members" \
    "a text for members"
api POST /api/chatroom/ "{\"members\":[\"$bad\"]}"
item value_error '["body","members"]' "Value error, Invalid ObjectId: $bad" \
    "[\"$bad\"]" '{"error":{}}' "what is no id for a member"
api POST /api/chatroom/ "{\"members\":[\"$nothing\"]}"
detail 404 "User not found!" "nobody for a member"
api POST /api/chatroom/ ''
item missing '["body"]' "Field required" null '' "without a body"

# Who is not in it is told nothing of it, and joins.
as bob
for id in "$pond" "$nothing" "$bad" 1; do
	api GET "/api/chatroom/$id"
	detail 404 "Chatroom not found or user is not a member." "a room: $id"
done
api GET /api/chatroom/
is "$status $body" "200 []" "others' rooms are not listed"
api POST "/api/chatroom/$pond/join"
said "User ${ids[bob]} successfully added to chatroom $pond!" "joining"
api POST "/api/chatroom/$pond/join"
detail 400 "User already a member of the chatroom!" "again"
for id in "$nothing" "$bad"; do
	api POST "/api/chatroom/$id/join"
	detail 404 "Chatroom not found!" "joining nothing: $id"
done
api GET "/api/chatroom/$pond"
has '.members | join(" ")' "${ids[ann]} ${ids[bob]}" "who has joined is in it"
api GET /api/chatroom
answered 200 "and the room is one's own"
golden chatroom/rooms "in a list of such"

# A room with members is for these.
as ann
api POST /api/chatroom/ "{\"members\":[\"${ids[bob]}\",\"${ids[bob]}\",\"${ids[ann]}\"]}"
answered 200 "a room for two"
golden chatroom/room-pair "is called by the other one"
has .name bob "by name"
pair=$(get ._id)
api GET "/v1/rooms/$((16#$pair))"
has '"\(.kind) \(.name)"' "private null" "elsewhere it is private, without a name"
as bob
api POST /api/chatroom/ "{\"members\":[\"${ids[ann]}\"]}"
has '"\(._id) \(.name)"' "$pair ann" "the same two have the same room"
make_closed ann carl
has .name "ann, carl" "a room for three is another"
has '.members | length' 3 "for three"
api POST /api/chatroom/ "{\"name\":\"Den\",\"members\":[\"${ids[ann]}\"]}"
replied 200 '{"_id":"HEX24","name":"Den","description":null,"members":["HEX24","HEX24"]}' \
    "one with members and a name"
den=$(get ._id)
api GET /api/chatroom/
is "$(get 'map(.name) | join(" ")')" "Pond Den" \
    "what has no name is not listed before something is said there"
api GET "/api/chatroom/$pair"
has .name ann "but it is there"
say "$pair" hello
as ann
api GET /api/chatroom/
is "$(get 'map(.name) | join(" ")')" "Pond Pond bob Den" "and then it is listed"
api POST /api/chatroom/ '{"members":[]}'
replied 200 '{"_id":"HEX24","name":"Unnamed Chatroom","description":null,"members":["HEX24"]}' \
    "a room for oneself"

# To others it does not exist.
as carl
api GET "/api/chatroom/$pair"
detail 404 "Chatroom not found or user is not a member." "to others it is not there"
api POST "/api/chatroom/$pair/join"
detail 404 "Chatroom not found!" "they cannot join it"
api DELETE "/api/chatroom/$pair"
detail 404 "Chatroom not found." "nor delete it"

# Rooms of others' making.
as ann
api POST /v1/rooms/direct "{\"user_id\":\"$((16#${ids[carl]}))\"}"
direct=$(hex24 "$(get .id)")
post "$(get .id)" hello
api GET /api/chatroom/
is "$(get "map(select(._id == \"$direct\").name)[0]")" carl \
    "a direct room has the other's name"
api DELETE "/api/chatroom/$direct"
detail 403 "You are not authorized to delete this chatroom." "it is nobody's to end"

# Those who make the same room at the same moment.
twice=0
for i in {1..10}; do
	signup "frog$i"
	body=$(jq -nc '{members: $ARGS.positional}' \
	    --args "${ids[ann]}" "${ids[bob]}" "${ids[frog$i]}")
	curl -s --no-progress-meter -Z --parallel-immediate -d "$body" \
	    --unix-socket "$NJ_SOCK" -H 'Content-Type: application/json' \
	    -H "Authorization: ${tokens[ann]}" -o "$T/tmp/made.#1" \
	    'http://natterjack/api/chatroom/?[1-8]'
	[ "$(jq -r ._id "$T"/tmp/made.[1-8] | sort -u | wc -l)" = 1 ] ||
	    twice=$((twice + 1))
done
is "$twice" 0 "make it once"

# The end of a room.
as carl
api DELETE "/api/chatroom/$pond"
detail 403 "You are not authorized to delete this chatroom." "who is not in it"
as bob
api DELETE "/api/chatroom/$pond"
detail 403 "You are not authorized to delete this chatroom." "who has not made it"
for id in "$nothing" "$bad"; do
	api DELETE "/api/chatroom/$id"
	detail 404 "Chatroom not found." "deleting nothing: $id"
done
as ann
api DELETE "/api/chatroom/$pond"
said "Chatroom $pond successfully deleted." "who has"
api DELETE "/api/chatroom/$pond"
detail 404 "Chatroom not found." "again"
api GET "/api/chatroom/$pond"
detail 404 "Chatroom not found or user is not a member." "it is gone"
api PATCH "/api/chatroom/$den" '{}'
detail 405 "Method Not Allowed" "another method"
nj_done
