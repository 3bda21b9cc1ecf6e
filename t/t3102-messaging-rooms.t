#!/bin/bash
# messaging: rooms of two, what is sent in them, and their history.
. "${0%/*}/lib.sh"

nj_start dialects.history_max=5
for name in ann bob carol dave; do register $name; done

# ---- rooms

as ann
api GET /get_room
replied 200 '{"message":"User is not part of any room."}' "no room"
golden messaging/get_room-none "has a shape"
api POST /create-room '{"username_2":"bob"}'
replied 200 '{"message":"Room created","room_id":"UUID"}' "a room"
golden messaging/create-room "has a shape"
pair=$(get .room_id)
like "$pair" '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' \
    "its id is a UUID of version 4"
api POST /create-room '{"username_2":"bob"}'
replied 200 '{"message":"Room already exists","room_id":"UUID"}' "once more"
golden messaging/create-room-again "has a shape"
is "$(get .room_id)" "$pair" "is the same room"
as bob
api POST /create-room '{"username_2":"ann"}'
is "$(get '"\(.message) \(.room_id)"')" "Room already exists $pair" \
    "also from the other side"
as ann
api POST /create-room '{"username_2":"nobody"}'
replied 200 '{"message":"User Does not exists"}' "with nobody"
golden messaging/create-room-nobody "has a shape"
api POST /create-room '{"username_2":""}'
replied 200 '{"message":"User Does not exists"}' "nor with nothing"
api POST /create-room '{"username_2":"carol"}'
api POST /create-room '{"username_2":"ann"}'
has .message "Room created" "a room with oneself"
own=$(get .room_id)
api POST /create-room '{"username_2":"ann"}'
is "$(get '"\(.message) \(.room_id)"')" "Room already exists $own" "is one, too"
api GET /get_room
replied 200 '["bob","carol","ann"]' "the others, in the order of the rooms"
golden messaging/get_room "have a shape"
as carol
api GET /get_room
replied 200 '["ann"]' "of each only the other"
api POST /v1/rooms/direct "{\"user_id\":\"${ids[dave]}\"}"
room private Pond bob
api GET /get_room
replied 200 '["ann","dave"]' "rooms of v1 too, if they are of two"
as ann
sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 210)
    INSERT INTO account (username, display_name, password, created_at)
    SELECT 'user' || i, 'user' || i, '', 0 FROM n"
for name in user{1..210}; do
	api POST /create-room "{\"username_2\":\"$name\"}"
done
api GET /get_room
is "$(get length) $(get '.[0]') $(get '.[-1]')" "213 bob user210" \
    "however many there are"

# ---- sending

api POST /send-message "{\"room_id\":\"$pair\",\"message\":\"hello\"}"
replied 200 '{"message":"Message sent successfully"}' "a message"
golden messaging/send-message "has a shape"
as bob
api POST /send-message "{\"room_id\":\"$pair\",\"message\":\"\"}"
answered 200 "an empty one"
api POST /send-message "{\"room_id\":\"${pair^^}\",\"message\":\"Grüße 🐸\"}"
answered 200 "to the id in capitals"
for other in nonsense "" 00000000-0000-4000-8000-000000999999 \
    "${pair/-4000-/-5000-}" "$own" 1; do
	api POST /send-message "{\"room_id\":\"$other\",\"message\":\"x\"}"
	refused 404 "Room does not exist" "to room '$other'"
done
as carol
api POST /send-message "{\"room_id\":\"$pair\",\"message\":\"x\"}"
refused 404 "Room does not exist" "to a room of others"
api POST /send-message-group "{\"room_id\":\"$pair\",\"message\":\"x\"}"
refused 404 "Room does not exist" "nor as if it were a group"
as ann
api POST /send-message-group "{\"room_id\":\"$pair\",\"message\":\"x\"}"
refused 404 "Room does not exist" "not even by its own"

# ---- history

api GET "/get_chats?room_id=$pair"
replied 200 '[{"room_id":"UUID","sender":"ann","message":"hello","timestamp":"NAIVE"},{"room_id":"UUID","sender":"bob","message":"","timestamp":"NAIVE"},{"room_id":"UUID","sender":"bob","message":"Grüße 🐸","timestamp":"NAIVE"}]' \
    "the history, oldest first"
golden messaging/get_chats "has a shape"
has '.[0].room_id' "$pair" "with the room's id"
now=$(TZ=UTC date +%s)
like "$((now - $(TZ=UTC date -d "$(get '.[0].timestamp')" +%s)))" '^[0-9]$' \
    "and times of UTC"
post "$(api GET /v1/rooms; get '[.items[] | select(.kind == "direct")][0].id')" "from v1"
api GET "/get_chats?room_id=$pair"
has '.[-1].message' "from v1" "v1's messages are in it"
api DELETE "/v1/messages/$message"
api GET "/get_chats?room_id=$pair"
has length 3 "deleted ones are not"
api GET "/get_chats?room_id=$own"
replied 200 '[]' "an empty room"
for other in nonsense "" 00000000-0000-4000-8000-000000999999; do
	api GET "/get_chats?room_id=$other"
	replied 200 '{"message":"No Chats Exists!"}' "of room '$other'"
done
golden messaging/get_chats-none "has a shape"
as carol
api GET "/get_chats?room_id=$pair"
replied 200 '{"message":"No Chats Exists!"}' "of a room of others"
api GET "/get_chats_group?group_id=$pair"
replied 200 '{"message":"Group not found!"}' "nor as if it were a group"
token=
api GET "/get_chats?room_id=$pair"
refused 401 "Not authenticated" "without a token"
is "$(header www-authenticate)" Bearer "with a challenge"
api GET "/get_chats?room_id=$pair" -H 'Authorization: Bearer x'
refused 401 "Invalid token" "with a bad one"

as ann
for text in 1 2 3 4 5 6; do
	api POST /send-message "{\"room_id\":\"$own\",\"message\":\"$text\"}"
done
api GET "/get_chats?room_id=$own"
is "$(get '[.[].message] | join(" ")')" "2 3 4 5 6" \
    "of a long history the newest, as many as is set"

# ---- who has left

as bob
api DELETE /v1/me '{"password":"password-bob"}'
as ann
api GET /get_room
is "$(get '"\(.[0]) \(.[1])"')" "carol ann" "an account that is gone is not listed"
api GET "/get_chats?room_id=$pair"
is "$(get length) $(get '.[0].message')" "3 hello" "what was said stays"
nj_done
