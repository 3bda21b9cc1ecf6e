#!/bin/bash
# messaging: what is refused before anything is done - fields, methods, paths.
. "${0%/*}/lib.sh"

nj_start
register ann
form='-H Content-Type:application/x-www-form-urlencoded'
api POST /create-room '{"username_2":"ann"}'
room=$(get .room_id)

# faults TEXT ITEM…: the last answer is a 422 with exactly these items.
faults() {
	local text=$1
	shift
	is "$status $(header content-type) $body" \
	    "422 application/json {\"detail\":[$(IFS=,; echo "$*")]}" "$text"
}

# missing NAME INPUT
missing() {
	echo "{\"type\":\"missing\",\"loc\":[\"body\",\"$1\"],\"msg\":\"Field required\",\"input\":$2}"
}

# not_text NAME INPUT
not_text() {
	echo "{\"type\":\"string_type\",\"loc\":[\"body\",\"$1\"],\"msg\":\"Input should be a valid string\",\"input\":$2}"
}

# ---- each path with a body

while read -r path one two; do
	api POST "$path" '{}'
	faults "$path: {}" "$(missing "$one" '{}')" \
	    ${two:+"$(missing "$two" '{}')"}
	api POST "$path" '{"x":[1,"ä"],"y":null}'
	faults "$path: other fields" \
	    "$(missing "$one" '{"x":[1,"ä"],"y":null}')" \
	    ${two:+"$(missing "$two" '{"x":[1,"ä"],"y":null}')"}
	api POST "$path" "{\"$one\":5,\"${two:-z}\":null}"
	faults "$path: not texts" "$(not_text "$one" 5)" \
	    ${two:+"$(not_text "$two" null)"}
	api POST "$path"
	faults "$path: no body" \
	    '{"type":"missing","loc":["body"],"msg":"Field required","input":null}'
	api POST "$path" 'null'
	faults "$path: null" \
	    '{"type":"missing","loc":["body"],"msg":"Field required","input":null}'
	api POST "$path" '[1]'
	faults "$path: a list" \
	    '{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}'
	api POST "$path" -H 'Content-Type: text/plain' -d '{"a":"ä"}'
	faults "$path: of another type" \
	    '{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":"{\"a\":\"ä\"}"}'
	api POST "$path" '{"ä": }'
	faults "$path: no JSON" \
	    '{"type":"json_invalid","loc":["body",6],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting value"}}'
	api POST "$path" $'{"a":"\xff"}'
	refused 400 "There was an error parsing the body" "$path: no UTF-8"
done <<'TABLE'
/signup username password
/send-message room_id message
/send-message-group room_id message
/create-room username_2
TABLE

api POST /create-group '{}'
faults "/create-group: {}" "$(missing group_members '{}')"
api POST /create-group '{"group_members":"ann","group_admin":7}'
faults "/create-group: no list" \
    '{"type":"list_type","loc":["body","group_members"],"msg":"Input should be a valid list","input":"ann"}' \
    "$(not_text group_admin 7)"
api POST /create-group '{"group_members":["ann",5,null,"x",["y"]]}'
faults "/create-group: a list of other things" \
    '{"type":"string_type","loc":["body","group_members",1],"msg":"Input should be a valid string","input":5}' \
    '{"type":"string_type","loc":["body","group_members",2],"msg":"Input should be a valid string","input":null}' \
    '{"type":"string_type","loc":["body","group_members",4],"msg":"Input should be a valid string","input":["y"]}'

# ---- what the core does not take

api POST /signup '{"username":"","password":""}'
short='"msg":"String should have at least 1 character","input":"","ctx":{"min_length":1}}'
faults "empty texts" \
    "{\"type\":\"string_too_short\",\"loc\":[\"body\",\"username\"],$short" \
    "{\"type\":\"string_too_short\",\"loc\":[\"body\",\"password\"],$short"
