#!/bin/bash
# Clients of Socket.IO go on where they stood: after push was killed, or ended, and
# not when the log does not reach back, or where they did not stand.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers push.look_ms=50
for how in polling websocket upgrade; do
	sio restart $how
done
sio fresh
sio cut
nj_done
