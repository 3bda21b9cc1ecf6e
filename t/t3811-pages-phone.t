#!/bin/bash
# /test on a phone: one pane at a time, a long history, the keyboard, and names
# that are written to do harm.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

nj_start_for_browsers
drive phone
for path in /test /test/ /test/main.js; do
	api GET "$path"
	answered 200 "$path is there"
	like "$(header content-security-policy)" "^default-src 'none'; .*script-src 'self'; style-src 'self'; require-trusted-types-for 'script'" \
	    "$path: with a policy"
	is "$(header x-content-type-options) $(header cache-control)" \
	    "nosniff no-cache" "$path: as what it is, asked for each time"
	api HEAD "$path"
	answered 200 "$path: HEAD"
	api POST "$path"
	is "$status $(header allow)" "405 GET, HEAD" "$path is only read"
done
api GET /test/nothing.js
is "$status $body" '404 {"detail":"Not Found"}' "what is not there"
api GET /test/../docs/docs.js
answered 200 "a path is what it means"
is "$(grep -nE 'innerHTML|outerHTML|insertAdjacent|document[.]write|[^.]eval\(|Function\(' \
    "$NJ_SRC"/nginx/pages/*/*.js)" "" "no script makes markup"
nj_done
