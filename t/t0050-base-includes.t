#!/bin/bash
# Who may include whom.  The rules are those of the tree: lib/base, lib/store,
# lib/core, lib/dialect and fcgi, each seeing what stands before it; push beside
# them; and a library's header in the one file that wraps it.
. "${0%/*}/lib.sh"

# violations TREE: one line per include that breaks a rule.
violations() {
	(cd "$1" && find lib fcgi push -name '*.[ch]' | LC_ALL=C sort |
	    xargs awk '
	function bad(why) { print FILENAME ": " $2 " " why }

	BEGIN {
		sees["base"] = "base"
		sees["store"] = "base store"
		sees["core"] = "base store core"
		sees["dialect"] = "base store core dialect"
		sees["fcgi"] = "base store core dialect fcgi"
		sees["push"] = "base store push"
		one["<fcgiapp.h>"] = one["<fcgi_stdio.h>"] = "fcgi/http.c"
		one["<sqlite3.h>"] = "lib/store/db_sqlite.h"
		one["<http_parser.h>"] = "push/http1.c"
		one["<seccomp.h>"] = "lib/base/sandbox.c"
		one["<jwt.h>"] = "lib/core/auth.c"
		one["<crypt.h>"] = "lib/core/password.c"
	}
	FNR == 1 {
		n = split(FILENAME, part, "/")
		layer = part[n - 1]
		first = 1
	}
	/^[ \t]*#[ \t]*include/ {
		sub(/#[ \t]*include[ \t]*/, "include ")
		if (FILENAME ~ /[.]c$/ && first && $2 != "\"config.h\"")
			bad("stands before config.h")
		first = 0
		if ($2 in one && one[$2] != FILENAME)
			bad("belongs in " one[$2] " only")
		if ($2 == "\"store/db_sqlite.h\"" &&
		    FILENAME !~ /^lib\/store\/db_sqlite(_log)?[.]c$/)
			bad("is for the SQLite driver only")
		if ($2 !~ /^"/ || $2 == "\"config.h\"")
			next
		if (split($2, to, /["\/]/) < 4) {
			bad("is named without its directory")
			next
		}
		if (layer == "push" && ($2 == "\"core/auth.h\"" ||
		    $2 ~ /^"dialect\/(sh_[a-z0-9_]*|shape|cast)[.](h|def)"$/))
			next
		if (index(" " sees[layer] " ", " " to[2] " ") == 0)
			bad("is not for " layer)
	}')
}

found=$(violations "$NJ_SRC")
is "$found" "" "every include follows the rules"
ok "there is something to look at" \
    test "$(find "$NJ_SRC/lib" "$NJ_SRC/fcgi" "$NJ_SRC/push" -name '*.c' |
	wc -l)" -gt 40

# The test can fail: each rule, broken in a copy.
while read -r file line; do
	mkdir -p "$T/tree"
	cp -r "$NJ_SRC/lib" "$NJ_SRC/fcgi" "$NJ_SRC/push" "$T/tree/"
	chmod -R u+w "$T/tree"
	case $line in
	first) sed -i '/include "config.h"/d' "$T/tree/$file" ;;
	*) echo "#include $line" >>"$T/tree/$file" ;;
	esac
	like "$(violations "$T/tree")" "^$file: [^:]*\$" \
	    "it is noticed when $file has $line"
	rm -rf "$T/tree"
done <<'BROKEN'
lib/base/str.c "store/store.h"
lib/base/str.h "core/call.h"
lib/store/user.c "core/auth.h"
lib/core/auth.c "dialect/exchange.h"
lib/dialect/dialect.c "fcgi/http.h"
lib/dialect/dialect.c "push/ws.h"
fcgi/route.c "push/ws.h"
push/ws.c "fcgi/http.h"
push/ws.c "core/call.h"
push/ws.c "dialect/exchange.h"
fcgi/route.c <fcgiapp.h>
lib/store/user.c <sqlite3.h>
lib/store/user.c "store/db_sqlite.h"
push/ws.c <http_parser.h>
fcgi/route.c <jwt.h>
lib/base/str.c <crypt.h>
fcgi/worker.c <seccomp.h>
push/ws.c "ws.h"
lib/base/err.c first
BROKEN
nj_done
