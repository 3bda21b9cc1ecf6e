#!/bin/bash
# rooms: the requests and frames of the dialect's description, as they stand
# there, on a server with the accounts and rooms that it lists.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

nj_start
"$NJ_BUILD/natterjack" -c "$T/natterjack.conf" demo-data ||
    nj_bail "there are no sample accounts"

# send BLOCK: a request as it is written down: a line, headers, a body.
send() {
	local line request='' args=() data='' is_body=''
	while IFS= read -r line; do
		if [ -z "$request" ]; then
			request=${line/'{room_id}'/1}
		elif [ -n "$is_body" ]; then
			data+=$line$'\n'
		elif [ -z "$line" ]; then
			is_body=1
		else
			args+=(-H "${line/YOUR_JWT_TOKEN/$jwt}")
		fi
	done <<<"$1"
	[ -z "$data" ] || args+=(--data-binary "$data")
	api "${request% *}" "${request#* }" ${args[@]+"${args[@]}"}
}

# request NAME: the block of that name, below.
request() {
	send "$(awk -v name="## $1" '
		$0 == name { found = 1; next }
		/^## / { found = 0 }
		found { print }' <<'BLOCKS'
## signup
POST /api/auth/signup
Content-Type: application/json

{
  "username": "testuser",
  "password": "password123"
}
## login
POST /api/auth/login
Content-Type: application/json

{
  "username": "testuser",
  "password": "password123"
}
## me
GET /api/auth/me
Authorization: Bearer YOUR_JWT_TOKEN
## rooms
GET /api/rooms
Authorization: Bearer YOUR_JWT_TOKEN
## create
POST /api/rooms
Authorization: Bearer YOUR_JWT_TOKEN
Content-Type: application/json

{
  "name": "My New Room"
}
## room
GET /api/rooms/{room_id}
Authorization: Bearer YOUR_JWT_TOKEN
## history
GET /api/messages/{room_id}
Authorization: Bearer YOUR_JWT_TOKEN
## recent
GET /api/messages/{room_id}/recent?limit=50
Authorization: Bearer YOUR_JWT_TOKEN
## health
GET /health
BLOCKS
	)"
}

jwt=''
request signup
answered 200 "registering"
request login
answered 200 "logging in"
has .token_type bearer "with a bearer token"
jwt=$(get .access_token)
request me
has .username testuser "who one is"
request rooms
is "$(get 'map("\(.id) \(.name)") | sort | join(",")')" \
    "1 General,2 Random,3 Tech Talk" "the rooms"
request create
has .name "My New Room" "a new one"
request room
has .name General "the first"
request history
is "$status $body" "200 []" "its history"
request recent
is "$status $body" "200 []" "its recent messages"
request health
has .status healthy "health"

# The accounts that are there.
declare -A jwts=()
while read -r name password; do
	api POST /api/auth/login \
	    "{\"username\":\"$name\",\"password\":\"$password\"}"
	answered 200 "$name logs in"
	jwts[$name]=$(get .access_token)
done <<'PEOPLE'
admin admin123
user1 password123
user2 password123
PEOPLE
tap client rooms_readme "$jwt" "${jwts[user1]}"
request history
is "$(get 'map("\(.sender): \(.message)") | join(",")')" \
    "testuser: Hello, world!" "what was said is kept"
nj_done
