#!/bin/bash
# A thousand WebSockets that say nothing, of v1 and of dialects: what each costs.
. "${0%/*}/lib.sh"

# A sanitizer surrounds each piece of memory and holds back what was freed, as
# little as it can; valgrind does the same.
export ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1
most=1024
! grep -q __asan_init "$NJ_BUILD/natterjack-push" || most=16384
[ -z "${NJ_VALGRIND:-}" ] || most=16384

nj_start push.user_connections=10000
tap client idle "$T/run/push.sock" "${pid[push]}" $((most * NJ_SLOW)) 1000
nj_done
