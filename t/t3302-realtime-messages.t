#!/bin/bash
# realtime: messages - sending, reading, changing, reactions, receipts.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-realtime.sh"

nj_start
signup ann
signup bob
signup eve

# ---- POST /messages/
as ann
api POST /messages/ "{\"recipient_id\":\"${ids[bob]}\",\"content\":\"Hello there!\",\"message_type\":\"text\"}"
answered 201 "to somebody"
golden realtime/message-direct "the message, for a recipient"
has '.sender_id + " " + .recipient_id' "${ids[ann]} ${ids[bob]}" "from one to the other"
first=$(get .id)
api POST /messages "{\"recipient_id\":\"${ids[bob]}\",\"chat_id\":null,\"content\":null,\"message_type\":\"image\",\"reply_to_message_id\":\"$first\",\"metadata\":{\"w\":1}}"
answered 201 "without a slash, a text, or a chat; with all the rest"
golden realtime/message-reply "what it answers is named, metadata is not"
has '.reply_to_message_id' "$first" "by its id"
picture=$(get .id)
is "$(sql "SELECT extra FROM message ORDER BY id DESC LIMIT 1" | jq -cS .metadata)" \
    '{"w":1}' "but kept"
api POST /messages/ '{"chat_id":"tea","content":""}'
answered 201 "to a chat that nobody has named before, an empty text"
golden realtime/message-chat "the message, in a chat as the client calls it"
api POST /messages/ '{"chat_id":"tea","content":"again","message_type":"emoji"}'
answered 201 "and again"
in_tea=$(get .id)
as bob
api POST /messages/ '{"chat_id":"tea","content":"me, too"}'
answered 201 "somebody else in the same chat"
api GET "/messages/$in_tea"
tea=$(get .chat_id)
api POST /messages/ "{\"chat_id\":\"$tea\",\"content\":\"by its id\"}"
answered 201 "to a chat by its id"
has .chat_id "$tea" "which is what it is called then"
is "$(sql "SELECT count(*) FROM room WHERE name = 'tea'")" 1 "it is one room"
api POST /messages/ "{\"recipient_id\":\"${ids[bob]}\",\"content\":\"note\"}"
answered 201 "to oneself"
has .recipient_id "${ids[bob]}" "one is the recipient"
note=$(get .id)

as ann
for json in '{"content":"x"}' '{"recipient_id":null,"chat_id":"","content":"x"}'; do
	api POST /messages/ "$json"
	detail 400 "Either recipient_id or chat_id must be provided" "$json"
done
for id in $nobody $stranger bob 2; do
	api POST /messages/ "{\"recipient_id\":\"$id\",\"content\":\"x\"}"
	detail 404 "Recipient not found" "$id"
done
api POST /messages/ "{\"chat_id\":\"$nobody\",\"content\":\"x\"}"
detail 404 "Chat not found" "a room that is not there"
as eve
api GET "/messages/$first"
detail 404 "Message not found" "others' message"
room private secret
as ann
secret=$(printf '00000000-0000-4000-8000-%012x' "$room")
api POST /messages/ "{\"chat_id\":\"$secret\",\"content\":\"x\"}"
detail 404 "Chat not found" "a room of others is none"
api POST /messages/ '{"chat_id":" x\n","content":"x"}'
detail 404 "Chat not found" "a name that is none"
api POST /messages/ "{\"chat_id\":\"tea\",\"reply_to_message_id\":\"$first\",\"content\":\"x\"}"
detail 404 "Message not found" "an answer to a message that is elsewhere"
api POST /messages/ '{"chat_id":"tea","reply_to_message_id":"x","content":"x"}'
detail 404 "Message not found" "an answer to nothing"
api POST /messages/ "{\"content\":\"$(printf '%4001s' '' | tr ' ' x)\",\"message_type\":\"video\",\"metadata\":[],\"recipient_id\":7}"
is "$status $(get '[.detail[] | "\(.type) \(.loc[1])"] | join(", ")')" \
    "422 string_type recipient_id, string_too_long content, enum message_type, dict_type metadata" \
    "faults come before a missing target"
