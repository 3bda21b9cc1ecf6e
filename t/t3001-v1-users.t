#!/bin/bash
# v1: accounts - registering, looking people up.
. "${0%/*}/lib.sh"

nj_start

api POST /v1/users '{"username":"ann","password":"correct horse"}'
answered 201 "registering"
golden v1/users-post "is a first login"
is "$(header content-type)" application/json "JSON it is"
like "$(header x-request-id)" '^[0-9a-f]{32}$' "the answer names its request"
nj_keep_tokens ann
api GET /v1/me
answered 200 "its token is good"
has .display_name ann "the display name is the username by default"

token=''
api POST /v1/users '{"username":"bob","password":"12345678","display_name":"Bob B.","planet":"Mars"}'
answered 201 "with a display name, and a field that nobody knows"
has .user.display_name "Bob B." "the display name"
nj_keep_tokens bob

# Refusals.
token=''
while IFS='|' read -r status code field json text; do
	api POST /v1/users "$json"
	problem "$status" "$code" "$text"
	[ "$field" = - ] || has .field "$field" "and it names the field"
done <<'TABLE'
409|username_taken|username|{"username":"ann","password":"12345678"}|a name that is taken
422|missing_field|username|{"password":"12345678"}|no username
422|missing_field|password|{"username":"x"}|no password
422|missing_field|username|{}|nothing in it
422|wrong_type|username|{"username":1,"password":"12345678"}|a number for a name
422|wrong_type|username|{"username":["x"],"password":"12345678"}|a list for a name
422|missing_field|username|{"username":null,"password":"12345678"}|null is nothing
422|wrong_type|password|{"username":"x","password":12345678}|a number for a password
422|wrong_type|display_name|{"username":"x","password":"12345678","display_name":{}}|an object for a display name
422|bad_value|username|{"username":"","password":"12345678"}|an empty name
422|bad_value|username|{"username":" x","password":"12345678"}|a blank before the name
422|bad_value|username|{"username":"x ","password":"12345678"}|a blank after the name
422|bad_value|username|{"username":"a\nb","password":"12345678"}|a line break in the name
422|bad_value|username|{"username":"a\u0007b","password":"12345678"}|a bell in the name
422|bad_value|username|{"username":"\u00a0x","password":"12345678"}|a no-break space before the name
422|bad_value|password|{"username":"x","password":"1234567"}|a password that is too short
422|bad_value|display_name|{"username":"x","password":"12345678","display_name":""}|an empty display name
400|bad_json|-|{"username":"x","password":"12345678","display_name":"\u0000"}|a NUL in the display name
TABLE
long=$(printf '%65s' '' | tr ' ' x)
api POST /v1/users "{\"username\":\"$long\",\"password\":\"12345678\"}"
problem 422 too_long "a name of 65 characters"
api POST /v1/users "{\"username\":\"${long:1}\",\"password\":\"12345678\"}"
answered 201 "a name of 64 characters"
frogs=$(printf '🐸%.0s' {1..64})
api POST /v1/users "{\"username\":\"$frogs\",\"password\":\"12345678\"}"
answered 201 "64 characters of four bytes each"
has .user.username "$frogs" "come back as they were"
api POST /v1/users "{\"username\":\"x\",\"password\":\"12345678\",\"display_name\":\"$long$long\"}"
problem 422 too_long "a display name of 130 characters"
api POST /v1/users "{\"username\":\"x\",\"password\":\"$(printf '%600s' '' | tr ' ' x)\"}"
problem 422 too_long "a password of 600 bytes"
api POST /v1/users '{"username":"Ann","password":"12345678"}'
answered 201 "Ann is not ann"

# Looking people up.
as ann
api GET /v1/users
answered 200 "the list of people"
golden v1/users "has a shape"
api GET '/v1/users?q=BO'
answered 200 "a search"
is "$(get '[.items[].username] | join(" ")')" bob "finds without minding case"
api GET '/v1/users?q=b%20b'
is "$(get '[.items[].username] | join(" ")')" bob "and in display names"
api GET '/v1/users?q=%F0%9F%90%B8'
is "$(get '.items | length')" 1 "a frog"
api GET '/v1/users?q=nobody'
is "$(get '.items | length')" 0 "nobody"
api GET '/v1/users?q=%25'
is "$(get '.items | length')" 0 "a percent sign is no wildcard"
api GET '/v1/users?q=_'
is "$(get '.items | length')" 0 "nor is an underscore"

seen=$(after=''
	while :; do
		api GET "/v1/users?limit=2$after"
		get '.items[].id'
		next=$(get .next)
		[ "$next" != null ] || break
		after="&after=$next"
	done)
api GET '/v1/users?limit=200'
is "$seen" "$(get '.items[].id')" "page by page it is the same list"
is "$(get '.items | length')" 5 "of all five"

api GET "/v1/users/${ids[bob]}"
answered 200 "one of them"
golden v1/user "has a shape"
is "$(get '.email // .password // "nothing"')" nothing "and no secrets"
api GET /v1/users/999999
problem 404 not_found "nobody has that id"
api GET /v1/users/x
problem 404 not_found "an id that is none"
api GET /v1/users/99999999999999999999999
problem 404 not_found "an id beyond all numbers"
for q in limit=0 limit=-1 limit=x limit=1.5 limit= after=x after=-1 \
    after=99999999999999999999; do
	api GET "/v1/users?$q"
	like "$status $(get .code)" '^(400 bad_cursor|422 bad_value|400 bad_request)$' \
	    "refused: $q"
done
api GET '/v1/users?limit=201'
problem 422 bad_value "a limit over page.max"
nj_done
