#!/bin/bash
# chatroom: accounts and their tokens, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start
api GET /api/user/test
replied 200 '{"message":"Users endpoint"}' "a route to try with"
api GET /test-db
replied 200 '{"collections":["Users","Chatrooms","Messages"]}' \
    "and one for the database"

# Registering, in three generations.
api POST /api/user/ '{"username":"ann","password":"x","profile":{"name":" Ann ","about":"A frog"}}'
answered 200 "registering, with a password of one character"
golden chatroom/register "gives the account"
ids[ann]=$(get ._id)
api POST /api/user/ '{"_id":"","username":"bob","password":"password-bob"}'
answered 200 "without a profile, with an empty id"
golden chatroom/register-bare "gives one that is called by its username"
ids[bob]=$(get ._id)
api POST /api/user/ '{"username":"carl","password":"x","identityKey":"IK","schnorrKey":{"a":[1,null]},"schnorrSig":"SS"}'
answered 200 "with keys"
golden chatroom/register-keys "gives them back"
ids[carl]=$(get ._id)
api POST /api/user '{"username":"dora","password":"x"}'
answered 200 "a slash that is not there is none"
api POST /api/user/ '{"username":"ann","password":"y"}'
detail 400 "User already exists!" "the same name again"
api POST /api/user/ '{}'
has '[.detail[].loc[1]] | join(" ")' "username password" \
    "all faults are told at once"
api POST /api/user/ '{"password":"y"}'
item missing '["body","username"]' "Field required" '{"password":"y"}' '' \
    "without a name"
api POST /api/user/ '{"username":7,"password":"y"}'
item string_type '["body","username"]' "Input should be a valid string" 7 '' \
    "a number for a name"
api POST /api/user/ '{"username":"eve","password":"y","profile":{"name":"E"}}'
item missing '["body","profile","about"]' "Field required" '{"name":"E"}' '' \
    "half a profile"
api POST /api/user/ '{"username":"eve","password":"y","profile":"E"}'
item model_attributes_type '["body","profile"]' \
    "Input should be a valid dictionary or object to extract fields from" \
    '"E"' '' "a text for a profile"
api POST /api/user/ ''
item missing '["body"]' "Field required" null '' "without a body"
api POST /api/user/ '{"username":'
like "$status $(get '.detail[0].type + " " + .detail[0].msg')" \
    '^422 json_invalid JSON decode error$' "a body that is no JSON"
api POST /api/user/ '[1]'
item model_attributes_type '["body"]' \
    "Input should be a valid dictionary or object to extract fields from" \
    '[1]' '' "a list for a body"
for body in '{"username":"","password":"x"}' '{"username":"zoe","password":""}'; do
	api POST /api/user/ "$body"
	is "$status $(get '.detail[0].loc[0]')" "422 body" "what is empty"
done

# What looks as if it were secret is not kept.
api POST /api/user/ '{"username":"fay","password":"hush","passwordAgain":"hush","hash":"h","color":"hush","size":3,"salt":"s","accessToken":"t"}'
replied 200 '{"_id":"HEX24","username":"fay","profile":{"name":"fay","about":""},"size":3}' \
    "only what is no secret is given back"
is "$(sql "SELECT count(*) FROM account WHERE profile LIKE '%hush%'")" 0 \
    "and no password is in what is told of it"

# Logging in.
api POST /api/user/login '{"username":"ann","password":"x"}'
answered 200 "logging in"
golden chatroom/login "gives a token"
token=$(get .token)
claims=$(get .token | cut -d . -f 2 | tr -- -_ +/ |
    awk '{ while (length % 4) $0 = $0 "="; print }' | base64 -d)
is "$(jq -r .user_id <<<"$claims")" "${ids[ann]}" "which names the account"
is "$(jq -r '.sub' <<<"$claims")" null "in no other way"
is "$(jq '.exp - .iat' <<<"$claims")" 900 "for a quarter of an hour"
is "$(sql "SELECT (expires_at - created_at) / 1000 FROM session ORDER BY id DESC LIMIT 1")" \
    86400 "but its sockets may stay for a day"
