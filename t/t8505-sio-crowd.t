#!/bin/bash
# Five hundred clients of Socket.IO connect at once, by each transport.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers
for how in websocket polling upgrade; do
	sio crowd $how $((500 / NJ_SLOW))
done
nj_done
