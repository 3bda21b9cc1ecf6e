#!/bin/bash
# CORS: preflights are answered by nginx, and every answer says once who may
# read it - whoever makes the answer.
. "${0%/*}/lib.sh"

nj_start database.busy_ms=100
register ann
room public Pond
post "$room" hello
here=(-H 'Origin: https://chat.example.org')

# cors: the headers of the last answer that have to do with it, in one line.
cors() {
	grep -iE '^(access-control-[a-z-]*|vary):' <<<"$headers" |
	    sed 's/^\([^:]*\): /\L\1=/' | LC_ALL=C sort | tr '\n' ';'
}

anybody='access-control-allow-credentials=true;access-control-allow-origin=*;'
exposed='access-control-expose-headers=Allow, Location, Retry-After, WWW-Authenticate, X-Request-Id;'
asked=(-H 'Access-Control-Request-Method: PATCH'
    -H 'Access-Control-Request-Headers: authorization, content-type')
allowed='access-control-allow-credentials=true;access-control-allow-headers=authorization, content-type;access-control-allow-methods=DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT;access-control-allow-origin=https://chat.example.org;access-control-max-age=600;vary=Origin;'

# Preflights, of all dialects, with workers or without.
for path in /v1/rooms "/v1/events?since=0" /send-message /auth/token \
    /users/me /api/rooms /api/message /nowhere /test; do
	token=
	api OPTIONS "$path" "${here[@]}" "${asked[@]}"
	is "$status $(header content-type) $body" \
	    "200 text/plain; charset=utf-8 OK" "$path: a preflight"
	is "$(cors)" "$allowed" "$path: with every header, once"
done
api OPTIONS /v1/rooms "${here[@]}" -H 'Access-Control-Request-Method: GET'
is "$(header access-control-allow-headers)" "" "no header is asked for"
as ann
api OPTIONS /v1/rooms "${here[@]}"
answered 204 "without a method it is an OPTIONS for the workers"
like "$(header allow)" "GET.*POST" "who say what there is"
is "$(cors)" "$anybody$exposed" "and anybody may read it"
api OPTIONS /users/me "${here[@]}"
answered 405 "a dialect knows no OPTIONS"
is "$(cors)" "$anybody" "which anybody may read"
api OPTIONS /v1/rooms -H 'Access-Control-Request-Method: GET'
answered 204 "without an origin, too"
is "$(cors)" "" "for which CORS does not matter"

# Ordinary answers, and refusals of all programs.
api GET /v1/me
is "$(cors)" "" "no origin, no headers"
api GET /v1/me "${here[@]}"
answered 200 "a page of another origin reads"
is "$(cors)" "$anybody$exposed" "an answer"
api GET /v1/me "${here[@]}" -H 'Cookie: a=b'
is "$(cors)" \
    "${anybody/\*/https://chat.example.org}${exposed}vary=Origin;" \
    "with a cookie it is this origin's"
api GET /v1/rooms/999999 "${here[@]}"
is "$status $(cors)" "404 $anybody$exposed" "a refusal of a worker"
api GET /nowhere "${here[@]}"
is "$status $(cors)" "404 $anybody" "one outside v1"
api GET /api/chatroom/test "${here[@]}"
is "$status $(cors)" "200 $anybody" "an answer outside v1"
api GET "/v1/events?since=0&wait=0" "${here[@]}"
is "$status $(cors)" "200 $anybody$exposed" "a long-poll"
api GET "/v1/events?since=x" "${here[@]}"
is "$status $(cors)" "400 $anybody$exposed" "a refusal of push"
curl -sN --unix-socket "$NJ_SOCK" -D "$T/tmp/head" -o "$T/tmp/stream" \
    -H "Authorization: Bearer $token" -H 'Accept: text/event-stream' \
    "${here[@]}" "http://natterjack/v1/events?since=0" &
