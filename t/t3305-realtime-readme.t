#!/bin/bash
# realtime: the examples of the README that its clients were written from.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-realtime.sh"

nj_start
signup bob

# The commands as they stand there, with a jar for cookies as a browser has one.
curl() {
	command curl -sS --unix-socket "$NJ_SOCK" -b "$T/tmp/jar" -c "$T/tmp/jar" \
	    -o "$T/tmp/body" -w '%{http_code}' "$@"
}

# run STATUS WHAT: the command on the input.
run() {
	local command
	command=$(cat)
	status=$(eval "$command")
	body=$(<"$T/tmp/body")
	answered "$1" "$2"
}

register=$(cat <<'README'
curl -X POST "http://localhost:8000/users/register" \
     -H "Content-Type: application/json" \
     -d '{
       "username": "johndoe",
       "email": "john@example.com",
       "password": "securepassword123",
       "display_name": "John Doe"
     }'
README
)
send=$(cat <<'README'
curl -X POST "http://localhost:8000/messages/" \
     -H "Content-Type: application/json" \
     -d '{
       "recipient_id": "recipient_user_id",
       "content": "Hello there!",
       "message_type": "text"
     }'
README
)
connect=$(cat <<'README'
const ws = new WebSocket('ws://localhost:8000/ws/your_user_id');

ws.onmessage = function(event) {
    const message = JSON.parse(event.data);
    console.log('Received:', message);
};

// Send a message
ws.send(JSON.stringify({
    message: "Hello, World!",
    timestamp: new Date().toISOString()
}));
README
)

# script COOKIE ORIGIN [ID]: what the script prints, with ID for its own.
script() {
	printf '%s\n' "${connect/your_user_id/${3:-your_user_id}}" |
	    timeout $((30 * NJ_SLOW)) node "$NJ_SRC/t/client/readme.js" \
	    "$NJ_SOCK" "$1" "$2"
}

run 401 "Send a Message, before anybody is known" <<<"$send"
run 201 "Register a User" <<<"$register"
has '.username + "|" + .email + "|" + .display_name' "johndoe|john@example.com|John Doe" \
    "says who it is"
john=$(get .id)
run 400 "once" <<<"$register"
run 404 "Send a Message, to nobody of that name" <<<"$send"
has .detail "Recipient not found" "which it says"
run 201 "Send a Message, by the cookie alone" \
    <<<"${send/recipient_user_id/${ids[bob]}}"
has '[.sender_id, .recipient_id, .content] | join(" ")' "$john ${ids[bob]} Hello there!" \
    "from one to the other"

kept="natterjack_token=$(awk '$6 == "natterjack_token" { print $7 }' "$T/tmp/jar")"
body=$(script "$kept" http://localhost:8000 "$john")
has '.[0] + " " + .[1].message' "Received: Hello, World!" \
    "the script, in a browser that has logged in"
like "$(get '.[1].timestamp')" '^[0-9-]{10}T[0-9:]{8}[.][0-9]{3}Z$' "gets its own instant back"
has '.[1].user_id' "$john" "and who it was"
is "$(script "$kept" http://localhost:8000)" '{"refused":403}' "not under another name"
is "$(script "$kept" https://evil.example "$john")" '{"refused":403}' "nor on a page of another site"
is "$(script "" http://localhost:8000 "$john")" '{"refused":403}' "nor in a browser that has not logged in"

unset -f curl
nj_stop
nj_start realtime.guest=johndoe
body=$(script "" http://localhost:8000)
has '.[0] + " " + .[1].message' "Received: Hello, World!" \
    "with a guest, the script to its letter"
nj_done
