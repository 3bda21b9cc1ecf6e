#!/bin/bash
# v1: me - the own account, its password, its end.
. "${0%/*}/lib.sh"

nj_start
register ann
register bob
as ann
room private "ann and bob" bob
as ann
api GET /v1/me
answered 200 "who am I"
golden v1/me "a user"
has .id "${ids[ann]}" "it is me"

api PATCH /v1/me '{"display_name":"Ann of Green Gables"}'
answered 200 "a new display name"
golden v1/me-patch "is answered with the user"
api GET /v1/me
has .display_name "Ann of Green Gables" "it is kept"
as bob
api GET "/v1/events?since=0&wait=0"
is "$(get '[.events[] | select(.kind == "user.updated")] | length')" 1 \
    "and it is an event for everybody"
has '.events[] | select(.kind == "user.updated") | .user.display_name' \
    "Ann of Green Gables" "with the name as it is now"
as ann
api PATCH /v1/me '{}'
answered 200 "nothing to change"
has .display_name "Ann of Green Gables" "changes nothing"
api PATCH /v1/me '{"display_name":null}'
has .display_name "Ann of Green Gables" "nor does null"
api PATCH /v1/me '{"username":"queen"}'
has .username ann "the username stays"
while IFS='|' read -r status code json text; do
	api PATCH /v1/me "$json"
	problem "$status" "$code" "$text"
	has .field display_name "and it names the field"
done <<'TABLE'
422|wrong_type|{"display_name":1}|a number
422|bad_value|{"display_name":""}|nothing
422|bad_value|{"display_name":"a\u0007b"}|a bell
TABLE
api PATCH /v1/me "{\"display_name\":\"$(printf '%129s' '' | tr ' ' x)\"}"
problem 422 too_long "129 characters"

# The password.
login ann
other=$token
login ann
while IFS='|' read -r status code json text; do
	api PUT /v1/me/password "$json"
	problem "$status" "$code" "$text"
done <<'TABLE'
401|bad_credentials|{"old_password":"wrong","new_password":"new password"}|a wrong old password
422|missing_field|{"new_password":"new password"}|no old password
422|missing_field|{"old_password":"password-ann"}|no new password
422|wrong_type|{"old_password":"password-ann","new_password":7}|a number
422|bad_value|{"old_password":"password-ann","new_password":"short"}|a short one
TABLE
api PUT /v1/me/password '{"old_password":"password-ann","new_password":"new password"}'
answered 204 "a new password"
api GET /v1/me
answered 200 "the session that changed it goes on"
token=$other
api GET /v1/me
problem 401 session_ended "the others have ended"
token=''
api POST /v1/sessions '{"username":"ann","password":"password-ann"}'
problem 401 bad_credentials "the old one is worth nothing"
api POST /v1/sessions '{"username":"ann","password":"new password"}'
answered 201 "the new one is good"
nj_keep_tokens ann

# The end of an account.
post "$(as ann; api GET /v1/rooms; get .items[0].id)" "before I go"
as ann
api DELETE /v1/me '{"password":"wrong"}'
problem 401 bad_credentials "deleting with a wrong password"
api DELETE /v1/me '{}'
problem 422 missing_field "deleting without a password"
api GET /v1/me
answered 200 "nothing has happened so far"
api DELETE /v1/me '{"password":"new password"}'
answered 204 "deleting the account"
api GET /v1/me
problem 401 session_ended "its token is worth nothing"
token=''
api POST /v1/sessions '{"username":"ann","password":"new password"}'
problem 401 bad_credentials "nobody logs in as it"
as bob
api GET "/v1/users?q=ann"
is "$(get '.items | length')" 0 "it is not found"
api GET "/v1/rooms"
room=$(get .items[0].id)
api GET "/v1/rooms/$room/messages"
is "$(get '.items[0].text')" "before I go" "what it said stays"
is "$(get '.items[0].sender.id')" "${ids[ann]}" "under its id"
isnt "$(get '.items[0].sender.username')" ann "but not under its name"
is "$(sql "SELECT count(*) FROM account WHERE username = 'ann'
    OR display_name LIKE 'Ann%' OR (deleted_at IS NOT NULL AND password LIKE '\$%')")" 0 \
    "names and password are gone from the database"
register ann
answered 201 "and the name is free again"
nj_done