stream=$!
ok "a stream begins" wait_for 10 test -s "$T/tmp/stream"
kill $stream
wait $stream 2>/dev/null
headers=$(tr -d '\r' <"$T/tmp/head")
is "$(header content-type) $(cors)" "text/event-stream $anybody$exposed" \
    "its headers"
api GET /openapi.json "${here[@]}"
is "$status $(header access-control-allow-origin)" "200 *" "a page of nginx"
head -c 300000 /dev/zero | tr '\0' ' ' >"$T/tmp/large"
api POST /v1/rooms --data-binary "@$T/tmp/large" "${here[@]}"
is "$status $(cors)" "413 $anybody$exposed" "a refusal of nginx"
api POST /api/rooms --data-binary "@$T/tmp/large" "${here[@]}"
is "$status $(cors)" "413 $anybody" "one outside v1"

# Every status, from whomever it comes.
api POST /v1/rooms '{"kind":1}' "${here[@]}"
is "$status $(cors)" "422 $anybody$exposed" "a body that is wrong"
api POST /signup '{}' "${here[@]}"
is "$status $(cors)" "422 $anybody" "one outside v1"
api PUT /v1/rooms '{}' "${here[@]}"
is "$status $(cors)" "405 $anybody$exposed" "a method that is not there"
api PUT /signup '{}' "${here[@]}"
is "$status $(cors)" "405 $anybody" "one outside v1"
api TRACE /v1/rooms "${here[@]}"
is "$status $(cors)" "405 $anybody$exposed" "one that nginx does not know"
coproc LOCK { sqlite3 "$T/data/natterjack.db"; }
echo "BEGIN IMMEDIATE; SELECT 'held';" >&"${LOCK[1]}"
read -r held <&"${LOCK[0]}"
is "$held" held "somebody holds the database"
api POST /v1/rooms '{"kind":"public","name":"Late"}' "${here[@]}"
is "$status $(cors)" "503 $anybody$exposed" "a server that is busy"
api POST /users/register \
    '{"username":"late","email":"l@example.org","password":"password-late"}' \
    "${here[@]}"
is "$status $(cors)" "503 $anybody" "one outside v1"
printf 'ROLLBACK; ALTER TABLE room RENAME TO lost;\n.quit\n' >&"${LOCK[1]}"
wait "$LOCK_PID"
api GET /v1/rooms "${here[@]}"
is "$status $(cors)" "500 $anybody$exposed" "a server that has made a mistake"
api GET /api/rooms "${here[@]}"
is "$status $(cors)" "500 $anybody" "one outside v1"
sql "ALTER TABLE lost RENAME TO room"
api GET /v1/rooms "${here[@]}"
is "$status $(cors)" "200 $anybody$exposed" "which does not last"

# Some origins only.
sed -i 's|default\t.*any;|default no;|
    s|#\("https://chat.example.org"\)|\1|' "$T/nginx/natterjack/origins.conf"
nj_end nginx TERM
nj_start_nginx
nj_wait_ready || nj_bail "nginx does not start with a list of origins"
listed="${anybody/\*/https://chat.example.org}"
api OPTIONS /v1/rooms "${here[@]}" "${asked[@]}"
is "$status $(cors)" "200 $allowed" "an origin of the list"
api GET /v1/me "${here[@]}"
is "$status $(cors)" "200 $listed${exposed}vary=Origin;" "may read"
there=(-H 'Origin: https://chat.example.org.evil.example')
api OPTIONS /v1/rooms "${there[@]}" "${asked[@]}"
is "$status $body" "400 Disallowed CORS origin" "another origin"
is "$(header access-control-allow-origin)" "" "gets no leave"
api GET /v1/me "${there[@]}"
is "$status $(cors)" "200 vary=Origin;" "nor may it read"

# Without the programs behind it.
nj_end fcgi TERM
api OPTIONS /v1/rooms "${here[@]}" "${asked[@]}"
is "$status $(cors)" "200 $allowed" "preflights need no workers"
api GET /v1/me "${here[@]}"
is "$status $(header access-control-allow-origin)" \
    "502 https://chat.example.org" "that they do not answer may be read"
nj_done
