#!/bin/bash
# Clients of dialects come in when a worker says so, and not otherwise.
. "${0%/*}/lib.sh"

nj_start push.upcalls=2 push.upcall_ms=$((1500 * NJ_SLOW))
tap client enter "${pid[fcgi]}" "${pid[push]}"
nj_done
