#!/bin/bash
# SIGHUP under load: every process is replaced, and no request fails.
. "${0%/*}/lib.sh"

nj_start pool.workers=3
load_start 8
for n in 1 2 3 4; do
	before=$(nj_workers main; nj_workers auth; nj_workers keeper)
	kill -HUP "${pid[fcgi]}"
	all_new() {
		local now p
		now=$(nj_workers main; nj_workers auth; nj_workers keeper)
		[ "$(wc -w <<<"$now")" = 5 ] || return 1
		for p in $before; do
			[[ " ${now//$'\n'/ } " != *" $p "* ]] || return 1
		done
	}
	ok "SIGHUP $n: every child is another one" wait_for 20 all_new
	ok "SIGHUP $n: the load goes on" load_more 100
done
is "$(load_failures)" 0 "no request has failed"

# A configuration that is broken changes nothing.
cp "$T/natterjack.conf" "$T/tmp/good"
echo "no.such_key = 1" >>"$T/natterjack.conf"
before=$(nj_workers main | sort)
kill -HUP "${pid[fcgi]}"
refused() {
	grep -q "the configuration stays as it was" "$T/log/fcgi.log"
}
ok "a broken configuration is refused" wait_for 10 refused
is "$(nj_workers main | sort)" "$before" "and the workers stay"
cp "$T/tmp/good" "$T/natterjack.conf"

# A changed one is in force.
sed -i 's/^pool.workers = .*/pool.workers = 2/' "$T/natterjack.conf"
kill -HUP "${pid[fcgi]}"
two() {
	[ "$(nj_workers main | wc -l)" = 2 ]
}
ok "fewer workers" wait_for 20 two
ok "the load goes on" load_more 100
is "$(load_failures)" 0 "still no request has failed"
tap load_end
nj_done
