#!/bin/bash
# Socket.IO from a page of another origin, in Chromium, with the bundle from npm.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers
# Once, not twice: browsers refuse an answer that allows its origin twice.
for path in '?EIO=4&transport=polling' '?EIO=3&transport=polling'; do
	api GET "/socket.io/$path" -H 'Origin: http://elsewhere.example'
	is "$(grep -ci '^access-control-allow-origin:' <<<"$headers")" 1 \
	    "/socket.io/$path: the origin is allowed once"
done
api OPTIONS '/socket.io/?EIO=4&transport=polling' \
    -H 'Origin: http://elsewhere.example' \
    -H 'Access-Control-Request-Method: POST' \
    -H 'Access-Control-Request-Headers: authorization'
answered 200 "a preflight"
is "$(grep -ci '^access-control-allow-origin:' <<<"$headers")" 1 "once, too"
drive sio_page "$NJ_BUILD/t/npm/node_modules/socket.io-client/dist/socket.io.min.js"
nj_done
