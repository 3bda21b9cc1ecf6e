#!/bin/bash
# chatroom: what a worker makes of the events that push brings from sockets.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start
for name in ann bob carl; do
	signup $name
done

# upcall PATH BODY [NAME=VALUE…]: as push asks a worker; sets $status and $body.
upcall() {
	local path=$1
	printf '%s' "$2" >"$T/tmp/upcall"
	shift 2
	answer=$(client fcgi ask "$T/run/fcgi.sock" POST "$path" \
	    CONTENT_TYPE=application/json NATTERJACK_UPCALL=1 "$@" \
	    <"$T/tmp/upcall" | tr -d '\r')
	status=$(sed -n '1s/^Status: \([0-9]*\).*/\1/p' <<<"$answer")
	body=$(sed '1,/^$/d' <<<"$answer")
}

# enter AUTH AUTHORIZATION QUERY: somebody wants to come in, with this payload
# and this handshake; all are JSON.
enter() {
	upcall /upcall/chatroom/enter "$(jq -nc --argjson auth "$1" \
	    --argjson authorization "$2" --argjson query "$3" '{
		path: "/socket.io/", query: $query, authorization: $authorization,
		cookie: null, protocol: null, origin: null, host: "x",
		https: false, auth: $auth, namespace: "/"}')"
}

# refuses TEXT WHAT
refuses() {
	is "$status $body" "401 $(jq -nc --arg t "$1" '{detail: $t}')" "$2"
}

# ---- coming in

t=${tokens[ann]}
while IFS=$'\t' read -r auth authorization query what; do
	enter "$auth" "$authorization" "$query"
	is "$status $(get .user)" "200 $((16#${ids[ann]}))" "$what"
done <<TABLE
{"token":"Bearer $t"}	null	null	a token in the payload, as described
{"token":"$t"}	null	"EIO=4"	without the word
null	"$t"	null	in the header, as clients send it
null	"Bearer $t"	null	with the word
{}	null	"EIO=4&token=$t"	in the query
{"token":"$t"}	"nonsense"	"token=nonsense"	the payload goes first
{"token":""}	"$t"	"token=nonsense"	then the header
TABLE
is "$(get -c '[.rooms, (.frames[] | fromjson)]')" \
    "[[],[\"joinedUserRoom\",{\"roomId\":\"${ids[ann]}\"}]]" \
    "it hears all of its rooms, and is told of its own"
declare -A users=() sessions=()
for name in ann bob carl; do
	enter "{\"token\":\"${tokens[$name]}\"}" null null
	read -r "users[$name]" "sessions[$name]" < <(get '"\(.user) \(.session)"')
done
for payload in null '{}' '{"token":null}' '{"token":7}' '{"token":""}'; do
	enter "$payload" null null
	refuses "No authorization token provided" "no token: $payload"
done
for token_json in '"nonsense"' '"Bearer "' '"a.b.c"'; do
	enter "{\"token\":$token_json}" null '""'
	like "$status $body" '^401 .*(Invalid or expired token.|No authorization)' \
	    "a bad one: $token_json"
done
api POST /upcall/chatroom/enter '{}'
detail 404 "Not Found" "only push may ask that"

# ---- events

# event NAME JSON…: these come from a socket of NAME; $body is the list of what
# push is to do, as JSON.
event() {
	local who=$1 list
	shift
	list=$(for frame in "$@"; do jq -nc --arg f "$frame" '$f'; done | jq -sc .)
	upcall /upcall/chatroom "$list" "NATTERJACK_USER=${users[$who]}" \
	    "NATTERJACK_SESSION=${sessions[$who]}" NATTERJACK_CONNECTION=4711
	body=$(get -c 'map(. // "null" | fromjson)')
}

# does WANT TEXT
does() {
	is "$status $body" "200 $1" "$2"
}

# tells MESSAGE TEXT: the sender is told that something is wrong.
tells() {
	does "[{\"emit\":[[\"error\",{\"message\":\"$1\"}]]}]" "$2"
}

