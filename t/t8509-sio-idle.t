#!/bin/bash
# A thousand clients of Socket.IO that say nothing: what each costs.
. "${0%/*}/lib.sh"

# A sanitizer surrounds each piece of memory and holds back what was freed, as
# little as it can; valgrind does the same.
export ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1
most=1536
! grep -q __asan_init "$NJ_BUILD/natterjack-push" || most=24576
[ -z "${NJ_VALGRIND:-}" ] || most=24576

nj_start push.user_connections=10000 push.eio_ping_ms=600000
tap client sio_idle "${pid[push]}" $((most * NJ_SLOW)) 1000
nj_done
