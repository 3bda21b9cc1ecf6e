#!/bin/bash
# v1: pages of a room - before, after and limit walk it without gap or
# duplicate, also while it grows.
. "${0%/*}/lib.sh"

nj_start page.max=20
register ann
room private Pond
at=/v1/rooms/$room/messages
api GET "$at"
is "$(jq -c '[.items, .next]' <<<"$body")" '[[],null]' "an empty room"

for n in {1..45}; do
	post "$room" "m$n"
	echo "$message"
done >"$T/tmp/posted"
all=$(tr '\n' ' ' <"$T/tmp/posted")
backwards=$(tac "$T/tmp/posted" | tr '\n' ' ')

# walk QUERY-PARAMETER LIMIT [FIRST]: all ids, in the order of the pages.
walk() {
	local next=${3:-} pages=0
	while [ "$next" != null ] && [ $((pages += 1)) -lt 100 ]; do
		api GET "$at?limit=$2${next:+&$1=$next}"
		get '.items[].id' | tr '\n' ' '
		next=$(get .next)
	done
}

for limit in 1 7 15 20; do
	is "$(walk before $limit)" "$backwards" "back to the beginning, $limit at a time"
	is "$(walk after $limit 0)" "$all" "from the beginning on, $limit at a time"
done
api GET "$at?limit=21"
problem 422 bad_value "page.max is the most"
api GET "$at"
is "$(get '.items | length')" 20 "and what comes without a limit"
first=$(head -n 1 "$T/tmp/posted")
last=$(tail -n 1 "$T/tmp/posted")
api GET "$at?before=$first"
is "$(jq -c '[.items, .next]' <<<"$body")" '[[],null]' "before the first: nothing"
api GET "$at?after=$last"
is "$(get '.items | length')" 0 "after the last: nothing"
api GET "$at?before=999999&limit=1"
has .items[0].id "$last" "before what is not there yet: the last"

# The room grows between two pages.
api GET "$at?limit=20"
next=$(get .next)
half=$(get '.items[].id' | tr '\n' ' ')
post "$room" "meanwhile"
is "$half$(walk before 20 "$next")" "$backwards" \
    "what comes in between moves no page"

for q in limit=0 limit=-1 limit=x limit=1.5 before=x before=-1 after=x \
    after=99999999999999999999 'before=5&after=5'; do
	api GET "$at?$q"
	like "$status $(get .code)" '^(400 bad_cursor|422 bad_value|400 bad_request)$' \
	    "refused: $q"
done
api GET "$at?limit=1&limit=2&nonsense=%zz&&=&x"
like "$status" '^(200|400)$' "a strange query is answered"
nj_done
