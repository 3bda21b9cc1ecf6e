#!/bin/bash
# Clients of Socket.IO talk: over polls, over WebSockets, from one to the other,
# and with the library of the generation before.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers
for version in 4 3; do
	for how in polling websocket upgrade; do
		sio talk $how $version
	done
done
for how in polling websocket; do
	sio enter $how
	sio namespaces $how
	sio halves $how
done
sio offsets
nj_done
