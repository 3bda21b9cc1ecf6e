#!/bin/bash
# chatroom: messages by request, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start
for name in ann bob carl; do
	signup $name
done
api GET /api/message/test
said "Messages route working." "a route to try with"

# In a room with a name.
as ann
make_room Pond
pond=$room
api GET "/api/message/$pond"
detail 404 "No messages found in this chatroom!" "an empty room"
api POST /api/message/ "{\"chatroom_id\":\"$pond\",\"content\":\"Hello World!\"}"
answered 200 "a message"
golden chatroom/message "has the keys of both generations"
has '"\(.content) \(.message.content) \(.sender)"' \
    "Hello World! Hello World! ${ids[ann]}" "with what was said, and by whom"
api POST /api/message "{\"chatroom\":\"$pond\",\"content\":\"two\",\"_id\":\"\"}"
has '"\(.chatroom_id) \(.chatroom)"' "$pond $pond" "by the other key"
api POST /api/message/ "{\"chatroom\":\"$pond\",\"message\":{\"content\":\"three\",\"DHKey\":\"k\",\"timestamp\":1700000000,\"otpID\":7}}"
answered 200 "a message that is an object"
golden chatroom/message-object "is given back"
api GET "/api/message/$pond"
answered 200 "the history"
golden chatroom/messages "has the same shape"
is "$(get 'map(.content) | join(" ")')" "Hello World! two three" "the oldest first"
for i in $(seq 100); do
	printf 'url = http://natterjack/api/message/\nunix-socket = %s\n' "$NJ_SOCK"
	printf 'header = "Authorization: %s"\noutput = /dev/null\n' "$token"
	printf 'data = "{\\"chatroom_id\\":\\"%s\\",' "$pond"
	printf '\\"content\\":\\"%d\\"}"\nheader = "Content-Type:"\n' "$i"
	[ "$i" = 100 ] || echo next
done >"$T/tmp/hundred"
curl -s -K "$T/tmp/hundred"
api GET "/api/message/$pond"
is "$(get '"\(length) \(.[0].content) \(.[-1].content)"')" \
    "100 Hello World! 97" "it is the first hundred"
api GET "/api/message/$pond/"
has length 100 "a slash at the end is none"

# What is wrong with a message.
api POST /api/message/ '{}'
has '[.detail[] | .loc[1]] | join(" ")' "chatroom_id content" "nothing"
api POST /api/message/ "{\"chatroom_id\":\"$pond\"}"
item missing '["body","content"]' "Field required" \
    "{\"chatroom_id\":\"$pond\"}" '' "no text"
api POST /api/message/ "{\"chatroom_id\":\"$bad\",\"content\":\"x\"}"
item value_error '["body","chatroom_id"]' \
    "Value error, Invalid ObjectId: $bad" "\"$bad\"" '{"error":{}}' "no id"
api POST /api/message/ "{\"chatroom_id\":7,\"content\":\"x\"}"
item string_type '["body","chatroom_id"]' "Input should be a valid string" 7 \
    '' "a number for an id"
api POST /api/message/ "{\"chatroom_id\":\"$pond\",\"content\":7}"
item string_type '["body","content"]' "Input should be a valid string" 7 '' \
    "a number for a text"
api POST /api/message/ "{\"chatroom\":\"$pond\",\"message\":{\"content\":\"x\"}}"
is "$(get '[.detail[] | "\(.type) \(.loc | join(" "))"] | join(", ")')" \
    "missing body message DHKey, missing body message timestamp" \
    "an object without what it needs"
api POST /api/message/ "{\"chatroom\":\"$pond\",\"message\":\"x\"}"
has '.detail[0] | "\(.type) \(.loc | join(" "))"' \
    "model_attributes_type body message" "a text for an object"
api POST /api/message/ "{\"chatroom_id\":\"$pond\",\"content\":\"$(printf '%020000d' 0)\"}"
is "$status $(get '.detail[0].loc | join(" ")')" "422 body content" "too long a text"
for id in "$nothing" "$(hex24 9999)"; do
	api POST /api/message/ "{\"chatroom_id\":\"$id\",\"content\":\"x\"}"
	detail 404 "Chatroom not found!" "sending nowhere: $id"
done
for id in "$nothing" "$bad" 1; do
	api GET "/api/message/$id"
	detail 404 "Chatroom not found!" "no history: $id"
done

# Members only, also where a room is open to all.
as bob
api POST /api/message/ "{\"chatroom_id\":\"$pond\",\"content\":\"x\"}"
detail 403 "You are not authorized to send messages in this chatroom." "no member sends"
api GET "/api/message/$pond"
detail 403 "You are not authorized to access this chatroom." "or reads"
api POST "/api/chatroom/$pond/join"
say "$pond" "x"
api GET "/api/message/$pond"
has length 100 "who joins does both"

# What is deleted is not there.
as ann
make_room Puddle
say "$room" gone
api DELETE "/v1/messages/$((16#$message))"
api GET "/api/message/$room"
detail 404 "No messages found in this chatroom!" "what is deleted"

# In a room with members.
make_closed bob
pair=$room
api GET "/api/message/$pair"
is "$status $body" "200 []" "an empty room of members"
say "$pair" one
one=$message
say "$pair" two
two=$message
as carl
api POST /api/message/ "{\"chatroom_id\":\"$pair\",\"content\":\"x\"}"
detail 404 "Chatroom not found!" "to others it is not there, for sending"
api GET "/api/message/$pair"
detail 404 "Chatroom not found!" "nor for reading"
as bob
api GET "/api/message/$pair"
is "$(get 'map("\(.content) \(.readBy | length)") | join(", ")')" \
    "one 0, two 0" "what is not read"

# Reading.
api PUT /api/message/read "{\"message_ids\":[\"$one\"]}"
replied 200 '{"message":"Messages marked as read."}' "reading a message"
api GET "/api/message/$pair"
is "$(get 'map(.content) | join(", ")')" "two" "leaves the others"
as ann
api GET "/api/message/$pair"
is "$(get 'map("\(.content) \(.readBy | join(" "))") | join(", ")')" \
    "one ${ids[bob]}, two " "who has read it is told"
as bob
api PUT /api/message/read "{\"message_ids\":[\"$one\"]}"
detail 404 "No unread messages found!" "reading it again"
api PUT /api/message/read "[\"$two\",\"$nothing\"]"
replied 200 '{"message":"Messages marked as read."}' "a list alone"
api GET "/api/message/$pair"
is "$status $body" "200 []" "then all is read"
api PUT /api/message/read "{\"message_ids\":[\"$nothing\",\"$(hex24 9999)\"]}"
detail 404 "No unread messages found!" "what there is not"
as carl
api PUT /api/message/read "{\"message_ids\":[\"$two\"]}"
detail 404 "No unread messages found!" "what is others'"
api PUT /api/message/read "{\"message_ids\":[\"$bad\"]}"
detail 400 "Invalid message ID format." "what is no id"
api PUT /api/message/read '{"message_ids":[]}'
detail 404 "No unread messages found!" "nothing"
api PUT /api/message/read '{}'
item missing '["body","message_ids"]' "Field required" '{}' '' "no list"
api PUT /api/message/read '{"message_ids":[1]}'
item string_type '["body","message_ids",0]' "Input should be a valid string" 1 \
    '' "a number for an id"
api PUT /api/message/read ''
item missing '["body"]' "Field required" null '' "no body"
api DELETE /api/message/read
detail 405 "Method Not Allowed" "another method"
nj_done
