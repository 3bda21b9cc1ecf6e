#!/bin/bash
# chatroom: the events of Socket.IO, row by row, over both transports.
. "${0%/*}/lib.sh"

nj_start
for kind in websocket polling; do
	tap client chatroom $kind
done
nj_done
