#!/bin/bash
# The secret changes while the programs run: what the old one has signed is good
# until it expires or the old one goes; SIGHUP is all that it takes.
. "${0%/*}/lib.sh"

old=0123456789abcdef0123456789abcdef
new=fedcba9876543210fedcba9876543210
third='another one with # and blanks, long enough'

# reread: both programs have the configuration as it is now.
reread() {
	local generation
	generation=$(grep -c 'configuration read again' "$T/log/fcgi.log")
	readings=$(grep -c 'secrets have been read again' "$T/log/push.log")
	replaced=$(nj_workers main)
	kill -HUP "${pid[fcgi]}" "${pid[push]}"
	ok "the workers' configuration is read" wait_for 10 has_line fcgi \
	    'configuration read again' $((generation + 1))
	ok "and push's secrets" wait_for 10 has_line push \
	    'secrets have been read again' $((readings + 1))
	ok "and the workers are new" wait_for 20 are_new
}

has_line() {		# LOG TEXT TIMES
	[ "$(grep -c "$2" "$T/log/$1.log")" -ge "$3" ]
}

are_new() {
	local p
	for p in $replaced; do
		[ ! -d "/proc/$p" ] || return 1
	done
	[ "$(nj_workers main | wc -l)" = 4 ]
}

# shown TOKEN WANT TEXT: what requests, long-polls and WebSockets say of it.
shown() {
	printf '%s' "$1" >"$T/tmp/token"
	is "$(client forge show "$T/tmp/token" 2>&1 | tr '\n' ' ')" "$2" "$3"
}
good='v1 200 poll 200 ws 101 '
bad='v1 bad_token poll bad_token ws bad_token '

kid() {
	cut -d . -f 1 <<<"$1" | tr -- '-_' '+/' | base64 -d 2>/dev/null |
	    grep -o '"kid":"[0-9a-f]*"'
}

nj_start auth.secret="$old"
register ann
first=$token
shown "$first" "$good" "a token of the first secret"

# Somebody waits by it, all the time.
curl -sN --unix-socket "$NJ_SOCK" -H "Authorization: Bearer $first" \
    -H 'Accept: text/event-stream' --max-time $((100 * NJ_SLOW)) \
    http://natterjack/v1/events >"$T/tmp/stream" &
listener=$!
is_open() {
	grep -q hello "$T/tmp/stream"
}
ok "a stream" wait_for 10 is_open

nj_conf auth.secret="$new" auth.secret_old="$old"
reread
shown "$first" "$good" "is good beside the second"
login ann
second=$token
isnt "$(kid "$second")" "$(kid "$first")" "which has another name"
shown "$second" "$good" "and signs from now on"

# Two of before, in a file; the third comes from a file, too.
printf '%s\n' "$third" >"$T/secret"
printf '\n%s\n  %s \n' "$new" "$old" >"$T/old"
nj_conf auth.secret= auth.secret_file="$T/secret" auth.secret_old_file="$T/old"
reread
shown "$first" "$good" "the first beside two others"
shown "$second" "$good" "and the second"
login ann
shown "$token" "$good" "and the third"
latest=$token

# The oldest goes.
printf '%s\n' "$new" >"$T/old"
reread
shown "$first" "$bad" "without its secret a token is none, not even one that was known"
shown "$second" "$good" "the second still is one"
token=$latest
room private Pond
post "$room" "still here"
has_message() {
	grep -q "still here" "$T/tmp/stream"
}
ok "who has come in stays" wait_for 10 has_message
kill $listener 2>/dev/null
wait $listener 2>/dev/null

# A refresh token is not signed: it outlives its secret.
token=
api POST /v1/sessions/refresh "{\"refresh_token\":\"${refreshes[ann]}\"}"
answered 200 "a refresh token outlives all of them"
shown "$(get .access_token)" "$good" "and gives a token of the newest"

# An expired token of an old secret has expired.
nj_conf auth.secret="$new" auth.secret_old="$old" auth.token_s=10 auth.skew_s=0
is "$(client forge expired "$old" "$first")" \
    "v1 bad_token poll bad_token ws bad_token" "an old one's, before it is known"
reread
# push takes its other settings at the next start.
is "$(client forge expired "$old" "$first" | cut -d ' ' -f 1,2)" \
    "v1 token_expired" "it does not outlive its time"

# What is no configuration changes nothing.
shown "$second" "$good" "a token"
nj_conf auth.secret="$third" auth.secret_old=short
kill -HUP "${pid[fcgi]}" "${pid[push]}"
fault='a secret of auth.secret_old or auth.secret_old_file has less than 32 bytes'
ok "a secret that is too short: the workers say so" wait_for 10 has_line fcgi \
    "the configuration stays as it was: $fault" 1
ok "so does push" wait_for 10 has_line push \
    "the secrets stay as they were: $fault" 1
nj_conf auth.secret="$third" auth.secret_old_file="$T/nothing"
kill -HUP "${pid[fcgi]}" "${pid[push]}"
ok "a file that is not there: the workers say so" wait_for 10 has_line fcgi \
    "stays as it was: $T/nothing: No such file" 1
ok "so does push" wait_for 10 has_line push \
    "stay as they were: $T/nothing: No such file" 1
shown "$second" "$good" "and all is as before"
nj_done
