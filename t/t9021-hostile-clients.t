#!/bin/bash
# Clients that mean no good get what they deserve, and the others notice nothing.
# contrib/bench/hostile does it with ten thousand, and measures.
. "${0%/*}/lib.sh"

# What nginx gives heads and bodies, but less of it.
nj_start_nginx() {
	sed -i -e 's/client_header_timeout .*;/client_header_timeout 1s;/' \
	    -e 's/client_body_timeout .*;/client_body_timeout 2s;/' \
	    "$T"/nginx/natterjack/*.conf
	nj_run nginx nginx -e stderr -p "$T" -c "$T/nginx/nginx.conf"
}
nj_start push.head_ms=1000 push.keepalive_ms=3000 push.user_connections=1000
for scenario in requests frames slow slow_push; do
	tap client hostile $scenario
done
tap client hostile crowd 200
ok "push is still there" kill -0 "${pid[push]}"
nj_done
