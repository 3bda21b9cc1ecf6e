#!/bin/bash
# Whoever leaves a room stops receiving at that seq, whoever enters begins there.
. "${0%/*}/lib.sh"

nj_start
for transport in poll sse ws; do
	tap client leave "$transport"
done
nj_done
