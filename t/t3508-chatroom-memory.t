#!/bin/bash
# chatroom: lists that have no end in sight stop where the memory of a request
# does, and are answers all the same.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start request.arena_max=1m
signup ann

# many N METHOD PATH FORMAT: that many requests by one client; in the body's
# format %d is the number of the request.
many() {
	local i
	for i in $(seq "$1"); do
		printf 'url = http://natterjack%s\nunix-socket = %s\n' "$3" "$NJ_SOCK"
		printf 'request = %s\noutput = /dev/null\n' "$2"
		printf 'header = "Authorization: %s"\n' "$token"
		printf 'header = "Content-Type: application/json"\n'
		# shellcheck disable=SC2059 # it is a format
		printf "$4" "$i" >"$T/tmp/many.$i"
		printf 'data-binary = "@%s"\n' "$T/tmp/many.$i"
		[ "$i" = "$1" ] || echo next
	done >"$T/tmp/many"
	curl -s -K "$T/tmp/many"
}

# ends N WHAT: the list is there, and shorter than that, but not empty.
ends() {
	answered 200 "$2"
	is "$(get "length > 1 and length < $1")" true "and ends somewhere" ||
	    diag "$(get length) of $1"
}

big=$(printf '%012000d' 0)
many 60 POST /api/user/ "{\"username\":\"u%d\",\"password\":\"x\",\"key\":\"$big\"}"
api GET /api/user/
ends 61 "accounts with large keys"
has '.[1].username' u1 "the oldest first"
api GET /api/user/name/u
answered 200 "ten of them"
many 60 POST /api/chatroom/ "{\"name\":\"r%d\",\"description\":\"$big\"}"
api GET /api/chatroom/
ends 60 "rooms with large descriptions"
has '.[0].name' r1 "the oldest first"
room=$(get '.[0]._id')
# Each of these is six characters when it is written down.
nasty=$(printf '%02500d' 0 | sed 's/0/\\\\u0001/g')
many 60 POST /api/message/ "{\"chatroom_id\":\"$room\",\"content\":\"%d $nasty\"}"
api GET "/api/message/$room"
ends 60 "a history of large messages"
like "$(get '.[0].content')" '^1 ' "from the first on"
nj_done
