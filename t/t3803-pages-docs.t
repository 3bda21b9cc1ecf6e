#!/bin/bash
# /docs and /redoc show /openapi.json, with nothing from anywhere else.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

pages=$NJ_BUILD/nginx/pages
if [ ! -f "$pages/docs/dist/version" ] || [ ! -f "$pages/redoc/dist/version" ]; then
	echo "1..0 # SKIP no Swagger UI, no ReDoc: make docs fetches them from npm"
	nj_finished=1
	exit 0
fi
nj_start_for_browsers
drive docs whole
for path in /docs /docs/ /docs/oauth2-redirect /redoc /redoc/; do
	api GET "$path"
	is "$status $(header content-type)" "200 text/html; charset=utf-8" \
	    "GET $path"
	like "$(header content-security-policy)" "^default-src 'none'; .*script-src 'self';" \
	    "$path: with a policy"
	api HEAD "$path"
	answered 200 "HEAD $path"
done
is "$(grep -lE 'https?://[^"]*(cdn|unpkg|fastapi[.]tiangolo|googleapis)' -r "$pages")" \
    "" "no file has the address of a CDN"
nj_done
