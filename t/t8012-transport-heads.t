#!/bin/bash
# Requests as bytes, to push itself.
. "${0%/*}/lib.sh"

nj_start
tap client heads "$T/run/push.sock"
nj_done
