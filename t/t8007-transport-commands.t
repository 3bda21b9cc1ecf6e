#!/bin/bash
# Commands on a WebSocket: carried out in order, each answered, refusals too.
. "${0%/*}/lib.sh"

nj_start
tap client commands
nj_done
