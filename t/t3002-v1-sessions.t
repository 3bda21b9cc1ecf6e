#!/bin/bash
# v1: sessions - logging in, refreshing, listing, ending.
. "${0%/*}/lib.sh"

nj_start auth.skew_s=0 auth.token_s=600
register ann
register bob
token=''

api POST /v1/sessions '{"username":"ann","password":"password-ann"}'
answered 201 "logging in"
golden v1/sessions-post "has the shape of tokens"
has .expires_in 600 "says how long the token is good"
first=$(get .refresh_token)
access=$(get .access_token)
session=$(get .session_id)

while IFS='|' read -r status code json text; do
	api POST /v1/sessions "$json"
	problem "$status" "$code" "$text"
done <<'TABLE'
401|bad_credentials|{"username":"ann","password":"password-bob"}|a wrong password
401|bad_credentials|{"username":"nobody","password":"password-ann"}|a wrong name
401|bad_credentials|{"username":"ANN","password":"password-ann"}|names mind their case
401|bad_credentials|{"username":"ann","password":""}|an empty password
401|bad_credentials|{"username":"","password":"password-ann"}|an empty name
422|missing_field|{"username":"ann"}|no password
422|missing_field|{"password":"password-ann"}|no name
422|wrong_type|{"username":"ann","password":true}|a truth for a password
422|wrong_type|{"username":7,"password":"x"}|a number for a name
TABLE
api POST /v1/sessions "{\"username\":\"ann\",\"password\":\"$(printf '%5000s' '' | tr ' ' x)\"}"
like "$status $(get .code)" '^(401 bad_credentials|422 too_long)$' \
    "a password of 5000 bytes"

# Refreshing rotates.
token=$access
api GET /v1/me
answered 200 "the access token works"
token=''
api POST /v1/sessions/refresh "{\"refresh_token\":\"$first\"}"
answered 200 "refreshing"
golden v1/sessions-refresh "has the shape of tokens"
has .session_id "$session" "it is the same session"
second=$(get .refresh_token)
isnt "$second" "$first" "the refresh token is a new one"
token=$(get .access_token)
api GET /v1/me
answered 200 "its access token works"
token=$access
api GET /v1/me
answered 200 "and so does the first one, until it expires"

# A refresh token that comes again ends the whole family.
token=''
api POST /v1/sessions/refresh "{\"refresh_token\":\"$first\"}"
problem 401 token_reused "a refresh token that comes again"
api POST /v1/sessions/refresh "{\"refresh_token\":\"$second\"}"
like "$status $(get .code)" '^401 (session_ended|token_reused)$' \
    "its successor has gone with it"
token=$access
api GET /v1/me
problem 401 session_ended "and the session too"
as ann
api GET /v1/me
answered 200 "another session of the account lives on"

token=''
while IFS='|' read -r status code json text; do
	api POST /v1/sessions/refresh "$json"
	problem "$status" "$code" "$text"
done <<'TABLE'
401|bad_token|{"refresh_token":"nonsense"}|a refresh token that is none
401|bad_token|{"refresh_token":""}|an empty one
422|missing_field|{}|none at all
422|wrong_type|{"refresh_token":5}|a number
TABLE
api POST /v1/sessions/refresh "{\"refresh_token\":\"${tokens[ann]}\"}"
problem 401 bad_token "an access token is no refresh token"
token=${refreshes[ann]}
api GET /v1/me
problem 401 bad_token "a refresh token is no access token"

# One answer to two that come at the same moment.
login ann
spend="{\"refresh_token\":\"${refreshes[ann]}\"}"
for n in 1 2 3 4; do
	curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}\n' \
	    -d "$spend" http://natterjack/v1/sessions/refresh >"$T/tmp/r$n" &
	refresh[n]=$!
done
wait "${refresh[@]}"
is "$(sort "$T"/tmp/r[1-4] | tr '\n' ' ')" "200 401 401 401 " \
    "of four refreshes at once one succeeds"

# The list, and ending one.
login ann
login bob
as ann
api GET /v1/sessions
answered 200 "the list of sessions"
golden v1/sessions "has a shape"
is "$(get '[.items[] | select(.current)] | length')" 1 "one is the current one"
mine=$(get '.items[] | select(.current) | .id')
other=$(get 'first(.items[] | select(.current | not)) | .id')
is "$(get '.items[].id' | grep -cx "$session")" 0 "the ended one is not there"
is "$(get '[.items[].id | tonumber] | . == (sort | reverse)')" true "newest first"
as bob
api DELETE "/v1/sessions/$other"
problem 404 not_found "nobody ends another's session"
as ann
api DELETE "/v1/sessions/$other"
answered 204 "ending one"
is "$body" "" "without a word"
api DELETE "/v1/sessions/$other"
problem 404 not_found "twice is not there"
for id in 0 -1 x 99999 99999999999999999999; do
	api DELETE "/v1/sessions/$id"
	problem 404 not_found "session $id"
done
isnt "$mine" "$other" "the current session is another"
api DELETE /v1/sessions/current
answered 204 "logging out"
api GET /v1/me
problem 401 session_ended "then the token is worth nothing"
token=''
api POST /v1/sessions/refresh "{\"refresh_token\":\"${refreshes[ann]}\"}"
problem 401 session_ended "nor is its refresh token"

# The name of the device.
api POST /v1/sessions '{"username":"ann","password":"password-ann","device":"a phone"}'
answered 201 "with the name of a device"
token=$(get .access_token)
api GET /v1/sessions
is "$(get '.items[] | select(.current) | .device')" "a phone" "it is in the list"

# Of many, page after page.
for _ in 1 2 3; do login ann; done
as ann
api GET /v1/sessions
seen=$(get '.items[].id')
is "$(wc -l <<<"$seen")" 4 "some sessions"
api GET '/v1/sessions?limit=1'
pages=$(get '.items[].id')
while [ "$(get .next)" != null ]; do
	api GET "/v1/sessions?limit=1&before=$(get .next)"
	pages+=$'\n'$(get '.items[].id')
done
is "$pages" "$seen" "one by one they are the same"
api GET '/v1/sessions?limit=0'
problem 422 bad_value "none"
api GET '/v1/sessions?before=x'
problem 400 bad_cursor "before nothing"
sql "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
    INSERT INTO session (user_id, device, created_at, used_at, expires_at)
	SELECT ${ids[ann]}, 'a script', 1, 1, 9999999999999 FROM n"
api GET /v1/sessions
answered 200 "of 40,000"
has '.items | length' 50 "there is a page"
isnt "$(get .next)" null "and more"

# Passwords are never in the clear.
is "$(sql "SELECT count(*) FROM account WHERE password LIKE '%password-%'")" 0 \
    "no password in the database"
is "$(sql "SELECT count(*) FROM account WHERE password LIKE '\$y\$%'")" 2 \
    "but hashes"
is "$(cd "$T" && grep -rlaF -e "${refreshes[ann]}" data log)" "" \
    "and no refresh token anywhere on disk"
is "$(cd "$T" && grep -rlaF -e "${tokens[ann]}" -e password-ann data log)" "" \
    "nor any other secret"
nj_done
