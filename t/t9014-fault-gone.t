#!/bin/bash
# Clients go while push has no memory to tell others of it.
. "${0%/*}/lib.sh"

# A sanitizer and valgrind have a malloc of their own.
if [ -n "${NJ_VALGRIND:-}" ] ||
    nm "$NJ_BUILD/natterjack-push" | grep -q __asan_init; then
	echo "1..0 # SKIP malloc belongs to somebody else here"
	nj_finished=1
	exit 0
fi
nj_files realtime.joined=yes push.look_ms=50
nj_start_fcgi
nj_start_nginx
nj_running=1
head -c 24 /dev/zero >"$T/tmp/control"
# What has been freed is no memory of anybody's.
nj_wrap=(env "LD_PRELOAD=$NJ_BUILD/t/fault/alloc.so" MALLOC_PERTURB_=165
    "FAULT_ALLOC=$T/tmp/control")
nj_start_push
nj_wait_ready || nj_bail "the instance does not become ready"
tap client gone "$T/tmp/control" "${pid[push]}"
ok "push is still the same" kill -0 "${pid[push]}"
nj_done
