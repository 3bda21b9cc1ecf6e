#!/bin/bash
# v1: access tokens - which ones are refused, with which words.
. "${0%/*}/lib.sh"

nj_start auth.skew_s=0
register ann
good=${tokens[ann]}

b64() {
	openssl base64 -A | tr '+/' '-_' | tr -d =
}

claims() {
	cut -d . -f 2 <<<"$good" | tr -- '-_' '+/' |
	    sed -e ':a;s/^\(\(....\)*\)\(.\{2,3\}\)$/\1\3=/;ta' | base64 -d 2>/dev/null
}

# forge ALGORITHM DIGEST SECRET FILTER: the claims of a good token, changed by
# jq and signed again.
forge() {
	local input
	input=$(printf '{"alg":"%s","typ":"JWT"}' "$1" | b64).$(claims |
	    jq -c "$4" | tr -d '\n' | b64)
	if [ "$2" = none ]; then
		printf '%s.' "$input"
	else
		printf '%s.%s' "$input" "$(printf %s "$input" |
		    openssl dgst "-$2" -hmac "$3" -binary | b64)"
	fi
}

secret=0123456789abcdef0123456789abcdef

# refused CODE TOKEN TEXT
refused() {
	token=$2
	api GET /v1/me
	problem 401 "$1" "$3"
	like "$(header www-authenticate)" '^Bearer' "and it says how to"
}

token=$(forge HS256 sha256 $secret .)
api GET /v1/me
answered 200 "what this test signs is taken, if nothing is wrong with it"

token=''
api GET /v1/me
problem 401 no_token "no token"
like "$(header www-authenticate)" '^Bearer' "and it says how to"
for header in 'Authorization: Basic YW5uOnBhc3N3b3Jk' 'Authorization: Bearer' \
    'Authorization: Bearer ' 'Authorization:' "Authorization: $good"; do
	api GET /v1/me -H "$header"
	like "$status $(get .code)" '^401 (no_token|bad_token)$' \
	    "refused: ${header:0:30}"
done
api GET /v1/me -H "Authorization: bearer $good"
answered 200 "the scheme does not mind its case"

refused bad_token nonsense "nonsense"
refused bad_token a.b.c "three parts of nonsense"
refused bad_token "${good%?????}AAAAA" "another signature"
refused bad_token "${good%.*}." "no signature"
refused bad_token "${good%.*}" "two parts"
refused bad_token "$(forge none none '' .)" "alg none"
refused bad_token "$(forge None none '' .)" "alg None"
refused bad_token "$(forge HS384 sha384 $secret .)" "HS384"
refused bad_token "$(forge HS512 sha512 $secret .)" "HS512"
refused bad_token "$(forge RS256 sha256 $secret .)" "RS256 with the secret"
refused bad_token "$(forge HS256 sha256 wrong-secret-wrong-secret-wrong! .)" \
    "another's secret"
refused bad_token "$(forge HS256 sha256 '' .)" "an empty secret"
refused token_expired "$(forge HS256 sha256 $secret '.exp = now - 1 | .exp |= floor')" \
    "expired a second ago"
refused token_expired "$(forge HS256 sha256 $secret '.exp = 1')" "expired in 1970"
refused bad_token "$(forge HS256 sha256 $secret 'del(.exp)')" "no expiry"
refused bad_token "$(forge HS256 sha256 $secret 'del(.sub)')" "nobody's"
refused bad_token "$(forge HS256 sha256 $secret 'del(.sid)')" "no session"
like "$(token=$(forge HS256 sha256 $secret '.sid = (if (.sid|type) == "string" then "9999" else 9999 end)')
	api GET /v1/me; echo "$status $(get .code)")" \
    '^401 (session_ended|bad_token)$' "a session that never was"
register bob
like "$(token=$(forge HS256 sha256 $secret ".sub = (if (.sub|type) == \"string\" then \"${ids[bob]}\" else ${ids[bob]} end)")
	api GET /v1/me; echo "$status $(get .code)")" \
    '^401 (session_ended|bad_token)$' "another's session"
refused bad_token "$(printf '%4000s' '' | tr ' ' x)" "a very long one"

# The same words on every transport.
token=$(forge HS256 sha256 $secret '.exp = 1')
for accept in '*/*' text/event-stream; do
	api GET '/v1/events?wait=0' -H "Accept: $accept"
	problem 401 token_expired "events, $accept: expired"
done
api GET '/v1/events' -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
    -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
problem 401 token_expired "events, WebSocket: expired"
token=''
api GET '/v1/events?wait=0'
problem 401 no_token "events: no token"
api GET "/v1/events?wait=0&token=$good"
answered 200 "events: the token in the query"
is "$(cd "$T" && grep -rlaF "$good" log)" "" "which is not in any log"

# Somebody who is deleted.
as bob
api DELETE /v1/me '{"password":"password-bob"}'
answered 204 "an account goes"
api GET /v1/me
problem 401 session_ended "and its tokens with it"
nj_done
