#!/bin/bash
# The tables that everything is made from repeat nothing.
. "${0%/*}/lib.sh"

# column FILE N: the N-th string or word of every X(…) of a table.
column() {
	awk -v n="$2" '
	/^X\(/ {
		row = substr($0, 3)
		for (i = 1; match(row, /^[ \t]*("[^"]*"|[^,")]*)[,)]?/); i++) {
			cell = substr(row, RSTART, RLENGTH)
			row = substr(row, RLENGTH + 1)
			gsub(/^[ \t]*|[ \t,)]*$/, "", cell)
			if (i == n) { print cell; break }
		}
	}' "$NJ_SRC/$1"
}

repeated() {
	column "$1" "$2" | LC_ALL=C sort | uniq -d
}

while read -r file n what; do
	ok "$file has rows" test "$(column "$file" "$n" | wc -l)" -gt 5
	is "$(repeated "$file" "$n")" "" "$file: each $what once"
done <<'TABLES'
lib/base/err.def 1 name
lib/base/err.def 3 code
lib/base/conf.def 1 field
lib/base/conf.def 2 key
lib/store/event.def 1 name
lib/store/event.def 2 number
lib/store/event.def 3 word
TABLES

is "$(column lib/base/err.def 3 | grep -vE '^"[a-z0-9_]+"$')" "" \
    "error codes are words"
is "$(column lib/base/conf.def 2 | grep -vE '^"[a-z]+\.[a-z_]+"$')" "" \
    "settings are named area.name"
is "$(column lib/base/err.def 2 |
    grep -vE '^(200|400|401|403|404|405|408|409|410|413|415|422|426|429|500|503)$')" "" \
    "every status is one that the API uses"
nj_done
