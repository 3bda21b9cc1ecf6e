#!/bin/bash
# Being away costs nothing: from its cursor a client gets all that it missed.
. "${0%/*}/lib.sh"

# Few events per step, so that catching up takes many.
nj_start push.batch=7
for transport in poll sse ws; do
	tap client resume "$transport"
done
nj_done
