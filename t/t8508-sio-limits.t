#!/bin/bash
# Sessions of Engine.IO that say nothing, do not read, or are too many.
. "${0%/*}/lib.sh"

nj_start push.eio_ping_ms=$((300 * NJ_SLOW)) push.eio_timeout_ms=$((300 * NJ_SLOW)) \
    push.eio_connect_ms=$((1000 * NJ_SLOW)) push.sessions=30 push.out_max=8192
tap client sio_limits
nj_done
