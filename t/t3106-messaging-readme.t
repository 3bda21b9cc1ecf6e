#!/bin/bash
# messaging: the bodies of the description that its clients were written from,
# as they stand there; what is in them for an id or a name is "string".
. "${0%/*}/lib.sh"

nj_start
token=

# ask METHOD PATH: with the body on the input, if there is one.
ask() {
	local body_in
	body_in=$(cat)
	if [ -n "$body_in" ]; then
		api "$1" "$2" -H 'Content-Type: application/json' \
		    --data-binary "$body_in"
	else
		api "$1" "$2"
	fi
}

ask POST /signup <<'README'
{
  "username": "string",
  "password": "string"
}
README
is "$status $(jq -c . <<<"$body")" "200 $(jq -c . <<'README'
{
  "message": "User created successfully"
}
README
)" "signing up is answered as it says"

api POST /login -d 'username=string&password=string'
is "$status $(get 'keys | join(" ")') $(get .token_type)" \
    "200 access_token token_type bearer" "logging in, too"
jwt=$(get .access_token)

# What needs a token says so without one.
while read -r method path; do
	ask "$method" "$path" </dev/null
	refused 401 "Not authenticated" "$method $path needs a token"
done <<'README'
POST /send-message
POST /send-message-group
GET /profile
GET /get_room
POST /create-room
POST /create-group
README

token=$jwt
ask GET /profile </dev/null
has .username string "the profile"
ask GET /get_room </dev/null
has .message "User is not part of any room." "no rooms yet"
ask POST /create-room <<'README'
{
  "username_2": "string"
}
README
has .message "Room created" "a room, with oneself as it happens"
room=$(get .room_id)
ask POST /create-group <<'README'
{
  "group_members": ["string", "string"]
}
README
has '"\(.status): \(.message)"' "success: Group Successfully Created!" \
    "a group, without naming an admin"
group=$(get .group_id)
ask GET /get_room </dev/null
is "$body" '["string"]' "the rooms"

for path in /send-message /send-message-group; do
	message=$(cat <<'README'
{
  "room_id": "string",
  "message": "string"
}
README
)
	ask POST $path <<<"$message"
	refused 404 "Room does not exist" "$path to the room called string"
	id=$room
	[ $path = /send-message ] || id=$group
	ask POST $path <<<"${message/\"room_id\": \"string\"/\"room_id\": \"$id\"}"
	has .message "Message sent successfully" "$path to one that there is"
done
ask GET "/get_chats?room_id=$room" </dev/null
has '.[].message' string "the history of the room"
ask GET "/get_chats_group?group_id=$group" </dev/null
has '.[] | "\(.message) \(.group_name | join(" "))"' "string string string" \
    "and of the group, with its members as they were named"
nj_done
