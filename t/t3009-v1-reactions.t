#!/bin/bash
# v1: reactions.
. "${0%/*}/lib.sh"

nj_start
for name in ann bob eve; do
	register $name
done
as ann
room private Pond bob
post "$room" "react to this"
at=/v1/messages/$message/reactions
frog=%F0%9F%90%B8

api PUT "$at/$frog"
like "$status" '^20[014]$' "a frog"
api PUT "$at/$frog"
like "$status" '^20[04]$' "twice is no error"
as bob
api PUT "$at/$frog"
api PUT "$at/%F0%9F%91%8D"
api PUT "$at/%2B1"
api GET "/v1/messages/$message"
golden v1/reactions "who reacted with what"
has '.reactions[0].emoji' 🐸 "in the order in which they came"
has '.reactions[0].count' 2 "counted"
api GET "/v1/rooms/$room/messages"
is "$(jq -cS '.items[0].reactions' <<<"$body")" \
    "$(api GET "/v1/messages/$message"; jq -cS .reactions <<<"$body")" \
    "a page tells the same"
api DELETE "$at/$frog"
answered 204 "taking one's own back"
api DELETE "$at/$frog"
like "$status" '^(204|404)$' "twice is harmless"
api GET "/v1/messages/$message"
is "$(get '.reactions[] | select(.emoji == "🐸") | .users[].username')" ann \
    "the other's stays"
is "$(api GET "/v1/events?since=0&wait=0&rooms=$room"
    get '[.events[] | select(.reaction) | "\(.kind) \(.user.username) \(.reaction.emoji)"] | join(",")')" \
    "reaction.added ann 🐸,reaction.added bob 🐸,reaction.added bob 👍,reaction.added bob +1,reaction.removed bob 🐸" \
    "the log has what happened, and nothing that did not"

as eve
api PUT "$at/$frog"
problem 404 not_found "a stranger does not react"
api DELETE "$at/$frog"
problem 404 not_found "nor take back"
as ann
api PUT "/v1/messages/999999/reactions/$frog"
problem 404 not_found "to nothing"
api PUT "$at/$(printf 'x%.0s' {1..300})"
like "$status $(get .code)" '^422 (too_long|bad_value)$' "an emoji of 300 letters"
api PUT "$at/%FF"
like "$status $(get .code)" '^400 (bad_request|bad_utf8)$' "not UTF-8"
api PUT "$at/%07"
problem 422 bad_value "a control character"
api PUT "$at/"
problem 404 no_such_path "none at all"
api PUT "$at/a%2Fb"
like "$status" '^(20[014]|422)$' "a slash inside is part of it"
api DELETE "/v1/messages/$message"
api PUT "$at/$frog"
problem 410 gone "to what is deleted"
post "$room" "react to this, too"
for i in {1..21}; do
	api PUT "/v1/messages/$message/reactions/e$i"
done
problem 409 conflict "one account has 20 of them on a message"
nj_done
