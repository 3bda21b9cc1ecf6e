#!/bin/bash
# What is larger than a limit still arrives, and what nobody reads stays small.
. "${0%/*}/lib.sh"

# A sanitizer surrounds each piece of memory and holds back what was freed.
most_kb=2048
! grep -q __asan_init "$NJ_BUILD/natterjack-push" || most_kb=8192

nj_start push.out_max=4k
for transport in poll sse ws; do
	tap client large "$transport"
done
tap client pipeline "$T/run/push.sock" "${pid[push]}" $((most_kb * NJ_SLOW))
nj_done
