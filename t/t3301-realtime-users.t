#!/bin/bash
# realtime: accounts - registering, logging in, profiles, lists.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-realtime.sh"

nj_start

# ---- POST /users/register
api POST /users/register '{"username":"JohnDoe","email":"John@Example.com","password":"12345678"}'
answered 201 "registering"
golden realtime/register "is a first login: flat, wrapped, and a token"
has '.username + " " + .email + " " + .display_name' \
    "johndoe john@example.com JohnDoe" \
    "names are in lower case, the display name is as it was typed"
like "$(header set-cookie)" '^natterjack_token=[^;]+; .*' "a cookie keeps the token"
for word in HttpOnly SameSite=Strict Path=/ Max-Age=2592000; do
	like "; $(header set-cookie);" "; $word;" "the cookie is $word"
done
tokens[johndoe]=$(get .token) ids[johndoe]=$(get .id)
is "$(cut -d. -f2 <<<"${tokens[johndoe]}" | tr -- '-_' '+/' | base64 -d 2>/dev/null |
    jq -r '.sub, (.exp - now + 30 | . / 86400 | floor)' | tr '\n' ' ')" \
    "${ids[johndoe]} 30 " "the token names the account and lives for 30 days"

api POST /users/register/ '{"username":" ann ","email":"ann@example.com","password":"password-ann","display_name":" Ann A. ","planet":"Mars"}'
answered 201 "with a slash, blanks around names, and what nobody knows"
has '.username + "|" + .display_name' "ann|Ann A." "the blanks are gone"
tokens[ann]=$(get .token) ids[ann]=$(get .id)
api POST /users/register '{"username":"bob","email":"bob@example.com","password":"password-bob","display_name":null}'
answered 201 "a display name of null"
has .display_name bob "is none"
tokens[bob]=$(get .token) ids[bob]=$(get .id)

api POST /users/register '{"username":"ANN","email":"x@example.com","password":"12345678"}'
detail 400 "Username already exists" "a name that is taken, in capitals"
api POST /users/register '{"username":"ann2","email":"ANN@example.com","password":"12345678"}'
detail 400 "Email already exists" "an address that is taken, in capitals"
api POST /users/register '{"username":"ann","email":"ann@example.com","password":"12345678"}'
detail 400 "Username already exists" "both: the name goes first"

api POST /users/register '{"username":"ab","email":"a@example.com","password":"12345678"}'
item string_too_short '["body","username"]' "String should have at least 3 characters" '"ab"' '{"min_length":3}' "a short name"
long=$(printf '%51s' '' | tr ' ' x)
api POST /users/register "{\"username\":\"$long\",\"email\":\"a@example.com\",\"password\":\"12345678\"}"
item string_too_long '["body","username"]' "String should have at most 50 characters" "\"$long\"" '{"max_length":50}' "a long name"
api POST /users/register '{"username":"abc","email":"a@example.com","password":"1234567"}'
item string_too_short '["body","password"]' "String should have at least 8 characters" '"1234567"' '{"min_length":8}' "a short password"
api POST /users/register "{\"username\":\"abc\",\"email\":\"a@example.com\",\"password\":\"12345678\",\"display_name\":\"$long$long\"}"
item string_too_long '["body","display_name"]' "String should have at most 100 characters" "\"$long$long\"" '{"max_length":100}' "a long display name"
api POST /users/register '{"username":"abc","email":"nowhere","password":"12345678"}'
like "$status $(get '.detail[0].type + " " + (.detail[0].loc | tojson) + " " + .detail[0].msg')" \
    '^422 value_error \["body","email"\] value is not a valid email address: ' "an address that is none"
is "$(get '.detail[0] | .msg | sub("^value is not a valid email address: "; "")')" \
    "$(get '.detail[0].ctx.reason')" "and the reason is in the context"
api POST /users/register '{"username":1}'
is "$status $(get '[.detail[] | "\(.type) \(.loc | join("."))"] | join(", ")')" \
    "422 string_type body.username, missing body.email, missing body.password" \
    "all faults are told at once"
