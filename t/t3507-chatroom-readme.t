#!/bin/bash
# chatroom: what its clients were written from: the tables of the description,
# and its scripts as they stand there, in the hands of npm's socket.io-client, 4
# and 3.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"
. "${0%/*}/lib-browser.sh"

nj_start_for_browsers

# ---- the tables: method, path, and whether a token is needed

who='{"username":"ann","password":"secret","profile":{"name":"Ann","about":""}}'
api POST /api/user/ "$who"
answered 200 "Create a new user"
id=$(get ._id)
api POST /api/user/login "$who"
answered 200 "Login and get JWT token"
jwt=$(get .token) good=$jwt
room=$(api POST /api/chatroom/ '{"name":"General"}' \
    -H "Authorization: Bearer $jwt"; get ._id)
while read -r method path needed json; do
	path=${path/'{id}'/$([[ $path == /api/user/* ]] && echo "$id" || echo "$room")}
	path=${path/'{chatroom}'/$room}
	json=${json/'<chatroom_id>'/$room}
	[ "$needed" = No ] || {
		api "$method" "$path" ${json:+"$json"}
		answered 401 "$method $path without a token"
	}
	token=$jwt
	api "$method" "$path" ${json:+"$json"}
	token=
	case $path in
	*/join)	detail 400 "User already a member of the chatroom!" "$method $path" ;;
	*)	answered 200 "$method $path with one" ;;
	esac
done <<'TABLE'
GET /api/user/ Yes
GET /api/user/{id} Yes
PUT /api/user/{id} Yes {"profile":{"name":"Anne","about":"me"}}
GET /api/chatroom/ Yes
POST /api/chatroom/ Yes {"name":"Another"}
GET /api/chatroom/{id} Yes
POST /api/chatroom/{id}/join Yes
POST /api/message/ Yes {"chatroom_id":"<chatroom_id>","content":"Hi"}
GET /api/message/{chatroom} Yes
TABLE

# ---- the scripts

connect_path=$(cat <<'README'
    const socket = io("http://localhost:8000/socket.io", {
      auth: { token: "Bearer <your_jwt_token>" }
    });
README
)
connect=$(cat <<'README'
    const socket = io("http://localhost:8000", {
      auth: { token: "Bearer <your_jwt_token>" }
    });
README
)
join=$(cat <<'README'
    socket.emit("joinRoom", { chatroomId: "<chatroom_id>" });
README
)
leave=$(cat <<'README'
    socket.emit("leaveRoom", { chatroomId: "<chatroom_id>" });
README
)
send=$(cat <<'README'
    socket.emit("chatroomMessage", {
      chatroomId: "<chatroom_id>",
      message: "Hello World!"
    });
README
)

# run SCRIPT: in one line, with what it leaves to its reader.
run() {
	local script=${1//$'\n'/ }
	script=${script//'http://localhost:8000'/$NJ_URL}
	script=${script//'<your_jwt_token>'/$jwt}
	printf '%s\n' "${script//'<chatroom_id>'/$room}" >&"$in"
}

# hears WANT TEXT: the next line that the script's socket has something to say.
hears() {
	local line=
	read -rt $((20 * NJ_SLOW)) line <&"$out"
	is "$(jq -c "$nj_mask" <<<"$line" 2>&1)" "$1" "$2"
}

# page_open, page_close: where scripts run.
page_open() {
	coproc PAGE { exec node "$NJ_SRC/t/client/sio_readme.js" "$module" 2>&1; }
	exec {in}>&"${PAGE[1]}" {out}<&"${PAGE[0]}"
	page=$PAGE_PID
}

page_close() {
	run 'process.exit(0);'
	wait "$page"
	is $? 0 "the page is closed"
	exec {in}>&- {out}<&-
}

# Its sender does not hear that it is there.
more_messages() {
	[ "$(sql "SELECT count(*) FROM message")" -gt "$messages" ]
}

# scripts CONNECT WHAT
scripts() {
	local said='["notification",{"message":"User HEX24 joined the chatroom"}]'
	page_open
	run "$1"
	hears '["connect"]' "$2: it connects"
	hears '["joinedUserRoom",{"roomId":"HEX24"}]' "and is in its own room"
	run "$join"
	hears "$said" "joinRoom"
	run "$send"
	hears '["newMessage",{"_id":"HEX24","chatroom":"HEX24","chatroomId":"HEX24","sender":"HEX24","message":"Hello World!"}]' \
	    "chatroomMessage"
	run "$leave"
	messages=$(sql "SELECT count(*) FROM message")
	run "$send"
	ok "who has left sends" wait_for 20 more_messages
	run "$join"
	hears "$said" "leaveRoom: nothing is heard until it joins again"
	page_close
}

for module in "$NJ_BUILD"/t/npm/node_modules/socket.io-client{,-3}; do
	if [ ! -d "$module" ]; then
		diag "no scripts: make check-tools fetches ${module##*/}"
		continue
	fi
	jwt=$good
	scripts "$connect_path" "the first script, ${module##*/}"
	scripts "$connect" "the second"
	jwt=nonsense
	page_open
	run "$connect"
	hears '["connect_error","Invalid or expired token."]' "with a bad token"
	page_close
done

# The last row of the first table.
api DELETE "/api/user/$id"
answered 401 "DELETE /api/user/{id} without a token"
token=$good
api DELETE "/api/user/$id"
said "User deleted." "DELETE /api/user/{id} with one"
nj_done
