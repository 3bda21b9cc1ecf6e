#!/bin/bash
# v1's files: uploading, downloading, posting with messages, and who may.
. "${0%/*}/lib-files.sh"

nj_start files.account_max=1m
for name in ann bob eve; do
	register $name
done
as ann
room private Pond bob
at=/v1/rooms/$room/messages
png=$T/tmp/frog.png
make_png "$png" 5008

# The body is the file.
query='?name=frog%20on%20a%20leaf.png'
upload "$png" image/png
query=
answered 201 "an upload"
golden v1/file-post "its answer is the file"
is "$(header location)" "/v1/files/$file" "and says where it is"
is "$(stored) $(incoming)" "1 0" "its bytes are in place"
api GET "/v1/files/$file"
answered 200 "it is there"
ok "byte for byte" cmp -s "$png" "$T/tmp/body"
is "$(header content-type)" image/png "with its type"
is "$(header x-content-type-options)" nosniff "which is not to be guessed"
is "$(header content-security-policy)" sandbox "without scripts"
is "$(header content-disposition)" 'inline; filename="frog on a leaf.png"' \
    "to be shown, under its name"
like "$(header cache-control)" '^private' "for this client alone"
like "$(header x-request-id)" '^[0-9a-f]{32}$' "with a request id"
is "$(header x-accel-redirect)" "" "and nobody sees where it lies"

# HEAD, ranges, and what has not changed.
etag=$(header etag)
api HEAD "/v1/files/$file"
answered 200 "HEAD"
is "$(header content-length)" 5008 "says how long it is"
api GET "/v1/files/$file" -r 1-3
answered 206 "a range"
is "$body" PNG "is that part"
is "$(header content-range)" "bytes 1-3/5008" "and says which"
api GET "/v1/files/$file" -r 9999-
answered 416 "a range behind the end"
api GET "/v1/files/$file" -H "If-None-Match: $etag"
answered 304 "what the client has is not sent again"

# Nobody else's until it is posted.
as bob
api GET "/v1/files/$file"
problem 404 not_found "it is for its uploader alone"
api POST "$at" "{\"text\":\"mine\",\"files\":[\"$file\"]}"
problem 422 bad_value "nobody else posts it"
has .field files "the field is named"
token=
api GET "/v1/files/$file"
problem 401 no_token "nobody gets it without a token"
as ann
api POST "$at" "{\"text\":\"look\",\"key\":\"k\",\"files\":[\"$file\"]}"
answered 201 "its uploader posts it"
golden v1/message-file "the message has it"
message=$(get .id)
api POST "$at" "{\"text\":\"look\",\"key\":\"k\",\"files\":[\"$file\"]}"
answered 201 "the same once more"
has .id "$message" "is the same message"
api POST "$at" '{"text":"look","key":"k"}'
problem 409 key_reused "without the file it is another one"
api POST "$at" "{\"text\":\"again\",\"files\":[\"$file\"]}"
problem 422 bad_value "a file is posted once"
as bob
api GET "/v1/files/$file"
answered 200 "who sees the message gets the file"
ok "all of it" cmp -s "$png" "$T/tmp/body"
as eve
api GET "/v1/files/$file"
problem 404 not_found "nobody else does"
as bob
api GET "/v1/messages/$message"
has '.files | length' 1 "the message has it when it is read"
api GET "$at"
has '.items[0].files[0].id' "$file" "and in a page"
api GET "/v1/events?since=0&wait=0"
has '[.events[] | .message.files[]?.name] | join(" ")' "frog on a leaf.png" \
    "and in the log"

# Several at once, and without a text.
as ann
upload "$png" image/png
one=$file
upload "$png" image/png
two=$file
api POST "$at" "{\"files\":[\"$two\",$one]}"
answered 201 "files without a text"
has '[.text, .files[].id] | join(" ")' " $one $two" "in the order of their ids"
both=$(get .id)
while IFS='|' read -r status code json text; do
	api POST "$at" "$json"
	problem "$status" "$code" "$text"
done <<TABLE
422|wrong_type|{"text":"x","files":"7"}|no list
422|wrong_type|{"text":"x","files":[true]}|no id
422|bad_value|{"text":"x","files":["999999"]}|no file
422|too_long|{"text":"x","files":[1,2,3,4,5,6,7,8,9,10,11]}|more than ten
422|missing_field|{"files":[]}|neither text nor file
TABLE
api POST "$at" '{"text":"none","files":null}'
answered 201 "null is none"
has '.files | length' 0 "and the list is empty"
upload "$png" image/png
api POST "$at" "{\"text\":\"x\",\"files\":[\"$file\",\"$file\"]}"
problem 422 bad_value "one file twice"
is "$(sql "SELECT count(*) FROM file WHERE message_id IS NULL")" 1 \
    "of a refused message no file is taken"

# A deleted message has none.
is "$(stored)" 4 "four files lie there"
api DELETE "/v1/messages/$both"
answered 204 "the message is deleted"
is "$(stored)" 2 "its files are gone"
api GET "/v1/files/$one"
problem 404 not_found "for its uploader, too"
api GET "/v1/messages/$both"
has '.files | length' 0 "the message has none"
as bob
api GET "/v1/files/$file"
problem 404 not_found "nobody sees one that is not posted"

# Out of the room.
as ann
api DELETE "/v1/rooms/$room/members/${ids[bob]}"
as bob
api GET "/v1/files/$(sql "SELECT id FROM file WHERE message_id = $message")"
problem 404 not_found "who has left the room has lost its files"

# An account's share.
head -c 900000 /dev/zero >"$T/tmp/big"
as eve
upload "$T/tmp/big" ''
answered 201 "900 kB"
upload "$T/tmp/big" ''
problem 403 quota "and 900 kB more are too much"
is "$(stored) $(incoming)" "3 0" "of what is refused nothing is left"


# Over WebSockets.
tap client files
nj_done
