#!/bin/bash
# rooms: accounts and sessions, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

nj_start
api GET /
answered 200 "the root"
golden rooms/root "says what this is"

# Signing up.
api POST /api/auth/signup '{"username":"ann","password":"x"}'
answered 200 "signing up, with a password of one character"
golden rooms/signup "gives tokens beside the message"
api GET /api/auth/me -H "Authorization: Bearer $(get .access_token)"
answered 200 "and they are good"
golden rooms/me "for who one is"
has .username ann "by name"
has '.id | type' number "and number"
api POST /api/auth/signup '{"username":"ann","password":"y"}'
detail 400 "Username already registered" "the same name again"
api POST /api/auth/signup '{"password":"y"}'
item missing '["body","username"]' "Field required" '{"password":"y"}' '' \
    "without a name"
api POST /api/auth/signup '{}'
has '[.detail[].loc[1]] | join(" ")' "username password" \
    "all faults are told at once"
api POST /api/auth/signup '{"username":7,"password":"y"}'
item string_type '["body","username"]' "Input should be a valid string" 7 '' \
    "a number for a name"
api POST /api/auth/signup ''
item missing '["body"]' "Field required" null '' "without a body"
api POST /api/auth/signup '{"username":'
like "$status $(get '.detail[0].type + " " + .detail[0].msg')" \
    '^422 json_invalid JSON decode error$' "a body that is no JSON"
api POST /api/auth/signup '[1]'
item model_attributes_type '["body"]' "Input should be a valid dictionary or object to extract fields from" \
    '[1]' '' "a list for a body"

for field in username password; do
	api POST /api/auth/signup "$(jq -nc --arg f $field \
	    '{username: "zoe", password: "x"} | .[$f] = ""')"
	item string_too_short "[\"body\",\"$field\"]" \
	    "String should have at least 1 character" '""' '{"min_length":1}' \
	    "an empty $field"
done
api POST /api/auth/signup '{"username":"","password":""}'
has '[.detail[].loc[1]] | join(" ")' "username password" "both are told"

# Logging in.
api POST /api/auth/login '{"username":"ann","password":"x"}'
answered 200 "logging in"
golden rooms/login "gives two tokens"
refresh=$(get .refresh_token)
claims=$(get .access_token | cut -d . -f 2 | tr -- -_ +/ |
    awk '{ while (length % 4) $0 = $0 "="; print }' | base64 -d)
is "$(jq -r .sub <<<"$claims")" ann "the token names the account"
is "$(jq '.exp - .iat' <<<"$claims")" 86400 "for a day"
for body in '{"username":"ann","password":"wrong"}' \
    '{"username":"nobody","password":"x"}'; do
	api POST /api/auth/login "$body"
	detail 401 "Incorrect username or password" "logging in wrongly"
	is "$(header www-authenticate)" Bearer "with a challenge"
done
api POST /api/auth/login '{"username":"ann"}'
item missing '["body","password"]' "Field required" '{"username":"ann"}' '' \
    "without a password"

# Refreshing.
api POST /api/auth/refresh "{\"refresh_token\":\"$refresh\"}"
answered 200 "refreshing"
golden rooms/refresh "gives three again"
next=$(get .refresh_token)
isnt "$next" "$refresh" "the refresh token is another one"
token=$(get .access_token)
api GET /api/auth/me
answered 200 "and the access token is good"
api POST /api/auth/refresh '{"refresh_token":"nonsense"}'
detail 401 "Invalid or expired refresh token" "nonsense for a refresh token"
api POST /api/auth/refresh '{}'
item missing '["body","refresh_token"]' "Field required" '{}' '' \
    "no refresh token"
api POST /api/auth/refresh "{\"refresh_token\":\"$refresh\"}"
detail 401 "Invalid or expired refresh token" "the one that was spent"

# Who one is.
token=
api GET /api/auth/me
detail 403 "Not authenticated" "without a header"
for scheme in Bearer Basic; do
	api GET /api/auth/me -H "Authorization: $scheme"
	detail 403 "Not authenticated" "with $scheme and nothing behind it"
done
api GET /api/auth/me -H 'Authorization: Basic YTpi'
detail 403 "Invalid authentication credentials" "with another scheme"
token=nonsense
api GET /api/auth/me
detail 401 "Could not validate credentials" "with a bad token"

# Logging out.
api POST /api/auth/login '{"username":"ann","password":"x"}'
refresh=$(get .refresh_token)
token=$(get .access_token)
api POST /api/auth/logout
answered 200 "logging out"
golden rooms/logout "says so"
api GET /api/auth/me
detail 401 "Could not validate credentials" "the access token is void"
api POST /api/auth/refresh "{\"refresh_token\":\"$refresh\"}"
detail 401 "Invalid or expired refresh token" "and the refresh token"
token=
api POST /api/auth/logout
detail 403 "Not authenticated" "logging out without a token"

# An account that is gone.
api POST /api/auth/signup '{"username":"bob","password":"password-bob"}'
token=$(get .access_token)
api DELETE /v1/me '{"password":"password-bob"}'
answered 204 "an account is deleted"
api GET /api/auth/me
detail 401 "User not found" "then its token is nobody's"

# Paths and methods.
api POST /api/auth/login '{"username":"ann","password":"x"}'
token=$(get .access_token)
api GET /api/auth/me/
answered 200 "a slash at the end is none"
api GET /api/auth/nothing
detail 404 "Not Found" "a path that is none"
api GET /api/auth/login
detail 405 "Method Not Allowed" "another method"
is "$(header allow)" POST "which tells the right one"

# As it was.
nj_stop
nj_start rooms.logout_keeps=yes
token=
api POST /api/auth/login '{"username":"ann","password":"x"}'
refresh=$(get .refresh_token)
token=$(get .access_token)
api POST /api/auth/logout
golden rooms/logout "rooms.logout_keeps: logging out says so"
api GET /api/auth/me
answered 200 "the access token stays good for its time"
api POST /api/auth/refresh "{\"refresh_token\":\"$refresh\"}"
detail 401 "Invalid or expired refresh token" "but it cannot be refreshed"
api GET /api/auth/me
answered 200 "and trying to does no harm"
nj_done
