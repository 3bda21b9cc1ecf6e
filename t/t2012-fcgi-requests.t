#!/bin/bash
# What a worker makes of requests, well-formed and not.
. "${0%/*}/lib-pool.sh"

pool_start request.body_max=1k request.arena_max=64k run.log_level=debug

# ---- addresses

while read -r uri want; do
	ask GET "$uri"
	is "$status $(code)" "$want" "GET $uri: $want"
done <<'TABLE'
/v1/none		404 no_such_path
/v1/rooms/		404 no_such_path
/v1/me%2f		404 no_such_path
/v1/me%00		400 bad_request
/v1/%zz			400 bad_request
/v1/%4			400 bad_request
/v1/%ff			400 bad_request
/v1/%c0%af		400 bad_request
/v1/\xff		400 bad_request
/v1/me			401 no_token
/v1/%6d%65?x=%zz	401 no_token
TABLE
# What is no path of v1 is refused in the words of the other dialects.
while read -r uri want; do
	ask GET "$uri"
	is "$status $(sed '1,/^$/d' <<<"$answer")" "$want" "GET $uri: $want"
done <<'TABLE'
/nowhere		404 {"detail":"Not Found"}
/%2e%2e			404 {"detail":"Not Found"}
/v10			404 {"detail":"Not Found"}
/upcall/v1		404 {"detail":"Not Found"}
/%zz			400 {"detail":"The path is not UTF-8 in percent-encoding."}
v1/me			400 {"detail":"The path is not UTF-8 in percent-encoding."}
*			400 {"detail":"The path is not UTF-8 in percent-encoding."}
TABLE
ask GET / REQUEST_URI=
refuses 400 bad_request "no address"
ask '' /
refuses 400 bad_request "no method"
ask GET "/$(head -c 200 /dev/zero | tr '\0' /)"
is "$status" 404 "two hundred slashes"

# ---- methods

ask BREW /v1/me
refuses 405 method_not_allowed "a method that is none"
is "$(field Allow)" "GET, HEAD, PATCH, DELETE, OPTIONS" "Allow names the others"
ask OPTIONS /v1/me
is "$status $(field Allow)" "204 GET, HEAD, PATCH, DELETE, OPTIONS" \
    "OPTIONS names them too"
is "$(field Content-Length)$(field Content-Type)" "" "and has no body"
ask OPTIONS /v1/none
refuses 404 no_such_path "OPTIONS of nothing"
ask GET /v1/me
size=$(field Content-Length)
is "$(sed '1,/^$/d' <<<"$answer" | tr -d '\n' | wc -c)" "$size" \
    "Content-Length is the body's"
is "$(field Content-Type)" application/problem+json "Content-Type is the error's"
ask HEAD /v1/me
is "$status $(field Content-Type)" "401 application/problem+json" \
    "HEAD is like GET"
is "$(sed '1,/^$/d' <<<"$answer")" "" "without the body"
ok "and says how long it would be" test "$(field Content-Length)" -gt 0

# ---- request ids

ask GET /nowhere REQUEST_ID=0123456789abcdef
is "$(field X-Request-Id)" 0123456789abcdef "the id that nginx gave comes back"
says "and stands in the log" 'rid=0123456789abcdef GET /nowhere 404 '
ask GET /nowhere
like "$(field X-Request-Id)" '^[0-9a-f]{32}$' "without one, there is one"
for id in 'a b' 'a\x0d\x0aSet-Cookie: x' "$(printf '%064d' 0)" '\xff'; do
	ask GET /nowhere "REQUEST_ID=$id"
	like "$(field X-Request-Id)" '^[0-9a-f]{32}$' "not $id"
done

# ---- bodies

# send_bytes N METHOD URI [NAME=VALUE…]: a body of N bytes that mean nothing.
send_bytes() {
	head -c "$1" /dev/zero >"$T/tmp/bytes"
	shift
	send "$T/tmp/bytes" "$@"
}

send_bytes 1024 PUT /v1/me/password
refuses 401 no_token "a body of the largest size"
send_bytes 1025 POST /v1/users
refuses 413 too_large "one byte more"
send_bytes 300000 POST /v1/users
refuses 413 too_large "much more"
send_bytes 1024 POST /v1/users CONTENT_LENGTH=
refuses 400 bad_json "of the largest size, unannounced"
send_bytes 1025 POST /v1/users CONTENT_LENGTH=
refuses 413 too_large "one byte more, unannounced"
send_bytes 300000 POST /v1/users CONTENT_LENGTH=
refuses 413 too_large "much more, unannounced"
send_bytes 5 POST /v1/users CONTENT_LENGTH=6
refuses 400 bad_request "a body that is too short"
send_bytes 7 POST /v1/users CONTENT_LENGTH=6
refuses 400 bad_request "a body that is too long"
for length in -1 1x 99999999999999999999 ' 5'; do
	send_bytes 5 POST /v1/users "CONTENT_LENGTH=$length"
	refuses 400 bad_request "a length of \"$length\""
done
ask POST /v1/users CONTENT_LENGTH=9223372036854775807
refuses 413 too_large "an announced body of eight exabytes"
send_bytes 300000 POST /v1/nowhere
refuses 404 no_such_path "an unknown path counts more than a large body"
send_bytes 300000 POST /v1/users NATTERJACK_BODY_FILE=/nowhere
refuses 400 bad_json "a body that nginx has put into a file is not read"
ask POST /v1/users 'HTTP_USER_AGENT=\xff'
refuses 400 bad_request "a kept header that is not UTF-8"

# ---- upcalls

printf '[]' >"$T/tmp/frames"
send "$T/tmp/frames" POST /upcall/v1
is "$status" 404 "an upcall that push has not made"
send "$T/tmp/frames" POST /upcall/v1 NATTERJACK_UPCALL=0 NATTERJACK_USER=1 \
    NATTERJACK_SESSION=1
is "$status" 404 "or does not claim to have made"
send "$T/tmp/frames" POST /upcall/v1 NATTERJACK_UPCALL=1 NATTERJACK_USER=1 \
    NATTERJACK_SESSION=1
refuses 401 session_ended "an upcall for a session that is none"
ask GET /v1/me NATTERJACK_UPCALL=1 NATTERJACK_USER=1 NATTERJACK_SESSION=1
refuses 404 no_such_path "an upcall of anything else"
ask GET /v1/me NATTERJACK_USER=1 NATTERJACK_SESSION=1
refuses 401 no_token "an account in the head means nothing otherwise"

# ---- peers that misbehave

client fcgi rude "$fcgi_sock" >"$T/tmp/out"
is "$(cat "$T/tmp/out")" "done" "bytes that are no FastCGI are survived"
for _ in {1..20}; do
	client fcgi leave "$fcgi_sock" GET /nowhere
done
ask GET /nowhere KEEP=1
like "$answer" '\[closed\]$' "a connection is not kept"
is "$(times 'error|alert')" 0 "nothing of this is an error of ours"
is "$(nj_deaths)" "" "no worker has died"

# ---- memory

nj_stop
pool_start request.body_max=1m request.arena_max=64k
send_bytes 100000 POST /v1/users
refuses 503 out_of_memory "a body that is larger than a request's memory"
is "$(field Retry-After)" 1 "with Retry-After"
ask GET /nowhere
is "$status" 404 "the next request has memory again"
nj_done