api GET /api/user/test-login
answered 200 "it is good"
golden chatroom/test-login "and says for how long"
has '.expires_at - .issued_at' 900 "which is as long"
has .user_id "${ids[ann]}" "for whom it was made"
api GET /v1/me
has .username ann "also elsewhere"
tokens[ann]=$token token=
for body in '{"username":"ann","password":"wrong"}' \
    '{"username":"nobody","password":"x"}'; do
	api POST /api/user/login "$body"
	detail 401 "Email or Password is incorrect." "logging in wrongly"
	is "$(header www-authenticate)" "" "without a challenge"
done
api POST /api/user/login '{"username":"ann"}'
item missing '["body","password"]' "Field required" '{"username":"ann"}' '' \
    "without a password"

# The header: with and without the word.
for value in "${tokens[ann]}" "Bearer ${tokens[ann]}" \
    "Bearer Bearer ${tokens[ann]}"; do
	api GET /api/user/test-login -H "Authorization: $value"
	has .user_id "${ids[ann]}" "a token after '${value%ey*}'"
done
for path in "GET user/" "GET user/${ids[ann]}" "PUT user/${ids[ann]}" \
    "DELETE user/${ids[ann]}" "GET user/test-login" "PUT user/" \
    "GET user/name/a" "PUT user/otpKeys" "DELETE user/otpKeys/${ids[ann]}" \
    "POST user/change-password" "GET chatroom/" "POST chatroom/" \
    "GET chatroom/$nothing" "DELETE chatroom/$nothing" \
    "POST chatroom/$nothing/join" "GET chatroom/$nothing/send" \
    "GET chatroom/$nothing/receive" "POST message/" "GET message/$nothing" \
    "PUT message/read"; do
	api "${path% *}" "/api/${path#* }"
	detail 401 "You need to log in first." "$path without a token"
	is "$(header www-authenticate)" "" "without a challenge"
	api "${path% *}" "/api/${path#* }" -H 'Authorization: Bearer nonsense'
	detail 401 "Invalid or expired token." "$path with a bad one"
done
api GET /api/user/ -H 'Authorization: Basic YTpi'
detail 401 "Invalid or expired token." "another scheme is a bad token"

# Who there is.
as ann
api GET /api/user/
answered 200 "the list"
is "$(get 'map(.username) | join(" ")')" "ann bob carl dora fay" \
    "in the order in which they came"
body=$(get '[.[0], .[2]]')
golden chatroom/users "has a shape, without a password"
api GET /api/user
has length 5 "the same without the slash"
api GET "/api/user/${ids[bob]}"
answered 200 "one of them"
golden chatroom/user "has the same shape"
for id in "$nothing" "$bad" "$(hex24 9999)" 1; do
	api GET "/api/user/$id"
	detail 404 "User not found!" "nobody: $id"
done
api GET "/api/user/$(tr a-f A-F <<<"${ids[bob]}")"
has .username bob "an id in capitals is the same"

# Those whose names begin so.
for name in Anton anna ANTJE hanna; do
	api POST /api/user/ "{\"username\":\"$name\",\"password\":\"x\"}"
done
as ann
api GET /api/user/name/AN
is "$status $(get 'map(.username) | join(" ")')" "200 Anton anna ANTJE" \
    "names that begin so, in any case, but one's own"
body=$(get '.[:1]')
golden chatroom/search "have the same shape"
for name in nna zoe %25 _; do
	api GET "/api/user/name/$name"
	detail 404 "Username not found!" "no name begins with $name"
done
for i in $(seq 12); do
	api POST /api/user/ "{\"username\":\"many$i\",\"password\":\"x\"}"
done
as ann
api GET /api/user/name/many
has length 10 "they are at most ten"

