#!/bin/bash
# Clients that mean no good get what they deserve, and the others notice nothing.
# contrib/bench/hostile does it with ten thousand, and measures.
. "${0%/*}/lib.sh"

nj_start push.head_ms=1000 push.keepalive_ms=1000 push.user_connections=1000
for scenario in requests frames slow; do
	tap client hostile $scenario
done
tap client hostile crowd 200 "${pid[push]}"
ok "push is still there" kill -0 "${pid[push]}"
nj_done
