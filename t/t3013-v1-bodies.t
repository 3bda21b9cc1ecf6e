#!/bin/bash
# v1: bodies - what is no JSON object is refused by every path that reads one.
. "${0%/*}/lib.sh"

nj_start request.body_max=64k
register ann
room private Pond
post "$room" "hello"
deep=$(printf '[%.0s' {1..5000})
large=$(printf '{"text":"%70000s"}' '')
printf '{"text":"\xff\xfe","username":"\xff"}' >"$T/tmp/bad-utf8"
printf '{"text":"\xed\xa0\x80"}' >"$T/tmp/surrogate"
printf '{"text":"a\0b"}' >"$T/tmp/nul"

while read -r method path empty; do
	path=${path//ROOM/$room}
	path=${path//MESSAGE/$message}
	path=${path//ME/${ids[ann]}}
	# try STATUS CODE TEXT BODY [curl arguments…]
	try() {
		local status_=$1 code=$2 text=$3
		shift 3
		api "$method" "$path" "$@"
		problem "$status_" "$code" "$method $path: $text"
	}
	[ -n "$empty" ] || try 400 bad_json "an empty body" -d ''
	try 400 bad_json "nonsense" 'nonsense'
	try 400 bad_json "an object that does not end" '{"a":1'
	try 400 bad_json "something after the end" '{"a":1} x'
	try 400 bad_json "a comma too many" '{"a":1,}'
	try 400 bad_json "single quotes" "{'a':1}"
	try 400 bad_json "not a number" '{"a":NaN}'
	try 400 bad_json "half a surrogate pair" '{"a":"\ud800"}'
	try 400 bad_json "a name twice" '{"a":1,"a":2}'
	try 400 bad_json "very deep" "$deep"
	try 400 bad_json "a deep object" "{\"a\":$deep"
	try 400 bad_utf8 "bad UTF-8" --data-binary "@$T/tmp/bad-utf8"
	try 400 bad_utf8 "an encoded surrogate" --data-binary "@$T/tmp/surrogate"
	try 400 bad_json "a NUL in the raw" --data-binary "@$T/tmp/nul"
	for json in '[]' '"x"' 5 null true '[{"text":"x"}]'; do
		try 422 not_an_object "$json" "$json"
	done
	try 413 too_large "too large" "$large"
	try 413 too_large "too large, in chunks" "$large" \
	    -H 'Transfer-Encoding: chunked'
done <<'TABLE'
POST /v1/users
POST /v1/sessions
POST /v1/sessions/refresh
PATCH /v1/me
PUT /v1/me/password
POST /v1/rooms
POST /v1/rooms/direct
PATCH /v1/rooms/ROOM
PUT /v1/rooms/ROOM/members/ME may-be-empty
POST /v1/rooms/ROOM/messages
PUT /v1/rooms/ROOM/read
POST /v1/rooms/ROOM/typing may-be-empty
PATCH /v1/messages/MESSAGE
TABLE

# What is fine.
at=/v1/rooms/$room/messages
api POST "$at" $'\n\t {"text" : "spaces"} \r\n'
answered 201 "white space around"
api POST "$at" '{"text":"\ud83d\udc38"}'
has .text 🐸 "a surrogate pair in escapes"
api POST "$at" '{"text":"chunks"}' -H 'Transfer-Encoding: chunked'
answered 201 "a body in chunks"
api POST "$at" '{"text":"x"}' -H 'Content-Type:'
answered 201 "without a content type"
api POST "$at" '{"text":"x","nested":{"a":[1,2,{"b":null}]},"n":1e400}'
like "$status" '^(201|400)$' "unknown fields of all sorts"
api POST "$at" "{\"text\":\"x\",\"unknown\":$(printf '[%.0s' {1..10})1$(printf ']%.0s' {1..10})}"
answered 201 "and a little depth"

# A body that is shorter than it says does not make a message.
before=$(sql "SELECT count(*) FROM message")
printf 'POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\n\r\n{"text":"half"}' \
    "$at" "$token" | timeout 20 /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while s.recv(4096): pass
' "$NJ_SOCK"
is "$(sql "SELECT count(*) FROM message")" "$before" "half a body is no message"
nj_done