# Changing oneself.
api PUT "/api/user/${ids[ann]}" '{"profile":{"name":"Anne","about":"Two frogs"}}'
answered 200 "another profile"
golden chatroom/user-put "is given back"
api GET /v1/me
has .display_name Anne "the name is told elsewhere, too"
api PUT "/api/user/${ids[ann]}" '{"profile":{"about":"Three"},"size":9,"password2":"x"}'
replied 200 '{"_id":"HEX24","username":"ann","profile":{"name":"ann","about":"Three"},"size":9}' \
    "a profile stands for the old one as a whole"
api PUT "/api/user/${ids[ann]}" '{}'
has '"\(.profile.about) \(.size)"' "Three 9" "what is not said stays"
api PUT "/api/user/${ids[ann]}/" '{"username":"annie"}'
has '"\(.username) \(.profile.name)"' "annie annie" "another username"
api PUT /api/user/ '{"username":"ann"}'
has .username ann "and back, by the token alone"
api PUT "/api/user/${ids[ann]}" '{"username":"bob"}'
detail 400 "User already exists!" "another's"
api PUT "/api/user/${ids[ann]}" '[]'
item model_attributes_type '["body"]' \
    "Input should be a valid dictionary or object to extract fields from" \
    '[]' '' "a list"
api PUT "/api/user/${ids[ann]}" '{"profile":{"name":7}}'
item string_type '["body","profile","name"]' "Input should be a valid string" \
    7 '' "a number for a name"
api PUT "/api/user/${ids[bob]}" '{}'
detail 403 "You are not authorized to update this user." "somebody else"
api PUT "/api/user/$nothing" '{}'
detail 403 "You are not authorized to update this user." "nobody"
api PUT "/api/user/$bad" '{}'
detail 404 "User not found!" "what is no id"
api PUT "/api/user/${ids[ann]}" '{"password":"another"}'
answered 200 "another password"
is "$(grep -c another <<<"$body")" 0 "which is not given back"
api POST /api/user/login '{"username":"ann","password":"x"}'
detail 401 "Email or Password is incorrect." "the old one is no good"
api POST /api/user/login '{"username":"ann","password":"another"}'
answered 200 "the new one is"
tokens[ann2]=$(get .token)

# Changing a password by the old one.
api POST /api/user/change-password '{"currentPassword":"wrong","newPassword":"y"}'
detail 401 "Current password is incorrect." "a password by a wrong one"
for body in '{"currentPassword":"another","newPassword":""}' \
    '{"currentPassword":"","newPassword":"y"}'; do
	api POST /api/user/change-password "$body"
	detail 400 "Both current and new passwords are required." "an empty one"
done
api POST /api/user/change-password '{}'
has '[.detail[].loc[1]] | join(" ")' "currentPassword newPassword" "none"
api POST /api/user/change-password '{"currentPassword":"another","newPassword":"y"}'
said "Password changed." "a password by the right one"
as ann2
api GET /api/user/test-login
detail 401 "Invalid or expired token." "ends one's other sessions"
as ann
api GET /api/user/test-login
answered 200 "but not this one"

# Going.
api DELETE "/api/user/${ids[bob]}"
detail 403 "You are not authorized to delete this user." "deleting another"
api DELETE "/api/user/$bad"
detail 404 "User not found!" "or what is no id"
api DELETE "/api/user/${ids[ann]}"
said "User deleted." "deleting oneself"
api GET /api/user/
detail 401 "Invalid or expired token." "then the token is nobody's"
token=
api POST /api/user/login '{"username":"bob","password":"password-bob"}'
token=$(get .token)
api GET "/api/user/${ids[ann]}"
detail 404 "User not found!" "nor is the account there"

# Paths and methods.
api GET /api/user/name/a/b
detail 404 "Not Found" "a path that is none"
api PATCH "/api/user/${ids[bob]}" '{}'
detail 405 "Method Not Allowed" "another method"
like "$(header allow)" 'GET.*PUT.*DELETE' "which tells the right ones"
api HEAD /api/user/
answered 405 "HEAD is one, too"
nj_done