api POST /messages/ '{"chat_id":"tea","message_type":"video"}'
item enum '["body","message_type"]' "Input should be 'text', 'image', 'file', 'system' or 'emoji'" '"video"' \
    "{\"expected\":\"'text', 'image', 'file', 'system' or 'emoji'\"}" "a type that is none"
frogs=$(printf '🐸%.0s' {1..4000})
api POST /messages/ "{\"chat_id\":\"tea\",\"content\":\"$frogs\"}"
answered 201 "4000 characters of four bytes each"
has .content "$frogs" "come back as they were"

printf '{"chat_id":"tea","content":"x","metadata":{"x":"%17000s"}}' '' >"$T/tmp/large"
api POST /messages/ -d @"$T/tmp/large" -H 'Content-Type: application/json'
is "$status $(get '.detail[0] | "\(.type) \(.loc | join("."))"')" \
    "422 value_error body.metadata" "more metadata than is kept"

# ---- lists
api GET "/messages/conversation/${ids[bob]}"
answered 200 "a conversation"
golden realtime/conversation "is a list, newest first"
has '[.[].id] | join(" ")' "$picture $first" "of what the two have written"
as bob
api GET "/messages/conversation/${ids[ann]}/"
has '[.[].id] | join(" ")' "$picture $first" "and the other one sees the same"
api GET "/messages/conversation/${ids[bob]}"
has '[.[].id] | join(" ")' "$note" "with oneself"
as eve
for id in "${ids[ann]}" "${ids[eve]}" $nobody $stranger x; do
	api GET "/messages/conversation/$id"
	is "$status $body" "200 []" "no conversation with $id"
done
is "$(sql 'SELECT count(*) FROM room WHERE kind = 0')" 2 "looking makes no room"
api GET /messages/chat/tea
answered 200 "a chat"
has '[.[].content | .[:9]] | join("|")' "🐸🐸🐸🐸🐸🐸🐸🐸🐸|by its id|me, too|again|" "newest first"
has '[.[].chat_id] | unique | join(" ")' tea "in the words of who asks"
api GET "/messages/chat/$tea"
has '[.[].chat_id] | unique | join(" ")' "$tea" "or by its id"
api GET '/messages/chat/tea?skip=1&limit=2'
has '[.[].content] | join("|")' "by its id|me, too" "a page"
api GET '/messages/chat/tea?skip=5'
is "$body" '[]' "beyond the last"
as ann
for id in coffee $nobody $stranger "$secret"; do
	api GET "/messages/chat/$id"
	is "$status $body" "200 []" "no chat $id"
done
for path in "/messages/conversation/${ids[bob]}" /messages/chat/tea /messages/; do
	api GET "$path?limit=101"
	item less_than_equal '["query","limit"]' "Input should be less than or equal to 100" '"101"' '{"le":100}' "$path: too many"
	api GET "$path?limit=0&skip=-1"
	is "$status $(get '[.detail[] | "\(.type) \(.loc[1])"] | sort | join(", ")')" \
	    "422 greater_than_equal limit, greater_than_equal skip" "$path: too few"
	api GET "$path?skip=x"
	item int_parsing '["query","skip"]' "Input should be a valid integer, unable to parse string as an integer" '"x"' '' "$path: no number"
done
api GET '/messages/?chat_id=tea&limit=1'
has length 1 "the other way to ask for a chat"
api GET "/messages?recipient_id=${ids[bob]}"
has '[.[].id] | join(" ")' "$picture $first" "and for a conversation"
api GET /messages/
is "$status $body" "200 []" "nothing in the lobby"
api POST /messages/ '{"chat_id":"General","content":"hello, all"}'
api GET /messages/
has '[.[].content] | join(" ")' "hello, all" "something in the lobby"

# ---- GET, PUT and DELETE /messages/{id}
api GET "/messages/$first"
answered 200 "one message"
golden realtime/message "has a shape"
api GET "/messages/$in_tea/"
has '.chat_id + " " + .message_type' "$tea emoji" "one of a chat"
for id in $nobody $stranger x; do
	for request in GET PUT DELETE; do
		api $request "/messages/$id" "$([ $request = PUT ] && echo '{}')"
		detail 404 "Message not found" "$request $id"
	done
	api PATCH "/messages/$id/read"
	detail 404 "Message not found" "reading $id"
	api POST "/messages/$id/reactions?emoji=x"
	detail 404 "Message not found" "reacting to $id"
	api DELETE "/messages/$id/reactions?emoji=x"
	detail 404 "Message not found" "the reverse to $id"
