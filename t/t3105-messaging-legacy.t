#!/bin/bash
# messaging: what an operator may open for clients that insist.
. "${0%/*}/lib.sh"

nj_start messaging.forbidden=yes messaging.open_history=yes
for name in ann bob eve; do register $name; done
as ann
api POST /create-room '{"username_2":"bob"}'
room=$(get .room_id)
api POST /create-group '{"group_members":["bob"]}'
group=$(get .group_id)
id=$((16#${group##*-}))
api POST /send-message "{\"room_id\":\"$room\",\"message\":\"hello\"}"
api POST /send-message-group "{\"room_id\":\"$group\",\"message\":\"hi\"}"

# messaging.forbidden: a room of others is there.
as eve
api POST /send-message "{\"room_id\":\"$room\",\"message\":\"x\"}"
refused 403 "You are not a member of this room" "sending to a room of others"
api POST /send-message-group "{\"room_id\":\"$group\",\"message\":\"x\"}"
refused 403 "You are not a member of this room" "and to their group"
api POST /send-message \
    '{"room_id":"00000000-0000-4000-8000-000000999999","message":"x"}'
refused 404 "Room does not exist" "a room that is none is none"
api GET "/v1/rooms/$id"
problem 404 not_found "v1 says nothing of it"

# messaging.open_history: whoever knows the id reads.
for t in "$token" ''; do
	token=$t
	api GET "/get_chats?room_id=$room"
	is "$status $(get '.[0].message')" "200 hello" \
	    "reading${t:+ with a token of another}"
	api GET "/get_chats_group?group_id=$group"
	is "$status $(get '.[0] | "\(.message) \(.group_name[0])"')" \
	    "200 hi bob" "and a group"
	api GET "/get_chats?room_id=$group"
	replied 200 '{"message":"No Chats Exists!"}' "each by its own path"
	api GET "/get_chats?room_id=00000000-0000-4000-8000-000000999999"
	replied 200 '{"message":"No Chats Exists!"}' "what is none is none"
done
api GET /get_chats
is "$status $(get '.detail[0].type')" "422 missing" "but it has to be named"
api GET "/get_chats?room_id=$room" -H 'Authorization: Bearer x'
refused 401 "Invalid token" "a token that is sent is looked at"
api GET /get_room
refused 401 "Not authenticated" "nothing else is open"
api POST /send-message "{\"room_id\":\"$room\",\"message\":\"x\"}"
refused 401 "Not authenticated" "least of all sending"
api GET "/v1/rooms/$id/messages"
problem 401 no_token "nor is anything of v1"
nj_done
