# shellcheck shell=bash disable=SC2034,SC2154 # lib.sh has, and uses, these
# lib-chatapp - what the tests of the dialect chatapp share; to be sourced after
# lib.sh.

# Instants are naive, with microseconds or without a fraction.
# shellcheck disable=SC2016 # jq's own variables
nj_mask='
def mask($k):
  if type == "object" then with_entries(.key as $key | .value |= mask($key))
  elif type == "array" then map(mask($k))
  elif type == "string" and ($k | test("^(created_at|timestamp)$")) and
    test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{3}000)?$")
    then "TIME"
  elif type == "string" and ($k == "access_token") and
    test("^[-_A-Za-z0-9]+[.][-_A-Za-z0-9]+[.][-_A-Za-z0-9]+$") then "TOKEN"
  elif type == "number" and ($k | test("^(user_)?id$")) then "ID"
  elif type == "string" and $k == "room_id" and test("^[1-9][0-9]*$") then "ID"
  else . end;
mask("")'

# register NAME: an account with the address NAME@example.com and the password
# "pw-NAME"; sets $token to a token of it.
register() {
	token=
	api POST /auth/register "$(jq -nc --arg n "$1" '{username: $n,
	    email: "\($n)@example.com", password: "pw-\($n)"}')"
	[ "$status" = 200 ] || nj_bail "cannot register $1: $status $body"
	ids[$1]=$(get .id)
	login "$1@example.com" "pw-$1"
	[ "$status" = 200 ] || nj_bail "cannot log in $1: $status $body"
	token=$(get .access_token)
	tokens[$1]=$token
}

# login USERNAME PASSWORD [curl arguments…]: with the form.
login() {
	local name=$1 password=$2
	shift 2
	api POST /auth/token --data-urlencode "username=$name" \
	    --data-urlencode "password=$password" "$@"
}

# claims TOKEN: what a token says.
claims() {
	cut -d . -f 2 <<<"$1" | tr -- -_ +/ |
	    awk '{ while (length % 4) $0 = $0 "="; print }' | base64 -d
}