done
api PUT "/messages/$first" '{"content":"Hello!","is_edited":false,"updated_at":"never"}'
answered 200 "editing"
golden realtime/message-put "says that it was"
api PUT "/messages/$picture" '{}'
answered 200 "editing nothing"
has '.content | tojson' null "leaves it"
api PUT "/messages/$first" "{\"content\":\"$(printf '%4001s' '' | tr ' ' x)\"}"
is "$status $(get '.detail[0].type')" "422 string_too_long" "a text that is too long"
api PUT "/messages/$first"
item missing '["body"]' "Field required" null '' "no body"
as bob
api PUT "/messages/$first" '{"content":"no"}'
detail 403 "You can only edit your own messages" "others' message"
api DELETE "/messages/$first"
detail 403 "You can only delete your own messages" "others' message"
as eve
for request in PUT DELETE; do
	api $request "/messages/$first" '{}'
	detail 404 "Message not found" "$request of a message that one may not see"
done

# ---- reactions
as bob
frog=%F0%9F%90%B8
api POST "/messages/$first/reactions?emoji=$frog"
answered 200 "a reaction"
golden realtime/reaction "is in the message"
has '.reactions[0].user_id' "${ids[bob]}" "with who it is from"
api POST "/messages/$first/reactions?emoji=$frog"
detail 400 "You already reacted with this emoji" "the same again"
api POST "/messages/$first/reactions" '{"emoji":"+1"}'
answered 200 "another, in a body"
as ann
api POST "/messages/$first/reactions/?emoji=%2B1"
has '[.reactions[] | .emoji] | join(" ")' "🐸 +1 +1" "one more for each"
api DELETE "/messages/$first/reactions?emoji=$frog"
detail 404 "Reaction not found" "others' reaction"
api DELETE "/messages/$first/reactions?emoji=%2B1"
answered 200 "taking it back"
has '[.reactions[] | .emoji] | join(" ")' "🐸 +1" "leaves the other"
api DELETE "/messages/$first/reactions" '{"emoji":"+1"}'
detail 404 "Reaction not found" "twice, in a body"
for request in POST DELETE; do
	api $request "/messages/$first/reactions"
	item missing '["query","emoji"]' "Field required" null '' "$request of none"
	api $request "/messages/$first/reactions?emoji="
	item string_too_short '["query","emoji"]' "String should have at least 1 character" '""' '{"min_length":1}' "$request of an empty one"
	api $request "/messages/$first/reactions?emoji=12345678901"
	item string_too_long '["query","emoji"]' "String should have at most 10 characters" '"12345678901"' '{"max_length":10}' "$request of a long one"
done
for at in query body; do
	if [ $at = query ]; then
		api POST "/messages/$first/reactions?emoji=a%0Ab"
	else
		api POST "/messages/$first/reactions" '{"emoji":"a\nb"}'
	fi
	is "$status $(get '.detail[0] | "\(.type) \(.loc | join(".")) \(.input | tojson)"')" \
	    "422 value_error $at.emoji \"a\\nb\"" "one of two lines in the $at"
done

# ---- PATCH /messages/{id}/read
for id in $first $picture $in_tea; do
	api PATCH "/messages/$id/read"
	detail 403 "You can only mark messages sent to you as read" "not to me"
done
as bob
api PATCH "/messages/$in_tea/read"
detail 403 "You can only mark messages sent to you as read" "of a chat"
as eve
api PATCH "/messages/$first/read"
detail 404 "Message not found" "that one may not see"
as bob
api PATCH "/messages/$first/read"
answered 200 "reading"
golden realtime/message-read "says when"
api GET "/messages/$picture"
has '.status + " " + (.read_at | tojson)' "sent null" "what came later is not read"
api PATCH "/messages/$note/read/"
has .status read "a note to oneself"
as ann
api GET "/messages/conversation/${ids[bob]}"
has '[.[].status] | join(" ")' "sent read" "the sender sees it"

