#!/bin/bash
# A reader that stops reading is closed, slows nobody, and loses nothing.
. "${0%/*}/lib.sh"

nj_start push.out_max=64k push.ping_ms=3600000 push.close_ms=600000
for transport in sse ws; do
	tap client slow "$transport"
done
nj_done
