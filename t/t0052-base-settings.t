#!/bin/bash
# The table of settings, its manual page and the sample configuration tell the
# same: every setting, with the same default, and nothing else.
. "${0%/*}/lib.sh"

# Each prints "key=default" in a line of its own.
of_table() {
	sed -n 's/^X([a-z_]*, "\([^"]*\)", [A-Z]*, "\([^"]*\)",.*/\1=\2/p' "$1"
}

of_page() {
	sed -n 's/^\.It Cm \([a-z]*\.[a-z_]*\) No = *\(.*\)$/\1=\2/p' "$1"
}

of_sample() {
	sed -n 's/^#\([a-z]*\.[a-z_]*\) = *\(.*\)$/\1=\2/p' "$1"
}

table=$NJ_SRC/lib/base/conf.def
page=$NJ_SRC/lib/base/natterjack.conf.5
sample=$NJ_SRC/contrib/natterjack.conf

is "$(of_table "$table" | wc -l)" "$(grep -c '^X(' "$table")" \
    "every row of the table is read"
ok "there are some" test "$(of_table "$table" | wc -l)" -gt 20
want=$(of_table "$table" | LC_ALL=C sort)
is "$(of_page "$page" | LC_ALL=C sort)" "$want" \
    "natterjack.conf(5) has the table's settings and defaults"
is "$(of_sample "$sample" | LC_ALL=C sort)" "$want" \
    "the sample has the table's settings and defaults"
is "$(grep -nvE '^(#|$)' "$sample")" "" "the sample sets nothing by itself"

# With every comment sign taken away it means the same as no file at all.
sed 's/^#\([a-z]*\.[a-z_]* =\)/\1/' "$sample" >"$T/all.conf"
out=$("$NJ_BUILD/natterjack" -c "$T/all.conf" check 2>&1)
like "$out" 'there is no secret' "the sample's settings are all understood"

echo 'pool.workerz = 3' >"$T/bad.conf"
out=$("$NJ_BUILD/natterjack" -c "$T/bad.conf" check 2>&1)
is "$?" 78 "an unknown setting is refused"
like "$out" "^natterjack: $T/bad.conf:1: .*pool.workerz[^
]*$" "in one line that names the place"

out=$("$NJ_BUILD/natterjack" nonsense 2>&1)
is "$?" 64 "an unknown command is refused"
like "$out" '^natterjack: there is no command `nonsense`' "and named"

# What a limit means must hold in nginx too.
is "$(sed -n 's/^client_max_body_size \(.*\);/\1/p' "$NJ_SRC/nginx/server.conf")" \
    "$(of_table "$table" | sed -n 's/^request.body_max=//p')" \
    "nginx takes bodies as large as the workers do"
nginx_s=$(sed -n 's/^proxy_read_timeout \(.*\)s;/\1/p' "$NJ_SRC/nginx/push.conf")
ping_ms=$(of_table "$table" | awk -F= \
    '$1 ~ /^push.p[io]ng_ms$/ { n += $2 } END { print n }')
ok "nginx waits longer than push pings" test $((nginx_s * 1000)) -gt "$ping_ms"
ok "and longer than a long-poll lasts" test "$nginx_s" -gt \
    "$(of_table "$table" | sed -n 's/^push.poll_s=//p')"
ok "and longer than a worker may work" test \
    "$(sed -n 's/^fastcgi_read_timeout \(.*\)s;/\1/p' "$NJ_SRC/nginx/fastcgi.conf")" \
    -gt "$(of_table "$table" | sed -n 's/^pool.request_s=//p')"

# nginx words its own errors as the workers do: the same codes, but for one that
# only somebody in between can have.
codes=$(sed -n '/^map \$status \$natterjack_code/,/^}/s/^\t[a-z0-9]*\t*\([a-z_]*\);/\1/p' \
    "$NJ_SRC/nginx/http.conf" | sort -u)
ok "nginx has codes" test "$(wc -w <<<"$codes")" -gt 5
for code in $codes; do
	grep -q "\"$code\"" "$NJ_SRC/lib/base/err.def" || echo "$code"
	grep -q "^	$code\s*\"${code//_/ }\";" "$NJ_SRC/nginx/http.conf" ||
	    [ "$code" = internal ] || echo "$code: its title"
done >"$T/tmp/odd"
is "$(<"$T/tmp/odd")" no_answer "they are the workers' own"
nj_done
