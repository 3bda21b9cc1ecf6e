#!/bin/bash
# realtime: the WebSocket - coming in, frames, nonsense, rooms, going.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-realtime.sh"

# people NAME…: what the clients need to know of them.
people() {
	local name
	for name; do
		jq -nc --arg n "$name" --arg i "${ids[$name]}" \
		    --arg t "${tokens[$name]}" '{($n): {id: $i, token: $t}}'
	done | jq -sc add
}

nj_start
signup ann
signup bob
signup eve
tap client realtime frames "$(people ann bob eve)"
is "$(sql "SELECT name, count(*) FROM room WHERE kind = 2 GROUP BY name" | tr '\n' ' ')" \
    "General|1 tea|1 " "one lobby was made, and one chat"
is "$(sql "SELECT count(*) FROM member m JOIN room r ON r.id = m.room_id WHERE r.name = 'General'")" \
    3 "who comes joins the lobby"

# ---- realtime.joined, and another lobby
nj_stop
nj_start realtime.joined=yes realtime.room=Pond
api DELETE /users/me -H "Authorization: Bearer ${tokens[eve]}"
for name in ann bob; do
	token=
	api POST /users/login "{\"username\":\"$name\",\"password\":\"password-$name\"}"
	tokens[$name]=$(get .token)
done
tap client realtime joined "$(people ann bob)"
is "$(sql "SELECT count(*) FROM member m JOIN room r ON r.id = m.room_id WHERE r.name = 'Pond'")" \
    2 "the setting names the lobby"

# ---- realtime.guest
nj_stop
nj_start realtime.guest=bob
tap client realtime guest "$(people ann bob)"
nj_done
