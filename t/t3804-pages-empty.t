#!/bin/bash
# Without what npm gives, everything else is there, and /docs and /redoc say what
# is missing and what to do.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

# What make docs does when the registry cannot be reached, and with another's
# package.
mkdir "$T/pages" "$T/bin"
PATH=$T/bin:$PATH
printf '#!/bin/sh\nexit 1\n' >"$T/bin/npm"
chmod +x "$T/bin/npm"
"$NJ_SRC/nginx/fetch-docs" "$T/pages" >"$T/tmp/said" 2>&1
isnt $? 0 "no registry"
is "$(<"$T/tmp/said")" \
    "natterjack: /docs and /redoc stay empty: npm cannot fetch swagger-ui-dist 5.35.0" \
    "in one line"
printf '#!/bin/sh\necho x >swagger-ui-dist-5.35.0.tgz\n' >"$T/bin/npm"
"$NJ_SRC/nginx/fetch-docs" "$T/pages" >"$T/tmp/said" 2>&1
isnt $? 0 "another package of that name"
like "$(<"$T/tmp/said")" "is not what it was" "is not taken"
is "$(ls -A "$T/pages")" "" "and nothing is left of it"

# A start is quick: what failed is tried again only if the registry answers.
printf '#!/bin/sh\necho "$1" >>%s\n[ "$1" = config ] && echo "$REGISTRY"\n' \
    "$T/tmp/called" >"$T/bin/npm"
export REGISTRY=http://127.0.0.1:1/
again() {
	: >"$T/tmp/called"
	"$NJ_SRC/nginx/fetch-docs" -m "$T/tmp/note" "$T/pages" >"$T/tmp/said" 2>&1
}
again
is "$(xargs <"$T/tmp/called")" "pack config" "no registry: npm has tried"
is "$(<"$T/tmp/note")" "$REGISTRY" "where that is, is noted"
again
isnt $? 0 "the next time"
is "$(<"$T/tmp/called")" "" "npm is not asked"
is "$(<"$T/tmp/said")" \
    "natterjack: /docs and /redoc stay empty: npm's registry cannot be reached" \
    "which is said in one line"

tar -C "$NJ_BUILD/nginx/pages" --exclude=dist -cf - . | tar -C "$T/pages" -xf -
NJ_PAGES=$T/pages
nj_start_for_browsers
# Whoever answers there, npm is asked once more.
echo "$NJ_URL/" >"$T/tmp/note"
again
is "$(xargs <"$T/tmp/called")" "pack config" \
    "when the registry is back, npm is asked again"
drive docs empty
api GET /openapi.json
answered 200 "/openapi.json"
api GET /test
answered 200 "/test"
nj_done
