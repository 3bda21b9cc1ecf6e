#!/bin/bash
# A thousand sockets in one room.
. "${0%/*}/lib.sh"

nj_start push.user_connections=1000
tap client crowd 1000
nj_done
