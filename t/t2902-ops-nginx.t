#!/bin/bash
# What nginx adds: limits, a request id on everything, and errors of its own in
# the shape of ours.
. "${0%/*}/lib.sh"

nj_files
# Clients on a Unix-domain socket are exempt; here they are not.  And what was
# used up does not come back while this test runs, however slow it is.
sed -i 's/255.255.255.255\t0/255.255.255.255\t1/; s/rate=2r.s/rate=1r\/m/' \
    "$T/nginx/natterjack/limits.conf"
nj_start_fcgi && nj_start_push && nj_start_nginx
nj_running=1
nj_wait_ready || nj_bail "the instance does not become ready"

# from_nginx STATUS CODE TEXT
from_nginx() {
	problem "$@"
	is "$(get .request_id)" "$(header x-request-id)" "$3: with the request's id"
	is "$(get .type)" "urn:natterjack:problem:$2" "$3: and its type"
}

# detailed STATUS DETAIL TEXT: the same refusal, where dialects are at home.
detailed() {
	is "$status $(header content-type) $body" \
	    "$1 application/json {\"detail\":\"$2\"}" "$3: $1 $2"
	like "$(header x-request-id)" '^[0-9a-f]{32}$' "$3: with an id"
}

# The id.
api GET /health
like "$(header x-request-id)" '^[0-9a-f]{32}$' "an answer has a request id"
api GET /v1/me
problem 401 no_token "a refusal of a worker"
is "$(get .request_id)" "$(header x-request-id)" "has the id that nginx gave it"
api GET /v1/events
problem 401 no_token "a refusal of push"
is "$(get .request_id)" "$(header x-request-id)" "has the id that nginx gave it"
is "$(grep -ci '^x-request-id' <<<"$headers")" 1 "once"
id=$(header x-request-id)
api GET /v1/me -H 'X-Request-Id: mine'
like "$(header x-request-id)" '^[0-9a-f]{32}$' "nobody chooses his own"

# What is too much.
head -c 262144 /dev/zero | tr '\0' ' ' >"$T/tmp/whole"
(cat "$T/tmp/whole"; printf x) >"$T/tmp/more"
api POST /v1/rooms --data-binary "@$T/tmp/more"
from_nginx 413 too_large "a body over the limit"
api POST /v1/rooms --data-binary "@$T/tmp/whole"
isnt "$status" 413 "a body at the limit passes"
api POST /api/rooms --data-binary "@$T/tmp/more"
detailed 413 "Request Entity Too Large" "a body over the limit, for a dialect"
long=$(head -c 9000 /dev/zero | tr '\0' a)
api GET "/$long"
from_nginx 414 too_large "a long address"
api GET /v1/me -H "X-Long: $long"
from_nginx 431 too_large "a long header"
api GET / -H "X-Long: $long"
detailed 431 "Request Header Fields Too Large" "a long header, for a dialect"
api TRACE /v1/me
from_nginx 405 method_not_allowed "TRACE"
like "$(header allow)" GET "which says what is allowed"
api TRACE /users/me
detailed 405 "Method Not Allowed" "TRACE, for a dialect"
like "$(header allow)" GET "which says what is allowed"
for page in problem detail preflight; do
	api GET "/.natterjack-$page"
	detailed 404 "Not Found" "/.natterjack-$page is for nginx alone"
done

# HEAD and OPTIONS are for the workers to answer.
api HEAD /health
answered 200 "HEAD gets through"
api OPTIONS /v1/me
isnt "$(get .code)" no_answer "OPTIONS gets through"

# Nobody is somebody because a header says so.
api POST /upcall/v1 '[]' -H 'NATTERJACK_UPCALL: 1' -H 'Natterjack-Upcall: 1' \
    -H 'Natterjack-User: 1'
is "$status $body" '404 {"detail":"Not Found"}' "an upcall from outside"

# Tokens in a query stay out of the log.
api GET '/v1/events?token=sesame&wait=0'
access=$T/log/access.log
logged() { grep -q "rid=$1" "$access"; }
ok "requests are logged with their id" wait_for 10 logged "$id"
ok "this one too" wait_for 10 logged "$(header x-request-id)"
is "$(grep -c sesame "$access")" 0 "without the query"

# Rates: of what hashes passwords there may be 20 at once, of the rest more.
token=
refused=0
for _ in $(seq 30); do
	api POST /v1/sessions '{"username":"nobody","password":"password"}'
	[ "$status" = 429 ] && refused=$((refused + 1))
done
ok "logins are limited: $refused of 30 refused" test $refused -ge 5
from_nginx 429 too_many_requests "the refusal"
like "$(header retry-after)" '^[0-9]+$' "says when to come again"
api POST '/v1/%73essions' '{"username":"nobody","password":"password"}'
is "$status" 429 "the same path, written otherwise"
api GET /v1/users
problem 401 no_token "a reader is not limited by that"

# Without the programs behind it.
nj_end fcgi TERM
api GET /v1/me
from_nginx 502 no_answer "no workers"
like "$(header retry-after)" '^[0-9]+$' "and when to come again"
api GET /messages/
detailed 502 "Bad Gateway" "no workers, for a dialect"
like "$(header retry-after)" '^[0-9]+$' "and when to come again"
nj_end push TERM
api GET /v1/events
from_nginx 502 no_answer "no push"

# Tokens stand in the queries of what push serves: no log has them, whichever way
# push is not there.
# without_push TEXT: ask for all that push serves, with a token.
without_push() {
	local path
	for path in /v1/events /ws/ann /ws/1/ann /websockets/1/ann \
	    /socket.io/ /echo; do
		api GET "$path?token=sesame"
		is "$status" 502 "$1: $path"
	done
	is "$(grep -c sesame "$T/log/nginx.log")" 0 "$1: no token in the errors"
}
: >"$T/log/nginx.log"
without_push "no socket"
python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/run/push.sock"
without_push "a socket of nobody"
api GET /v1/me
like "$(<"$T/log/nginx.log")" 'connect.* failed .*"GET /v1/me HTTP' \
    "other errors are logged"
nj_done