api POST /users/register
item missing '["body"]' "Field required" null '' "no body at all"
api POST /users/register '{"username"'
like "$status $(get '.detail[0] | .type + " " + .msg')" '^422 json_invalid JSON decode error$' "half a body"

# ---- POST /users/login
for name in username_or_email username email; do
	for who in johndoe JohnDoe john@example.com JOHN@EXAMPLE.COM " johndoe "; do
		api POST /users/login "{\"$name\":\"$who\",\"password\":\"12345678\"}"
		answered 200 "$name is $who"
	done
done
golden realtime/login "a login: flat, wrapped, and a token"
has '.status + " " + .message' "online Login successful" "who logs in is online"
has '.last_seen | type' string "and seen"
like "$(header set-cookie)" '^natterjack_token=[^;]+; ' "a cookie keeps the token"
for json in '{"username_or_email":"johndoe","password":"wrong"}' \
    '{"username_or_email":"nobody","password":"12345678"}' \
    '{"username_or_email":"","password":""}'; do
	api POST /users/login "$json"
	detail 401 "Invalid credentials" "$json"
done
api POST /users/login '{"username_or_email":"johndoe"}'
item missing '["body","password"]' "Field required" '{"username_or_email":"johndoe"}' '' "no password"
api POST /users/login '{"password":"x"}'
item missing '["body","username_or_email"]' "Field required" '{"password":"x"}' '' "no name"
api POST /users/login -d 'username=johndoe&password=12345678'
item model_attributes_type '["body"]' \
    "Input should be a valid dictionary or object to extract fields from" \
    '"username=johndoe&password=12345678"' '' "a form is no JSON"

# ---- GET and PUT /users/me
as bob
api GET /users/me
answered 200 "who am I"
golden realtime/me "an account that has said nothing"
api PUT /users/me '{"display_name":"Bob B.","bio":"It is I.\nBob","avatar_url":"https://example.com/b.png","status":"away"}'
answered 200 "saying something"
golden realtime/me-put "changes all of it"
api PUT /users/me/ '{"bio":"no more","display_name":null,"status":null}'
answered 200 "null is no change"
has '[.display_name, .bio, .avatar_url, .status] | join("|")' \
    "Bob B.|no more|https://example.com/b.png|away" "the rest stays"
api PUT /users/me '{}'
answered 200 "nothing to change"
has '[.display_name, .bio] | join("|")' "Bob B.|no more" "changes nothing"
api PUT /users/me '{"display_name":"  "}'
has .display_name bob "an empty display name is the username"
api PUT /users/me "{\"display_name\":\"$long$long\",\"bio\":\"$(printf '%501s' '')\",\"avatar_url\":5,\"status\":\"asleep\"}"
is "$status $(get '[.detail[] | "\(.type) \(.loc[1])"] | join(", ")')" \
    "422 string_too_long display_name, string_too_long bio, string_type avatar_url, enum status" "four faults"
api PUT /users/me '{"status":"asleep"}'
item enum '["body","status"]' "Input should be 'online', 'offline', 'away' or 'busy'" '"asleep"' \
    "{\"expected\":\"'online', 'offline', 'away' or 'busy'\"}" "a status that is none"
printf '{"avatar_url":"%17000s"}' '' >"$T/tmp/large"
api PUT /users/me -d @"$T/tmp/large" -H 'Content-Type: application/json'
is "$status $(get '.detail[0] | "\(.type) \(.loc | join(".")) \(.input | length)"')" \
    "422 value_error body.avatar_url 17000" "more than is kept"

# ---- PATCH /users/me/status
n=0
for status_data in online offline away busy; do
	case $((n++ % 4)) in
	0) api PATCH "/users/me/status?status_data=$status_data" ;;
	1) api PATCH /users/me/status "{\"status\":\"$status_data\"}" ;;
	2) api PATCH /users/me/status/ "{\"status_data\":\"$status_data\"}" ;;
	3) api PATCH /users/me/status "\"$status_data\"" ;;
	esac
	answered 200 "a status"
	has .status "$status_data" "is $status_data"
	has '.last_seen | type' string "and last seen is now"
