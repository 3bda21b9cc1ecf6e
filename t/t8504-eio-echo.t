#!/bin/bash
# Engine.IO alone, with its own client: text and bytes both ways, long messages,
# the upgrade, and pings.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers push.echo=yes push.eio_ping_ms=200 push.eio_timeout_ms=5000
for how in polling websocket upgrade; do
	sio engine $how
	sio pings $how
done
nj_done
