#!/bin/bash
# messaging: signing up, logging in, tokens, and one's profile.
. "${0%/*}/lib.sh"

nj_start messaging.token_s=600

# form PATH NAME=VALUE…: POST a form.
form() {
	local path=$1 field args=()
	shift
	for field in "$@"; do
		args+=(--data-urlencode "$field")
	done
	api POST "$path" "${args[@]}"
}

# ---- signing up

api POST /signup '{"username":"string","password":"string"}'
replied 200 '{"message":"User created successfully"}' "signing up"
golden messaging/signup "has a shape"
api POST /signup '{"username":"string","password":"other"}'
refused 400 "User already exists" "the same name"
api POST /signup '{"username":"String","password":"x"}'
replied 200 '{"message":"User created successfully"}' \
    "a name in another case, a password of one letter"
api POST /signup '{"username":"Zoë 🐸","password":" ä "}'
answered 200 "any characters"
api POST /signup '{"username":"more","password":"x","email":5,"extra":[1]}'
answered 200 "what is not known is ignored"
register ann
token=
api POST /signup '{"username":"ann","password":"x"}'
refused 400 "User already exists" "a name that v1 gave"

# ---- logging in

form /login username=string password=string
replied 200 '{"access_token":"TOKEN","token_type":"bearer"}' "logging in"
golden messaging/login "has a shape"
string=$(get .access_token)
form /login username=string password=string grant_type=password scope= \
    client_id=c client_secret=s
answered 200 "with all of OAuth2's fields"
api POST /login -F username=string -F password=string
answered 200 "as multipart"
form /login 'username=Zoë 🐸' 'password= ä '
answered 200 "any characters"
form /login username=ann password=password-ann
answered 200 "somebody who registered with v1"
for credentials in "string wrong" "nobody string" "String string" "ann x"; do
	read -r name password <<<"$credentials"
	form /login "username=$name" "password=$password"
	refused 400 "Invalid credentials" "$credentials"
	is "$(header www-authenticate)" "" "without a challenge"
done

# ---- the token

claims=$(cut -d . -f 2 <<<"$string" | tr '_-' '/+')
while [ $((${#claims} % 4)) != 0 ]; do claims+='='; done
claims=$(base64 -d <<<"$claims")
is "$(jq -r .sub <<<"$claims")" string "sub is the username"
is "$(jq '.exp - .iat' <<<"$claims")" 600 "it is valid as long as is set"
api GET /profile
refused 401 "Not authenticated" "no token"
is "$(header www-authenticate)" Bearer "with a challenge"
api GET /profile -H 'Authorization: Basic c3RyaW5nOnN0cmluZw=='
refused 401 "Not authenticated" "another scheme"
is "$(header www-authenticate)" Bearer "with a challenge"
for bad in nonsense "$string."; do
	api GET /profile -H "Authorization: Bearer $bad"
	refused 401 "Invalid token" "a token that is none: '${bad:0:8}…'"
	is "$(header www-authenticate)" "" "without a challenge"
done
api GET /profile -H "Authorization: bearer $string"
answered 200 "the scheme in any case"
token=$string
api GET /profile
replied 200 '{"username":"string","password":"********"}' "the profile"
golden messaging/profile "has a shape"
api GET /v1/me
has .username string "the token is good for v1 too"
as ann
api GET /profile
has .username ann "and v1's token here"
login ann
api DELETE /v1/sessions/current
api GET /profile
refused 401 "Invalid token" "a session that has ended"
token=$string
api DELETE /v1/me '{"password":"string"}'
answered 204 "an account is deleted"
api GET /profile
refused 401 "User not found" "then its token finds nobody"
is "$(header www-authenticate)" "" "without a challenge"
token=
form /login username=string password=string
refused 400 "Invalid credentials" "nor is there anybody to log in"
api POST /signup '{"username":"string","password":"again"}'
answered 200 "and the name is free"

# ---- where passwords are hashed

nj_stop
hashing='POST /(signup|login|v1/users|v1/sessions)|DELETE /v1/me '
is "$(($(sed -n 's/.* of pool auth left after \([0-9]*\) .*/\1/p' \
    "$T/log/fcgi.log" | paste -sd +)))" \
    "$(grep -cE "\"($hashing)" "$T/log/access.log")" \
    "each request that hashes a password went to the pool for that"
nj_done
