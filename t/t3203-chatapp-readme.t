#!/bin/bash
# chatapp: the examples that its clients were written from, literally.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-chatapp.sh"

# http TEXT: the first line, the headers and the body of a request, sent as they
# are.
http() {
	local first=${1%%$'\n'*} rest=${1#*$'\n'} line args=()
	while IFS= read -r line; do
		args+=(-H "$line")
	done <<<"${rest%%$'\n\n'*}"
	# shellcheck disable=SC2086 # method and path
	api $first "${args[@]}" --data-binary "${rest#*$'\n\n'}"
}

cat >"$T/example.js" <<'EXAMPLE'
const socket = new WebSocket("ws://127.0.0.1:8000/websockets/chat/1");

socket.onopen = () => {
  console.log("Connected");
  socket.send(JSON.stringify({ message: "Hello World!" }));
};

socket.onmessage = (event) => {
  console.log("New message:", event.data);
};
EXAMPLE

# example NAME [COOKIE]: run the script as a page; it prints to the log NAME.
example() {
	nj_run "$1" node "$NJ_SRC/t/client/page.js" "$NJ_SOCK" "$T/example.js" \
	    "${2:-}"
}

says() {
	grep -qs "$2" "$T/log/$1.log"
}

nj_start
http 'POST /auth/register
Content-Type: application/json

{
  "username": "alice",
  "email": "alice@example.com",
  "password": "1234"
}'
answered 200 "registering"
has '"\(.username) \(.email)"' "alice alice@example.com" "as alice"
http 'POST /auth/token
Content-Type: application/x-www-form-urlencoded

username=alice@example.com&password=1234'
answered 200 "logging in"
has 'keys | join(" ")' "access_token token_type" "gives what the example shows"
has .token_type bearer "and its kind"
cookie=$(header set-cookie)
cookie=${cookie%%;*}

example stranger
ok "without having logged in, the page is refused" \
    wait_for 10 says stranger 'Unexpected server response: 403'
example page "$cookie"
ok "the page connects, with the cookie of the login" \
    wait_for 10 says page '^Connected$'
ok "and gets its own message" \
    wait_for 10 says page '^New message: {"id":.*"message":"Hello World!"'
example second "$cookie"
ok "a second page speaks" wait_for 10 says second '^New message: '
wait_for 10 sh -c "[ \$(grep -c 'New message' '$T/log/page.log') = 2 ]"
is "$(grep -c 'New message' "$T/log/page.log")" 2 "once each"
for name in stranger page second; do
	kill "${pid[$name]}" 2>/dev/null
	wait "${pid[$name]}" 2>/dev/null
	unset "pid[$name]"
done
nj_done
