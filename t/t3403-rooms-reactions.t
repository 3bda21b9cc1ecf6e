#!/bin/bash
# rooms: reactions, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

nj_start
signup ann
signup bob
as ann
make_room Pond
pond=$room
room private "Ann's own"
own=$room
post "$own" "a secret"
secret=$message
post "$pond" gone
gone=$message
api DELETE "/v1/messages/$gone"
post "$pond" hello
hello=$message

# react MESSAGE EMOJI
react() {
	api POST /api/reactions/add "{\"message_id\":$1,\"reaction_type\":\"$2\"}"
}

react "$hello" 👍
answered 200 "a reaction"
golden rooms/reaction-add "has an envelope"
first=$(get .reaction.id)
react "$hello" 👍
answered 200 "the same one again"
is "$(get .reaction.id) $(get '.reaction_summary | length')" "$first 1" \
    "changes nothing"
react "$hello" ❤️
answered 200 "another one"
is "$(get '[.reaction_summary[].reaction_type] | join(" ")')" ❤️ \
    "takes its place"
as bob
react "$hello" ❤️
has '.reaction_summary[] | "\(.count) \(.users | join(" "))"' "2 ann bob" \
    "two have the same one"
api GET "/api/reactions/message/$hello"
answered 200 "a message with its reactions"
golden rooms/reacted "has a shape"
has .user_reaction ❤️ "and one's own"
api GET "/api/messages/$pond"
is "$(get '.[0] | "\(.user_reaction) \(.reactions[0].count)"')" "❤️ 2" \
    "the history has them too"
api PUT "/v1/messages/$hello/reactions/%F0%9F%90%B8"
as ann
api GET "/api/reactions/message/$hello"
is "$(get '[.reactions[].reaction_type] | join(" ")')" "❤️ 🐸" \
    "reactions of other clients are shown as they are"
api GET "/api/reactions/stats/$pond"
answered 200 "the statistics of a room"
golden rooms/reaction-stats "count by reaction"
as bob
api DELETE "/api/reactions/remove/$hello"
answered 200 "taking it away"
golden rooms/reaction-remove "has the same envelope"
api DELETE "/api/reactions/remove/$hello"
detail 404 "Reaction not found" "and again"
api DELETE /api/reactions/remove/9999
detail 404 "Reaction not found" "from no message"
api DELETE "/api/reactions/remove/$secret"
detail 404 "Reaction not found" "from one of a room that is not one's own"
api DELETE /api/reactions/remove/it
item int_parsing '["path","message_id"]' \
    "Input should be a valid integer, unable to parse string as an integer" \
    '"it"' '' "a word for a number"

# Refusals.
for m in 9999 "$secret" "$gone"; do
	react "$m" 👍
	detail 404 "Message not found" "reacting to what is not there"
	api GET "/api/reactions/message/$m"
	detail 404 "Message not found" "nor to be seen"
done
react "$hello" 🐸
six="'👍', '❤️', '😂', '😮', '😢' or '😡'"
item enum '["body","reaction_type"]' "Input should be $six" '"🐸"' \
    "$(jq -nc --arg six "$six" '{expected: $six}')" "one that is not of the six"
api POST /api/reactions/add '{}'
has '[.detail[].loc[1]] | join(" ")' "message_id reaction_type" \
    "all that is missing is told"

# Lists.
post "$pond" "the newest"
api GET "/api/reactions/room/$pond/messages"
answered 200 "a room's messages with their reactions"
is "$(get 'map(.content) | join(",")')" "the newest,hello" "newest first"
is "$(get '.[1] | keys | length')" 13 "in the same shape"
api GET "/api/reactions/room/$pond/messages?limit=1"
is "$(get 'map(.content) | join(",")')" "the newest" "as many as one likes"
api GET "/api/reactions/room/$pond/messages?limit=0"
is "$status $body" "200 []" "or none"
for r in 9999 "$own"; do
	api GET "/api/reactions/room/$r/messages"
	is "$status $body" "200 []" "none of a room that is not there"
	api GET "/api/reactions/stats/$r"
	is "$status $(jq -cS . <<<"$body")" \
	    "200 {\"reaction_stats\":{},\"room_id\":$r,\"total_reactions\":0}" \
	    "nor any statistics"
done
api GET "/api/reactions/room/$pond/messages?limit=x"
has '.detail[0].loc | join(" ")' "query limit" "a word for a limit"

# The six need no token, the rest does.
token=
api GET /api/reactions/available
is "$status $body" '200 ["👍","❤️","😂","😮","😢","😡"]' "what there is"
for request in "POST add" "DELETE remove/$hello" "GET message/$hello" \
    "GET room/$pond/messages" "GET stats/$pond"; do
	api "${request% *}" "/api/reactions/${request#* }"
	detail 403 "Not authenticated" "$request without a token"
done
nj_done
