#!/bin/bash
# Every packet of Engine.IO and Socket.IO that is none, and some that are.
. "${0%/*}/lib.sh"

nj_start
tap client sio_bytes "${pid[push]}"
nj_done