# ---- files, which come through other dialects
api POST '/v1/files?name=note.txt' -H 'Content-Type: text/plain' --data-binary 'a note'
file=$(get .id)
api POST "/v1/rooms/$((0x${tea##*-}))/messages" "{\"text\":\"see\",\"files\":[\"$file\"]}"
answered 201 "a message with a file"
api GET '/messages/chat/tea?limit=1'
has '.[0].attachments[0] | [.original_filename, .file_size, .attachment_type] | join(" ")' \
    "note.txt 6 file" "has an attachment"
api GET "$(get '.[0].attachments[0].url')"
is "$status $body" "200 a note" "which is where it says"

# ---- deleting
api DELETE "/messages/$first"
answered 200 "deleting"
is "$body" '{"message":"Message deleted successfully"}' "says so"
api GET "/messages/$first"
answered 200 "it is still there"
golden realtime/message-deleted "but its text and its reactions are not"
api GET "/messages/conversation/${ids[bob]}"
has '[.[].id] | join(" ")' "$picture" "nor is it in a list"
api PUT "/messages/$first" '{"content":"x"}'
detail 404 "Message not found" "editing what is deleted"
api POST "/messages/$first/reactions?emoji=x"
detail 404 "Message not found" "reacting to what is deleted"

# ---- who is gone
as eve
say "recipient_id=${ids[ann]}" bye
api DELETE /users/me
as ann
api POST /messages/ "{\"recipient_id\":\"${ids[eve]}\",\"content\":\"wait\"}"
detail 404 "Recipient not found" "who is gone gets nothing"
api GET "/messages/conversation/${ids[eve]}"
has '[.[].content] | join(" ")' bye "but what was said stays"

# ---- crowds
# crowd CHAT MESSAGES REACTORS: that many messages, with that many reactors each.
# Nothing can be sent any more then, because there are no events of them.
crowd() {
	local room
	as ann
	api POST /messages/ "{\"chat_id\":\"$1\",\"content\":\"first\"}"
	room=$(sql "SELECT room_id FROM message ORDER BY id DESC LIMIT 1")
	sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	WHERE i < $3)
	INSERT OR IGNORE INTO account (username, display_name, password, created_at)
	SELECT 'reactor-' || i, 'R', 'x', 1 FROM n"
	sql "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n
	WHERE i < $2)
	INSERT INTO message (id, room_id, sender_id, kind, body, created_at)
	SELECT (SELECT max(id) FROM message) + i, $room, 1, 'text', i, 1 FROM n"
	sql "INSERT INTO reaction (message_id, user_id, emoji, created_at)
	SELECT m.id, u.id, 'like', u.id FROM message m, account u
	WHERE m.room_id = $room AND u.username GLOB 'reactor-*'"
	sql "UPDATE message SET reaction_n = $3 WHERE room_id = $room"
}
crowd crowd 120 2000
api GET /messages/chat/crowd
answered 200 "fifty messages with 2,000 reactions each"
has '[length, .[0].content, .[49].content] | join(" ")' "50 120 71" \
    "are a whole page, the newest first"
is "$(get '[.[].reactions | length] | unique | join(" ")')" 100 \
    "with as many reactions as a page can hold"
has '.[0].reactions | map(.created_at) | . == sort' true "the first ones"
api GET '/messages/chat/crowd?limit=100&skip=10'
has '[length, .[0].content, .[99].content] | join(" ")' "100 110 11" \
    "so is a page of a hundred, on from the tenth"
has '.[0].reactions | length' 50 "with fewer of each"
api GET '/messages/chat/crowd?skip=119'
has '[.[].content] | join(" ")' first "and the last is a page"
room=$(sql "SELECT max(room_id) FROM message WHERE body = 'first'")
seen=0 pages=0 next=
while api GET "/v1/rooms/$room/messages?limit=50${next:+&before=$next}" &&
    [ "$status" = 200 ]; do
	seen=$((seen + $(get '.items | length')))
	pages=$((pages + 1))
	next=$(get '.next // empty')
	[ -n "$next" ] || break
done
is "$status $seen" "200 120" "v1 has them all, in $pages pages"
has '.items[-1].reactions[0].count' 2000 "with all reactions"
api GET "/api/reactions/room/$room/messages?limit=50"
answered 200 "rooms has those that fit"
ok "which are some" test "$(get length)" -gt 1
nj_done