done
has .bio "no more" "the rest of the profile stays"
golden realtime/status "an account, as always"
api PATCH '/users/me/status?status_data=away' '{"status":"online"}'
has .status away "the query goes before the body"
api PATCH /users/me/status
item missing '["query","status_data"]' "Field required" null '' "no status"
api PATCH /users/me/status '{}'
item missing '["query","status_data"]' "Field required" null '' "an empty body"
api PATCH '/users/me/status?status_data=asleep'
item enum '["query","status_data"]' "Input should be 'online', 'offline', 'away' or 'busy'" '"asleep"' \
    "{\"expected\":\"'online', 'offline', 'away' or 'busy'\"}" "a status that is none"
api PATCH /users/me/status '"asleep"'
answered 422 "in a body that is a text"
api PATCH /users/me/status '{"status":null}'
answered 422 "null is none"

# ---- GET /users/{user_id}, /users/, /users/search/
as ann
api GET "/users/${ids[bob]}"
answered 200 "somebody else"
golden realtime/user "with the address"
api GET "/users/$(tr a-f A-F <<<"${ids[bob]}")/"
answered 200 "in capitals, with a slash"
for id in $nobody $stranger x 2 "${ids[bob]}0"; do
	api GET "/users/$id"
	detail 404 "User not found" "$id"
done
api GET /users/
answered 200 "everybody"
golden realtime/users "as others see them, in the order they came"
api GET /users
has length 3 "without a slash it is the same"
api GET '/users/?skip=1&limit=1'
has '[.[].username] | join(" ")' ann "one page of one"
api GET '/users/?skip=3'
has length 0 "beyond the last"
api GET '/users/?skip=99999999999'
has length 0 "far beyond"
for path in /users/search/ /users/search; do
	api GET "$path?q=JOHN"
	answered 200 "$path"
	has '[.[].username] | join(" ")' johndoe "finds without minding case"
	api GET "$path?q=a.%"
	has length 0 "a percent sign is itself"
	api GET "$path?q=A%20a."
	has '[.[].username] | join(" ")' "" "not what nobody is called"
	api GET "$path?q=n%20A"
	has '[.[].username] | join(" ")' ann "finds display names"
	api GET "$path?q=o&limit=1"
	has '[.[].username] | join(" ")' johndoe "no more than the limit"
	api GET "$path"
	item missing '["query","q"]' "Field required" null '' "nothing to look for"
	api GET "$path?q="
	item string_too_short '["query","q"]' "String should have at least 1 character" '""' '{"min_length":1}' "an empty text to look for"
	api GET "$path?q=a&limit=51"
	item less_than_equal '["query","limit"]' "Input should be less than or equal to 50" '"51"' '{"le":50}' "too many"
done
golden_search='/users/search/?q=bob'
api GET "$golden_search"
golden realtime/search "what is found is as others see it"
api GET '/users/?limit=101'
item less_than_equal '["query","limit"]' "Input should be less than or equal to 100" '"101"' '{"le":100}' "too many"
api GET '/users/?limit=0'
item greater_than_equal '["query","limit"]' "Input should be greater than or equal to 1" '"0"' '{"ge":1}' "none"
api GET '/users/?skip=-1'
item greater_than_equal '["query","skip"]' "Input should be greater than or equal to 0" '"-1"' '{"ge":0}' "less than none"
api GET '/users/?limit=many'
item int_parsing '["query","limit"]' "Input should be a valid integer, unable to parse string as an integer" '"many"' '' "no number"

# ---- DELETE /users/me
as johndoe
api DELETE /users/me
answered 200 "going"
is "$body" '{"message":"User deleted successfully"}' "says so"
api GET /users/me
detail 404 "User not found" "the token of who is gone"
api POST /messages/ "{\"recipient_id\":\"${ids[bob]}\",\"content\":\"x\"}"
detail 404 "Sender not found" "who is gone sends nothing"
token=
api POST /users/login '{"username_or_email":"johndoe","password":"12345678"}'
detail 401 "Invalid credentials" "and does not come back"
as ann
api GET "/users/${ids[johndoe]}"
detail 404 "User not found" "nobody finds him"
api GET /users/
has '[.[].username] | join(" ")' "ann bob" "nobody lists him"
nj_done
