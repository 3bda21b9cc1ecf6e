# shellcheck shell=bash disable=SC2034,SC2154 # lib.sh has, and uses, these
# lib-rooms - what the tests of the dialect rooms share; to be sourced after
# lib.sh.
. "${BASH_SOURCE[0]%/*}/lib-fastapi.sh"

item_url=https://errors.pydantic.dev/2.5/v/

# Instants are naive: without a fraction where they are stored, with microseconds
# or none in what a socket is told.  Ids are integers.
# shellcheck disable=SC2016 # jq's own variables
nj_mask='
def mask($k):
  if type == "object" then with_entries(.key as $key | .value |= mask($key))
  elif type == "array" then map(mask($k))
  elif type == "string" and ($k | test("^(created_at|updated_at|timestamp)$")) and
    test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$")
    then "SECONDS"
  elif type == "string" and ($k == "access_token") and
    test("^[-_A-Za-z0-9]+[.][-_A-Za-z0-9]+[.][-_A-Za-z0-9]+$") then "TOKEN"
  elif type == "string" and ($k == "refresh_token") and
    test("^[-_A-Za-z0-9]{43,}$") then "TOKEN"
  elif type == "string" and ($k | test("^(file|image)_url$")) and
    test("^/api/(files|images)/[0-9a-f-]{36}[.][a-z]+$")
    then sub("[0-9a-f-]{36}"; "UUID")
  elif type == "number" and ($k | test("^(id|(message|user|room|sender)_id)$"))
    then "ID"
  else . end;
mask("")'

# signup NAME: an account with the password "password-NAME", which speaks from
# now on.
signup() {
	token=
	api POST /api/auth/signup "$(jq -nc --arg n "$1" \
	    '{username: $n, password: "password-\($n)"}')"
	[ "$status" = 200 ] || nj_bail "cannot sign up $1: $status $body"
	tokens[$1]=$(get .access_token)
	refreshes[$1]=$(get .refresh_token)
	token=${tokens[$1]}
	api GET /api/auth/me
	ids[$1]=$(get .id)
}

# make_room NAME: who speaks makes a room; sets $room.
make_room() {
	api POST /api/rooms "$(jq -nc --arg n "$1" '{name: $n}')"
	[ "$status" = 200 ] || nj_bail "cannot make a room: $status $body"
	room=$(get .id)
}
