#!/bin/bash
# CORS as Chromium sees it: a page of another origin, with real preflights.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

nj_start_for_browsers
drive origins
# The log is written a moment later.
preflights() {
	[ "$(grep -c '"OPTIONS /v1/[a-z]* HTTP/1.1" 200' "$T/log/access.log")" \
	    -ge 3 ]
}
ok "there were preflights" wait_for 10 preflights
is "$(grep -c '"OPTIONS .* - rid' "$T/log/access.log")" \
    "$(grep -c '"OPTIONS ' "$T/log/access.log")" \
    "and no worker saw one of them"

# A browser sends a strict cookie between two ports of one host: same site, but
# another origin, for which it does not count.
api POST /users/login '{"username_or_email":"carol","password":"password-carol"}'
cookie=(-H "Cookie: $(header set-cookie | cut -d ';' -f 1)")
api GET /users/me "${cookie[@]}"
answered 200 "a cookie is a login"
api GET /users/me "${cookie[@]}" -H 'Origin: http://natterjack'
answered 200 "for the own origin"
api GET /users/me "${cookie[@]}" -H 'Origin: http://natterjack:8081'
answered 401 "and for no other"
nj_done
