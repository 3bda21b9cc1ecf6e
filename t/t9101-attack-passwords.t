#!/bin/bash
# Passwords under attack: how they are kept and where they are hashed, how many
# may be wrong before 429 in each dialect's own words, that a restart forgets
# none, and which ones nobody may choose.
. "${0%/*}/lib.sh"

# The socket's clients come from where they say, as behind another proxy.  Passwords
# are hashed as they are where nobody is in a hurry: beside other things.
nj_files auth.hash_nice=19
sed -i 's/^	server_tokens off;/&\n	set_real_ip_from unix:;\n	real_ip_header X-Test-Address;/' \
    "$T/nginx/nginx.conf"
nj_start_fcgi
nj_start_push
nj_start_nginx
nj_running=1
nj_wait_ready || nj_bail "the instance does not become ready"

from=()
address() {
	from=(-H "X-Test-Address: $1")
}

form() {
	local path=$1 field args=()
	shift
	for field in "$@"; do
		args+=(--data-urlencode "$field")
	done
	api POST "$path" "${args[@]}" "${from[@]}"
}

# ---- how

register ann
api POST /users/register '{"username":"rita","email":"rita@example.org","password":"password-rita"}'
answered 201 "an account with an address"
like "$(sql "SELECT password FROM account WHERE username = 'ann'")" \
    '^\$y\$' "yescrypt by default"
isnt "$(sql "SELECT password FROM account WHERE username = 'ann'")" \
    "$(sql "SELECT password FROM account WHERE username = 'rita'")" "salted"

# ---- where

# Each path that hashes, in both forms of those that have two.
for path in /v1/users /v1/sessions /signup /signup/ /login /login/ \
    /auth/register /auth/register/ /auth/token /auth/token/ \
    /auth/create_new_user/ /auth/generate_token/ /users/register \
    /users/login /users/login/ /api/auth/signup /api/auth/login \
    /api/auth/login/ /api/user /api/user/ /api/user/login \
    /api/user/change-password; do
	echo "POST $path"
done >"$T/tmp/paths"
printf '%s\n' 'PUT /v1/me/password' 'DELETE /v1/me' 'PUT /api/user/' \
    'PUT /api/user/000000000000000000000001' >>"$T/tmp/paths"
# Every route of that kind: with the pool asleep, nothing answers there.
# shellcheck disable=SC2046 # a list of numbers
kill -STOP $(nj_workers auth)
while read -r method path; do
	curl -s --unix-socket "$NJ_SOCK" --max-time $((1 * NJ_SLOW)) -X "$method" \
	    -o /dev/null -w "%{http_code} $method $path\n" -d '{}' \
	    "http://natterjack$path" >>"$T/tmp/asleep" &
	curls+=($!)
done <"$T/tmp/paths"
wait "${curls[@]}"
is "$(sort -u "$T/tmp/asleep" | grep -v '^000 ')" "" \
    "what hashes passwords goes to the pool for that"
is "$(wc -l <"$T/tmp/asleep")" "$(wc -l <"$T/tmp/paths")" "all of it"
as ann
api GET /v1/me
answered 200 "the others go on"
# shellcheck disable=SC2046 # a list of numbers
kill -CONT $(nj_workers auth)
token=
api POST /v1/sessions '{"username":"ann","password":"password-ann"}'
answered 201 "and logins, when it wakes"
is "$(grep -c 'in the main pool' "$T/log/fcgi.log")" 0 \
    "no worker of the main pool has hashed one"
printf '{"username":"ann","password":"password-ann"}' |
    client fcgi ask "$T/run/fcgi.sock" POST /v1/sessions >/dev/null
is "$(grep -c 'POST /v1/sessions has hashed a password in the main pool' \
    "$T/log/fcgi.log")" 1 "one that is made to says so"

# ---- how many

within() {
	[ "$3" -ge "$1" ] && [ "$3" -le "$2" ]
}

# be_wrong TIMES COMMAND…: how often it was looked at, and the last answer.
be_wrong() {
	local n=$1 looked_at=0
	shift
	while [ $((n -= 1)) -ge 0 ]; do
		"$@"
		[ "$status" = 429 ] || looked_at=$((looked_at + 1))
	done
	is $looked_at 5 "five wrong passwords: $1 ${2:-}"
	is "$status" 429 "then 429"
	ok "for a minute from the fifth" within 30 60 "$(header retry-after)"
	is "$(header www-authenticate)" "" "which asks for no token"
}

v1_login() {
	api POST /v1/sessions "{\"username\":\"$1\",\"password\":\"wrong\"}" \
	    "${from[@]}"
}

json_login() {
	api POST "$1" "{\"username\":\"$2\",\"username_or_email\":\"$2\",
	    \"password\":\"wrong\"}" "${from[@]}"
}

words="Too many requests; wait a little."
token=
address 192.0.2.1
be_wrong 6 v1_login ann
problem 429 too_many_requests "v1's words"
golden attack/v1-429 "to the letter"
address 192.0.2.2
be_wrong 6 form /login username=ann password=wrong
refused 429 "$words" "messaging"
address 192.0.2.3
be_wrong 6 form /auth/token username=ann password=wrong
refused 429 "$words" "chatapp"
address 192.0.2.4
be_wrong 6 json_login /users/login ann
refused 429 "$words" "realtime"
address 192.0.2.5
be_wrong 6 json_login /api/auth/login ann
refused 429 "$words" "rooms"
address 192.0.2.8
be_wrong 6 json_login /api/user/login ann
refused 429 "$words" "chatroom"
address 192.0.2.6
be_wrong 6 json_login /users/login rita@example.org
be_wrong_own() {
	api PUT /v1/me/password '{"old_password":"wrong","new_password":"another one"}' \
	    "${from[@]}"
}
as ann
be_wrong 6 be_wrong_own
problem 429 too_many_requests "a session cannot be used to guess either"
token=

