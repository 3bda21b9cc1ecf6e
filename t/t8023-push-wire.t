#!/bin/bash
# hint.sock: the lines of natterjack-wire(7), and who does not keep to them.
. "${0%/*}/lib.sh"

nj_start
tap client wire "$NJ_SRC/push/counter.def" "$NJ_SRC/push/natterjack-wire.7"
nj_done
