#!/bin/bash
# chatapp: accounts and tokens, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatapp.sh"

# short FIELD: the item of a field that is empty.
short() {
	echo "{\"type\":\"string_too_short\",\"loc\":[\"body\",\"$1\"],\"msg\":\"String should have at least 1 character\",\"input\":\"\",\"ctx\":{\"min_length\":1}}"
}

nj_start

# Registering.
api POST /auth/register '{"username":"ann","email":"ann@example.com","password":"1234"}'
answered 200 "registering, with a password of four characters"
golden chatapp/register "gives the account"
is "$(header content-type)" application/json "as JSON"
is "$(header set-cookie)" "" "without logging in"
api POST /auth/register/ '{"name":"bob","email":"bob@example.com","password":"x","planet":"Mars"}'
answered 200 "by the name of name, with a slash, and with what nobody knows"
has .username bob "the name"
api POST /auth/register '{"username":"ann","email":"other@example.com","password":"1234"}'
detail 400 "Username already registered" "a name that is taken"
api POST /auth/register '{"username":"other","email":"ann@example.com","password":"1234"}'
detail 400 "Email already registered" "an address that is taken"
api POST /auth/register '{"username":"other"}'
answered 422 "what is missing is told at once"
golden chatapp/register-missing "in the words of the family"
api POST /auth/register '{"username":"other","email":"nonsense","password":"x"}'
answered 422 "an address that is none"
golden chatapp/register-email "is told with its reason"
api POST /auth/register '{"username":"","email":"o@example.com","password":""}'
is "$status $body" "422 {\"detail\":[$(short username),$(short password)]}" \
    "what is empty"
api POST /auth/register '{"name":7,"email":8,"password":null}'
is "$status $(get '[.detail[] | "\(.type) \(.loc | join(".")) \(.input)"] | join(", ")')" \
    "422 string_type body.name 7, string_type body.email 8, string_type body.password null" \
    "what is no text, by the names that were used"
no_object='Input should be a valid dictionary or object to extract fields from'
for path in /auth/register /auth/token; do
	api POST "$path" '{"username":'
	item json_invalid '["body",12]' "JSON decode error" '{}' \
	    '{"error":"Expecting value"}' "$path: what is no JSON"
	api POST "$path" '["x"]'
	item model_attributes_type '["body"]' "$no_object" '["x"]' '' \
	    "$path: a list"
done
api POST /auth/register -d 'username=x'
item model_attributes_type '["body"]' "$no_object" '"username=x"' '' "a form"
api POST /auth/register
item missing '["body"]' "Field required" null '' "no body"
api POST /auth/nothing '{}'
detail 404 "Not Found" "another path"
for path in /websockets /websockets/ /websockets/chat/1; do
	api GET "$path"
	detail 404 "Not Found" "no handshake: $path"
done

# A token.
login ann@example.com 1234
answered 200 "a token for the address"
golden chatapp/token "and its kind, nothing else"
access=$(get .access_token)
is "$(claims "$access" | jq -r .sub)" ann@example.com "the token names the address"
is "$(claims "$access" | jq '.exp - .iat')" 3600 "for an hour"
is "$(header set-cookie)" \
    "natterjack_token=$access; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict" \
    "and the browser keeps it, where no script and no other site gets at it"
for form in username email; do
	api POST /auth/token "{\"$form\":\"ann@example.com\",\"password\":\"1234\"}"
	answered 200 "the same as JSON, by $form"
done
login ann 1234
answered 200 "or for the name"
api POST /auth/token/ -F username=ann@example.com -F password=1234 \
    -F grant_type=password -F scope=
answered 200 "or as a multipart form, with a slash"
api POST /auth/generate_token/ -d 'username=ann%40example.com&password=1234'
answered 200 "or at the sibling's path"
for who in ann@example.com nobody@example.com; do
	login "$who" wrong
	detail 401 "Incorrect password or id" "a password that is wrong, for $who"
	is "$(header www-authenticate)" Bearer "and what is wanted"
done
api POST /auth/token -d 'username=ann'
answered 422 "a form without a password"
golden chatapp/token-missing "is told so"
api POST /auth/token -d ''
has '[.detail[].loc[1]] | join(" ")' "username password" "and all that is missing"
api POST /auth/token '{"password":"1234"}'
item missing '["body","username"]' "Field required" '{"password":"1234"}' '' \
    "JSON without a name"
api POST /auth/token '{"email":"ann@example.com"}'
item missing '["body","password"]' "Field required" \
    '{"email":"ann@example.com"}' '' "or without a password"
token=$access
api GET /v1/me
answered 200 "the token is as good as any other"
has .username ann "for v1, too"

# The sibling's way.
token=
api POST '/auth/create_new_user/?name=carl&email=carl%40example.com&password=pw'
answered 200 "registering by the query"
golden chatapp/create-user "gives the row, without the hash"
api POST '/auth/create_new_user?name=dave&email=carl%40example.com&password=pw'
detail 226 "E-mail already used" "an address that is taken"
api POST '/auth/create_new_user/?name=carl&email=c2%40example.com&password=pw'
detail 226 "Name already used" "a name that is taken"
api POST '/auth/create_new_user/?name=eve'
has '[.detail[].loc | join(".")] | join(" ")' "query.email query.password" \
    "what is missing"
api POST '/auth/create_new_user/?name=eve&email=nonsense&password='
is "$status $(get '[.detail[] | "\(.type) \(.loc | join("."))"] | join(", ")')" \
    "422 value_error query.email, string_too_short query.password" \
    "and what is wrong"
login carl@example.com pw
answered 200 "and this one can log in"

nj_stop
nj_start chatapp.token_s=120
login ann@example.com 1234
is "$(claims "$(get .access_token)" | jq '.exp - .iat')" 120 \
    "chatapp.token_s: how long a token is good"
nj_done
