# shellcheck shell=bash disable=SC2034,SC2154 # lib.sh has, and uses, these
# lib-realtime - what the tests of the dialect realtime share; to be sourced
# after lib.sh.
. "${BASH_SOURCE[0]%/*}/lib-fastapi.sh"

item_url=https://errors.pydantic.dev/2.5/v/

# What no account and no message of ours has for an id.
nobody=00000000-0000-4000-8000-00000000ffff
stranger=3f0c8a52-91f4-4b86-a3f5-0e6f4f0f3a11

# signup NAME: an account with the password "password-NAME", which speaks from
# now on.
signup() {
	token=
	api POST /users/register "$(jq -nc --arg n "$1" \
	    '{username: $n, email: "\($n)@example.com", password: "password-\($n)"}')"
	[ "$status" = 201 ] || nj_bail "cannot sign up $1: $status $body"
	tokens[$1]=$(get .token)
	ids[$1]=$(get .id)
	token=${tokens[$1]}
}

# say TARGET CONTENT: who speaks sends; TARGET is key=value.  Sets $message.
say() {
	api POST /messages/ "$(jq -nc --arg k "${1%%=*}" --arg v "${1#*=}" \
	    --arg c "$2" '{($k): $v, content: $c}')"
	[ "$status" = 201 ] || nj_bail "cannot send: $status $body"
	message=$(get .id)
}