api POST /signup '{"username":" x","password":"x"}'
faults "a name that begins with a space" \
    '{"type":"value_error","loc":["body","username"],"msg":"A field has a value that is not allowed.","input":" x","ctx":{"error":{}}}'
api POST /signup "{\"username\":\"$(printf 'x%.0s' {1..65})\",\"password\":\"x\"}"
is "$status $(get '.detail[0] | "\(.type) \(.loc[1]) \(.msg)"')" \
    "422 value_error username A field is too long." "a name of 65 letters"
api POST /send-message "{\"room_id\":\"$room\",\"message\":\"$(printf '%20000s' '')\"}"
is "$status $(get '.detail[0] | "\(.loc | join(".")) \(.input | length)"')" \
    "422 body.message 20000" "a message of 20,000 bytes, by the name it has here"

# ---- the login's form

gone='"msg":"Field required","input":null}'
both="{\"type\":\"missing\",\"loc\":[\"body\",\"username\"],$gone {\"type\":\"missing\",\"loc\":[\"body\",\"password\"],$gone"
api POST /login '{"username":"ann","password":"password-ann"}'
faults "JSON is no form" "${both/ \{/,\{}"
api POST /login
faults "nor is nothing" "${both/ \{/,\{}"
# shellcheck disable=SC2086 # two words
api POST /login $form -d 'username=&password='
faults "empty fields are missing" "${both/ \{/,\{}"
# shellcheck disable=SC2086
api POST /login $form -d 'username=ann'
faults "one is missing" "{\"type\":\"missing\",\"loc\":[\"body\",\"password\"],$gone"
# shellcheck disable=SC2086
api POST /login $form -d 'username=ann&grant_type=refresh'
faults "another grant" \
    '{"type":"string_pattern_mismatch","loc":["body","grant_type"],"msg":"String should match pattern '"'^password\$'"'","input":"refresh","ctx":{"pattern":"^password$"}}' \
    "{\"type\":\"missing\",\"loc\":[\"body\",\"password\"],$gone"
api POST /login -H 'Content-Type: multipart/form-data; boundary=x' -d 'broken'
refused 400 "There was an error parsing the body" "a broken form"

# ---- queries

gone='"msg":"Field required","input":null}]}'
api GET /get_chats
is "$status $body" "422 {\"detail\":[{\"type\":\"missing\",\"loc\":[\"query\",\"room_id\"],$gone" \
    "no room_id"
api GET '/get_chats_group?room_id=x'
is "$status $body" "422 {\"detail\":[{\"type\":\"missing\",\"loc\":[\"query\",\"group_id\"],$gone" \
    "no group_id"

# ---- who asks goes before what is asked

token=
while read -r method path; do
	api "$method" "$path" ${method:+-d x}
	refused 401 "Not authenticated" "$method $path without a token"
	is "$(header www-authenticate)" Bearer "with a challenge"
	api "$method" "$path" -d x -H 'Authorization: Bearer x'
	refused 401 "Invalid token" "$method $path with a bad one"
done <<'TABLE'
POST /send-message
POST /send-message-group
GET /profile
GET /get_room
GET /get_chats
GET /get_chats_group
POST /create-room
POST /create-group
TABLE

# ---- methods, and slashes

while read -r path allowed; do
	for method in GET POST PUT PATCH DELETE HEAD OPTIONS; do
		[ "$method" != "$allowed" ] || continue
		api "$method" "$path"
		is "$status $(header allow)" "405 $allowed" "$method $path"
		[ "$method" != HEAD ] || continue
		is "$body" '{"detail":"Method Not Allowed"}' "  in its words"
	done
	api "$allowed" "$path/" -d x
	like "$status" '^(401|422)$' "$path/ is $path"
	api "$allowed" "$path/x"
	refused 404 "Not Found" "$path/x is nothing"
done <<'TABLE'
/signup POST
/login POST
/send-message POST
/send-message-group POST
/profile GET
/get_room GET
/get_chats GET
/get_chats_group GET
/create-room POST
/create-group POST
TABLE
nj_done
