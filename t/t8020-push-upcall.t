#!/bin/bash
# Frames go up in order, each once, and each is answered, whatever workers do.
. "${0%/*}/lib.sh"

nj_start push.upcalls=2 push.upcall_ms=$((1500 * NJ_SLOW)) \
    push.frames_waiting=8
tap client upcall "${pid[fcgi]}"
nj_done