as ann
make_room Pond
pond=$room
n=$((16#$pond))
make_closed bob
pair=$room
event ann "[\"joinRoom\",{\"chatroomId\":\"$pond\"}]"
does "[{\"join\":\"$n\",\"notify\":{\"room\":\"$n\",\"event\":[\"notification\",{\"message\":\"User ${ids[ann]} joined the chatroom\"}]}}]" \
    "joining"
event ann "[\"leaveRoom\",{\"chatroomId\":\"$pond\"}]"
does "[{\"leave\":\"$n\",\"notify\":{\"room\":\"$n\",\"event\":[\"notification\",{\"message\":\"User left chatroom $pond\"}]}}]" \
    "leaving"
event carl "[\"joinRoom\",{\"chatroomId\":\"$pond\"}]"
tells "User not authorized to join this chatroom" "joining an open room as no member"
event carl "[\"leaveRoom\",{\"chatroomId\":\"$pond\"}]"
does "[{\"leave\":\"$n\"}]" "leaving it is heard by nobody"
event carl "[\"leaveRoom\",{\"chatroomId\":\"$pair\"}]"
does "[{\"leave\":\"$((16#$pair))\"}]" "nor is leaving a closed one"
event ann "[\"leaveRoom\",{\"chatroomId\":\"$bad\"}]"
does "[null]" "leaving what is no room"
for name in joinRoom chatroomMessage; do
	for id in "$nothing" "$bad" "$(hex24 9999)" "$(hex24 0)"; do
		event ann "[\"$name\",{\"chatroomId\":\"$id\",\"message\":\"x\"}]"
		tells "Chatroom not found" "$name of nothing: $id"
	done
	event ann "[\"$name\",{\"chatroomId\":7,\"message\":\"x\"}]"
	tells "Chatroom not found" "$name of a number"
	event carl "[\"$name\",{\"chatroomId\":\"$pair\",\"message\":\"x\"}]"
	tells "Chatroom not found" "$name of a room of others"
done
for name in joinRoom leaveRoom chatroomMessage; do
	for data in '' ',null' ',"x"' ',[]' ',{}' ',{"chatroomId":null}' \
	    ',{"chatroomId":""}' ',{"chatroomId":0}' ',{"chatroomId":false}'; do
		event ann "[\"$name\"$data]"
		tells "chatroomId is required" "$name with$data"
	done
done

# Messages: push reads these in the log.
event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":\"Hello World!\"}]"
does "[null]" "a message"
is "$(sql "SELECT body, origin, extra IS NULL FROM message ORDER BY id DESC LIMIT 1")" \
    "Hello World!|4711|1" "is kept, with the socket that it came by"
event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":\" \"}]"
tells "Message cannot be empty" "a blank one"
for message in '' ',"message":null' ',"message":""' ',"message":"\n\t"'; do
	event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\"$message}]"
	tells "Message cannot be empty" "an empty one: ${message#,}"
done
for message in '{}' 7 '[]' true '["x"]'; do
	event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":$message}]"
	tells "Message details are required" "what is neither text nor object: $message"
done
for message in '{"DHKey":"k"}' '{"content":"","DHKey":"k","timestamp":1}' \
    '{"content":" ","DHKey":"k","timestamp":1}' '{"content":7}'; do
	event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":$message}]"
	tells "Message content cannot be empty" "an object without a text: $message"
done
for message in '{"content":"x"}' '{"content":"x","DHKey":"k"}' \
    '{"content":"x","DHKey":"","timestamp":1}' \
    '{"content":"x","timestamp":1}'; do
	event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":$message}]"
	tells "DHKey and timestamp are required" "without what it needs: $message"
done
event carl "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":\"x\"}]"
tells "User is not a member of this chatroom" "from no member"
event carl "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":\"\"}]"
tells "User is not a member of this chatroom" "which is told before it is empty"
event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pond\",\"message\":\"$(printf '%020000d' 0)\"}]"
tells "A field is too long." "one that is too long"

# The first of a room of members has the room with it, and an object its rest.
event bob "[\"chatroomMessage\",{\"chatroomId\":\"$pair\",\"message\":{\"content\":\"hi\",\"DHKey\":\"k\",\"timestamp\":1,\"otpID\":3,\"more\":true}}]"
does "[null]" "an object"
is "$(sql "SELECT extra FROM message ORDER BY id DESC LIMIT 1")" \
    "{\"chatroom_first\":{\"_id\":\"$pair\",\"name\":\"bob\",\"members\":[\"${ids[ann]}\",\"${ids[bob]}\"]},\"chatroom\":{\"DHKey\":\"k\",\"timestamp\":1,\"otpID\":3}}" \
    "what is kept beside its text"
event ann "[\"chatroomMessage\",{\"chatroomId\":\"$pair\",\"message\":\"hi\"}]"
is "$(sql "SELECT extra IS NULL FROM message ORDER BY id DESC LIMIT 1")" 1 \
    "the next has nothing"
as carl
make_closed ann bob
event carl "[\"chatroomMessage\",{\"chatroomId\":\"$room\",\"message\":\"hi\"}]"
is "$(sql "SELECT extra FROM message ORDER BY id DESC LIMIT 1" |
    jq -c '.chatroom_first | [.name, (.members | length)]')" \
    '["ann, bob, carl",3]' "a room of more is called by all of them"

# Several at once, and others.
event ann '["typing",{}]' '[7,{}]' "[\"joinRoom\",{\"chatroomId\":\"$bad\"}]" \
    '["joinRoom"]'
is "$(get -c 'map(.emit?[0][1].message)')" \
    '[null,null,"Chatroom not found","chatroomId is required"]' \
    "each has its own answer, and others none"

# A session that has ended.
sql "UPDATE session SET ended_at = 1 WHERE id = ${sessions[ann]}"
upcall /upcall/chatroom '["[\"joinRoom\",{}]"]' "NATTERJACK_USER=${users[ann]}" \
    "NATTERJACK_SESSION=${sessions[ann]}"
refuses "Invalid or expired token." "who is logged out says nothing"
nj_done
