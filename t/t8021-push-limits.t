#!/bin/bash
# How many may come, and how much may wait for one of them.
. "${0%/*}/lib.sh"

nj_start push.connections=20 push.user_connections=6 push.out_max=64k
tap client limits
nj_done
