#!/bin/bash
# Workers tell push what is new, once, and health says whether push hears it.
. "${0%/*}/lib-pool.sh"

hints=$T/log/push.log
: >"$hints"

# call METHOD URI JSON: by the account whose token is in $token, if any.
call() {
	printf '%s' "$3" >"$T/tmp/json"
	send "$T/tmp/json" "$1" "$2" CONTENT_TYPE=application/json \
	    "HTTP_AUTHORIZATION=${token:+Bearer $token}"
	body=$(sed '1,/^$/d' <<<"$answer")
}

# health: sets $health to "200 healthy ok ok".
health() {
	ask GET /health
	health="$status $(sed '1,/^$/d' <<<"$answer" |
	    jq -r '"\(.status) \(.database) \(.push)"')"
}

hinted() {
	grep -q "^wake	$1\$" "$hints"
}

# ---- without push

pool_start pool.workers=3
health
is "$health" "503 unhealthy ok The push daemon does not answer." \
    "health without push"
is "$(field Cache-Control)" no-store "is not to be kept"
ask POST /health
refuses 405 method_not_allowed "health is only asked for"
is "$(field Allow)" "GET, HEAD, OPTIONS" "with GET or HEAD"
call POST /v1/users '{"username":"ann","password":"password-ann"}'
is "$status" 201 "writing goes on without push" || nj_bail "no account"
token=$(jq -r .access_token <<<"$body")

# ---- with one

nj_run push /usr/bin/python3 "$NJ_SRC/t/client/fcgi.py" push "$T/run/hint.sock"
ok "push listens" wait_for 20 test -S "$T/run/hint.sock"
healthy() {
	health
	[ "$health" = "200 healthy ok ok" ]
}
ok "health with push" wait_for 20 healthy
ask HEAD /health
is "$status" 200 "HEAD too"
call POST /v1/rooms '{"kind":"private","name":"Pond"}'
room=$(jq -r .id <<<"$body")
is "$status" 201 "an account and a room" || nj_bail "no room"
seqs=()
for n in 1 2 3 4 5 6 7 8; do
	call POST "/v1/rooms/$room/messages" "{\"text\":\"message $n\"}"
	seqs+=("$(jq -r .seq <<<"$body")")
done
missing=''
for seq in "${seqs[@]}"; do
	wait_for 20 hinted "$seq" || missing+=" $seq"
done
is "$missing" "" "every message has its hint"
ask GET "/v1/rooms/$room/messages" "HTTP_AUTHORIZATION=Bearer $token"
is "$status" 200 "reading"
call POST "/v1/rooms/$room/typing" '{"on":true}'
cast() {
	grep -q "^cast	typing	$room	[0-9]*	ann	ann	1\$" "$hints"
}
ok "typing is cast" wait_for 20 cast
is "$(grep '^wake' "$hints" | sort | uniq -d)" "" "no hint is sent twice"
is "$(head -n 1 "$hints")" 'natterjack	1	worker' "workers name the protocol"

# ---- push goes and comes

kill "${pid[push]}"
wait "${pid[push]}" 2>/dev/null
unset 'pid[push]'
rm -f "$T/run/hint.sock"
health
is "${health%% *}" 503 "push is gone"
call POST "/v1/rooms/$room/messages" '{"text":"nobody hears this"}'
is "$status" 201 "writing goes on"
nj_run push /usr/bin/python3 "$NJ_SRC/t/client/fcgi.py" push "$T/run/hint.sock"
ok "push is back" wait_for 20 healthy
hears() {
	call POST "/v1/rooms/$room/messages" '{"text":"and this?"}'
	hinted "$(jq -r .seq <<<"$body")"
}
ok "it hears again" wait_for 20 hears
kill "${pid[push]}"
wait "${pid[push]}" 2>/dev/null
unset 'pid[push]'
nj_done
