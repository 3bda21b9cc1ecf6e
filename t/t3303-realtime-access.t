#!/bin/bash
# realtime: who may - tokens, cookies, guests; paths and methods.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-realtime.sh"

nj_start
signup ann
signup bob
say "recipient_id=${ids[ann]}" hi
token=

# ---- without a token, with a wrong one, with one in each place
requests="GET /users/me
PUT /users/me
DELETE /users/me
PATCH /users/me/status?status_data=away
GET /users/${ids[ann]}
GET /users/
GET /users/search/?q=a
GET /users/search?q=a
POST /messages/
GET /messages/
GET /messages/$message
PUT /messages/$message
DELETE /messages/$message
GET /messages/conversation/${ids[ann]}
GET /messages/chat/tea
POST /messages/$message/reactions?emoji=x
DELETE /messages/$message/reactions?emoji=x
PATCH /messages/$message/read"
while read -r method path; do
	api "$method" "$path" '{"this is":"never looked at'
	detail 401 "Not authenticated" "$method ${path%%\?*} without a token"
	is "$(header www-authenticate)" Bearer "and it says what is wanted"
	api "$method" "$path" '{}' -H 'Authorization: Bearer x.y.z'
	detail 401 "Invalid authentication credentials" "with one that is none"
done <<<"$requests"
api GET /users/me -H 'Authorization: Basic YW5uOngK'
detail 401 "Invalid authentication credentials" "another scheme"
api GET /users/me -H 'Authorization: Bearer'
detail 401 "Not authenticated" "a scheme, and nothing behind it"
for name in user_id X-User-Id; do
	api GET "/users/me?user_id=${ids[ann]}" -H "$name: ${ids[ann]}"
	detail 401 "Not authenticated" "an id that anybody may know"
done

api GET /users/me -H "Authorization: bearer ${tokens[ann]}"
has .username ann "a token in the header, the scheme in any case"
api GET "/users/me?token=${tokens[ann]}"
has .username ann "in the query"
api GET "/users/me?token=${tokens[ann]}" -H "Authorization: Bearer ${tokens[bob]}"
has .username bob "the header goes first"
api GET "/users/me?token=x" -H "Cookie: natterjack_token=${tokens[ann]}"
detail 401 "Invalid authentication credentials" "a wrong one is not passed over"
api GET /users/me -H "Cookie: a=b; natterjack_token=${tokens[ann]}; c=d"
has .username ann "in a cookie"
api POST "/messages/" "{\"recipient_id\":\"${ids[bob]}\",\"content\":\"x\"}" \
    -H "Cookie: natterjack_token=${tokens[ann]}" -H 'Origin: http://natterjack'
answered 201 "a cookie, from a page of this site"
api POST "/messages/" "{\"recipient_id\":\"${ids[bob]}\",\"content\":\"x\"}" \
    -H "Cookie: natterjack_token=${tokens[ann]}" -H 'Origin: https://evil.example'
detail 401 "Not authenticated" "a cookie, from a page of another"

# A browser that sends nothing else after a login.
api POST /users/login '{"username_or_email":"ann","password":"password-ann"}' -c "$T/tmp/jar"
api GET /users/me -b "$T/tmp/jar"
has .username ann "the cookie of a login is good"
# curl keeps it from being sent elsewhere by the domain; the browser by SameSite.
like "$(<"$T/tmp/jar")" '#HttpOnly_natterjack' "and no script reads it"

# One that has expired: a good one with an earlier end, signed again.
b64() {
	openssl base64 -A | tr '+/' '-_' | tr -d =
}
input=$(cut -d . -f 1 <<<"${tokens[ann]}").$(cut -d . -f 2 <<<"${tokens[ann]}" |
    tr -- '-_' '+/' | base64 -d 2>/dev/null | jq -c '.exp = .iat - 100 | .iat -= 200' |
    tr -d '\n' | b64)
