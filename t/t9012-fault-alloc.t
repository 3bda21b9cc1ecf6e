#!/bin/bash
# Push gets no memory, at each allocation of what clients do: it turns that one
# away or tells it to come again, and goes on for all.
. "${0%/*}/lib.sh"

# A sanitizer and valgrind have a malloc of their own.
if [ -n "${NJ_VALGRIND:-}" ] ||
    nm "$NJ_BUILD/natterjack-push" | grep -q __asan_init; then
	echo "1..0 # SKIP malloc belongs to somebody else here"
	nj_finished=1
	exit 0
fi
nj_files push.look_ms=50
nj_start_fcgi
nj_start_nginx
nj_running=1
head -c 24 /dev/zero >"$T/tmp/control"
nj_wrap=(env "LD_PRELOAD=$NJ_BUILD/t/fault/alloc.so"
    "FAULT_ALLOC=$T/tmp/control")
nj_start_push
nj_wait_ready || nj_bail "the instance does not become ready"
tap client alloc "$T/tmp/control"
ok "push is still the same" kill -0 "${pid[push]}"
nj_done