# One that tries through one dialect is known to all.
address 192.0.2.1
api POST /api/auth/login '{"username":"ann","password":"password-ann"}' "${from[@]}"
refused 429 "$words" "the right one, through another dialect"
address 192.0.2.10
api POST /api/auth/login '{"username":"ann","password":"password-ann"}' "${from[@]}"
answered 200 "from elsewhere the owner comes in"

# A name that is nobody's is refused in the same way.
address 192.0.2.7
be_wrong 6 v1_login nobody
golden attack/v1-429 "to the letter, for who does not exist"

# The limits of nginx: those who come too often.  What says nothing is hashed by
# nobody, and so comes as fast here as on any machine.
address 192.0.2.11
for i in {1..40}; do
	echo "url = \"http://natterjack/v1/sessions\""
	echo "output = \"/dev/null\""
done >"$T/tmp/storm"
is "$(curl -s --unix-socket "$NJ_SOCK" "${from[@]}" -w '%{http_code}\n' \
    -d '{}' -K "$T/tmp/storm" |
    sort | uniq -c | awk '$2 == 429 && $1 > 9 { print "limited" }')" limited \
    "forty logins at once from one address are too many for nginx"
v1_login ann
problem 429 too_many_requests "in the same words"
is "$(header retry-after)" 1 "and when to come again"
json_login /api/auth/login ann
refused 429 "Too Many Requests" "in the words of the dialects, which nginx knows"
is "$(header retry-after)" 1 "and when to come again"
# An IPv6 client has a whole /64 to come from.
for i in {1..40}; do
	curl -s --unix-socket "$NJ_SOCK" -H "X-Test-Address: 2001:db8::$i" \
	    -o /dev/null -w '%{http_code}\n' -d '{}' \
	    http://natterjack/v1/sessions
done >"$T/tmp/six"
ok "and forty from one /64" grep -q 429 "$T/tmp/six"
address 2001:db8:0:1::1
api POST /v1/sessions '{"username":"ann","password":"password-ann"}' "${from[@]}"
answered 201 "but not the next"

# ---- a restart

nj_end fcgi TERM
nj_start_fcgi
wait_for 10 nj_is_ready
address 192.0.2.4
json_login /users/login ann
refused 429 "$words" "a restart forgets nothing"
ok "for less than a minute" [ "$(header retry-after)" -le 60 ]

# What has passed goes.
count() {
	sql "SELECT count(*) FROM throttle"
}
isnt "$(count)" 0 "what counts is in the database"
sql "UPDATE throttle SET free_at = 1"
is_empty() {
	[ "$(count)" = 0 ]
}
ok "what counts no more is removed" wait_for 20 is_empty
json_login /users/login ann
answered 401 "and the address may try again"

# ---- how long it is still slow

nj_stop
nj_start auth.tries_s=2 auth.tries=2 auth.limit_local=yes
from=()
v1_login ann
v1_login ann
v1_login ann
problem 429 too_many_requests "by the settings, and from this machine"
like "$(header retry-after)" '^[12]$' "with its time"
may_try() {
	api POST /v1/sessions '{"username":"ann","password":"password-ann"}'
	[ "$status" = 201 ]
}
ok "and when it is over the right one is taken" wait_for 10 may_try

# ---- which ones nobody may choose

nj_stop
printf 'password123\r\nqwertyuiop\nMixedCase1\nlast-of-all' >"$T/list"
nj_start auth.password_list="$T/list"
n=0
for bad in password123 Password123 qwertyuiop last-of-all MixedCase1; do
	n=$((n + 1))
	api POST /v1/users "{\"username\":\"new$n\",\"password\":\"$bad\"}"
	problem 422 password_known "v1: $bad"
	has .field password "names the field"
done
api POST /v1/users '{"username":"good","password":"mixedcase1"}'
answered 201 "only what is on the list"
token=$(get .access_token)
api PUT /v1/me/password '{"old_password":"mixedcase1","new_password":"QWERTYUIOP"}'
problem 422 password_known "changing to one"
has .field new_password "names the field"
token=
text="This password is one that everybody knows; choose another."
while read -r path json; do
	api POST "$path" "$json"
	is "$status $(get '.detail[0] | "\(.loc | join(".")) \(.msg)"')" \
	    "422 body.password $text" "POST $path"
done <<'TABLE'
/signup {"username":"n1","password":"password123"}
/auth/register {"username":"n2","email":"n2@example.org","password":"password123"}
/users/register {"username":"n33","email":"n3@example.org","password":"password123"}
/api/auth/signup {"username":"n4","password":"password123"}
/api/user/ {"username":"n5","password":"password123"}
TABLE
is "$(sql "SELECT count(*) FROM account WHERE username LIKE 'n_%'")" 0 \
    "nobody of these is there"
printf 'something else\n' >"$T/list"
api POST /v1/users '{"username":"new1","password":"password123"}'
answered 201 "the list may be replaced"
rm "$T/list"
api POST /v1/users '{"username":"new2","password":"password-new2"}'
problem 500 internal "one that has gone is no list of nothing"
ok "and the log says so" grep -q "auth.password_list: $T/list: No such file" \
    "$T/log/fcgi.log"
nj_stop
nj_conf auth.password_list="$T/list"
"$NJ_BUILD/natterjack-fcgi" -c "$T/natterjack.conf" >"$T/tmp/out" 2>&1
is $? 78 "without it the workers do not start"
like "$(<"$T/tmp/out")" "auth.password_list: $T/list: No such file" "and say why"
nj_done
