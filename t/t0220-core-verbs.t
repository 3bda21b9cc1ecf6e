#!/bin/bash
# Every verb of the core is one of those that t0205 tries with each call failing:
# whoever adds a verb adds a row to t/unit/core-verbs.h.
. "${0%/*}/lib.sh"

# What the library offers, and what is tried.
verbs() {
	nm -g --defined-only "$NJ_BUILD/lib/core/libcore.a" 2>"$T/tmp/nm" |
	    awk '$2 == "T" && $3 ~ /^core_/ { print $3 }' | LC_ALL=C sort -u
}
tried() {
	"$NJ_BUILD/t/unit/t0205-core-fault" verbs | LC_ALL=C sort -u
}

ok "there are verbs" test "$(verbs | wc -l)" -gt 40
is "$(diff <(verbs) <(tried))" "" "each verb is tried, and what is tried exists"
nj_done
