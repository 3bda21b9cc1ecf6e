#!/bin/bash
# What is larger than a limit still arrives, and what nobody reads stays small.
. "${0%/*}/lib.sh"

nj_start push.out_max=4k
for transport in poll sse ws; do
	tap client large "$transport"
done
tap client pipeline "$T/run/push.sock" "${pid[push]}"
nj_done
