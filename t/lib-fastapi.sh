# shellcheck shell=bash disable=SC2154 # lib.sh has these
# lib-fastapi - what a dialect of FastAPI's family says when it refuses; to be
# sourced after lib.sh.

# detail STATUS TEXT WHAT: the last answer is this refusal, and nothing else.
detail() {
	is "$status $(header content-type) $body" \
	    "$1 application/json $(jq -nc --arg t "$2" '{detail: $t}')" \
	    "$3: $1 $2"
}

# item TYPE LOC MSG INPUT CTX WHAT: the last answer is a 422 with this one item;
# LOC, INPUT and CTX are JSON, and CTX is empty for none.  With $item_url set,
# what is a fault of the validator's own has its page.
item() {
	local want
	want=$(jq -ncS --arg type "$1" --argjson loc "$2" --arg msg "$3" \
	    --argjson input "$4" --argjson ctx "${5:-null}" \
	    --arg url "${item_url:-}" '
		{detail: [{type: $type, loc: $loc, msg: $msg, input: $input} +
		    if $ctx == null then {} else {ctx: $ctx} end +
		    if $url == "" or
			(["json_invalid", "value_error", "enum"] | index($type))
		    then {} else {url: "\($url)\($type)"} end]}')
	is "$status $(jq -cS . <<<"$body" 2>&1)" "422 $want" "$6"
}
