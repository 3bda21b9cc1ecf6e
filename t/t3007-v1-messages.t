#!/bin/bash
# v1: messages - posting with and without a key, reading, editing, deleting.
. "${0%/*}/lib.sh"

nj_start
for name in ann bob eve; do
	register $name
done
as ann
room private Pond bob
at=/v1/rooms/$room/messages

api POST "$at" '{"text":"hello, world","color":"red"}'
answered 201 "posting"
golden v1/message-post "the answer is the message"
first=$(get .id)
is "$(get .seq)" "$first" "its id is its seq"
api POST "$at" "{\"text\":\"an answer\",\"reply_to\":\"$first\"}"
answered 201 "replying"
has .reply_to "$first" "names what it replies to"
reply=$(get .id)
text=$'two lines\n\ttab "quotes" \\ back 🐸 \u202e end'
api POST "$at" "$(jq -nc --arg t "$text" '{text: $t}')"
has .text "$text" "a text comes back as it was sent"
api GET "$at"
has .items[0].text "$text" "from the database too"
api GET "/v1/messages/$first"
answered 200 "one message"
golden v1/message "has the same shape"

while IFS='|' read -r status code json text; do
	api POST "$at" "$json"
	problem "$status" "$code" "$text"
done <<'TABLE'
422|missing_field|{}|no text
422|wrong_type|{"text":5}|a number for a text
422|missing_field|{"text":null}|null for a text
422|wrong_type|{"text":["a"]}|a list for a text
422|bad_value|{"text":""}|an empty text
400|bad_json|{"text":"a\u0000b"}|a NUL in the text
422|wrong_type|{"text":"x","reply_to":{}}|a reply to an object
422|wrong_type|{"text":"x","key":5}|a number for a key
422|bad_value|{"text":"x","key":""}|an empty key
TABLE
api POST "$at" '{"text":"x","reply_to":"999999"}'
like "$status $(get .code)" '^(404 not_found|422 bad_value)$' \
    "a reply to nothing"
api POST "$at" '{"text":"x","reply_to":null,"key":null}'
answered 201 "null for what may be absent is absence"

# Lengths: message.text_max counts bytes.
api POST "$at" "$(printf '{"text":"%16384s"}' '' | tr ' ' x)"
answered 201 "16 kB"
api POST "$at" "$(printf '{"text":"%16385s"}' '' | tr ' ' x)"
problem 422 too_long "and one byte more"
has .field text "names the field"
api POST "$at" "{\"text\":\"$(printf '🐸%.0s' {1..4097})\"}"
problem 422 too_long "16 kB and one frog"

# A key makes a retry harmless.
api POST "$at" '{"text":"once","key":"k-1"}'
answered 201 "with a key"
has .key k-1 "which comes back"
once=$(get .id)
api POST "$at" '{"text":"once","key":"k-1"}'
answered 201 "again with the same key"
has .id "$once" "is the same message"
api POST "$at" '{"text":"once"}' -H 'Idempotency-Key: k-1'
answered 201 "with the key in the header"
has .id "$once" "it is the same too"
api POST "$at" '{"text":"header"}' -H 'Idempotency-Key: k-2'
answered 201 "a new key in the header"
has .key k-2 "is the message's key"
api POST "$at" '{"text":"header","key":"k-2"}'
has .text header "and the body's key is the same thing"
api POST "$at" '{"text":"different","key":"k-1"}'
problem 409 key_reused "the same key for another text"
room private "Another pond" bob
api POST "/v1/rooms/$room/messages" '{"text":"once","key":"k-1"}'
problem 409 key_reused "the same key in another room"
as bob
api POST "$at" '{"text":"once","key":"k-1"}'
answered 201 "another person's key is another key"
api POST "$at" "{\"text\":\"x\",\"key\":\"$(printf '%300s' '' | tr ' ' k)\"}"
problem 422 too_long "a key of 300 bytes"
is "$(sql "SELECT count(*) FROM message WHERE body = 'once'")" 2 \
    "two of those are in the database, no more"

# Many retries at the same moment are one message.
for n in {1..8}; do
	curl -s --unix-socket "$NJ_SOCK" -o "$T/tmp/m$n" \
	    -H "Authorization: Bearer ${tokens[ann]}" \
	    -d '{"text":"storm","key":"storm"}' "http://natterjack$at" &
	storm[n]=$!
done
wait "${storm[@]}"
is "$(jq -r .id "$T"/tmp/m[1-8] | sort -u | wc -l)" 1 \
    "eight retries at once are one message"
is "$(sql "SELECT count(*) FROM message WHERE body = 'storm'")" 1 \
    "in the database too"

# Editing: the author alone.
as ann
api PATCH "/v1/messages/$first" '{"text":"hello, pond"}'
answered 200 "the author edits"
golden v1/message-patch "and sees when"
as bob
api PATCH "/v1/messages/$first" '{"text":"x"}'
problem 403 forbidden "nobody else in the room does"
as eve
api PATCH "/v1/messages/$first" '{"text":"x"}'
problem 404 not_found "and a stranger does not learn that it exists"
api GET "/v1/messages/$first"
problem 404 not_found "nor read it"
api DELETE "/v1/messages/$first"
problem 404 not_found "nor delete it"
as ann
while IFS='|' read -r status code json text; do
	api PATCH "/v1/messages/$first" "$json"
	problem "$status" "$code" "editing: $text"
done <<'TABLE'
422|missing_field|{}|no text
422|wrong_type|{"text":1}|a number
422|bad_value|{"text":""}|nothing
TABLE
api PATCH "/v1/messages/$first" "$(printf '{"text":"%16385s"}' '' | tr ' ' x)"
problem 422 too_long "editing: too long"
for id in 0 -1 x 999999 99999999999999999999; do
	for request in "GET" "PATCH {\"text\":\"x\"}" "DELETE"; do
		read -r method json <<<"$request"
		api "$method" "/v1/messages/$id" ${json:+"$json"}
		problem 404 not_found "$method of message $id"
	done
done

# Deleting: the author, and the room's admins.
as bob
api DELETE "/v1/messages/$reply"
problem 403 forbidden "a member does not delete another's"
post "$room" "in the other pond"
api DELETE "/v1/messages/$message"
answered 204 "but its own"
api GET "/v1/messages/$message"
answered 200 "it leaves a place"
golden v1/message-deleted "without a text"
api DELETE "/v1/messages/$message"
like "$status" '^(204|410)$' "twice is harmless"
api PATCH "/v1/messages/$message" '{"text":"back"}'
problem 410 gone "what is deleted is not edited"
api POST "$at" '{"text":"by bob"}'
bobs=$(get .id)
as ann
api DELETE "/v1/messages/$bobs"
answered 204 "the owner deletes anybody's"
is "$(sql "SELECT count(*) FROM message WHERE id = $bobs AND body = ''")" 1 \
    "and the text is gone from the database"
api GET "/v1/events?since=0&wait=0"
is "$(get '[.events[] | select(.message.deleted_at != null) | .message.text
    | select(. != "" and . != null)] | length')" 0 "and from the log"

# A key remains taken by a message that is deleted.
api DELETE "/v1/messages/$once"
api POST "$at" '{"text":"once","key":"k-1"}'
like "$status $(get .id)" "^201 $once\$" "a retry after the deletion posts nothing"
nj_done
