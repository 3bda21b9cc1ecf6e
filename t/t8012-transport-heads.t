#!/bin/bash
# Requests as bytes, to push itself.
. "${0%/*}/lib.sh"

nj_start push.batch=5 push.head_ms=$((1000 * NJ_SLOW))
tap client heads "$T/run/push.sock"
nj_done
