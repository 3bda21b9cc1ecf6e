#!/bin/bash
# Pings, time limits, and clients that people use, which answer pings by
# themselves.
. "${0%/*}/lib.sh"

nj_start push.ping_ms=$((200 * NJ_SLOW)) push.pong_ms=$((400 * NJ_SLOW)) \
    push.close_ms=$((300 * NJ_SLOW)) push.head_ms=$((500 * NJ_SLOW)) \
    push.keepalive_ms=$((600 * NJ_SLOW))
tap client pings
nj_stop
# A program of somebody else's may be kept waiting by the machine.
nj_start push.ping_ms=$((200 * NJ_SLOW)) push.pong_ms=$((1500 * NJ_SLOW))
tap client real websockets
tap client real ws
nj_done
