#!/bin/bash
# v1: every path - what it takes, and what it says to who has no token, to
# methods that it does not have, and to paths that are none.
. "${0%/*}/lib.sh"

nj_start
register ann
room private Pond
post "$room" "hello"
login ann
api DELETE /v1/sessions/current
ended=$token
login ann

# Path, and the methods that need a token; + marks those that need none.
while read -r path methods; do
	path=${path//ROOM/$room}
	path=${path//MESSAGE/$message}
	path=${path//ME/${ids[ann]}}
	allowed=''
	for method in GET POST PUT PATCH DELETE; do
		case " $methods " in
		*" $method "*)
			allowed+="$method "
			token=''
			api "$method" "$path"
			problem 401 no_token "$method $path without a token"
			token=nonsense
			api "$method" "$path"
			problem 401 bad_token "$method $path with a bad token"
			token=$ended
			api "$method" "$path"
			problem 401 session_ended "$method $path when logged out"
			;;
		*" +$method "*)
			allowed+="$method "
			token=''
			api "$method" "$path" '{}'
			problem 422 missing_field "$method $path needs no token"
			;;
		esac
	done
	as ann
	for method in GET POST PUT PATCH DELETE; do
		[[ " $allowed" != *" $method "* ]] || continue
		api "$method" "$path"
		problem 405 method_not_allowed "$method $path"
		is "$(header allow | tr -d ' ' | tr , '\n' |
		    grep -vxE 'HEAD|OPTIONS' | sort | tr '\n' ' ')" \
		    "$(tr ' ' '\n' <<<"${allowed% }" | sort | tr '\n' ' ')" \
		    "$path allows $allowed"
	done
done <<'TABLE'
/v1/users +POST GET
/v1/users/ME GET
/v1/sessions +POST GET
/v1/sessions/refresh +POST
/v1/sessions/current DELETE
/v1/me GET PATCH DELETE
/v1/me/password PUT
/v1/rooms GET POST
/v1/rooms/direct POST
/v1/rooms/ROOM GET PATCH DELETE
/v1/rooms/ROOM/join POST
/v1/rooms/ROOM/leave POST
/v1/rooms/ROOM/members GET
/v1/rooms/ROOM/members/ME PUT DELETE
/v1/rooms/ROOM/messages GET POST
/v1/rooms/ROOM/read PUT
/v1/rooms/ROOM/typing POST
/v1/messages/MESSAGE GET PATCH DELETE
/v1/messages/MESSAGE/reactions/x PUT DELETE
/v1/events GET
TABLE

# What would succeed does not after the end of the session, and changes nothing.
as ann
post "$room" "mine"
before=$(sql "SELECT max(seq), (SELECT count(*) FROM member) FROM event")
token=$ended
while read -r method path json; do
	path=${path//ROOM/$room}
	api "$method" "${path//MESSAGE/$message}" ${json:+"$json"}
	problem 401 session_ended "$method $path, with all it takes, logged out"
done <<'TABLE'
PATCH /v1/me {"display_name":"Another"}
PUT /v1/me/password {"old_password":"password-ann","new_password":"another one"}
PUT /v1/me/password {"old_password":"not hers","new_password":"another one"}
DELETE /v1/me {"password":"password-ann"}
DELETE /v1/sessions/current
POST /v1/rooms {"kind":"public","name":"x"}
PATCH /v1/rooms/ROOM {"name":"x"}
POST /v1/rooms/ROOM/join
POST /v1/rooms/ROOM/leave
POST /v1/rooms/ROOM/messages {"text":"x"}
POST /v1/rooms/ROOM/messages {"text":""}
POST /v1/rooms/999999/messages {"text":"x"}
PUT /v1/rooms/ROOM/read {"seq":"1"}
POST /v1/rooms/ROOM/typing
PATCH /v1/messages/MESSAGE {"text":"x"}
PUT /v1/messages/MESSAGE/reactions/x
DELETE /v1/messages/MESSAGE/reactions/x
DELETE /v1/messages/MESSAGE
DELETE /v1/rooms/ROOM
TABLE
is "$(sql "SELECT max(seq), (SELECT count(*) FROM member) FROM event")" \
    "$before" "nothing has happened"
as ann

# Paths that are none, with a token and without.
for t in '' "$token"; do
	token=$t
	for path in /v1 /v1/ /v1/nothing /v1/users/ /v1//users \
	    "/v1/users/${ids[ann]}/x" /v1/me/ /v1/rooms/ \
	    "/v1/rooms/$room/" "/v1/rooms/$room/messages/" /v1/events/ \
	    /v1/me%2Fpassword /v1/.. /v1/../v1/me; do
		api GET "$path"
		problem 404 no_such_path "GET $path${t:+ with a token}"
	done
	# Outside of v1 the other dialects word it.
	for path in /v2/users /V1/me /.git/config /index.php /upcall/v1; do
		api GET "$path"
		is "$status $body" '404 {"detail":"Not Found"}' \
		    "GET $path${t:+ with a token}"
	done
done
api POST /upcall/v1 '["{\"do\":\"x\"}"]' -H 'Natterjack-Upcall: 1' \
    -H 'NATTERJACK_UPCALL: 1'
is "$status $body" '404 {"detail":"Not Found"}' \
    "nobody but push makes an upcall"
api GET /v1/nothing
golden v1/problem "the shape of every refusal"
api GET /v1/%zz
problem 400 bad_request "a percent sign without digits"
api GET /v1/%ff
like "$status $(get .code)" '^400 (bad_request|bad_utf8)$' "a path that is not UTF-8"
api GET /v1/%00
like "$status" '^40[04]$' "a NUL in the path"
api GET '/v1/me?'
answered 200 "an empty query"
api GET '/v1/me?x=%zz&y'
answered 200 "a query that nobody reads"
api GET '/v1/%6d%65'
answered 200 "a path in another spelling"
api HEAD /v1/me
answered 200 "HEAD is GET"
is "$body" "" "without a body"
api GET "/v1/me?$(printf '%20000s' '' | tr ' ' x)"
like "$status" '^(413|414)$' "a very long address"
api GET /v1/me -H "X-Long: $(printf '%40000s' '' | tr ' ' x)"
like "$status" '^(413|431)$' "very long headers"
api FLY /v1/me
like "$status" '^(400|405)$' "a method that is none"

# Health needs no token.
token=''
api GET /health
answered 200 "health"
is "$(jq -c '[.status, .database, .push, (.version | type)]' <<<"$body")" \
    '["healthy","ok","ok","string"]' "all is well"
api POST /health '{}'
problem 405 method_not_allowed "health is read only"
nj_done
