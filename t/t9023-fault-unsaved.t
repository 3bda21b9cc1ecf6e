#!/bin/bash
# A disk that is full: who asks for an ack gets none of what was not saved.
. "${0%/*}/lib.sh"

export ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0
mkdir "$T/data" "$T/faults"
nj_wrap=(env "LD_PRELOAD=$NJ_BUILD/t/powercut/powercut.so"
    "POWERCUT_DIR=$T/data" "POWERCUT_LOG=$T/oplog"
    "POWERCUT_FAULTS=$T/faults" "${nj_wrap[@]}")
# Under valgrind the last look of a process takes longer than it usually may.
nj_start pool.drain_s=$((15 * NJ_SLOW))
tap client unsaved "$T/faults"
nj_done
