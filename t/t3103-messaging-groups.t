#!/bin/bash
# messaging: groups, what is sent in them, and their history.
. "${0%/*}/lib.sh"

nj_start
for name in ann bob carol dave; do register $name; done

# ---- making one

as ann
api POST /create-group '{"group_members":["bob","carol"],"group_admin":"ann"}'
replied 200 '{"status":"success","message":"Group Successfully Created!","room_id":"UUID","group_id":"UUID"}' \
    "a group"
golden messaging/create-group "has a shape"
group=$(get .group_id)
is "$(get .room_id)" "$group" "the id stands under both names"
api POST /create-group '{"group_members":["carol","bob","carol","ann"]}'
answered 200 "without naming an admin, with names that come twice"
twice=$(get .group_id)
api POST /create-group '{"group_members":["dave"],"group_admin":"dave"}'
other=$(get .group_id)
api POST /create-group '{"group_members":[]}'
answered 200 "with nobody"
alone=$(get .group_id)
api POST /create-group '{"group_members":["bob","nobody","carol","x"],"group_admin":"y"}'
replied 200 '{"message":"Some users not found!","invalid users":["nobody","x","y"]}' \
    "with some that there are not"
golden messaging/create-group-unknown "has a shape"
rooms=$(sql "SELECT count(*) FROM room")
is "$rooms" 4 "then there is no group"
api POST /create-group "{\"group_members\":[$(printf '"bob",%.0s' {1..1000})\"ann\"]}"
is "$status $(get '.detail[0] | "\(.type) \(.loc | join(" "))"')" \
    "422 value_error body group_members" "with more than a thousand names"
api GET /get_room
replied 200 '{"message":"User is not part of any room."}' \
    "groups are not among the rooms of two"

# ---- sending

send_group() {
	api POST /send-message-group \
	    "{\"room_id\":\"$1\",\"message\":\"$2\"}"
}

send_group "$group" hello
replied 200 '{"message":"Message sent successfully"}' "the admin sends"
golden messaging/send-message-group "has a shape"
as bob
send_group "$group" "hi 🐸"
answered 200 "so does a member"
as dave
send_group "$group" "let me in"
refused 404 "Room does not exist" "nobody else"
send_group "$other" "mine"
answered 200 "he has his own"
for id in nonsense "" 00000000-0000-4000-8000-000000999999; do
	send_group "$id" x
	refused 404 "Room does not exist" "to group '$id'"
done
api POST /send-message "{\"room_id\":\"$other\",\"message\":\"x\"}"
refused 404 "Room does not exist" "a group is no room of two"

# ---- history

as carol
api GET "/get_chats_group?group_id=$group"
replied 200 '[{"room_id":"UUID","sender":"ann","message":"hello","is_group":true,"group_name":["bob","carol"],"timestamp":"NAIVE"},{"room_id":"UUID","sender":"bob","message":"hi 🐸","is_group":true,"group_name":["bob","carol"],"timestamp":"NAIVE"}]' \
    "the history, oldest first, with the members' names"
golden messaging/get_chats_group "has a shape"
send_group "$twice" x
api GET "/get_chats_group?group_id=$twice"
has '.[0].group_name | join(" ")' "carol bob carol ann" "as they were given"
as ann
api GET "/get_chats_group?group_id=$alone"
replied 200 '[]' "an empty group"
as dave
for id in "$group" nonsense "" 00000000-0000-4000-8000-000000999999; do
	api GET "/get_chats_group?group_id=$id"
	replied 200 '{"message":"Group not found!"}' "of group '$id'"
done
golden messaging/get_chats_group-none "has a shape"
api GET "/get_chats?room_id=$other"
replied 200 '{"message":"No Chats Exists!"}' "nor as if it were a room of two"
token=
api GET "/get_chats_group?group_id=$group"
refused 401 "Not authenticated" "without a token"

# ---- members come and go by v1

id=$((16#${twice##*-}))
as ann
api PUT "/v1/rooms/$id/members/${ids[dave]}" '{"role":"member"}'
as carol
api POST "/v1/rooms/$id/leave"
as ann
api GET "/get_chats_group?group_id=$twice"
has '.[0].group_name | join(" ")' "bob ann dave" "the names are of those who are in"
as bob
api DELETE /v1/me '{"password":"password-bob"}'
as ann
api GET "/get_chats_group?group_id=$group"
is "$(get '.[0].group_name | join(" ")')" carol "no name of an account that is gone"

# ---- the names are in every message of a group that has many of both

as ann
api POST /create-group "{\"group_members\":[$(printf '"dave",%.0s' {1..999})\"ann\"]}"
many=$(get .group_id)
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
    INSERT INTO event (kind, room_id, user_id, at)
	SELECT 1, $((16#${many##*-})), ${ids[dave]}, 1 FROM n;
    INSERT INTO message (id, room_id, sender_id, kind, body, created_at)
	SELECT seq, room_id, user_id, 'text', 'croak', 1 FROM event
	WHERE room_id = $((16#${many##*-})) AND kind = 1"
send_group "$many" "the last one"
api GET "/get_chats_group?group_id=$many"
answered 200 "a group of a thousand names and messages"
has '.[-1].message' "the last one" "shows the newest"
has '.[0].group_name | length' 1000 "with all the names"

# ---- rooms that v1 has made

room public Square
post "$room" "for all"
uuid=$(printf '00000000-0000-4000-8000-%012x' "$room")
as dave
api GET "/get_chats_group?group_id=$uuid"
has '.[0].message' "for all" "a public room is a group that all may read"
has '.[0].group_name | length' 0 "and that nobody has joined"
send_group "$uuid" "me too"
answered 200 "and write to"
api GET "/v1/rooms/$room/messages"
has '[.items[].text] | sort | join(" ")' "for all me too" "which v1 sees"
nj_done
