#!/bin/bash
# A hint makes a message fast; without hints it is a little slower.
. "${0%/*}/lib.sh"

# Push looks by itself once a minute only: what arrives came with a hint.
nj_start push.look_ms=60000
tap client hints sent
nj_stop

# Nobody listens where the workers send their hints.
nj_files push.look_ms=300
nj_start_push
wait_for 10 test -S "$T/run/hint.sock" || nj_bail "push does not start"
rm "$T/run/hint.sock"
nj_start_fcgi
nj_start_nginx
nj_running=1
wait_for 30 nj_serves || nj_bail "the instance does not become ready"
tap client hints lost
nj_done
