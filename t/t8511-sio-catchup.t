#!/bin/bash
# Clients of Socket.IO that catch up, and have no room for it or no log any more.
. "${0%/*}/lib.sh"

nj_start push.out_max=8192
tap client sio_catchup "$T/data/natterjack.db"
nj_done
