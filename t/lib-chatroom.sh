# shellcheck shell=bash disable=SC2034,SC2154 # lib.sh has, and uses, these
# lib-chatroom - what the tests of the dialect chatroom share; to be sourced
# after lib.sh and lib-fastapi.sh.

# Ids are 24 hex digits, of which the first eight are 0.
# shellcheck disable=SC2016 # jq's own variables
nj_mask='
def mask($k):
  if type == "object" then with_entries(.key as $key | .value |= mask($key))
  elif type == "array" then map(mask($k))
  elif type == "string" and $k == "token" and
    test("^[-_A-Za-z0-9]+[.][-_A-Za-z0-9]+[.][-_A-Za-z0-9]+$") then "TOKEN"
  elif type == "string" and test("0{8}[0-9a-f]{16}")
    then gsub("0{8}[0-9a-f]{16}"; "HEX24")
  elif type == "number" and ($k | test("^(issued_at|expires_at)$"))
    then "SECONDS"
  else . end;
mask("")'

# The id of nothing, and what is no id.
nothing=64a1b2c3d4e5f60718293a4b
bad=not-an-id

# hex24 ID: as this dialect writes it.
hex24() {
	printf '%024x' "$1"
}

# signup NAME: an account with the password "password-NAME", which speaks from
# now on; $ids has its id as this dialect writes it.
signup() {
	token=
	api POST /api/user/ "$(jq -nc --arg n "$1" \
	    '{username: $n, password: "password-\($n)"}')"
	[ "$status" = 200 ] || nj_bail "cannot sign up $1: $status $body"
	ids[$1]=$(get ._id)
	api POST /api/user/login "$(jq -nc --arg n "$1" \
	    '{username: $n, password: "password-\($n)"}')"
	[ "$status" = 200 ] || nj_bail "cannot log in $1: $status $body"
	tokens[$1]=$(get .token)
	token=${tokens[$1]}
}

# make_room NAME: who speaks makes a room that others may join; sets $room.
make_room() {
	api POST /api/chatroom/ "$(jq -nc --arg n "$1" '{name: $n}')"
	[ "$status" = 200 ] || nj_bail "cannot make a room: $status $body"
	room=$(get ._id)
}

# make_closed MEMBER…: and one for these alone.
make_closed() {
	local m members=()
	for m in "$@"; do
		members+=("${ids[$m]}")
	done
	api POST /api/chatroom/ "$(jq -nc '{members: $ARGS.positional}' \
	    --args ${members[@]+"${members[@]}"})"
	[ "$status" = 200 ] || nj_bail "cannot make a room: $status $body"
	room=$(get ._id)
}

# say ROOM TEXT: who speaks sends a message; sets $message.
say() {
	api POST /api/message/ "$(jq -nc --arg r "$1" --arg t "$2" \
	    '{chatroom_id: $r, content: $t}')"
	[ "$status" = 200 ] || nj_bail "cannot send: $status $body"
	message=$(get ._id)
}

# said TEXT WHAT: the last answer is this JSON string.
said() {
	is "$status $(header content-type) $body" \
	    "200 application/json $(jq -nc --arg t "$1" '$t')" "$2"
}