sign=0123456789abcdef0123456789abcdef
api GET /users/me -H "Authorization: Bearer $input.$(printf %s "$input" |
    openssl dgst -sha256 -hmac $sign -binary | b64)"
detail 401 "Invalid authentication credentials" "a token that has expired"

# Tokens of the other dialects.
register carl
api GET /users/me
has '.username + " " + (.email | tojson)' "carl null" "v1's token, and no address"
token=${tokens[bob]}
api GET /v1/me
has .username bob "and the other way round"

# A session that has ended.
api POST /users/login '{"username":"bob","password":"password-bob"}'
token=$(get .token)
api DELETE /v1/sessions/current
answered 204 "logging out through v1"
api GET /users/me
detail 401 "Invalid authentication credentials" "the token is good no more"
token=${tokens[bob]}
api GET /users/me
answered 200 "others of the account are"

# ---- paths and methods
token=
while IFS='|' read -r method path status text allow; do
	api "$method" "$path"
	[ "$method" = HEAD ] && body="{\"detail\":\"$text\"}"
	detail "$status" "$text" "$method $path"
	is "$(header allow | tr -d ' ' | tr , '\n' | sort | tr '\n' ' ')" "$allow" "and what is allowed"
done <<TABLE
GET|/users/register/x|404|Not Found|
GET|/users/me/x|404|Not Found|
GET|/messages/a/b/c|404|Not Found|
POST|/messages/chat|405|Method Not Allowed|DELETE GET PUT 
DELETE|/users|405|Method Not Allowed|GET 
PATCH|/users/me|405|Method Not Allowed|DELETE GET PUT 
GET|/users/login/x|404|Not Found|
POST|/messages/$message|405|Method Not Allowed|DELETE GET PUT 
GET|/messages/$message/reactions|405|Method Not Allowed|DELETE POST 
PUT|/messages/$message/read/|405|Method Not Allowed|PATCH 
HEAD|/users/|405|Method Not Allowed|GET 
OPTIONS|/users/me|405|Method Not Allowed|DELETE GET PUT 
GET|/ws|404|Not Found|
GET|/ws/|404|Not Found|
GET|/ws/${ids[ann]}|404|Not Found|
POST|/ws/${ids[ann]}|404|Not Found|
GET|/ws/chat|404|Not Found|
TABLE
api POST /upcall/realtime '["{}"]'
detail 404 "Not Found" "only push may make upcalls"
api POST /upcall/realtime/enter '{}'
detail 404 "Not Found" "of both kinds"
printf '{"bio":"%300000s"}' '' >"$T/tmp/large"
api PUT /users/me -d @"$T/tmp/large" -H 'Content-Type: application/json'
detail 413 "Request Entity Too Large" "a body that is too large"

# ---- realtime.guest
nj_stop
ok "what hashes passwords went to its own pool" \
    grep -q 'of pool auth left after [1-9]' "$T/log/fcgi.log"
nj_start realtime.guest=bob
api GET /users/me
has .username bob "who has no token is the guest"
api POST /messages/ '{"chat_id":"tea","content":"from a guest"}'
answered 201 "and may send"
has .sender_id "${ids[bob]}" "as the guest"
api GET /users/me -H 'Authorization: Bearer x.y.z'
detail 401 "Invalid authentication credentials" "a wrong token is no guest's"
api GET /users/me -H "Authorization: Bearer ${tokens[ann]}"
has .username ann "who has one is who he is"
sessions=$(sql 'SELECT count(*) FROM session')
api GET /users/me
is "$(sql 'SELECT count(*) FROM session')" "$sessions" "the guest has one session"
api DELETE /users/me
detail 401 "Not authenticated" "a guest does not end the account of all guests"
api GET /users/me
has .username bob "which is there still"
nj_stop
nj_start realtime.guest=nobody
api GET /users/me
detail 401 "Not authenticated" "a guest whom nobody has registered"
nj_done
