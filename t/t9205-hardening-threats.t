#!/bin/bash
# Each threat of SECURITY.md names tests, and files, that exist.
. "${0%/*}/lib.sh"

threats() {
	awk '/^## Threats/ { on = 1; next } /^## / { on = 0 }
	    on && /^\| / && !/^\| who \|/' "$NJ_SRC/SECURITY.md"
}

ok "there are threats" test "$(threats | wc -l)" -gt 10
is "$(threats | awk -F ' [|] ' 'NF != 4')" "" \
    "each has who, what, where and which test"
missing=
while IFS= read -r line; do
	names=$(grep -o 't[0-9]\{4\}' <<<"${line##* | }")
	isnt "$names" "" "tested: $(cut -d '|' -f 2,3 <<<"$line")"
	for name in $names; do
		compgen -G "$NJ_SRC/t/$name-*.t" >/dev/null ||
		    compgen -G "$NJ_SRC/t/unit/$name-*.c" >/dev/null ||
		    missing+="$name "
	done
done < <(threats)
is "$missing" "" "every test exists"
for path in $(grep -o '`[a-z]*/[a-z_/0-9.]*`' "$NJ_SRC/SECURITY.md" |
    tr -d '`' | sort -u); do
	ok "$path exists" test -e "$NJ_SRC/$path"
done
nj_done
