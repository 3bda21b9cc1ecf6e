#!/bin/bash
# /openapi.json says of the routes what the tables say, and of answers what they
# are.
. "${0%/*}/lib.sh"

nj_start
for method in GET HEAD; do
	api $method /openapi.json
	is "$status $(header content-type)" "200 application/json" \
	    "$method /openapi.json"
done
api GET /openapi.json
has '"\(.openapi) \(.info.title)"' "3.1.0 Natterjack" "what it is"
api GET /health
version=$(get .version)
api GET /openapi.json
has .info.version "$version" "of this version"
tap client openapi routes
tap client openapi answers
nj_done
